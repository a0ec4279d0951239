//! NumPy's indexing: `x.get(index)` reads, `x.at(index)` reads and updates with options. What an
//! index is written with is in `entry.rs`, what it means for a shape in `plan.rs`; reading and
//! updating choose between slices, dynamic slices, and gathers and scatters laid out by
//! `geometry.rs`.

mod entry;
mod geometry;
mod plan;
mod read;
mod rows;
mod update;

use std::panic::Location;

use jaxide_lax::gather::{Fill, IndexOptions, Mode};

pub use entry::{Ellipsis, Index, IndexNumber, Indices, IntoIndex, NewAxis, Slice, ds};

use super::{Array, Kind, Number};
use crate::error::OrRaise;

type At = &'static Location<'static>;

/// What happens to indices out of range. Negative indices count from the end first, once.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IndexMode {
    /// They become the nearest index in range.
    Clip,
    /// Reads give the fill value: NaN, the least signed integer, the greatest unsigned one, or true,
    /// unless [`Indexed::fill_value`] says otherwise. Updates are dropped.
    Fill,
    /// The same as [`IndexMode::Fill`], under its name for updates.
    Drop,
    /// The caller promises that there are none.
    PromiseInBounds,
    /// They are taken modulo the size of the axis.
    Wrap,
}

/// What an indexed read or update does besides its index.
#[derive(Clone, Copy, Default)]
struct Options {
    mode: Option<IndexMode>,
    fill: Option<Fill>,
    sorted: bool,
    unique: bool,
}

impl Options {
    /// The options of the op, with the mode where the caller named none.
    fn lax(&self, default: Mode) -> IndexOptions {
        let mode = match self.mode {
            None => default,
            Some(IndexMode::Clip) => Mode::Clip,
            Some(IndexMode::Fill | IndexMode::Drop) => Mode::FillOrDrop,
            // Indices that were wrapped are in range.
            Some(IndexMode::PromiseInBounds | IndexMode::Wrap) => Mode::PromiseInBounds,
        };
        IndexOptions {
            mode,
            fill_value: self.fill,
            indices_are_sorted: self.sorted,
            unique_indices: self.unique,
        }
    }

    /// Whether indices out of range are told from others.
    fn drops(&self) -> bool {
        matches!(self.mode, Some(IndexMode::Fill | IndexMode::Drop))
    }
}

/// Places of an array, to read or to update; [`Array::at`] makes it.
#[must_use = "it only names places; end with `get`, `set`, `add` or another of its methods"]
pub struct Indexed<'a> {
    array: &'a Array,
    index: Vec<Index>,
    options: Options,
}

impl Array {
    /// The elements at an index, by NumPy's rules.
    ///
    /// | entry | meaning |
    /// |---|---|
    /// | `3`, `-1` | one position; the axis is dropped |
    /// | `1..3`, `..`, `..=4` | a range; negative bounds count from the end |
    /// | `s![1..9;2]`, `s![..;-1]` | a range with a step |
    /// | [`NewAxis`], [`Ellipsis`] | a new axis of size 1; as many full axes as are left |
    /// | `&i`, `[0, 2]` | an array of integers, traced or not |
    /// | `&mask`, `[true, false]` | the places where an array of bools is true; its values must be known |
    /// | [`ds`]`(&i, 2)` | two positions from a start that may be traced |
    ///
    /// Several entries are a tuple, `s![..]` or a `Vec<Index>`. Several arrays broadcast against each
    /// other; their dimensions stand where the first of them stood, or in front where a range or a new
    /// axis parts them. Host integers out of range are errors; values of integer arrays are moved into
    /// range, unless [`Array::at`] names another mode.
    ///
    /// ```
    /// # use jaxide_trace::{array, s, Ellipsis, NewAxis};
    /// let x = array([[1, 2, 3], [4, 5, 6]]);
    /// assert_eq!(x.get(-1).to_vec::<i32>(), [4, 5, 6]);
    /// assert_eq!(x.get((.., 1)).to_vec::<i32>(), [2, 5]);
    /// assert_eq!(x.get(s![Ellipsis, 0..-1]).to_vec::<i32>(), [1, 2, 4, 5]);
    /// assert_eq!(x.get((.., NewAxis, [2, 0])).shape(), [2, 1, 2]);
    /// assert_eq!(x.get(x.gt(4)).to_vec::<i32>(), [5, 6]);
    /// ```
    ///
    /// # Panics
    /// With `IndexError` for too many entries, host integers out of range, masks and arrays whose
    /// shapes do not fit; with `NonConcreteBooleanIndexError` for traced masks; with `TypeError` for
    /// arrays of floats.
    #[track_caller]
    pub fn get(&self, index: impl Indices) -> Array {
        self.at(index).get()
    }

    /// The places at an index, to be read or updated with options. Updates give a new array.
    ///
    /// ```
    /// # use jaxide_trace::{array, IndexMode};
    /// let x = array([1.0, 2.0, 3.0]);
    /// assert_eq!(x.at(0).set(9).to_vec::<f32>(), [9.0, 2.0, 3.0]);
    /// assert_eq!(x.at([0, 0, 2]).add(1).to_vec::<f32>(), [3.0, 2.0, 4.0]);
    /// let beyond = x.at([1, 7]).mode(IndexMode::Fill).fill_value(0).get();
    /// assert_eq!(beyond.to_vec::<f32>(), [2.0, 0.0]);
    /// ```
    #[track_caller]
    pub fn at(&self, index: impl Indices) -> Indexed<'_> {
        Indexed { array: self, index: index.entries(), options: Options::default() }
    }
}

impl Indexed<'_> {
    /// What happens to indices out of range. Without a mode, host integers out of range are errors,
    /// reads at arrays clip, and updates at arrays are dropped.
    pub fn mode(mut self, mode: IndexMode) -> Self {
        self.options.mode = Some(mode);
        self
    }

    /// Reads give this value out of range; the mode becomes [`IndexMode::Fill`].
    pub fn fill_value<N: Number>(mut self, value: N) -> Self {
        let exact = value.exact();
        self.options.mode = Some(IndexMode::Fill);
        self.options.fill = Some(match (N::KIND, exact.as_int()) {
            (Kind::Bool, Some(value)) => Fill::Bool(value != 0),
            (_, Some(value)) => Fill::Int(value as i64),
            _ => Fill::Float(exact.to_f64()),
        });
        self
    }

    /// Promises that no place is named twice, which may be faster. Results are unspecified where one
    /// is.
    pub fn unique_indices(mut self) -> Self {
        self.options.unique = true;
        self
    }

    /// Promises that the places ascend, which may be faster. Results are unspecified where they do
    /// not.
    pub fn indices_are_sorted(mut self) -> Self {
        self.options.sorted = true;
        self
    }

    /// The elements.
    ///
    /// # Panics
    /// As [`Array::get`].
    #[track_caller]
    pub fn get(self) -> Array {
        let ignored = self.options.drops();
        let plan = plan::Plan::new(self.array, &self.index, &self.options, ignored);
        read::read(&plan.or_raise(), &self.options)
    }
}
