//! `ragged_dot_general`: a contraction in which one dimension of the first operand is cut into groups of
//! sizes that an array gives.

use std::cell::RefCell;

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, JaxprBuilder, Lower, OpDef, OutTypes, Param, ParamDef,
    ParamKind, Params, Record, RecordDef, Result, Rule, RuleCx, Scalar, Value,
    builder::infer,
    rules::{Batched, Jvp},
};

use crate::{
    Val,
    control::bind_pjit,
    diag,
    dot::{DOT_GENERAL, DotDims, DotSide, dot_general},
    elementwise::{and, le, lt, select_n},
    gather::INTS,
    reduce::cumsum,
    shape::{broadcast_in_dim, iota, prepend, shifted, structural, tuple_text},
    templates::{REAL_OR_BOOL, bilinear, bind_call, bind1, move_axis},
};

const PAIR: ParamKind = ParamKind::TupleOf(&[INTS, INTS]);

/// Contracted, batch, ragged and group dimensions.
pub static RAGGED_DOT_DIMENSION_NUMBERS: RecordDef = RecordDef {
    name: "RaggedDotDimensionNumbers",
    fields: &[
        ParamDef::required("dot_dimension_numbers", ParamKind::TupleOf(&[PAIR, PAIR])),
        ParamDef::required("lhs_ragged_dimensions", INTS),
        ParamDef::required("rhs_group_dimensions", INTS),
    ],
};

/// Contraction by groups. Operands are two arrays and the sizes of the groups, in the last dimension of
/// an array of integers. The ragged dimension of the first operand is
/// * free: each group of it meets its own part of the second operand, along that one's group dimension;
/// * contracted: there is one result per group, along a new leading dimension;
/// * a batch dimension: groups make no difference.
pub static RAGGED_DOT_GENERAL: OpDef = OpDef {
    classes: REAL_OR_BOOL,
    lower: Lower::Decompose(decompose),
    jvp: Rule::Is(jvp),
    transpose: Rule::Never("its tangents are written by other ops"),
    batch: Rule::Is(batch),
    ..structural(
        "ragged_dot_general",
        "Contraction of groups whose sizes an array gives.",
        Arity::Exactly(3),
        const {
            &[
                ParamDef::shown(
                    "group_offset",
                    ParamKind::Optional(&ParamKind::Symbol(&[])),
                    Param::None,
                ),
                ParamDef::shown(
                    "precision",
                    ParamKind::Optional(&ParamKind::Tuple(&ParamKind::Symbol(&[]))),
                    Param::None,
                ),
                ParamDef::shown(
                    "preferred_element_type",
                    ParamKind::Optional(&ParamKind::DType),
                    Param::None,
                ),
                ParamDef::required(
                    "ragged_dot_dimension_numbers",
                    ParamKind::Record(&RAGGED_DOT_DIMENSION_NUMBERS),
                ),
            ]
        },
        infer_ragged,
    )
};

/// Which dimensions [`ragged_dot_general`] contracts, pairs and cuts into groups.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RaggedDims {
    /// Contracted and batch dimensions.
    pub dot: DotDims,
    /// The dimension of the first operand that is cut into groups.
    pub ragged: usize,
    /// The dimension of the second operand that runs over groups, where the ragged one is free.
    pub group: Option<usize>,
}

/// The role of the ragged dimension.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Role {
    Free,
    Contracted,
    Batch,
}

impl RaggedDims {
    /// Reads checked parameters of an equation that `infer` admits.
    fn of(params: &Params) -> RaggedDims {
        let [contract, batch, ragged, group] = lists(params);
        let side = |at: usize| DotSide { contract: contract[at].clone(), batch: batch[at].clone() };
        RaggedDims {
            dot: DotDims { lhs: side(0), rhs: side(1) },
            ragged: ragged[0][0],
            group: group[0].first().copied(),
        }
    }

    fn param(&self) -> Param {
        let pair = |lhs: &[usize], rhs: &[usize]| Param::Tuple(vec![lhs.into(), rhs.into()]);
        let DotDims { lhs, rhs } = &self.dot;
        let dot = vec![pair(&lhs.contract, &rhs.contract), pair(&lhs.batch, &rhs.batch)];
        let group: Vec<usize> = self.group.into_iter().collect();
        let fields = vec![Param::Tuple(dot), vec![self.ragged].into(), group.into()];
        Record { def: &RAGGED_DOT_DIMENSION_NUMBERS, fields }.into()
    }

    fn role(&self) -> Role {
        if self.dot.lhs.contract.contains(&self.ragged) {
            Role::Contracted
        } else if self.dot.lhs.batch.contains(&self.ragged) {
            Role::Batch
        } else {
            Role::Free
        }
    }

    /// The dimensions of one operand that the leading dimensions of the group sizes run along: those
    /// that stand before the ragged one among the batch dimensions and those of its role.
    fn prefix(&self, side: &DotSide, rank: usize, ragged: usize) -> Vec<usize> {
        let before = |dims: &[usize]| {
            dims.iter().copied().take_while(|dim| *dim != ragged).collect::<Vec<_>>()
        };
        match self.role() {
            Role::Free => [&side.batch[..], &before(&side.free(rank))].concat(),
            Role::Contracted => [&side.batch[..], &before(&side.contract)].concat(),
            Role::Batch => before(&side.batch),
        }
    }
}

/// Contracted and batch dimensions of both operands, ragged and group dimensions.
fn lists(params: &Params) -> [Vec<Vec<usize>>; 4] {
    let name = "ragged_dot_dimension_numbers";
    let Some(Param::Record(record)) = params.get(name) else {
        panic!("checked parameters have {name}")
    };
    let list = |items: &Param| -> Vec<usize> {
        let items = items.as_items(name).iter();
        items.map(|item| usize::try_from(item.as_int(name)).unwrap_or(usize::MAX)).collect()
    };
    let pairs = record.fields[0].as_items(name);
    let pair = |at: usize| pairs[at].as_items(name).iter().map(list).collect();
    [pair(0), pair(1), vec![list(&record.fields[1])], vec![list(&record.fields[2])]]
}

/// The contraction of `lhs` and `rhs` by groups of `group_sizes`; `preferred` is the result's dtype
/// where it differs.
///
/// # Panics
/// When the op refuses the operands' types or the dimensions.
#[track_caller]
pub fn ragged_dot_general<V: Value>(
    lhs: &V,
    rhs: &V,
    group_sizes: &V,
    dims: &RaggedDims,
    preferred: Option<DType>,
) -> V {
    let params = Params::new()
        .with("preferred_element_type", preferred)
        .with("ragged_dot_dimension_numbers", dims.param());
    bind1(&RAGGED_DOT_GENERAL, params, &[lhs, rhs, group_sizes])
}

fn infer_ragged(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (lhs, rhs, sizes) = (types[0], types[1], types[2]);
    let error = |message: &str| Err(diag::jax(message));
    if !call.params.is_none("group_offset") {
        return error("Unimplemented group_offset support.");
    }
    if !sizes.dtype.is_integer() {
        return error(
            "ragged_dot_general requires that group_sizes.dtype is subtype of np.integer.",
        );
    }
    let [_, _, ragged, group] = lists(call.params);
    let [ragged] = ragged[0][..] else {
        return error("ragged_dot_general expects exactly one lhs ragged dimension.");
    };
    if ragged >= lhs.rank() {
        return Err(diag::axis(call.op.name, "lhs_ragged_dimensions", ragged as i64, lhs.rank()));
    }
    let Some(groups) = sizes.shape.last().copied() else {
        return error("expected rank of group_sizes to be >=1.");
    };
    let dims = RaggedDims::of(call.params);
    let role = dims.role();
    if group[0].len() != usize::from(role == Role::Free) {
        return error(match role {
            Role::Free => {
                "ragged_dot_general requires exactly one rhs group dimension when lhs ragged dimension \
                 is noncontracting."
            }
            _ => {
                "ragged_dot_general requires zero group dimensions in the rhs when lhs ragged dimension \
                 is contracting or batch."
            }
        });
    }
    let mut out = infer_dot(call, &dims, lhs, rhs, groups)?;
    let prefix = dims.prefix(&dims.dot.lhs, lhs.rank(), ragged);
    let mut expected: Vec<usize> = prefix.iter().map(|dim| lhs.shape[*dim]).collect();
    expected.push(groups);
    if sizes.rank() > 1 && sizes.shape[..] != expected {
        let (expected, got) = (tuple_text(&expected), tuple_text(&sizes.shape));
        return error(&format!("expected group_sizes to have shape {expected}, got {got}."));
    }
    if role == Role::Contracted {
        out[0] = out[0].with_shape(&prepend(groups, &out[0].shape));
    }
    Ok(out)
}

/// The result of the contraction without groups.
fn infer_dot(
    call: &Call<'_>,
    dims: &RaggedDims,
    lhs: &ArrayType,
    rhs: &ArrayType,
    groups: usize,
) -> Result<OutTypes> {
    let (mut dot, mut rhs) = (dims.dot.clone(), rhs.clone());
    if let Some(group) = dims.group {
        let used = dot.rhs.contract.contains(&group) || dot.rhs.batch.contains(&group);
        if group >= rhs.rank() || used {
            let expected = "a free dimension of the second operand";
            return Err(diag::param(
                call.op.name,
                "rhs_group_dimensions",
                expected,
                &group.to_string(),
            ));
        }
        if rhs.shape[group] != groups {
            let got = rhs.shape[group];
            return Err(diag::jax(format!(
                "expected rhs group dimension size to be {groups}, got {got}."
            )));
        }
        rhs.shape.remove(group);
        for dim in dot.rhs.contract.iter_mut().chain(&mut dot.rhs.batch) {
            *dim -= usize::from(*dim > group && *dim != usize::MAX);
        }
    }
    let preferred = call.params.get("preferred_element_type").cloned().unwrap_or(Param::None);
    let params = Params::new()
        .with("dimension_numbers", dot.to_param())
        .with("preferred_element_type", preferred);
    Ok(infer(&DOT_GENERAL, params, &[lhs, &rhs], call.loc)?.1)
}

/// Copies of the operand along a new leading axis of groups, each with zeros outside of its group.
fn expanded<'b>(
    x: Val<'b>,
    ragged: usize,
    prefix: &[usize],
    (starts, ends): (Val<'b>, Val<'b>),
) -> Val<'b> {
    let ty = x.ty();
    let shape = prepend(ends.ty().shape[0], &ty.shape);
    let all: Vec<usize> = (1..shape.len()).collect();
    let along = if ends.ty().rank() == 1 { vec![0] } else { prepend(0, &shifted(prefix)) };
    let bound = |bound: Val<'b>| broadcast_in_dim(&bound, &shape, &along);
    let place = iota::<Val<'b>>(x.cx(), ends.ty().dtype, &shape, ragged + 1);
    let inside = and(&le(&bound(starts), &place), &lt(&place, &bound(ends)));
    let zero = Val::literal(x.cx(), Scalar::zero(ty.dtype));
    let zeros = broadcast_in_dim(&zero, &shape, &[]);
    select_n(&inside, &[&zeros, &broadcast_in_dim(&x, &shape, &all)])
}

fn decompose<'b>(call: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let [lhs, rhs, sizes] = [0, 1, 2].map(|at| Val(operands[at]));
    let dims = RaggedDims::of(call.params);
    let RaggedDims { dot, ragged, group } = &dims;
    let preferred = match call.params.get("preferred_element_type") {
        Some(Param::DType(dtype)) => Some(*dtype),
        _ => None,
    };
    let last = sizes.ty().rank() - 1;
    let ends = cumsum(&sizes, last, false);
    let starts = ends - sizes;
    let bounds = (move_axis(&starts, last, 0), move_axis(&ends, last, 0));
    let prefix = dims.prefix(&dot.lhs, lhs.ty().rank(), *ragged);
    let moved =
        |side: &DotSide| DotSide { contract: shifted(&side.contract), batch: shifted(&side.batch) };
    let mut wide = DotDims { lhs: moved(&dot.lhs), rhs: dot.rhs.clone() };
    let out = match dims.role() {
        Role::Batch => dot_general(&lhs, &rhs, dot, preferred),
        Role::Free => {
            let lhs = expanded(lhs, *ragged, &prefix, bounds);
            wide.lhs.contract.push(0);
            wide.rhs.contract.extend(group);
            dot_general(&lhs, &rhs, &wide, preferred)
        }
        Role::Contracted => {
            let pair = dot.lhs.contract.iter().position(|dim| dim == ragged);
            let other = dot.rhs.contract[pair.expect("the ragged dimension is contracted")];
            let others = dims.prefix(&dot.rhs, rhs.ty().rank(), other);
            let lhs = expanded(lhs, *ragged, &prefix, bounds);
            let rhs = expanded(rhs, other, &others, bounds);
            wide.rhs = moved(&dot.rhs);
            wide.lhs.batch.insert(0, 0);
            wide.rhs.batch.insert(0, 0);
            dot_general(&lhs, &rhs, &wide, preferred)
        }
    };
    Ok(vec![out.0])
}

/// The tangents are written by the ops of the definition, which have transposes.
fn jvp<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    primals: &[Handle<'b>],
    tangents: &[Option<Handle<'b>>],
) -> Result<Jvp<'b>> {
    let out = bind_call(call, &primals.iter().copied().map(Val).collect::<Vec<_>>())[0];
    let tangent = bilinear(primals, tangents, |operands| {
        let operands: Vec<Handle<'b>> = operands.iter().map(|operand| operand.0).collect();
        Ok(Val(decompose(call, &operands)?[0]))
    })?;
    Ok((vec![out.0], vec![tangent.map(|tangent| tangent.0)]))
}

fn batch<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let unbatched = |(x, axis): &Batched<'b>| {
        let mut ty = x.ty();
        axis.iter().for_each(|axis| _ = ty.shape.remove(*axis));
        ty
    };
    let types: Vec<ArrayType> = operands.iter().map(unbatched).collect();
    let (builder, vars) = JaxprBuilder::with_inputs(&types);
    let builder = RefCell::new(builder);
    let inputs: Vec<Handle<'_>> =
        vars.into_iter().map(|var| Handle::new(&builder, var.into())).collect();
    let result = decompose(call, &inputs)?[0].atom();
    let jaxpr = std::sync::Arc::new(builder.into_inner().finish(vec![result]));
    let batched: Vec<bool> = operands.iter().map(|operand| operand.1.is_some()).collect();
    let (jaxpr, _) = cx.batch_jaxpr(&jaxpr, size, &batched, &[true])?;
    let front = |(x, axis): &Batched<'b>| match axis {
        Some(axis) => move_axis(x, *axis, 0),
        None => *x,
    };
    let operands: Vec<Handle<'b>> = operands.iter().map(front).collect();
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    let results = bind_pjit(cx.builder(), call.op.name, jaxpr, &operands);
    Ok(results.into_iter().map(|result| (result, Some(0))).collect())
}
