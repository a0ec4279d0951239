//! What happens at the greatest or least element under each place of a window: the derivatives of the
//! extremes of windows.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, IntType, OpDef, OutTypes, Param, ParamDef, ParamKind,
    Params, Result, Rule, RuleCx, Scalar, Value, diag,
    rules::{Batched, LinearOperand},
};
use smallvec::smallvec;

use super::{PADDING, Window, check_window, infer_places};
use crate::{
    Val,
    gather::INTS,
    shape::{batch_front, bind_batched, jvp_linear_in, pad, refuse, slice, structural},
    templates::{REAL_OR_BOOL, bind1, check_classes},
};

/// The comparison that an element must win against the one found before it to be kept.
const SELECT: ParamDef = ParamDef::required("select_prim", ParamKind::Symbol(&["ge", "le"]));

/// Which element under a window is chosen; the first of equals, and what stands behind a NaN.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Select {
    /// The greatest.
    Ge,
    /// The least.
    Le,
}

impl Select {
    /// The choice of checked parameters.
    pub fn of(params: &Params) -> Select {
        if params.str("select_prim") == "ge" { Select::Ge } else { Select::Le }
    }

    /// The value of the parameter `select_prim`.
    pub fn param(self) -> Param {
        Param::Symbol(if self == Select::Ge { "ge" } else { "le" }.into())
    }

    /// The value that no other one loses against: that of padding.
    pub fn identity(self, dtype: DType) -> Scalar {
        let greatest = self == Select::Ge;
        if dtype.is_inexact() {
            return Scalar::float(dtype, if greatest { f64::NEG_INFINITY } else { f64::INFINITY });
        }
        let int = IntType::of(dtype);
        Scalar::int(dtype, if greatest { int.min() } else { int.max() })
    }
}

/// An array of zeros to which each element of the first operand is added where the second has its
/// chosen element under the same place of the window.
pub static SELECT_AND_SCATTER_ADD: OpDef = OpDef {
    classes: REAL_OR_BOOL,
    jvp: Rule::Is(jvp_linear_in::<1>),
    transpose: Rule::Is(transpose_scatter),
    batch: Rule::Is(batch_scatter),
    ..structural(
        "select_and_scatter_add",
        "Adds updates at the chosen elements under a window.",
        Arity::Exactly(2),
        const {
            &[
                ParamDef::required("padding", PADDING),
                SELECT,
                ParamDef::required("window_dimensions", INTS),
                ParamDef::required("window_strides", INTS),
            ]
        },
        infer_scatter,
    )
};

/// The elements of the first operand at the chosen elements of the second under each place of a
/// window; 0 where a window holds nothing above the least value.
pub static SELECT_AND_GATHER_ADD: OpDef = OpDef {
    classes: REAL_OR_BOOL,
    jvp: Rule::Is(jvp_linear_in::<1>),
    transpose: Rule::Is(transpose_gather),
    batch: Rule::Is(batch_gather),
    ..structural(
        "select_and_gather_add",
        "Elements at the chosen elements under a window.",
        Arity::Exactly(2),
        const {
            &[
                ParamDef::required("base_dilation", INTS),
                ParamDef::required("padding", PADDING),
                SELECT,
                ParamDef::required("window_dilation", INTS),
                ParamDef::required("window_dimensions", INTS),
                ParamDef::required("window_strides", INTS),
            ]
        },
        infer_gather,
    )
};

/// Zeros of the type of `operand` to which each element of `source` is added where `operand` has its
/// chosen element under the same place of the window.
///
/// # Panics
/// When `source` has not the shape of the window's places, or the window is dilated.
#[track_caller]
pub fn select_and_scatter_add<V: Value>(
    source: &V,
    operand: &V,
    select: Select,
    window: &Window,
) -> V {
    bind1(&SELECT_AND_SCATTER_ADD, window.params_of_scatter(select), &[source, operand])
}

/// The elements of `tangents` at the chosen elements of `operand` under each place of the window.
///
/// # Panics
/// When the operands' shapes differ or the op refuses the window.
#[track_caller]
pub fn select_and_gather_add<V: Value>(
    tangents: &V,
    operand: &V,
    select: Select,
    window: &Window,
) -> V {
    let params = window.params().with("select_prim", select.param());
    bind1(&SELECT_AND_GATHER_ADD, params, &[tangents, operand])
}

fn infer_scatter(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (source, operand) = (types[0], types[1]);
    if source.dtype != operand.dtype {
        return Err(diag::dtype_mismatch(call.op.name, source.dtype, operand.dtype));
    }
    let places = check_window(call, operand)?;
    if places != source.shape[..] {
        let expected = ArrayType::new(source.dtype, &places);
        return Err(refuse(call, format!("expected a source of type {expected}, got {source}")));
    }
    Ok(smallvec![operand.clone().with_weak(source.weak && operand.weak)])
}

fn infer_gather(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (tangents, operand) = (types[0], types[1]);
    if tangents.dtype != operand.dtype {
        return Err(diag::dtype_mismatch(call.op.name, tangents.dtype, operand.dtype));
    }
    if tangents.shape != operand.shape {
        return Err(diag::shape_mismatch(call.op.name, tangents, operand));
    }
    infer_places(call, types, 1)
}

fn transpose_scatter<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(ct), LinearOperand::Known(operand)) = (cts[0], &operands[1]) else {
        return Ok(vec![None, None]);
    };
    let (select, window) = (Select::of(call.params), Window::of(call.params));
    Ok(vec![Some(select_and_gather_add(&ct, operand, select, &window)), None])
}

/// Holes between the operand's elements are filled with what is never chosen, then cut out again.
fn transpose_gather<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(ct), LinearOperand::Known(operand)) = (cts[0], &operands[1]) else {
        return Ok(vec![None, None]);
    };
    let (select, mut window) = (Select::of(call.params), Window::of(call.params));
    if window.window_dilation.iter().any(|dilation| *dilation != 1) {
        return Err(crate::diag::jax(format!(
            "VJP not implemented for select_and_gather (MaxPool) with window dilation, got \
             window_dilation={}.",
            crate::shape::tuple_text(&window.window_dilation)
        )));
    }
    let (ct, operand) = (Val(ct), Val(*operand));
    let dilation = std::mem::replace(&mut window.base_dilation, vec![1; window.dimensions.len()]);
    if dilation.iter().all(|dilation| *dilation == 1) {
        return Ok(vec![Some(select_and_scatter_add(&ct, &operand, select, &window).0), None]);
    }
    let config: Vec<_> = dilation.iter().map(|dilation| (0, 0, *dilation as i64 - 1)).collect();
    let fill = Val::literal(operand.cx(), select.identity(operand.ty().dtype));
    let sum = select_and_scatter_add(&ct, &pad(&operand, &fill, &config), select, &window);
    let shape = sum.ty().shape;
    Ok(vec![Some(slice(&sum, &vec![0; shape.len()], &shape, Some(&dilation)).0), None])
}

fn batch_scatter<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let window = Window::of(call.params).beside(0);
    let params = window.params_without_dilation();
    Ok(batch_select(cx, call, size, operands, params))
}

fn batch_gather<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let window = Window::of(call.params).beside(0);
    Ok(batch_select(cx, call, size, operands, window.params()))
}

fn batch_select<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
    params: Params,
) -> Vec<Batched<'b>> {
    let operands: Vec<Handle<'b>> = operands.iter().map(|x| batch_front(x, size)).collect();
    let params = params.with("select_prim", Select::of(call.params).param());
    bind_batched(cx, call.op, params, &operands)
}
