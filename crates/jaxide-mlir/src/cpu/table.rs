//! Which op is lowered by which function, and the check that a program has no other.

use jaxide_ir::{DType, Jaxpr, Lower, Mlir, OpDef, Result};
use jaxide_kernel as kernel;
use jaxide_lax::{
    self as lax,
    elementwise::complex::{COMPLEX_OP, IMAG, REAL},
};
use jaxide_passes::splits_complex;

use super::{
    arg_reduce, complex, control, conv, cumulative, dot, gather, library, map, program::LowerFn,
    random, reduce, scalar, shape, sort, spread, window,
};
use crate::diag;

/// Lowerings of structured ops.
static TABLE: &[(&OpDef, LowerFn)] = &[
    (&kernel::MAP, map::map),
    (&kernel::REDUCE, reduce::reduce),
    (&COMPLEX_OP, complex::join),
    (&IMAG, complex::part),
    (&REAL, complex::part),
    (&lax::shape::RESHAPE, shape::reshape),
    (&lax::shape::SQUEEZE, shape::reshape),
    (&lax::shape::BROADCAST_IN_DIM, shape::reshape),
    (&lax::shape::CONCATENATE, shape::concatenate),
    (&lax::shape::EMPTY, shape::empty),
    (&lax::shape::PAD, spread::pad),
    (&lax::index::DYNAMIC_SLICE, shape::dynamic_slice),
    (&lax::index::DYNAMIC_UPDATE_SLICE, shape::dynamic_update_slice),
    (&lax::control::COND, control::cond::cond),
    (&lax::control::WHILE, control::while_loop::while_loop),
    (&lax::control::SCAN, control::scan::scan),
    (&lax::control::PLATFORM_INDEX, control::cond::platform_index),
    (&lax::conv::CONV_GENERAL_DILATED, conv::conv),
    (&lax::dot::DOT_GENERAL, dot::dot_general),
    (&lax::random::IOTA_2X32_SHAPE, random::iota_2x32_shape),
    (&lax::reduce::ARGMAX, arg_reduce::arg_reduce),
    (&lax::reduce::ARGMIN, arg_reduce::arg_reduce),
    (&lax::reduce::CUMLOGSUMEXP, cumulative::cumlogsumexp),
    (&lax::reduce::CUMMAX, cumulative::cumulative),
    (&lax::reduce::CUMMIN, cumulative::cumulative),
    (&lax::reduce::CUMPROD, cumulative::cumulative),
    (&lax::reduce::CUMSUM, cumulative::cumulative),
    (&lax::gather::GATHER, gather::gather),
    (&lax::scatter::SCATTER, gather::scatter),
    (&lax::scatter::SCATTER_ADD, gather::scatter),
    (&lax::scatter::SCATTER_MAX, gather::scatter),
    (&lax::scatter::SCATTER_MIN, gather::scatter),
    (&lax::scatter::SCATTER_MUL, gather::scatter),
    (&lax::scatter::SCATTER_SUB, gather::scatter),
    (&lax::shape::SPLIT, shape::split),
    (&lax::sort::SORT, sort::sort),
    (&lax::sort::TOP_K, sort::top_k),
    (&lax::window::REDUCE_WINDOW, window::reduce_window),
    (&lax::window::REDUCE_WINDOW_MAX, window::fold),
    (&lax::window::REDUCE_WINDOW_MIN, window::fold),
    (&lax::window::REDUCE_WINDOW_SUM, window::fold),
    (&lax::window::SELECT_AND_GATHER_ADD, window::select_and_gather_add),
    (&lax::window::SELECT_AND_SCATTER_ADD, window::select_and_scatter_add),
];

/// True for ops whose lowerings know complex arrays in memory.
fn takes_complex(op: &OpDef) -> bool {
    let borders = [&COMPLEX_OP, &IMAG, &REAL];
    borders.contains(&op) || matches!(op.lower, Lower::Library(_))
}

/// The rules of a backend: the table and the user's rows, which come first.
#[derive(Clone, Default)]
pub struct Rules {
    extra: Vec<(&'static OpDef, LowerFn)>,
}

impl Rules {
    /// The table with more rows.
    pub fn with(extra: &[(&'static OpDef, LowerFn)]) -> Rules {
        Rules { extra: extra.to_vec() }
    }

    /// The lowering of an op.
    pub fn find(&self, op: &OpDef) -> Option<LowerFn> {
        let rows = self.extra.iter().chain(TABLE);
        let by_record = rows.clone().find(|row| row.0 == op).map(|row| row.1);
        // A layout change or reduction of rank 0 is no kernel: it is its operand.
        let unfused = || kernel::is_layout(op) || kernel::reduction(op).is_some();
        let identity = || unfused().then_some(shape::identity as LowerFn);
        let scalar = || op.is_elementwise().then_some(shape::scalar_op as LowerFn);
        let routine =
            || matches!(op.lower, Lower::Library(_)).then_some(library::library as LowerFn);
        by_record.or_else(scalar).or_else(identity).or_else(routine)
    }

    /// True when programs may hold the op on elements of a dtype: it has a lowering, or calls,
    /// composite ops and layout changes are gone before lowering. For documents; [`Rules::check`]
    /// decides about a program.
    pub fn covers(&self, op: &'static OpDef, dtype: DType) -> bool {
        let gone = lax::control::is_call(op)
            || matches!(op.lower, Lower::Decompose(_))
            || kernel::is_layout(op);
        let split = matches!(op.scalar_row(dtype).map(|row| row.mlir), Some(Mlir::Split(_)));
        if dtype.is_complex() || split {
            return splits_complex(op) || takes_complex(op);
        }
        let by_record = TABLE.iter().any(|row| row.0 == op);
        let knows = || by_record || !op.is_elementwise() || scalar::knows(op, dtype);
        gone || (self.find(op).is_some() && knows())
    }

    /// Checks that every op of a program has a lowering for its element types, before anything is
    /// handed to a compiler.
    ///
    /// # Errors
    /// The first op that has none.
    pub fn check(&self, jaxpr: &Jaxpr) -> Result<()> {
        for eqn in &jaxpr.eqns {
            self.check_eqn(jaxpr, eqn).map_err(|error| error.at(&eqn.loc))?;
            for nested in eqn.params.jaxprs() {
                self.check(nested)?;
            }
        }
        Ok(())
    }

    fn check_eqn(&self, jaxpr: &Jaxpr, eqn: &jaxide_ir::Eqn) -> Result<()> {
        let name = eqn.op.name;
        let rule = self.find(eqn.op).ok_or_else(|| diag::unsupported_op(name))?;
        let takes_complex = takes_complex(eqn.op) || self.extra.iter().any(|row| row.0 == eqn.op);
        let ins = eqn.inputs.iter().map(|atom| jaxpr.ty(*atom).dtype);
        let outs = eqn.outputs.iter().map(|var| jaxpr.vars[*var].dtype);
        let complex = ins.clone().chain(outs).find(|dtype| dtype.is_complex());
        if let (Some(dtype), false) = (complex, takes_complex) {
            return Err(diag::unsupported_dtype(name, dtype));
        }
        let by_row = std::ptr::fn_addr_eq(rule, shape::scalar_op as LowerFn);
        let decomposed = matches!(eqn.op.lower, Lower::Decompose(_));
        let first = ins.clone().next();
        if by_row && !decomposed && !first.is_some_and(|dtype| scalar::knows(eqn.op, dtype)) {
            return Err(diag::unsupported_op(name));
        }
        Ok(())
    }
}
