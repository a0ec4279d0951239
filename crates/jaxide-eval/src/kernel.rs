//! The kernel dialect, by its definition: the body's inputs at every point of the domain, the body
//! on all points at once, then its results joined over the reduced dimensions and laid out.

use std::sync::Arc;

use jaxide_ir::{ArrayType, Atom, Call, Jaxpr, OpDef, Result, Scalar, Shape, TensorData};
use jaxide_kernel::{Combine, Expr, IndexMap, Input, Kernel as Params, Leaf, MAP, REDUCE};
use jaxide_runtime::Buffer;

use crate::{
    Control, Kernel, KernelCx, Shared,
    reduce::{Join, joined},
    shape::transfer,
    view::{View, advance},
};

pub(crate) static KERNELS: &[(&OpDef, Kernel)] = &[(&MAP, KERNEL), (&REDUCE, KERNEL)];

const KERNEL: Kernel =
    Kernel::Control(Control { jaxprs: &[], derive: Some(lifted), run: eval_kernel });

/// The body with every scalar replaced by an array of the domain's shape.
fn lifted(call: &Call<'_>) -> Result<Jaxpr> {
    let Params { domain, body, .. } = Params::of(call.params);
    let mut lifted = Jaxpr { inputs: body.inputs.clone(), ..Jaxpr::default() };
    for (_, ty) in body.vars.iter() {
        lifted.vars.push(ty.with_shape(&domain));
    }
    lifted.outputs = body.outputs.iter().map(|atom| lift(&mut lifted, *atom, &domain)).collect();
    for eqn in &body.eqns {
        let mut eqn = eqn.clone();
        eqn.inputs = eqn.inputs.iter().map(|atom| lift(&mut lifted, *atom, &domain)).collect();
        lifted.eqns.push(eqn);
    }
    Ok(lifted)
}

fn lift(lifted: &mut Jaxpr, atom: Atom, domain: &[usize]) -> Atom {
    let Atom::Literal(literal) = atom else { return atom };
    let ty = literal.ty().with_shape(domain);
    let element = literal.value.to_bytes();
    let mut data = TensorData::zeros(ty.clone());
    data.bytes_mut().chunks_exact_mut(element.len()).for_each(|out| out.copy_from_slice(&element));
    let var = lifted.vars.push(ty);
    lifted.consts.push((var, Arc::new(data)));
    var.into()
}

fn eval_kernel<'a>(cx: &KernelCx<'_>, args: Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>> {
    let kernel = Params::of(cx.params());
    let mut operands = args.iter();
    let mut inputs = Vec::with_capacity(kernel.inputs.len());
    for (input, var) in kernel.inputs.iter().zip(&kernel.body.inputs) {
        let ty = kernel.body.vars[*var].with_shape(&kernel.domain);
        inputs.push(Shared::new(match input {
            Input::Read(map) => elements(map, operands.next().expect("checked arity"), ty)?,
            Input::Iota(expr) => indices(expr, ty)?,
        }));
    }
    let mut outs = cx.derived().run(inputs)?;
    for (at, out) in outs.iter_mut().enumerate() {
        if let Some(combine) = kernel.combine.get(at) {
            *out = Shared::new(joined(cx, out, &kernel.reduce, join(*combine))?);
        }
        *out = Shared::new(laid_out(&kernel, at, out, &cx.outs[at])?);
    }
    Ok(outs)
}

fn join(combine: Combine) -> Join {
    match combine {
        Combine::Add => Join::Sum,
        Combine::Mul => Join::Prod,
        Combine::Max => Join::Max,
        Combine::Min => Join::Min,
        Combine::And => Join::And,
        Combine::Or => Join::Or,
        Combine::Xor => Join::Xor,
    }
}

/// The element of the operand at each point of the domain, or the fill value where a guard fails.
fn elements(map: &IndexMap, operand: &Buffer, ty: ArrayType) -> Result<Buffer> {
    let (size, strides) = (ty.dtype.size(), operand.ty().strides());
    let fill = Scalar::float(ty.dtype, map.fill).to_bytes();
    each_point(ty, |point, out| {
        let holds = |low, high, value| low <= value && value < high;
        let guards = &map.guards;
        if guards.iter().all(|guard| holds(guard.low, guard.high, value(&guard.expr, point))) {
            let places = map.exprs.iter().zip(&strides);
            let at: usize = places.map(|(expr, stride)| value(expr, point) as usize * stride).sum();
            out.copy_from_slice(&operand.bytes()[at * size..][..size]);
        } else {
            out.copy_from_slice(&fill);
        }
    })
}

fn indices(expr: &Expr, ty: ArrayType) -> Result<Buffer> {
    let dtype = ty.dtype;
    each_point(ty, |point, out| {
        out.copy_from_slice(&Scalar::int(dtype, value(expr, point).into()).to_bytes());
    })
}

/// An array whose elements `f` writes, given their index.
fn each_point(ty: ArrayType, mut f: impl FnMut(&[usize], &mut [u8])) -> Result<Buffer> {
    let (size, shape) = (ty.dtype.size(), ty.shape.clone());
    let mut out = Buffer::recycled(ty)?;
    let mut point = Shape::from_elem(0, shape.len());
    for element in out.bytes_mut().chunks_exact_mut(size) {
        f(&point, element);
        advance(&mut point, &shape);
    }
    Ok(out)
}

/// The value of an index expression at a point of the domain.
fn value(expr: &Expr, point: &[usize]) -> i64 {
    let leaf = |leaf: &Leaf| match leaf {
        Leaf::Dim(dim) => point[*dim] as i64,
        Leaf::Quot { inner, div, modulus } => {
            let quotient = value(inner, point).div_euclid(*div);
            if *modulus == 0 { quotient } else { quotient.rem_euclid(*modulus) }
        }
    };
    expr.constant + expr.terms.iter().map(|(term, factor)| leaf(term) * factor).sum::<i64>()
}

/// A result with its dimensions, those of the domain that are not reduced, in the order of its map.
fn laid_out(kernel: &Params, at: usize, x: &Buffer, ty: &ArrayType) -> Result<Buffer> {
    let dims = kernel.outputs[at].as_dims().expect("checked result maps choose dimensions");
    let kept = |dim: &usize| !kernel.reduce.contains(dim);
    let kept: Vec<usize> = (0..kernel.domain.len()).filter(kept).collect();
    let view = View::dense(x.ty());
    let stride = |dim: &usize| view.strides[kept.iter().position(|k| k == dim).expect("checked")];
    let from = View { base: 0, strides: dims.iter().map(stride).collect() };
    let mut out = Buffer::recycled(ty.clone())?;
    transfer(&ty.shape, x, &from, &mut out, &View::dense(ty));
    Ok(out)
}
