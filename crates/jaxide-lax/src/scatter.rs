//! The scatter family: an array with updates combined into it at places that an array of indices
//! gives.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, Handle, Jaxpr, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Record, RecordDef, Result, Rule, RuleCx, Value, diag,
    rules::{Batched, Jvp, LinearOperand},
};

use crate::{
    gather::{
        Fill, GATHER, GatherDims, INTS, IndexOptions, MODE, Mode, check_dims, check_indices,
        read_dims, window_dims,
    },
    shape::{
        batch_front, bind_batched, instantiate, one, refuse, replaced, shifted, structural,
        tuple_text,
    },
};

/// How the dimensions of operand, indices and updates of a scatter correspond.
pub static SCATTER_DIMENSION_NUMBERS: RecordDef = RecordDef {
    name: "ScatterDimensionNumbers",
    fields: &[
        ParamDef::required("update_window_dims", INTS),
        ParamDef::required("inserted_window_dims", INTS),
        ParamDef::required("scatter_dims_to_operand_dims", INTS),
        ParamDef::shown("operand_batching_dims", INTS, Param::Tuple(Vec::new())),
        ParamDef::shown("scatter_indices_batching_dims", INTS, Param::Tuple(Vec::new())),
    ],
};

/// How the dimensions of operand, indices and updates of a scatter correspond.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct ScatterDims {
    /// Dimensions of the updates that run inside a window.
    pub update_window_dims: Vec<usize>,
    /// Dimensions of the operand of which a window has one element and the updates none.
    pub inserted_window_dims: Vec<usize>,
    /// The operand dimension that each component of an index is about.
    pub scatter_dims_to_operand_dims: Vec<usize>,
    /// Dimensions of the operand that run along with dimensions of the indices.
    pub operand_batching_dims: Vec<usize>,
    /// Those dimensions of the indices.
    pub scatter_indices_batching_dims: Vec<usize>,
}

impl ScatterDims {
    /// Reads checked parameters.
    pub fn of(params: &Params) -> ScatterDims {
        let [update_window_dims, inserted_window_dims, map, operand, indices] = read_dims(params);
        ScatterDims {
            update_window_dims,
            inserted_window_dims,
            scatter_dims_to_operand_dims: map,
            operand_batching_dims: operand,
            scatter_indices_batching_dims: indices,
        }
    }

    /// The parameter of an equation.
    pub fn param(&self) -> Param {
        let fields = vec![
            self.update_window_dims.clone().into(),
            self.inserted_window_dims.clone().into(),
            self.scatter_dims_to_operand_dims.clone().into(),
            self.operand_batching_dims.clone().into(),
            self.scatter_indices_batching_dims.clone().into(),
        ];
        Record { def: &SCATTER_DIMENSION_NUMBERS, fields }.into()
    }
}

/// A scatter whose combiner is the op's own; `update_jaxpr` repeats it in text. Plain `scatter`
/// overwrites, or applies the function that `update_jaxpr` is to (old element, update).
const fn scatter_op(name: &'static str, summary: &'static str) -> OpDef {
    let op = structural(
        name,
        summary,
        Arity::Exactly(3),
        const {
            &[
                ParamDef::required(
                    "dimension_numbers",
                    ParamKind::Record(&SCATTER_DIMENSION_NUMBERS),
                ),
                ParamDef::shown("indices_are_sorted", ParamKind::Bool, Param::Bool(false)),
                ParamDef::required("mode", MODE),
                ParamDef::shown("unique_indices", ParamKind::Bool, Param::Bool(false)),
                ParamDef::shown("update_consts", INTS, Param::Tuple(Vec::new())),
                ParamDef::shown(
                    "update_jaxpr",
                    ParamKind::Optional(&ParamKind::Jaxpr),
                    Param::None,
                ),
            ]
        },
        infer_scatter,
    );
    OpDef { batch: Rule::Is(batch_scatter), ..op }
}

/// Overwrites elements.
pub static SCATTER: OpDef = scatter_op("scatter", "Writes updates at indexed places.");

/// Adds updates.
pub static SCATTER_ADD: OpDef = OpDef {
    jvp: Rule::Is(jvp_scatter_add),
    transpose: Rule::Is(transpose_scatter_add),
    ..scatter_op("scatter-add", "Adds updates at indexed places.")
};

/// Takes the greater of element and update.
pub static SCATTER_MAX: OpDef =
    scatter_op("scatter-max", "Takes the greater of element and update at indexed places.");

/// Takes the lesser of element and update.
pub static SCATTER_MIN: OpDef =
    scatter_op("scatter-min", "Takes the lesser of element and update at indexed places.");

/// Multiplies by updates.
pub static SCATTER_MUL: OpDef =
    scatter_op("scatter-mul", "Multiplies by updates at indexed places.");

/// Subtracts updates.
pub static SCATTER_SUB: OpDef = scatter_op("scatter-sub", "Subtracts updates at indexed places.");

macro_rules! functions {
    ($($(#[$doc:meta])* $name:ident => $op:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[track_caller]
        pub fn $name<V: Value>(x: &V, indices: &V, updates: &V, dims: &ScatterDims, mode: Mode) -> V {
            let params =
                Params::new().with("dimension_numbers", dims.param()).with("mode", mode.param());
            one(V::bind(x.cx(), &$op, params, &[x, indices, updates]))
        }
    )*};
}

functions! {
    /// `x` with `updates` written at the places that the last dimension of `indices` gives.
    scatter => SCATTER,
    /// As [`scatter`](fn@scatter), adding; updates of one place add up.
    scatter_add => SCATTER_ADD,
    /// As [`scatter`](fn@scatter), keeping the greater.
    scatter_max => SCATTER_MAX,
    /// As [`scatter`](fn@scatter), keeping the lesser.
    scatter_min => SCATTER_MIN,
    /// As [`scatter`](fn@scatter), multiplying.
    scatter_mul => SCATTER_MUL,
    /// As [`scatter`](fn@scatter), subtracting.
    scatter_sub => SCATTER_SUB,
}

/// A scatter with promises: `op` is one of this file's records.
#[track_caller]
pub fn scatter_with<V: Value>(
    op: &'static OpDef,
    x: &V,
    indices: &V,
    updates: &V,
    dims: &ScatterDims,
    options: &IndexOptions,
) -> V {
    one(V::bind(x.cx(), op, options.params(dims.param()), &[x, indices, updates]))
}

/// `update` of each indexed element and its update of `updates`, written back; an element that is
/// indexed twice is changed twice.
#[track_caller]
pub fn scatter_apply<V: Value>(
    x: &V,
    indices: &V,
    updates: &V,
    update: Arc<Jaxpr>,
    dims: &ScatterDims,
    options: &IndexOptions,
) -> V {
    let params = options.params(dims.param()).with("update_jaxpr", update);
    one(V::bind(x.cx(), &SCATTER, params, &[x, indices, updates]))
}

fn infer_scatter(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (x, indices, updates) = (types[0], types[1], types[2]);
    if x.dtype != updates.dtype {
        return Err(diag::dtype_mismatch(call.op.name, x.dtype, updates.dtype));
    }
    let dims = ScatterDims::of(call.params);
    let map = &dims.scatter_dims_to_operand_dims;
    let batching = (&dims.operand_batching_dims[..], &dims.scatter_indices_batching_dims[..]);
    let outer = check_indices(call, x, indices, map, batching)?;
    check_dims(call, "inserted_window_dims", &dims.inserted_window_dims, x.rank(), true)?;
    check_updates(call, x, updates, &dims, &outer)?;
    Ok(OutTypes::from_elem(x.clone(), 1))
}

fn check_updates(
    call: &Call<'_>,
    x: &ArrayType,
    updates: &ArrayType,
    dims: &ScatterDims,
    outer: &[usize],
) -> Result<()> {
    let window = window_dims(x.rank(), &dims.inserted_window_dims, &dims.operand_batching_dims);
    let inside = &dims.update_window_dims;
    check_dims(call, "update_window_dims", inside, updates.rank(), true)?;
    if window.len() != inside.len() || updates.rank() != outer.len() + inside.len() {
        let expected = format!("expected updates of {} + {} dimensions", outer.len(), window.len());
        let got = format!("{updates} with update_window_dims {}", tuple_text(inside));
        return Err(refuse(call, format!("{expected}, got {got}")));
    }
    let fits = |(dim, of): (&usize, usize)| updates.shape[*dim] <= x.shape[of];
    if !inside.iter().zip(window).all(fits) {
        return Err(refuse(call, format!("expected update windows within {x}, got {updates}")));
    }
    let rest = (0..updates.rank()).filter(|dim| !inside.contains(dim));
    let rest: Vec<usize> = rest.map(|dim| updates.shape[dim]).collect();
    if rest != outer {
        let expected = format!("expected updates for indices of shape {}", tuple_text(outer));
        return Err(refuse(call, format!("{expected}, got {}", tuple_text(&rest))));
    }
    Ok(())
}

fn jvp_scatter_add<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let bind = |x: &Handle<'b>, updates: &Handle<'b>| {
        one(Handle::bind(cx.builder(), call.op, call.params.clone(), &[x, &primals[1], updates]))
    };
    let result = bind(&primals[0], &primals[2]);
    if tangents[0].is_none() && tangents[2].is_none() {
        return Ok((vec![result], vec![None]));
    }
    let tangent = |i: usize| instantiate(tangents[i], &primals[i]);
    Ok((vec![result], vec![Some(bind(&tangent(0), &tangent(2)))]))
}

fn transpose_scatter_add<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(ct), LinearOperand::Known(indices)) = (cts[0], &operands[1]) else {
        return Ok(vec![None; 3]);
    };
    let x = matches!(operands[0], LinearOperand::Linear(_)).then_some(ct);
    let LinearOperand::Linear(updates) = &operands[2] else { return Ok(vec![x, None, None]) };
    let dims = ScatterDims::of(call.params);
    let (dropped, along) = (&dims.inserted_window_dims, &dims.operand_batching_dims);
    let mut sizes = vec![1; ct.ty().rank()];
    let window = window_dims(sizes.len(), dropped, along);
    window
        .iter()
        .zip(&dims.update_window_dims)
        .for_each(|(dim, at)| sizes[*dim] = updates.shape[*at]);
    let dims = GatherDims {
        offset_dims: dims.update_window_dims,
        collapsed_slice_dims: dims.inserted_window_dims,
        start_index_map: dims.scatter_dims_to_operand_dims,
        operand_batching_dims: dims.operand_batching_dims,
        start_indices_batching_dims: dims.scatter_indices_batching_dims,
    };
    let params = Params::new()
        .with("dimension_numbers", dims.param())
        // A dropped update has no influence on the result.
        .with("fill_value", Fill::Int(0).param())
        .with("mode", Mode::of(call.params).param())
        .with("slice_sizes", sizes);
    let updates = one(Handle::bind(cx.builder(), &GATHER, params, &[&ct, indices]));
    Ok(vec![x, None, Some(updates)])
}

fn batch_scatter<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let operands: Vec<Handle<'b>> = operands.iter().map(|x| batch_front(x, size)).collect();
    let mut dims = ScatterDims::of(call.params);
    for list in [
        &mut dims.update_window_dims,
        &mut dims.inserted_window_dims,
        &mut dims.scatter_dims_to_operand_dims,
        &mut dims.operand_batching_dims,
        &mut dims.scatter_indices_batching_dims,
    ] {
        *list = shifted(list);
    }
    dims.operand_batching_dims.insert(0, 0);
    dims.scatter_indices_batching_dims.insert(0, 0);
    let params = replaced(call.params, "dimension_numbers", dims.param());
    Ok(bind_batched(cx, call.op, params, &operands))
}
