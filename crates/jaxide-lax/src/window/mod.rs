//! Ops that slide a window over an array, and what they share with convolutions: where a window lies,
//! which elements it covers, how many places it has.
//!
//! Deliberately not here: convolutions; they are in [`crate::conv`].

mod general;
mod reduce;
mod select;

#[cfg(test)]
mod tests;

use jaxide_ir::{ArrayType, Call, OutTypes, Param, ParamDef, ParamKind, Params, Result};

pub use general::{REDUCE, REDUCE_WINDOW, bind_reduce, bind_reduce_window};
pub use reduce::{
    REDUCE_WINDOW_MAX, REDUCE_WINDOW_MIN, REDUCE_WINDOW_SUM, reduce_window_max, reduce_window_min,
    reduce_window_sum,
};
pub use select::{
    SELECT_AND_GATHER_ADD, SELECT_AND_SCATTER_ADD, Select, select_and_gather_add,
    select_and_scatter_add,
};

use crate::{diag, gather::INTS, shape};

pub(crate) const PADDING: ParamKind =
    ParamKind::Tuple(&ParamKind::TupleOf(&[ParamKind::Int, ParamKind::Int]));

/// The parameters of a window in printed order.
const WINDOW: &[ParamDef] = &[
    ParamDef::required("base_dilation", INTS),
    ParamDef::required("padding", PADDING),
    ParamDef::required("window_dilation", INTS),
    ParamDef::required("window_dimensions", INTS),
    ParamDef::required("window_strides", INTS),
];

/// One dimension of an array under a sliding window.
///
/// Between the elements of the array lie `base_dilation - 1` holes, before and after them `padding`
/// places, which crops where it is negative; between the elements of the window lie
/// `window_dilation - 1` holes.
///
/// ```
/// # use jaxide_lax::window::WindowDim;
/// let dim = WindowDim { padding: (1, 0), window: 2, ..WindowDim::of_size(3) };
/// assert_eq!(dim.places(), 3);
/// assert_eq!([dim.source(0, 0), dim.source(0, 1), dim.source(2, 1)], [None, Some(0), Some(2)]);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WindowDim {
    /// Size of the array.
    pub size: usize,
    /// Size of the window.
    pub window: usize,
    /// Distance of places.
    pub stride: usize,
    /// Places before and after the array.
    pub padding: (i64, i64),
    /// Distance of the array's elements.
    pub base_dilation: usize,
    /// Distance of the window's elements.
    pub window_dilation: usize,
}

/// The extent of elements at a distance.
fn dilated(size: usize, dilation: usize) -> i128 {
    if size == 0 { 0 } else { 1 + dilation as i128 * (size as i128 - 1) }
}

impl WindowDim {
    /// A dimension without padding and holes under a window of size 1.
    pub fn of_size(size: usize) -> WindowDim {
        WindowDim {
            size,
            window: 1,
            stride: 1,
            padding: (0, 0),
            base_dilation: 1,
            window_dilation: 1,
        }
    }

    /// The extent of the array with holes and padding; below 0 where the padding crops more than
    /// there is.
    pub fn padded(&self) -> i128 {
        let (low, high) = self.padding;
        dilated(self.size, self.base_dilation) + i128::from(low) + i128::from(high)
    }

    /// How many places the window has.
    pub fn places(&self) -> usize {
        let room = self.padded() - dilated(self.window, self.window_dilation);
        let places = room.div_euclid(self.stride as i128) + 1;
        usize::try_from(places.max(0)).unwrap_or(usize::MAX)
    }

    /// The element of the array under the element `offset` of the window at `place`; `None` where it
    /// covers a hole or padding.
    pub fn source(&self, place: usize, offset: usize) -> Option<usize> {
        // Dimensions that `infer` admits have extents within i64.
        let at = (place * self.stride + offset * self.window_dilation) as i64;
        let at = usize::try_from(at.checked_sub(self.padding.0)?).ok()?;
        let inside = at.is_multiple_of(self.base_dilation) && at / self.base_dilation < self.size;
        inside.then(|| at / self.base_dilation)
    }

    /// True when every place of the window covers elements of the array alone.
    pub fn is_inside(&self) -> bool {
        let last = (self.places() as i128 - 1) * self.stride as i128
            + dilated(self.window, self.window_dilation);
        let low = i128::from(self.padding.0);
        self.base_dilation == 1 && low <= 0 && last - low <= self.size as i128
    }

    /// Refuses extents that cannot be counted.
    pub(crate) fn check(&self, call: &Call<'_>) -> Result<()> {
        let extent = dilated(self.window, self.window_dilation).max(self.padded());
        let ends = i128::from(self.padding.0).abs().max(i128::from(self.padding.1).abs());
        if extent.max(ends) < i128::from(i64::MAX / 4) {
            return Ok(());
        }
        Err(shape::refuse(call, "the padded operand or the dilated window is too large"))
    }
}

/// A window and how it slides, one item per dimension.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Window {
    /// Sizes of the window.
    pub dimensions: Vec<usize>,
    /// Distances of places.
    pub strides: Vec<usize>,
    /// Places before and after the array; negative ones crop.
    pub padding: Vec<(i64, i64)>,
    /// Distances of the array's elements.
    pub base_dilation: Vec<usize>,
    /// Distances of the window's elements.
    pub window_dilation: Vec<usize>,
}

impl Window {
    /// A window of these sizes that moves by `strides`, without padding and holes.
    pub fn new(dimensions: &[usize], strides: &[usize]) -> Window {
        Window {
            dimensions: dimensions.to_vec(),
            strides: strides.to_vec(),
            padding: vec![(0, 0); dimensions.len()],
            base_dilation: vec![1; dimensions.len()],
            window_dilation: vec![1; dimensions.len()],
        }
    }

    /// Reads checked parameters; an op without dilations has those of 1.
    pub fn of(params: &Params) -> Window {
        let dimensions = params.usizes("window_dimensions");
        let dilation = |name| match params.get(name) {
            Some(_) => params.usizes(name),
            None => vec![1; dimensions.len()],
        };
        Window {
            strides: params.usizes("window_strides"),
            padding: padding_of(params),
            base_dilation: dilation("base_dilation"),
            window_dilation: dilation("window_dilation"),
            dimensions,
        }
    }

    /// The parameters of an equation.
    pub fn params(&self) -> Params {
        self.params_without_dilation()
            .with("base_dilation", self.base_dilation.as_slice())
            .with("window_dilation", self.window_dilation.as_slice())
    }

    /// The parameters of a [`SELECT_AND_SCATTER_ADD`], which knows no dilation.
    ///
    /// # Panics
    /// When the window or the array under it is dilated.
    #[track_caller]
    pub fn params_of_scatter(&self, select: Select) -> Params {
        let mut dilations = self.base_dilation.iter().chain(&self.window_dilation);
        assert!(
            dilations.all(|dilation| *dilation == 1),
            "select_and_scatter_add: expected a window without dilation"
        );
        self.params_without_dilation().with("select_prim", select.param())
    }

    fn params_without_dilation(&self) -> Params {
        Params::new()
            .with("padding", padding_param(&self.padding))
            .with("window_dimensions", self.dimensions.as_slice())
            .with("window_strides", self.strides.as_slice())
    }

    /// The dimensions of an array under the window.
    pub fn over(&self, shape: &[usize]) -> Vec<WindowDim> {
        let dim = |(at, size): (usize, &usize)| WindowDim {
            size: *size,
            window: self.dimensions[at],
            stride: self.strides[at],
            padding: self.padding[at],
            base_dilation: self.base_dilation[at],
            window_dilation: self.window_dilation[at],
        };
        shape.iter().enumerate().map(dim).collect()
    }

    /// The window with one more dimension at `at`, in which it has one element.
    fn beside(mut self, at: usize) -> Window {
        self.padding.insert(at, (0, 0));
        for list in [
            &mut self.dimensions,
            &mut self.strides,
            &mut self.base_dilation,
            &mut self.window_dilation,
        ] {
            list.insert(at, 1);
        }
        self
    }
}

/// The parameter `padding`.
pub(crate) fn padding_of(params: &Params) -> Vec<(i64, i64)> {
    let pair = |item: &Param| {
        let pair = item.as_items("padding");
        (pair[0].as_int("padding"), pair[1].as_int("padding"))
    };
    params.items("padding").iter().map(pair).collect()
}

/// The value of the parameter `padding`.
pub(crate) fn padding_param(padding: &[(i64, i64)]) -> Param {
    Param::Tuple(padding.iter().map(|(low, high)| vec![*low, *high].into()).collect())
}

/// The padding under which the transposed window, whose places are the elements of `dim` and which
/// covers the `places` of `dim` at its distance of places, gives a result of the size of `dim`. As JAX's
/// `_conv_general_vjp_lhs_padding`.
pub(crate) fn transposed_padding(dim: &WindowDim, places: usize) -> (i64, i64) {
    let window = dilated(dim.window, dim.window_dilation);
    let before = window - i128::from(dim.padding.0) - 1;
    let after =
        dilated(dim.size, dim.base_dilation) + window - 1 - dilated(places, dim.stride) - before;
    (before as i64, after as i64)
}

/// The shape of the places of a window over an array; refuses what does not fit together.
fn check_window(call: &Call<'_>, x: &ArrayType) -> Result<Vec<usize>> {
    positive(call, "window_dimensions")?;
    positive(call, "window_strides")?;
    let params = call.params;
    let sizes = params.ints("window_dimensions");
    if sizes.len() != x.rank() {
        let (shape, sizes) = (shape::tuple_text(&x.shape), shape::tuple_text(&sizes));
        return Err(diag::jax(format!(
            "reduce_window got the wrong number of window_dimensions for operand: got operand shape \
             {shape} with window_dimensions {sizes}."
        )));
    }
    for name in ["window_strides", "base_dilation", "window_dilation"] {
        let Some(_) = params.get(name) else { continue };
        let got = params.ints(name);
        if got.len() != sizes.len() {
            let (got, sizes) = (shape::tuple_text(&got), shape::tuple_text(&sizes));
            return Err(diag::jax(format!(
                "reduce_window got inconsistent {name} and window_dimensions: got {name} {got} and \
                 window_dimensions {sizes}."
            )));
        }
        dilations(call, name)?;
    }
    shape::expect_rank(call, "padding", params.items("padding").len(), x.rank())?;
    let dims = Window::of(params).over(&x.shape);
    dims.iter().try_for_each(|dim| dim.check(call))?;
    Ok(dims.iter().map(WindowDim::places).collect())
}

/// Refuses sizes below 1.
fn positive(call: &Call<'_>, name: &str) -> Result<()> {
    let got = call.params.ints(name);
    if got.iter().all(|size| *size >= 1) {
        return Ok(());
    }
    let got = shape::tuple_text(&got);
    let message =
        format!("reduce_window {name} must have every element be strictly positive, got {got}.");
    Err(diag::jax(message))
}

/// Refuses distances below 1.
pub(crate) fn dilations(call: &Call<'_>, name: &str) -> Result<()> {
    let got = call.params.ints(name);
    if got.iter().all(|dilation| *dilation >= 1) {
        return Ok(());
    }
    Err(diag::jax(format!("All dilations must be positive, got {}.", shape::tuple_text(&got))))
}

/// A result of the shape of the window's places, of the dtype of the operand at `at`.
fn infer_places(call: &Call<'_>, types: &[&ArrayType], at: usize) -> Result<OutTypes> {
    let places = check_window(call, types[at])?;
    shape::sized(call, types[at].dtype, &places, types.iter().all(|ty| ty.weak))
}
