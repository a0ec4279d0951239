//! `dot_general` as a reduction kernel: batch, free and contracted dimensions become loops, and the
//! reduction's forms find the order that walks memory in order (a dot of rows, or a sum of scaled
//! rows). Blocking and packing for large products are not here.

use std::sync::Arc;

use jaxide_ir::{ArrayType, Atom, DType, JaxprBuilder, Params, Result};
use jaxide_kernel::{Combine, Expr, IndexMap, Input, Kernel};
use jaxide_lax::{
    dot::{DotDims, DotSide},
    elementwise,
};

use super::{
    program::{OpCall, ProgramCx, Slot},
    reduce,
};

/// Lowers `dot_general`.
///
/// # Errors
/// None.
pub fn dot_general(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    reduce::emit(cx, call, &kernel(call)?)
}

fn kernel(call: &OpCall<'_>) -> Result<Kernel> {
    let dims = DotDims::of(&call.eqn.params);
    let (lhs, rhs) = (&call.in_types[0], &call.in_types[1]);
    let (lhs_free, rhs_free) = (dims.lhs.free(lhs.rank()), dims.rhs.free(rhs.rank()));
    let sizes = |ty: &ArrayType, axes: &[usize]| -> Vec<usize> {
        axes.iter().map(|axis| ty.shape[*axis]).collect()
    };
    let batch = dims.lhs.batch.len();
    let (m, n) = (batch + lhs_free.len(), batch + lhs_free.len() + rhs_free.len());
    let domain = [
        sizes(lhs, &dims.lhs.batch),
        sizes(lhs, &lhs_free),
        sizes(rhs, &rhs_free),
        sizes(lhs, &dims.lhs.contract),
    ]
    .concat();
    let map = |side: &DotSide, free: &[usize], first: usize, rank: usize| {
        let mut exprs = vec![Expr::default(); rank];
        let mut place = |axes: &[usize], first: usize| {
            axes.iter().enumerate().for_each(|(at, axis)| exprs[*axis] = Expr::dim(first + at));
        };
        place(&side.batch, 0);
        place(free, first);
        place(&side.contract, n);
        Input::Read(IndexMap::new(exprs))
    };
    let inputs = vec![
        map(&dims.lhs, &lhs_free, batch, lhs.rank()),
        map(&dims.rhs, &rhs_free, m, rhs.rank()),
    ];
    let reduce: Vec<usize> = (n..domain.len()).collect();
    let out = IndexMap::identity(n);
    let combine = vec![if call.out_types[0].dtype.is_bool() { Combine::Or } else { Combine::Add }];
    let body = Arc::new(product(lhs.dtype, rhs.dtype, call.out_types[0].dtype)?);
    Ok(Kernel { domain, reduce, inputs, outputs: vec![out], combine, body })
}

/// The product of two elements. Narrow floats are not rounded before they are summed in f32: their
/// product is exact there.
pub(super) fn product(lhs: DType, rhs: DType, out: DType) -> Result<jaxide_ir::Jaxpr> {
    let types = [lhs, rhs].map(ArrayType::scalar);
    let (mut builder, vars) = JaxprBuilder::with_inputs(&types);
    let loc = jaxide_ir::Loc::unknown();
    let out = if matches!(out, DType::BF16 | DType::F16) { DType::F32 } else { out };
    let mut converted = Vec::new();
    for (var, from) in vars.iter().zip([lhs, rhs]) {
        let params = Params::new().with("new_dtype", out).with("weak_type", false);
        let atom = Atom::Var(*var);
        converted.push(if from == out {
            atom
        } else {
            let op = &elementwise::CONVERT_ELEMENT_TYPE;
            builder.bind(op, params, &[atom], loc.clone())?[0].into()
        });
    }
    let op = if out.is_bool() { &elementwise::AND } else { &elementwise::MUL };
    let result = builder.bind(op, Params::new(), &converted, loc)?[0];
    Ok(builder.finish(vec![result.into()]))
}
