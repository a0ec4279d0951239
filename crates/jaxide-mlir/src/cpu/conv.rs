//! `conv_general_dilated` as a reduction kernel over the elements of the kernel and the features of one
//! group. The first operand is copied with its padding and holes, so that the kernel walks it without
//! guards; the second so that features of the result lie side by side where the result has them so.
//! Blocking of large products is that of reductions.

use std::sync::Arc;

use jaxide_ir::{DType, Result};
use jaxide_kernel::{Combine, Expr, IndexMap, Input, Kernel};
use jaxide_lax::conv::Conv;

use super::{
    dot::product,
    nest::LANES,
    program::{OpCall, ProgramCx, Slot},
    reduce,
    spread::{Spread, copied},
};

/// Lowers `conv_general_dilated`.
///
/// # Errors
/// None.
pub fn conv(cx: &mut ProgramCx<'_>, call: &OpCall<'_>) -> Result<Vec<Slot>> {
    let conv = Conv::of(&call.eqn.params);
    let (lhs, rhs, dims) = (&call.in_types[0], &call.in_types[1], &conv.dimension_numbers);
    let spatial = conv.spatial(&lhs.shape, &rhs.shape);
    let mut spreads: Vec<Spread> = lhs.shape.iter().map(|size| Spread::plain(*size)).collect();
    for (dim, at) in spatial.iter().zip(&dims.lhs_spec[2..]) {
        spreads[*at] = Spread::under(dim);
    }
    let order: Vec<usize> = (0..lhs.rank()).collect();
    let zero = |cx: &mut ProgramCx<'_>, dtype| reduce::neutral(&mut cx.e, Combine::Add, dtype, 0);
    let array = copied(cx, (call.ins[0], lhs), &spreads, &order, |cx| zero(cx, lhs.dtype));
    let plain: Vec<Spread> = rhs.shape.iter().map(|size| Spread::plain(*size)).collect();
    let roles = kernel_order(&conv, call);
    let kernel = copied(cx, (call.ins[1], rhs), &plain, &roles, |cx| zero(cx, rhs.dtype));
    let nest = Nest { conv: &conv, call, roles: &roles };
    let reduction = nest.kernel(array.ty.dtype, kernel.ty.dtype)?;
    let types = vec![array.ty.clone(), kernel.ty.clone()];
    let inner = call.with_operands(vec![array.slot, kernel.slot], types);
    let outs = reduce::emit(cx, &inner, &reduction)?;
    array.release(cx);
    kernel.release(cx);
    Ok(outs)
}

/// The order of the kernel's dimensions in its copy: as they are, but last those features that are
/// last in the result and fill vectors, or else those that are last in the operand.
fn kernel_order(conv: &Conv, call: &OpCall<'_>) -> Vec<usize> {
    let dims = &conv.dimension_numbers;
    let last = call.out_types[0].rank() - 1;
    let width = call.in_types[1].shape[dims.rhs_spec[0]] / conv.groups();
    let mut order: Vec<usize> = (0..=last).collect();
    if dims.out_spec[1] == last && width >= LANES {
        order = [&dims.rhs_spec[2..], &[dims.rhs_spec[1], dims.rhs_spec[0]]].concat();
    } else if dims.lhs_spec[1] == last {
        order = [&dims.rhs_spec[..1], &dims.rhs_spec[2..], &dims.rhs_spec[1..2]].concat();
    }
    order
}

struct Nest<'a> {
    conv: &'a Conv,
    call: &'a OpCall<'a>,
    /// The kernel's dimensions in the order of its copy.
    roles: &'a [usize],
}

/// Which loop runs over what.
struct LoopsOf {
    batch: usize,
    group: usize,
    feature: usize,
    /// The result's spatial dimensions.
    places: Vec<usize>,
    /// The operand's features.
    inner: usize,
    /// The kernel's elements.
    offsets: Vec<usize>,
}

impl Nest<'_> {
    fn kernel(&self, lhs: DType, rhs: DType) -> Result<Kernel> {
        let (out, kernel) = (&self.call.out_types[0], &self.call.in_types[1].shape);
        let rhs_spec = &self.conv.dimension_numbers.rhs_spec;
        let (loops, mut domain) = self.loops();
        let kept = domain.len();
        domain.extend(vec![0; rhs_spec.len() - 1]);
        domain[loops.inner] = kernel[rhs_spec[1]];
        for (offset, dim) in loops.offsets.iter().zip(&rhs_spec[2..]) {
            domain[*offset] = kernel[*dim];
        }
        Ok(Kernel {
            inputs: vec![
                Input::Read(IndexMap::new(self.array(&loops))),
                Input::Read(IndexMap::new(self.filter(&loops))),
            ],
            outputs: vec![IndexMap::identity(kept)],
            reduce: (kept..domain.len()).collect(),
            combine: vec![if out.dtype.is_bool() { Combine::Or } else { Combine::Add }],
            body: Arc::new(product(lhs, rhs, out.dtype)?),
            domain,
        })
    }

    /// The loops, and the sizes of those that are kept. The result's dimensions become loops in their
    /// order, its features two: groups and the features of one. Then come the reduced loops: the kernel's
    /// elements, and the operand's features before or behind them as in the operand.
    fn loops(&self) -> (LoopsOf, Vec<usize>) {
        let (out, dims) = (&self.call.out_types[0].shape, &self.conv.dimension_numbers);
        let mut places = vec![0; out.len() - 2];
        let (mut batch, mut group) = (0, 0);
        let mut domain = Vec::new();
        for (dim, size) in out.iter().enumerate() {
            match dims.out_spec.iter().position(|at| *at == dim) {
                Some(0) => batch = domain.len(),
                Some(1) => {
                    group = domain.len();
                    domain.push(self.conv.groups());
                    domain.push(size / self.conv.groups());
                    continue;
                }
                role => {
                    places[role.expect("a permutation names each dimension") - 2] = domain.len()
                }
            }
            domain.push(*size);
        }
        let (first, count) = (domain.len(), places.len());
        let behind = dims.lhs_spec[1] == out.len() - 1;
        let (inner, offsets) = if behind {
            (first + count, first..first + count)
        } else {
            (first, first + 1..first + 1 + count)
        };
        let feature = group + 1;
        (LoopsOf { batch, group, feature, places, inner, offsets: offsets.collect() }, domain)
    }

    /// Indices into the copy of the first operand.
    fn array(&self, loops: &LoopsOf) -> Vec<Expr> {
        let (conv, dims) = (self.conv, &self.conv.dimension_numbers);
        let group = Expr::dim(loops.group);
        let mut exprs = vec![Expr::default(); dims.lhs_spec.len()];
        let (mut batch, mut features) = (Expr::dim(loops.batch), Expr::dim(loops.inner));
        if conv.batch_group_count > 1 {
            let size = self.call.out_types[0].shape[dims.out_spec[0]];
            batch = batch.plus(&group.times(size as i64));
        } else {
            let size = self.call.in_types[1].shape[dims.rhs_spec[1]];
            features = features.plus(&group.times(size as i64));
        }
        exprs[dims.lhs_spec[0]] = batch;
        exprs[dims.lhs_spec[1]] = features;
        for (at, (place, offset)) in loops.places.iter().zip(&loops.offsets).enumerate() {
            let place = Expr::dim(*place).times(conv.window_strides[at] as i64);
            let offset = Expr::dim(*offset).times(conv.rhs_dilation[at] as i64);
            exprs[dims.lhs_spec[2 + at]] = place.plus(&offset);
        }
        exprs
    }

    /// Indices into the copy of the kernel.
    fn filter(&self, loops: &LoopsOf) -> Vec<Expr> {
        let dims = &self.conv.dimension_numbers;
        let width = self.call.in_types[1].shape[dims.rhs_spec[0]] / self.conv.groups();
        let mut exprs = vec![Expr::default(); dims.rhs_spec.len()];
        let group = Expr::dim(loops.group).times(width as i64);
        exprs[dims.rhs_spec[0]] = group.plus(&Expr::dim(loops.feature));
        exprs[dims.rhs_spec[1]] = Expr::dim(loops.inner);
        for (offset, dim) in loops.offsets.iter().zip(&dims.rhs_spec[2..]) {
            exprs[*dim] = Expr::dim(*offset);
        }
        self.roles.iter().map(|dim| exprs[*dim].clone()).collect()
    }
}
