//! `dot_general`: contraction of two arrays over paired dimensions, with batch dimensions.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Result, Rule, RuleCx, Shape, Value,
    rules::{Batched, LinearOperand},
};

use crate::{
    Val, diag,
    elementwise::convert_element_type,
    shape,
    templates::{ANY, all_weak, bind1, check_classes, jvp_bilinear, move_axis, structural},
};

const INTS: ParamKind = ParamKind::List(&ParamKind::Int);
const PAIR: ParamKind = ParamKind::TupleOf(&[INTS, INTS]);

/// Contraction over paired dimensions. Result dimensions are the batch dimensions, then the free
/// ones of the first operand, then those of the second. Products of floats are summed in f32 at
/// least, integers wrap in the result's dtype, bool is an or of ands. Operands may differ in dtype:
/// they are converted to the dtype of the sums, and the result is in the wider one.
pub static DOT_GENERAL: OpDef = OpDef {
    classes: ANY,
    params: &[
        ParamDef::required("dimension_numbers", ParamKind::TupleOf(&[PAIR, PAIR])),
        ParamDef::optional(
            "precision",
            ParamKind::Optional(&ParamKind::Tuple(&ParamKind::Symbol(&[]))),
            Param::None,
        ),
        ParamDef::optional(
            "preferred_element_type",
            ParamKind::Optional(&ParamKind::DType),
            Param::None,
        ),
    ],
    jvp: Rule::Is(jvp_bilinear),
    transpose: Rule::Is(transpose_dot_general),
    batch: Rule::Is(batch_dot_general),
    ..structural(
        "dot_general",
        "Contraction over paired dimensions.",
        Arity::Exactly(2),
        infer_dot_general,
    )
};

/// One operand's dimensions in a [`dot_general`], paired with the other's by position.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DotSide {
    /// Contracted dimensions.
    pub contract: Vec<usize>,
    /// Batch dimensions.
    pub batch: Vec<usize>,
}

impl DotSide {
    /// The other dimensions of an operand of this rank, in order.
    pub fn free(&self, rank: usize) -> Vec<usize> {
        (0..rank)
            .filter(|axis| !self.contract.contains(axis) && !self.batch.contains(axis))
            .collect()
    }

    /// The dimensions after a new one was inserted at `axis`.
    fn shifted(&self, axis: usize) -> DotSide {
        let shift = |dims: &[usize]| dims.iter().map(|d| d + usize::from(*d >= axis)).collect();
        DotSide { contract: shift(&self.contract), batch: shift(&self.batch) }
    }
}

/// Which dimensions [`dot_general`] contracts and which it pairs as batch dimensions.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct DotDims {
    /// Dimensions of the first operand.
    pub lhs: DotSide,
    /// Dimensions of the second operand.
    pub rhs: DotSide,
}

impl DotDims {
    /// The last dimension of a matrix or vector against the first dimension of another.
    pub fn matmul(lhs_rank: usize) -> DotDims {
        let side = |axis: usize| DotSide { contract: vec![axis], batch: vec![] };
        DotDims { lhs: side(lhs_rank - 1), rhs: side(0) }
    }

    /// The dimensions of an equation's parameters.
    pub fn of(params: &Params) -> DotDims {
        let name = "dimension_numbers";
        let pairs = params.items(name);
        let dims = |pair: usize, side: usize| {
            let items = pairs[pair].as_items(name)[side].as_items(name);
            let dim = |item: &Param| usize::try_from(item.as_int(name)).unwrap_or(usize::MAX);
            items.iter().map(dim).collect()
        };
        DotDims {
            lhs: DotSide { contract: dims(0, 0), batch: dims(1, 0) },
            rhs: DotSide { contract: dims(0, 1), batch: dims(1, 1) },
        }
    }

    /// The value of the parameter `dimension_numbers`.
    pub fn to_param(&self) -> Param {
        let list = |dims: &[usize]| Param::List(dims.iter().map(|dim| (*dim).into()).collect());
        let pair = |lhs: &[usize], rhs: &[usize]| Param::Tuple(vec![list(lhs), list(rhs)]);
        Param::Tuple(vec![
            pair(&self.lhs.contract, &self.rhs.contract),
            pair(&self.lhs.batch, &self.rhs.batch),
        ])
    }
}

fn infer_dot_general(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    check_classes(call, &types[1..])?;
    let (lhs, rhs, dims) = (types[0], types[1], DotDims::of(call.params));
    check_side(call, lhs, &dims.lhs)?;
    check_side(call, rhs, &dims.rhs)?;
    check_pairs(call, "contracting", (lhs, &dims.lhs.contract), (rhs, &dims.rhs.contract))?;
    check_pairs(call, "batch", (lhs, &dims.lhs.batch), (rhs, &dims.rhs.batch))?;
    let mut shape: Shape = dims.lhs.batch.iter().map(|axis| lhs.shape[*axis]).collect();
    shape.extend(dims.lhs.free(lhs.rank()).into_iter().map(|axis| lhs.shape[axis]));
    shape.extend(dims.rhs.free(rhs.rank()).into_iter().map(|axis| rhs.shape[axis]));
    let preferred = match call.params.get("preferred_element_type") {
        Some(Param::DType(dtype)) => Some(*dtype),
        _ => None,
    };
    let dtype = preferred.unwrap_or_else(|| common_dtype(lhs.dtype, rhs.dtype));
    let weak = preferred.is_none() && all_weak(types);
    shape::sized(call, dtype, &shape, weak)
}

/// The dtype of the result on operands of two: complex before a float, that before an integer, then the wider one, then
/// the signed one; f32 for bf16 beside f16. As in JAX this is not its promotion table.
fn common_dtype(lhs: DType, rhs: DType) -> DType {
    if matches!((lhs, rhs), (DType::BF16, DType::F16) | (DType::F16, DType::BF16)) {
        return DType::F32;
    }
    let rank = |dtype: DType| {
        (dtype.is_complex(), dtype.is_float(), dtype.bits(), dtype.is_signed_integer())
    };
    if rank(lhs) < rank(rhs) { rhs } else { lhs }
}

/// Checks that one operand's dimensions are distinct and in range.
fn check_side(call: &Call<'_>, ty: &ArrayType, side: &DotSide) -> Result<()> {
    let dims: Vec<usize> = side.contract.iter().chain(&side.batch).copied().collect();
    let distinct = |at: usize| !dims[..at].contains(&dims[at]);
    if dims.iter().all(|dim| *dim < ty.rank()) && (0..dims.len()).all(distinct) {
        return Ok(());
    }
    let dims: Vec<i64> = dims.iter().map(|dim| i64::try_from(*dim).unwrap_or(-1)).collect();
    Err(diag::axes(call.op.name, "dimension_numbers", &dims, ty.rank()))
}

/// Checks that paired dimensions have equal sizes.
fn check_pairs(
    call: &Call<'_>,
    kind: &str,
    (lhs, lhs_dims): (&ArrayType, &[usize]),
    (rhs, rhs_dims): (&ArrayType, &[usize]),
) -> Result<()> {
    let sizes = |ty: &ArrayType, dims: &[usize]| -> Vec<usize> {
        dims.iter().map(|dim| ty.shape[*dim]).collect()
    };
    let (lhs, rhs) = (sizes(lhs, lhs_dims), sizes(rhs, rhs_dims));
    if lhs == rhs { Ok(()) } else { Err(diag::dimension_mismatch(call.op.name, kind, &lhs, &rhs)) }
}

/// The contraction of `lhs` and `rhs`; `preferred` is the result's dtype where it differs.
///
/// # Panics
/// When the op refuses the operands' types or the dimensions.
#[track_caller]
pub fn dot_general<V: Value>(lhs: &V, rhs: &V, dims: &DotDims, preferred: Option<DType>) -> V {
    let params = Params::new()
        .with("dimension_numbers", dims.to_param())
        .with("preferred_element_type", preferred);
    bind1(&DOT_GENERAL, params, &[lhs, rhs])
}

fn transpose_dot_general<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some(ct) = cts[0].map(Val) else { return Ok(vec![None, None]) };
    let DotDims { lhs, rhs } = DotDims::of(call.params);
    Ok(match operands {
        [LinearOperand::Linear(ty), LinearOperand::Known(other)] => {
            vec![Some(transpose_side(ct, (&lhs, ty), (&rhs, Val(*other)), false).0), None]
        }
        [LinearOperand::Known(other), LinearOperand::Linear(ty)] => {
            vec![None, Some(transpose_side(ct, (&rhs, ty), (&lhs, Val(*other)), true).0)]
        }
        [LinearOperand::Linear(_), _] => return Err(diag::not_linear(call.op.name, 0)),
        _ => return Err(diag::not_linear(call.op.name, 1)),
    })
}

/// The cotangent of the operand `x`, given the other operand `y`; `swapped` where `x` is the
/// second operand.
fn transpose_side<'b>(
    ct: Val<'b>,
    (x, ty): (&DotSide, &ArrayType),
    (y, other): (&DotSide, Val<'b>),
    swapped: bool,
) -> Val<'b> {
    let (batch, x_free) = (x.batch.len(), x.free(ty.rank()));
    let y_free = y.free(other.ty().rank());
    let first = if swapped { batch } else { batch + x_free.len() };
    let dims = DotDims {
        lhs: DotSide {
            contract: (first..first + y_free.len()).collect(),
            batch: (0..batch).collect(),
        },
        rhs: DotSide { contract: y_free, batch: y.batch.clone() },
    };
    let other = convert_to(other, ct.ty().dtype);
    let grad = dot_general(&ct, &other, &dims, Some(ct.ty().dtype));
    // The dimensions of `grad` are those of `x`: batch, free, then contracted in `y`'s order.
    let mut pairs: Vec<(usize, usize)> =
        y.contract.iter().copied().zip(x.contract.iter().copied()).collect();
    pairs.sort_unstable();
    let mut places: Vec<(usize, usize)> = x
        .batch
        .iter()
        .chain(&x_free)
        .copied()
        .chain(pairs.into_iter().map(|(_, x)| x))
        .enumerate()
        .map(|(from, to)| (to, from))
        .collect();
    places.sort_unstable();
    let order: Vec<usize> = places.into_iter().map(|(_, from)| from).collect();
    let ordered = order.is_sorted();
    convert_to(if ordered { grad } else { shape::transpose(&grad, &order) }, ty.dtype)
}

fn convert_to(x: Val<'_>, dtype: DType) -> Val<'_> {
    if x.ty().dtype == dtype { x } else { convert_element_type(&x, dtype) }
}

/// Two batch axes become one more batch dimension; a single one becomes a free dimension.
fn batch_dot_general<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    _: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let DotDims { mut lhs, mut rhs } = DotDims::of(call.params);
    let ((x, x_axis), (y, y_axis)) = (operands[0], operands[1]);
    let (mut x, mut y) = (Val(x), Val(y));
    let batch = lhs.batch.len();
    let position = |side: &DotSide, rank: usize, axis: usize| {
        side.free(rank).iter().position(|free| *free == axis).unwrap_or(0)
    };
    let axis = match (x_axis, y_axis) {
        (Some(x_axis), Some(y_axis)) => {
            (x, y) = (move_axis(&x, x_axis, 0), move_axis(&y, y_axis, 0));
            (lhs, rhs) = (lhs.shifted(0), rhs.shifted(0));
            lhs.batch.insert(0, 0);
            rhs.batch.insert(0, 0);
            0
        }
        (Some(axis), None) => {
            lhs = lhs.shifted(axis);
            batch + position(&lhs, x.ty().rank(), axis)
        }
        (None, Some(axis)) => {
            rhs = rhs.shifted(axis);
            let free = lhs.free(x.ty().rank()).len();
            batch + free + position(&rhs, y.ty().rank(), axis)
        }
        (None, None) => return Err(diag::bug("batching an equation without batched operands")),
    };
    let params = call.params.clone().with("dimension_numbers", DotDims { lhs, rhs }.to_param());
    Ok(vec![(bind1(call.op, params, &[&x, &y]).0, Some(axis))])
}
