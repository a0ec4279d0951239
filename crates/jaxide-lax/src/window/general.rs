//! Reductions by a program on scalars: `reduce_window` over the places of a window, `reduce` over whole
//! dimensions.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, Handle, Jaxpr, Lower, OpDef, OutTypes, Param, ParamDef, ParamKind,
    Params, Result, Rule, RuleCx, Value,
    rules::{Batched, Jvp},
};
use smallvec::SmallVec;

use super::{PADDING, Window, check_window};
use crate::{
    diag,
    gather::INTS,
    shape::{
        axes, batch_front, bind_batched, broadcast_in_dim, instantiate, refuse, replaced, reshape,
        shifted, sized_type, structural, zeros,
    },
};

const NOT_LINEAR: &str = "not linear: joined by any program";

/// Joins the elements under each place of a window by a program. Operands are arrays of one shape,
/// then their initial values; the program takes what is joined so far and one element of each array.
/// It starts with the initial values and takes the elements in order; holes and padding are left out.
pub static REDUCE_WINDOW: OpDef = OpDef {
    jvp: Rule::Is(jvp_joined),
    transpose: Rule::Never(NOT_LINEAR),
    batch: Rule::Is(batch_reduce_window),
    ..structural(
        "reduce_window",
        "Joins the elements under a window by a program.",
        Arity::AtLeast(2),
        const {
            &[
                ParamDef::required("base_dilation", INTS),
                ParamDef::shown("consts", INTS, Param::Tuple(Vec::new())),
                ParamDef::required("jaxpr", ParamKind::Jaxpr),
                ParamDef::required("padding", PADDING),
                ParamDef::required("window_dilation", INTS),
                ParamDef::required("window_dimensions", INTS),
                ParamDef::required("window_strides", INTS),
            ]
        },
        infer_reduce_window,
    )
};

/// Joins elements over dimensions by a program, as [`REDUCE_WINDOW`] does with one place that covers
/// them whole.
pub static REDUCE: OpDef = OpDef {
    lower: Lower::Decompose(decompose_reduce),
    jvp: Rule::Is(jvp_joined),
    transpose: Rule::Never(NOT_LINEAR),
    batch: Rule::Is(batch_reduce),
    ..structural(
        "reduce",
        "Joins elements over dimensions by a program.",
        Arity::AtLeast(2),
        const {
            &[ParamDef::required("dimensions", INTS), ParamDef::required("jaxpr", ParamKind::Jaxpr)]
        },
        infer_reduce,
    )
};

/// Joins the elements of arrays of one shape under each place of a window: `jaxpr` takes what is
/// joined so far and one element of each array. Operands are the arrays, then their initial values.
#[track_caller]
pub fn bind_reduce_window<V: Value>(
    cx: V::Cx,
    jaxpr: Arc<Jaxpr>,
    window: &Window,
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    V::bind(cx, &REDUCE_WINDOW, window.params().with("jaxpr", jaxpr), operands)
}

/// Joins the elements of arrays of one shape over dimensions: `jaxpr` takes what is joined so far and
/// one element of each array. Operands are the arrays, then their initial values.
#[track_caller]
pub fn bind_reduce<V: Value>(
    cx: V::Cx,
    jaxpr: Arc<Jaxpr>,
    dimensions: &[usize],
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    let params = Params::new().with("dimensions", dimensions).with("jaxpr", jaxpr);
    V::bind(cx, &REDUCE, params, operands)
}

/// Refuses operands that are not arrays of one shape and their initial values, and a program of other
/// types.
fn check_operands(call: &Call<'_>, types: &[&ArrayType]) -> Result<()> {
    let (name, count) = (call.op.name, types.len() / 2);
    let (arrays, inits) = types.split_at(count);
    if arrays.len() != inits.len() {
        let got = types.len();
        return Err(refuse(
            call,
            format!("expected as many initial values as arrays, got {got} operands"),
        ));
    }
    let names = |types: &[&ArrayType]| {
        types.iter().map(|ty| ty.dtype.numpy_name()).collect::<Vec<_>>().join(", ")
    };
    if arrays.iter().zip(inits).any(|(array, init)| array.dtype != init.dtype) {
        let (arrays, inits) = (names(arrays), names(inits));
        return Err(diag::jax(format!(
            "{name} got inconsistent dtypes for operands and init_values: got operand dtypes [{arrays}] \
             and init_value dtypes [{inits}]."
        )));
    }
    if let Some(init) = inits.iter().find(|init| init.rank() != 0) {
        return Err(refuse(call, format!("expected initial values of rank 0, got {init}")));
    }
    if let Some(other) = arrays.iter().find(|array| array.shape != arrays[0].shape) {
        return Err(diag::shape_mismatch(name, arrays[0], other));
    }
    let jaxpr = call.params.jaxpr("jaxpr");
    let scalar = |ty: &&ArrayType| ArrayType::scalar(ty.dtype);
    let expected: Vec<ArrayType> = inits.iter().map(scalar).collect();
    let inputs = [&expected[..], &expected[..]].concat();
    if jaxpr.in_types() == inputs && jaxpr.out_types() == expected {
        return Ok(());
    }
    Err(refuse(call, format!("expected a program on two lots of scalars {}", names(inits))))
}

fn infer_reduce_window(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_operands(call, types)?;
    let places = check_window(call, types[0])?;
    let arrays = &types[..types.len() / 2];
    arrays.iter().map(|array| sized_type(call, array.dtype, &places, false)).collect()
}

fn infer_reduce(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_operands(call, types)?;
    let dimensions = axes(call, "dimensions", types[0].rank())?;
    let kept = (0..types[0].rank()).filter(|axis| !dimensions.contains(axis));
    let shape: Vec<usize> = kept.map(|axis| types[0].shape[axis]).collect();
    let (arrays, inits) = types.split_at(types.len() / 2);
    let weak = arrays.iter().zip(inits).map(|(array, init)| array.weak && init.weak);
    arrays
        .iter()
        .zip(weak)
        .map(|(array, weak)| sized_type(call, array.dtype, &shape, weak))
        .collect()
}

/// A window that covers the dimensions whole; the initial value where they are empty.
fn decompose_reduce<'b>(call: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let (arrays, inits) = operands.split_at(operands.len() / 2);
    let shape = arrays[0].ty().shape;
    let dimensions = call.params.usizes("dimensions");
    let kept = (0..shape.len()).filter(|axis| !dimensions.contains(axis));
    let kept: Vec<usize> = kept.map(|axis| shape[axis]).collect();
    if dimensions.iter().any(|axis| shape[*axis] == 0) || kept.contains(&0) {
        return Ok(inits.iter().map(|init| broadcast_in_dim(init, &kept, &[])).collect());
    }
    let size = |axis: usize| if dimensions.contains(&axis) { shape[axis] } else { 1 };
    let sizes: Vec<usize> = (0..shape.len()).map(size).collect();
    let window = Window::new(&sizes, &vec![1; shape.len()]);
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    let jaxpr = call.params.jaxpr("jaxpr").clone();
    let results = bind_reduce_window(arrays[0].cx(), jaxpr, &window, &operands);
    Ok(results.iter().map(|result| reshape(result, &kept)).collect())
}

/// Values and tangents are joined together by the derivative of the program, from the initial values
/// and tangents of zero.
fn jvp_joined<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let count = primals.len() / 2;
    let (arrays, inits) = primals.split_at(count);
    if tangents[..count].iter().all(Option::is_none) {
        let operands: Vec<&Handle<'b>> = primals.iter().collect();
        let results = Handle::bind(cx.builder(), call.op, call.params.clone(), &operands);
        return Ok((results.into_vec(), vec![None; count]));
    }
    if tangents[count..].iter().any(Option::is_some) {
        let message = "reduce_window jvp does not support non-zero init_value_tangent.";
        return Err(diag::jax(message));
    }
    let jaxpr = call.params.jaxpr("jaxpr");
    let (derivative, _) = cx.jvp_jaxpr(jaxpr, &vec![true; 2 * count], &vec![true; count])?;
    // Its inputs are both lots of values, then both lots of tangents.
    let mut derivative = Jaxpr::clone(&derivative);
    let inputs = std::mem::take(&mut derivative.inputs);
    for lot in [0, 2, 1, 3] {
        derivative.inputs.extend(&inputs[lot * count..(lot + 1) * count]);
    }
    let mut operands = arrays.to_vec();
    operands.extend(tangents.iter().zip(arrays).map(|(tangent, x)| instantiate(*tangent, x)));
    operands.extend(inits);
    operands.extend(inits.iter().map(|init| zeros::<Handle<'b>>(init.cx(), &init.ty())));
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    let params = replaced(call.params, "jaxpr", Arc::new(derivative));
    let mut results = Handle::bind(cx.builder(), call.op, params, &operands).into_vec();
    let tangents = results.split_off(count).into_iter().map(Some).collect();
    Ok((results, tangents))
}

fn batch_reduce_window<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let window = Window::of(call.params).beside(0);
    let params = window.params().with("jaxpr", call.params.jaxpr("jaxpr").clone());
    batch_joined(cx, call, size, operands, params)
}

fn batch_reduce<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let dimensions = shifted(&call.params.usizes("dimensions"));
    batch_joined(cx, call, size, operands, replaced(call.params, "dimensions", dimensions))
}

fn batch_joined<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
    params: Params,
) -> Result<Vec<Batched<'b>>> {
    let (arrays, inits) = operands.split_at(operands.len() / 2);
    if inits.iter().any(|init| init.1.is_some()) {
        let name = call.op.name;
        return Err(diag::jax(format!("{name} batching is not implemented for initial values")));
    }
    let arrays = arrays.iter().map(|array| batch_front(array, size));
    let operands: Vec<Handle<'b>> = arrays.chain(inits.iter().map(|init| init.0)).collect();
    Ok(bind_batched(cx, call.op, params, &operands))
}
