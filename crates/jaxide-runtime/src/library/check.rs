//! Checks during a run: `rt_check` looks for a true element in a mask and makes of it what the call
//! returns. A thread keeps the first failure of a run until the engine takes it.
//!
//! Masks and values are made by ops of the program; what is checked is not decided here.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{DType, Diagnostic, Loc, Scalar};

use super::{Failure, Input, Output, Words, routines};
use crate::diag;

routines! { rt_check => run }

thread_local! {
    static FIRST: RefCell<Option<Diagnostic>> = const { RefCell::new(None) };
}

/// Forgets what a run before has left on this thread.
pub fn reset() {
    FIRST.take();
}

/// What the first failed check since [`reset`] found on this thread.
///
/// # Panics
/// When none failed.
pub fn take() -> Diagnostic {
    FIRST.take().expect("a failure that is a check's has left what it found")
}

/// The kinds, in the order of the enumerators of the op's record.
#[derive(Clone, Copy)]
enum Kind {
    Div,
    Index,
    Nan,
    Overflow,
}

/// What the op's parameters say of the checked equation.
struct Site {
    kind: Kind,
    op: String,
    at: Loc,
    dtype: Option<DType>,
    shape: Vec<usize>,
    axes: Vec<usize>,
    sizes: Vec<usize>,
}

impl Site {
    fn read(mut words: Words<'_>) -> Site {
        let kinds = [Kind::Div, Kind::Index, Kind::Nan, Kind::Overflow];
        Site {
            kind: kinds[words.usize()],
            op: words.text(),
            at: words.optional(Words::text).map_or_else(Loc::unknown, |at| location(&at)),
            dtype: words.optional(Words::dtype),
            shape: words.tuple(Words::usize),
            axes: words.tuple(Words::usize),
            sizes: words.tuple(Words::usize),
        }
    }

    /// What is wrong at an element of the mask.
    fn failure(&self, position: &[usize], value: Option<Scalar>) -> Diagnostic {
        let value = value.unwrap_or(Scalar::zero(DType::I32));
        let error = match self.kind {
            Kind::Div => diag::check_division(&self.op, position),
            Kind::Nan => diag::check_nan(&self.op, position),
            Kind::Index => self.index(position, value.as_int().unwrap_or_default()),
            Kind::Overflow => {
                let dtype = self.dtype.expect("checks of overflow have a dtype");
                diag::check_overflow(&self.op, dtype, &exact(value), position)
            }
        };
        error.at(&self.at)
    }

    /// The last dimension of a mask of indices runs along their components.
    fn index(&self, position: &[usize], index: i128) -> Diagnostic {
        let component = position.last().copied().unwrap_or(0);
        let (axis, count) = (self.axes[component], self.sizes[component]);
        if (0..self.shape[axis] as i128).contains(&index) {
            return diag::check_slice(&self.op, &self.shape, (index, count), axis);
        }
        diag::check_index(&self.op, &self.shape, index, axis)
    }
}

fn run(words: Words<'_>, inputs: &[Input<'_>], _: &mut [Output<'_>]) -> Result<(), Failure> {
    let mask: &[u8] = inputs[0].elements();
    let Some(at) = mask.iter().position(|wrong| *wrong != 0) else { return Ok(()) };
    FIRST.with_borrow_mut(|first| {
        first.get_or_insert_with(|| {
            let value = inputs.get(1).map(|values| element(values, at));
            Site::read(words).failure(&coordinates(inputs[0].shape(), at), value)
        });
    });
    Err(Failure::Check)
}

fn element(values: &Input<'_>, at: usize) -> Scalar {
    let (dtype, bytes): (DType, &[u8]) = (values.dtype(), values.elements());
    Scalar::from_bytes(dtype, &bytes[at * dtype.size()..][..dtype.size()])
}

fn coordinates(shape: &[usize], mut at: usize) -> Vec<usize> {
    let mut position = vec![0; shape.len()];
    for (axis, size) in shape.iter().enumerate().rev() {
        position[axis] = at % size;
        at /= size;
    }
    position
}

/// An integer that f64 may only come near to.
fn exact(value: Scalar) -> String {
    let x = value.to_f64();
    if x.abs() < 2f64.powi(53) || x.is_nan() { format!("{x}") } else { format!("about {x:e}") }
}

/// The place of a text `file:line:column`; unknown for any other text.
fn location(text: &str) -> Loc {
    let mut parts = text.rsplitn(3, ':');
    let mut number = || parts.next().and_then(|part| part.parse().ok());
    match (number(), number(), parts.next()) {
        (Some(column), Some(line), Some(file)) => Loc::text(Arc::from(file), line, column),
        _ => Loc::unknown(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parameters of a check of the op `op` at line 7.
    fn words(kind: i64, dtype: &[i64], index: &[i64]) -> Vec<i64> {
        let text = |text: &str| {
            let mut words = vec![text.len() as i64];
            words.extend(text.as_bytes().chunks(8).map(|chunk| {
                let mut bytes = [0; 8];
                bytes[..chunk.len()].copy_from_slice(chunk);
                i64::from_le_bytes(bytes)
            }));
            words
        };
        [vec![kind], text("op"), vec![1], text("a.rs:7:3"), dtype.to_vec(), index.to_vec()].concat()
    }

    fn check(words: &[i64], inputs: &[Input<'_>]) -> String {
        reset();
        let routine = crate::library::find("rt_check").expect("it is there");
        match routine.call(words, inputs, &mut []) {
            Ok(()) => "passes".to_owned(),
            Err(failure) => diag::library(failure).to_string(),
        }
    }

    #[test]
    fn the_first_true_element_is_reported_with_its_place() {
        let words = words(2, &[0], &[0, 0, 0]);
        let mask = |mask: &[u8]| check(&words, &[Input::from_bytes(DType::Bool, &[2, 2], mask)]);
        assert_eq!(mask(&[0, 0, 0, 0]), "passes");
        let expected = "nan generated by primitive: op at position (1, 0)\n  --> a.rs:7:3";
        assert_eq!(mask(&[0, 0, 1, 1]), expected);
    }

    #[test]
    fn an_index_is_reported_with_axis_and_size() {
        let words = words(1, &[0], &[2, 5, 4, 2, 1, 0, 2, 1, 2]);
        let report = |values: &[i32; 2], mask: [u8; 2]| {
            let mask = Input::from_bytes(DType::Bool, &[1, 2], &mask);
            check(&words, &[mask, Input::new(&[1, 2], values)])
        };
        assert_eq!(
            report(&[-1, 0], [1, 0]),
            "op: out-of-bounds indexing for array of shape (5, 4): index -1 is out of bounds for \
             axis 1 with size 4\n  --> a.rs:7:3"
        );
        assert_eq!(
            report(&[0, 4], [0, 1]),
            "op: out-of-bounds indexing for array of shape (5, 4): index 4 is out of bounds for \
             axis 0 with size 5\n  it is the start of a slice of size 2\n  --> a.rs:7:3"
        );
    }

    #[test]
    fn the_first_failure_of_a_run_stays() {
        reset();
        let routine = crate::library::find("rt_check").expect("it is there");
        let mask = [Input::from_bytes(DType::Bool, &[], &[1])];
        for kind in [0, 2] {
            let words = words(kind, &[0], &[0, 0, 0]);
            assert_eq!(routine.call(&words, &mask, &mut []), Err(Failure::Check));
        }
        assert_eq!(take().message(), "op: integer division by zero");
    }

    #[test]
    fn exact_results_are_shown_as_far_as_they_are_known() {
        let words = words(3, &[1, super::super::words::dtype_word(DType::I8)], &[0, 0, 0]);
        let report = |value: f64| {
            let mask = Input::from_bytes(DType::Bool, &[], &[1]);
            check(&words, &[mask, Input::new(&[], &[value])])
        };
        assert_eq!(report(200.0), "op: expected a result that int8 holds, got 200\n  --> a.rs:7:3");
        let about = "op: expected a result that int8 holds, got about 1e20\n  --> a.rs:7:3";
        assert_eq!(report(1e20), about);
    }
}
