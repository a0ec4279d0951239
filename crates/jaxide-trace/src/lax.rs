//! Structured control flow. The closures may capture anything, traced values included; carries and
//! operands are any [`Tree`]. Eagerly the traced bodies run on the reference engine; inside a trace
//! they become one equation.

mod cond;
mod scan;
mod slicing;
mod while_loop;

use std::panic::Location;

use jaxide_ir::{ArrayType, Diagnostic, Jaxpr, Loc};
use jaxide_lax::{control::diag::Mismatch, elementwise};

pub use cond::{cond, switch};
pub use scan::{ScanOptions, map, scan, scan_with};
pub use slicing::{
    dynamic_index_in_dim, dynamic_slice_in_dim, dynamic_update_index_in_dim,
    dynamic_update_slice_in_dim, index_in_dim, slice_in_dim,
};
pub use while_loop::{fori_loop, while_loop};

use crate::{
    Array,
    error::{Error, Result},
    func::FnInfo,
    promote,
    trace::{self, Guard},
    tree::{Paths, Tree, tree_leaves},
};

type At = &'static Location<'static>;

/// A traced body.
pub(crate) struct Body<O> {
    /// Captured inputs first, not flagged: they are operands of the equation.
    pub(crate) jaxpr: Jaxpr,
    pub(crate) captured: Vec<Array>,
    pub(crate) output: O,
}

/// What a body is traced for: its function, the control-flow function, the name stack.
pub(crate) struct Site<'a> {
    pub(crate) function: &'a FnInfo,
    pub(crate) transform: &'static str,
    pub(crate) scope: &'a str,
    pub(crate) at: At,
}

impl Site<'_> {
    pub(crate) fn trace<O: Tree>(&self, body: impl FnOnce(&Guard) -> O) -> Result<Body<O>> {
        let (mut jaxpr, captured, output) =
            trace::trace(self.function, self.transform, self.scope, |guard| {
                let output = body(guard);
                let leaves = tree_leaves(&output);
                let placeholder = Array::from_number(0);
                (leaves, output.map(&mut |_| placeholder.clone()))
            })?;
        jaxpr.captured = 0;
        Ok(Body { jaxpr, captured, output })
    }

    /// A copy of a tree whose leaves are inputs of the trace; `ty` gives their types.
    fn inputs<T: Tree>(
        &self,
        guard: &Guard,
        tree: &T,
        root: &str,
        ty: impl Fn(&ArrayType) -> ArrayType,
    ) -> T {
        let mut labels = Paths::of(root, tree).leaves.into_iter();
        tree.map(&mut |leaf| {
            let label = labels.next().expect("one path per leaf");
            guard.input(ty(leaf.aval()), label, self.at)
        })
    }
}

impl<O> Body<O> {
    /// Makes room for the captured arrays of other bodies: `before` and `after` types of inputs
    /// around its own captured ones, unused.
    pub(crate) fn pad(&mut self, before: &[ArrayType], after: &[ArrayType]) {
        let split = self.captured.len();
        let mut inputs = Vec::with_capacity(self.jaxpr.inputs.len() + before.len() + after.len());
        inputs.extend(before.iter().map(|ty| self.jaxpr.vars.push(ty.clone())));
        inputs.extend_from_slice(&self.jaxpr.inputs[..split]);
        inputs.extend(after.iter().map(|ty| self.jaxpr.vars.push(ty.clone())));
        inputs.extend_from_slice(&self.jaxpr.inputs[split..]);
        self.jaxpr.inputs = inputs;
    }

    pub(crate) fn captured_types(&self) -> Vec<ArrayType> {
        self.captured.iter().map(|array| array.aval().clone()).collect()
    }
}

pub(crate) fn type_error(diagnostic: Diagnostic, at: At) -> Error {
    Error::Type(diagnostic.at(&Loc::rust(at)))
}

fn value_error(diagnostic: Diagnostic, at: At) -> Error {
    Error::Value(diagnostic.at(&Loc::rust(at)))
}

/// Pairs of types that differ, with their paths.
fn mismatches<'p>(
    paths: &'p [String],
    expected: &[ArrayType],
    got: &[ArrayType],
) -> Vec<Mismatch<'p>> {
    let pairs = paths.iter().zip(expected.iter().zip(got));
    pairs
        .filter(|(_, (expected, got))| expected != got)
        .map(|(path, (expected, got))| Mismatch {
            path,
            expected: expected.clone(),
            got: got.clone(),
        })
        .collect()
}

/// Weak leaves of an initial carry converted to the dtype that the body gives them, as JAX does:
/// `0` becomes a float where the body returns one. `None` when nothing changes.
fn promote_weak<T: Tree>(init: &T, out: &[ArrayType]) -> Option<T> {
    let leaves = tree_leaves(init);
    let differs = |(leaf, out): (&Array, &ArrayType)| leaf.aval().weak && leaf.aval() != out;
    if leaves.len() != out.len() || !leaves.iter().zip(out).any(differs) {
        return None;
    }
    let mut out = out.iter();
    Some(init.map(&mut |leaf| match out.next() {
        Some(out) if differs((leaf, out)) => {
            let now = (leaf.dtype(), true);
            let (dtype, weak) = promote::result_type(&[now, (out.dtype, out.weak)]);
            promote::convert(leaf, dtype, weak)
        }
        _ => leaf.clone(),
    }))
}

/// Element by element one of two arrays: `on_true` where `pred` holds. Strict: both have one type,
/// and `pred` is a scalar or has their shape; `jnp::where_` promotes and broadcasts.
///
/// # Panics
/// When types or shapes differ.
#[track_caller]
pub fn select(pred: &Array, on_true: &Array, on_false: &Array) -> Array {
    elementwise::select_n(pred, &[on_false, on_true])
}
