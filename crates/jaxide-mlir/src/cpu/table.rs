//! Which op is lowered by which function, and the check that a program has no other.

use jaxide_ir::{Jaxpr, Lower, OpDef, Result};
use jaxide_kernel as kernel;
use jaxide_lax as lax;

use super::{control, cumulative, dot, map, program::LowerFn, random, reduce, scalar, shape};
use crate::diag;

/// Lowerings of structured ops.
static TABLE: &[(&OpDef, LowerFn)] = &[
    (&kernel::MAP, map::map),
    (&kernel::REDUCE, reduce::reduce),
    (&lax::shape::RESHAPE, shape::reshape),
    (&lax::shape::SQUEEZE, shape::reshape),
    (&lax::shape::BROADCAST_IN_DIM, shape::reshape),
    (&lax::shape::CONCATENATE, shape::concatenate),
    (&lax::shape::PAD, shape::pad),
    (&lax::index::DYNAMIC_SLICE, shape::dynamic_slice),
    (&lax::index::DYNAMIC_UPDATE_SLICE, shape::dynamic_update_slice),
    (&lax::control::COND, control::cond::cond),
    (&lax::control::WHILE, control::while_loop::while_loop),
    (&lax::control::SCAN, control::scan::scan),
];

/// Lowerings by name, of ops whose records may be absent.
static NAMED: &[(&str, LowerFn)] = &[
    ("dot_general", dot::dot_general),
    ("iota_2x32_shape", random::iota_2x32_shape),
    ("cumsum", cumulative::cumulative),
    ("cumprod", cumulative::cumulative),
    ("cummax", cumulative::cumulative),
    ("cummin", cumulative::cumulative),
    ("argmax", reduce::arg_reduce),
    ("argmin", reduce::arg_reduce),
];

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
        let by_name = || NAMED.iter().find(|row| row.0 == op.name).map(|row| row.1);
        let scalar = || op.is_elementwise().then_some(shape::scalar_op as LowerFn);
        by_record.or_else(by_name).or_else(scalar)
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
        let is_extra = self.extra.iter().any(|row| row.0 == eqn.op);
        let ins = eqn.inputs.iter().map(|atom| jaxpr.ty(*atom).dtype);
        let outs = eqn.outputs.iter().map(|var| jaxpr.vars[*var].dtype);
        if let Some(dtype) = ins.clone().chain(outs).find(|dtype| dtype.is_complex() && !is_extra) {
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
