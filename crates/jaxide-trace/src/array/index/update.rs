//! Updating: `set`, `add` and their like give a new array. Where the places are one known window,
//! `set` is a `dynamic_update_slice`, which gives the same bits as the scatter; the rest scatters.

use std::{panic::Location, sync::Arc};

use jaxide_ir::{Jaxpr, OpDef};
use jaxide_lax::{
    gather::Mode,
    index::dynamic_update_slice,
    scatter::{self, SCATTER, SCATTER_ADD, SCATTER_MAX, SCATTER_MIN, SCATTER_MUL, SCATTER_SUB},
    shape,
};

use super::{
    At, IndexMode, Indexed, Options,
    geometry::{Geometry, Starts},
    plan::Plan,
};
use crate::{
    Array, Operand,
    array::binary,
    diag,
    error::{Error, OrRaise, Result},
    func::FnInfo,
    promote, trace,
};

macro_rules! updates {
    ($($(#[$doc:meta])* $name:ident = $op:ident;)*) => {
        impl Indexed<'_> {$(
            $(#[$doc])*
            ///
            /// `values` broadcast to the shape of what [`Indexed::get`] gives. The result has the
            /// array's dtype: the update is computed in the common dtype and converted back.
            ///
            /// # Panics
            /// As [`Array::get`], and with `ValueError` when `values` does not broadcast.
            #[allow(clippy::should_implement_trait, reason = "JAX's names; it is no sum of places")]
            #[track_caller]
            pub fn $name(self, values: impl Operand) -> Array {
                update(self.array, &self, &$op, &values.into_operand())
            }
        )*}
    };
}

updates! {
    /// The array with these values at the places; of several values for one place the last counts.
    set = SCATTER;
    /// The array with these values added; values for one place add up.
    add = SCATTER_ADD;
    /// The array with these values subtracted.
    subtract = SCATTER_SUB;
    /// The array multiplied by these values at the places.
    multiply = SCATTER_MUL;
    /// The lesser of the array's elements and these values at the places.
    min = SCATTER_MIN;
    /// The greater of the array's elements and these values at the places.
    max = SCATTER_MAX;
}

impl Indexed<'_> {
    /// The array divided by these values at the places; integers become floats everywhere.
    ///
    /// # Panics
    /// As [`Indexed::set`].
    #[track_caller]
    pub fn divide(self, values: impl Operand) -> Array {
        binary::div(self.array, &self.factors(&values.into_operand()))
    }

    /// The array to the power of these values at the places.
    ///
    /// # Panics
    /// As [`Indexed::set`].
    #[track_caller]
    pub fn power(self, values: impl Operand) -> Array {
        binary::pow(self.array, &self.factors(&values.into_operand()))
    }

    /// Ones, times these values at the places.
    #[track_caller]
    fn factors(&self, values: &Array) -> Array {
        let ty = self.array.aval();
        let one = Array::from_number(1);
        let one = promote::convert(&one, ty.dtype, ty.weak);
        let ones = promote::broadcast_to(&one, &ty.shape);
        update(&ones, self, &SCATTER_MUL, values)
    }

    /// The array with `f` of its elements at the places. An element that is named twice is changed
    /// twice. `f` gets one element, of rank 0.
    ///
    /// # Panics
    /// As [`Array::get`], and with `TypeError` when `f` uses other arrays or does not give one of
    /// rank 0.
    #[track_caller]
    pub fn apply(self, f: impl Fn(&Array) -> Array) -> Array {
        let at = Location::caller();
        let plan = Plan::new(self.array, &self.index, &self.options, true).or_raise();
        let geometry = Geometry::of(&plan);
        if geometry.shape.contains(&0) || plan.x.size() == 0 {
            return self.array.clone();
        }
        let jaxpr = element_function(self.array, &f, at).or_raise();
        let lax = lax_options(&self.options, &geometry);
        let zero = promote::convert(&Array::from_number(0), plan.x.dtype(), false);
        let updates = promote::broadcast_to(&zero, &geometry.update_shape());
        let indices = geometry.indices(&plan, &self.options);
        let dims = geometry.scatter_dims();
        let out = scatter::scatter_apply(&plan.x, &indices, &updates, jaxpr, &dims, &lax);
        finished(out, &plan, self.array)
    }
}

/// A function of one element as the program of a scatter: of the old element and an update that it
/// does not use.
fn element_function(x: &Array, f: &dyn Fn(&Array) -> Array, at: At) -> Result<Arc<Jaxpr>> {
    let info = FnInfo::of_val(f, at);
    let ty = x.aval().with_shape(&[]);
    let (jaxpr, captured, shape) = trace::trace(&info, "apply", "apply", |guard| {
        let old = guard.input(ty.clone(), "element".to_owned(), at);
        guard.input(ty.clone(), "update".to_owned(), at);
        let new = f(&old);
        let shape = new.shape().to_vec();
        (vec![promote::convert(&new, ty.dtype, ty.weak)], shape)
    })?;
    if !captured.is_empty() || !shape.is_empty() {
        return Err(Error::Type(diag::element_function(captured.len(), &shape, at)));
    }
    Ok(Arc::new(jaxpr))
}

fn lax_options(options: &Options, geometry: &Geometry) -> jaxide_lax::gather::IndexOptions {
    let mut lax = options.lax(Mode::FillOrDrop);
    lax.indices_are_sorted |= geometry.sorted;
    lax.unique_indices |= geometry.unique;
    lax
}

impl Geometry {
    /// The shape of the updates of a scatter.
    fn update_shape(&self) -> Vec<usize> {
        let kept = (0..self.shape.len()).filter(|at| !self.new.contains(at));
        kept.map(|at| self.shape[at]).collect()
    }
}

#[track_caller]
fn update(array: &Array, places: &Indexed<'_>, op: &'static OpDef, values: &Array) -> Array {
    let options = &places.options;
    let plan = Plan::new(array, &places.index, options, true).or_raise();
    let geometry = Geometry::of(&plan);
    let [x, values] = promote::promote_dtypes([&plan.x, values]);
    if x.dtype() != array.dtype() {
        warn_lossy(values.dtype(), array.dtype());
    }
    let values = values.broadcast_to(&geometry.shape[..]);
    if geometry.shape.contains(&0) || x.size() == 0 {
        return array.clone();
    }
    let out = match window(&plan, options, op) {
        Some(starts) => {
            let window = values.reshape(&Starts::sizes(&plan)[..]);
            let starts: Vec<&Array> = starts.values.iter().collect();
            if window.shape() == x.shape() {
                window
            } else {
                dynamic_update_slice(&x, &window, &starts)
            }
        }
        None => {
            let values = values.reshape(&geometry.update_shape()[..]);
            let indices = geometry.indices(&plan, options);
            let lax = lax_options(options, &geometry);
            scatter::scatter_with(op, &x, &indices, &values, &geometry.scatter_dims(), &lax)
        }
    };
    finished(out, &plan, array)
}

/// The starts of the window that `set` overwrites, where a `dynamic_update_slice` does what the
/// scatter does: all places are in range, known to be or promised.
#[track_caller]
fn window(plan: &Plan, options: &Options, op: &'static OpDef) -> Option<Starts> {
    let promised = options.mode == Some(IndexMode::PromiseInBounds);
    if !std::ptr::eq(op, &SCATTER) || !(plan.is_static() || promised) {
        return None;
    }
    // Windows and integers that were put in range by a mode are as good as any.
    let clamped = Options { mode: Some(IndexMode::PromiseInBounds), ..*options };
    Starts::of(plan, &clamped)
}

/// The result in the type of the array, without the axes of boolean scalars.
#[track_caller]
fn finished(out: Array, plan: &Plan, array: &Array) -> Array {
    let out =
        if plan.scalar_axes.is_empty() { out } else { shape::squeeze(&out, &plan.scalar_axes) };
    promote::convert(&out, array.dtype(), array.weak_type())
}

/// JAX's warning about updates that the array's dtype cannot hold.
fn warn_lossy(from: jaxide_ir::DType, to: jaxide_ir::DType) {
    let (from, to) = (from.numpy_name(), to.numpy_name());
    tracing::warn!(
        target: "jaxide::index",
        from,
        to,
        "scatter inputs have incompatible types: cannot safely cast value"
    );
}
