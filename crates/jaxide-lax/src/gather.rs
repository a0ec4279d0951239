//! `gather`: slices of an array at places that an array of indices gives, and what it shares with
//! the scatter family: modes and fill values.

use std::{any::Any, sync::Arc};

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, OpDef, OutTypes, Param, ParamDef, ParamExt, ParamKind,
    Params, Record, RecordDef, Result, Rule, RuleCx, Scalar, Value, diag,
    op::IntType,
    rules::{Batched, LinearOperand},
};

use crate::{
    scatter::{ScatterDims, scatter_add},
    shape::{
        batch_front, bind_batched, counts, expect_rank, jvp_linear_in, one, refuse, replaced,
        reshape, shifted, sized, structural, tuple_text, zeros,
    },
};

pub(crate) const INTS: ParamKind = ParamKind::Tuple(&ParamKind::Int);

/// What happens to indices out of range.
pub(crate) const MODE: ParamKind = ParamKind::Symbol(&[
    "GatherScatterMode.CLIP",
    "GatherScatterMode.FILL_OR_DROP",
    "GatherScatterMode.PROMISE_IN_BOUNDS",
]);

/// What happens to indices out of range.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// They are clamped so that the whole slice lies inside.
    Clip,
    /// Gather gives the fill value, scatter drops the update.
    FillOrDrop,
    /// The program promises that there are none; they are clamped all the same.
    PromiseInBounds,
}

impl Mode {
    /// The mode of checked parameters, which have one of the three symbols.
    pub fn of(params: &Params) -> Mode {
        match params.str("mode") {
            "GatherScatterMode.CLIP" => Mode::Clip,
            "GatherScatterMode.FILL_OR_DROP" => Mode::FillOrDrop,
            _ => Mode::PromiseInBounds,
        }
    }

    /// The symbol of a parameter.
    pub fn param(self) -> Param {
        let name = match self {
            Mode::Clip => "GatherScatterMode.CLIP",
            Mode::FillOrDrop => "GatherScatterMode.FILL_OR_DROP",
            Mode::PromiseInBounds => "GatherScatterMode.PROMISE_IN_BOUNDS",
        };
        Param::Symbol(name.into())
    }
}

/// How the dimensions of operand, indices and result of a gather correspond.
pub static GATHER_DIMENSION_NUMBERS: RecordDef = RecordDef {
    name: "GatherDimensionNumbers",
    fields: &[
        ParamDef::required("offset_dims", INTS),
        ParamDef::required("collapsed_slice_dims", INTS),
        ParamDef::required("start_index_map", INTS),
        ParamDef::shown("operand_batching_dims", INTS, Param::Tuple(Vec::new())),
        ParamDef::shown("start_indices_batching_dims", INTS, Param::Tuple(Vec::new())),
    ],
};

/// How the dimensions of operand, indices and result of a gather correspond.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct GatherDims {
    /// Dimensions of the result that run inside a slice.
    pub offset_dims: Vec<usize>,
    /// Dimensions of the operand of which a slice has one element and the result none.
    pub collapsed_slice_dims: Vec<usize>,
    /// The operand dimension that each component of an index is about.
    pub start_index_map: Vec<usize>,
    /// Dimensions of the operand that run along with dimensions of the indices.
    pub operand_batching_dims: Vec<usize>,
    /// Those dimensions of the indices.
    pub start_indices_batching_dims: Vec<usize>,
}

impl GatherDims {
    /// Reads checked parameters.
    pub fn of(params: &Params) -> GatherDims {
        let [offset_dims, collapsed_slice_dims, start_index_map, operand, indices] =
            read_dims(params);
        GatherDims {
            offset_dims,
            collapsed_slice_dims,
            start_index_map,
            operand_batching_dims: operand,
            start_indices_batching_dims: indices,
        }
    }

    /// The parameter of an equation.
    pub fn param(&self) -> Param {
        let fields = vec![
            self.offset_dims.clone().into(),
            self.collapsed_slice_dims.clone().into(),
            self.start_index_map.clone().into(),
            self.operand_batching_dims.clone().into(),
            self.start_indices_batching_dims.clone().into(),
        ];
        Record { def: &GATHER_DIMENSION_NUMBERS, fields }.into()
    }
}

/// The five lists of a dimension numbers record; negative items come out as `usize::MAX`.
pub(crate) fn read_dims(params: &Params) -> [Vec<usize>; 5] {
    let name = "dimension_numbers";
    let Some(Param::Record(record)) = params.get(name) else {
        panic!("checked parameters have {name}")
    };
    let list = |value: &Param| {
        let items = value.as_items(name).iter();
        items.map(|item| usize::try_from(item.as_int(name)).unwrap_or(usize::MAX)).collect()
    };
    std::array::from_fn(|field| list(&record.fields[field]))
}

/// The value that a gather gives out of range.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Fill {
    /// `True` or `False`.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A float.
    Float(f64),
}

impl Fill {
    /// The parameter of an equation.
    pub fn param(self) -> Param {
        Param::Ext(Arc::new(self))
    }

    /// The value in a dtype.
    pub fn scalar(self, dtype: DType) -> Scalar {
        match self {
            Fill::Bool(value) => Scalar::int(dtype, value.into()),
            Fill::Int(value) => Scalar::int(dtype, value.into()),
            Fill::Float(value) => Scalar::float(dtype, value),
        }
    }
}

impl ParamExt for Fill {
    fn print(&self) -> String {
        match self {
            Fill::Bool(true) => "True".into(),
            Fill::Bool(false) => "False".into(),
            Fill::Int(value) => value.to_string(),
            Fill::Float(value) => format!("{value:?}").to_lowercase(),
        }
    }

    fn equals(&self, other: &dyn ParamExt) -> bool {
        let bits = |fill: &Fill| if let Fill::Float(x) = fill { Some(x.to_bits()) } else { None };
        let other = other.as_any().downcast_ref::<Fill>();
        other.is_some_and(|other| {
            self == other || (bits(self).is_some() && bits(self) == bits(other))
        })
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn parse_fill(text: &str) -> Result<Arc<dyn ParamExt>> {
    let fill = match text.trim() {
        "True" => Some(Fill::Bool(true)),
        "False" => Some(Fill::Bool(false)),
        text => {
            let int = text.parse().ok().map(Fill::Int);
            int.or_else(|| text.parse().ok().map(Fill::Float))
        }
    };
    match fill {
        Some(fill) => Ok(Arc::new(fill)),
        None => Err(diag::param("gather", "fill_value", "None, a number, True or False", text)),
    }
}

/// What a gather of checked parameters gives out of range: the fill value, by default NaN, the least
/// signed, the greatest unsigned integer, or true.
pub fn fill_scalar(params: &Params, dtype: DType) -> Scalar {
    let fill = match params.get("fill_value") {
        Some(Param::Ext(value)) => value.as_any().downcast_ref::<Fill>().copied(),
        _ => None,
    };
    fill_of(fill, dtype)
}

/// A fill value in a dtype, or the default one of the dtype.
pub fn fill_of(fill: Option<Fill>, dtype: DType) -> Scalar {
    if let Some(fill) = fill {
        return fill.scalar(dtype);
    }
    if dtype.is_inexact() {
        return Scalar::float(dtype, f64::NAN);
    }
    let int = IntType::of(dtype);
    Scalar::int(dtype, if int.signed { int.min() } else { int.max() })
}

/// Slices of the operand at places that the last dimension of the indices gives.
pub static GATHER: OpDef = OpDef {
    jvp: Rule::Is(jvp_linear_in::<1>),
    transpose: Rule::Is(transpose_gather),
    batch: Rule::Is(batch_gather),
    ..structural(
        "gather",
        "Slices of an array at places that an array of indices gives.",
        Arity::Exactly(2),
        const {
            &[
                ParamDef::required(
                    "dimension_numbers",
                    ParamKind::Record(&GATHER_DIMENSION_NUMBERS),
                ),
                ParamDef::shown(
                    "fill_value",
                    ParamKind::Optional(&ParamKind::Ext(parse_fill)),
                    Param::None,
                ),
                ParamDef::shown("indices_are_sorted", ParamKind::Bool, Param::Bool(false)),
                ParamDef::required("mode", MODE),
                ParamDef::required("slice_sizes", INTS),
                ParamDef::shown("unique_indices", ParamKind::Bool, Param::Bool(false)),
            ]
        },
        infer_gather,
    )
};

/// Slices of `x` of `slice_sizes`, one per index: the last dimension of `indices` holds the start of
/// a slice in the dimensions `dims.start_index_map`.
#[track_caller]
pub fn gather<V: Value>(
    x: &V,
    indices: &V,
    dims: &GatherDims,
    slice_sizes: &[usize],
    mode: Mode,
) -> V {
    let params = Params::new()
        .with("dimension_numbers", dims.param())
        .with("mode", mode.param())
        .with("slice_sizes", slice_sizes);
    one(V::bind(x.cx(), &GATHER, params, &[x, indices]))
}

/// What gathers and scatters do and promise besides their dimensions.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct IndexOptions {
    /// What happens out of range.
    pub mode: Mode,
    /// What a gather gives out of range; [`fill_scalar`]'s default where absent.
    pub fill_value: Option<Fill>,
    /// The program promises that the indices ascend.
    pub indices_are_sorted: bool,
    /// The program promises that no place is indexed twice.
    pub unique_indices: bool,
}

impl IndexOptions {
    /// A mode without promises.
    pub fn new(mode: Mode) -> IndexOptions {
        IndexOptions { mode, fill_value: None, indices_are_sorted: false, unique_indices: false }
    }

    /// The parameters of gathers and scatters alike.
    pub(crate) fn params(&self, dimension_numbers: Param) -> Params {
        Params::new()
            .with("dimension_numbers", dimension_numbers)
            .with("indices_are_sorted", self.indices_are_sorted)
            .with("mode", self.mode.param())
            .with("unique_indices", self.unique_indices)
    }
}

/// [`gather`] with a fill value and promises.
#[track_caller]
pub fn gather_with<V: Value>(
    x: &V,
    indices: &V,
    dims: &GatherDims,
    slice_sizes: &[usize],
    options: &IndexOptions,
) -> V {
    let fill = options.fill_value.map(Fill::param);
    let params =
        options.params(dims.param()).with("fill_value", fill).with("slice_sizes", slice_sizes);
    one(V::bind(x.cx(), &GATHER, params, &[x, indices]))
}

/// The elements of `x` along `axis` at `indices`, which have the shape of the result and that of `x`
/// but for `axis`.
pub(crate) fn take_along_axis<V: Value>(x: &V, indices: &V, axis: usize) -> V {
    let shape = indices.ty().shape;
    let others: Vec<usize> = (0..shape.len()).filter(|dim| *dim != axis).collect();
    let dims = GatherDims {
        offset_dims: vec![],
        collapsed_slice_dims: vec![axis],
        start_index_map: vec![axis],
        operand_batching_dims: others.clone(),
        start_indices_batching_dims: others,
    };
    let components = [&shape[..], &[1]].concat();
    let indices = reshape(indices, &components);
    gather(x, &indices, &dims, &vec![1; shape.len()], Mode::PromiseInBounds)
}

/// Refuses lists that are not increasing, or not distinct where `sorted` is false, or not below
/// `rank`.
pub(crate) fn check_dims(
    call: &Call<'_>,
    name: &str,
    dims: &[usize],
    rank: usize,
    sorted: bool,
) -> Result<()> {
    let below = dims.iter().all(|dim| *dim < rank);
    let repeated = (1..dims.len()).any(|i| dims[..i].contains(&dims[i]));
    if below && !repeated && (!sorted || dims.is_sorted()) {
        return Ok(());
    }
    let order = if sorted { "increasing" } else { "distinct" };
    let got = tuple_text(dims);
    Err(refuse(call, format!("expected {order} {name} below rank {rank}, got {got}")))
}

/// Refuses indices that are not integers with a last dimension of one component per mapped
/// dimension, and batching dimensions that do not run along. Returns the sizes of the other
/// dimensions.
pub(crate) fn check_indices(
    call: &Call<'_>,
    x: &ArrayType,
    indices: &ArrayType,
    map: &[usize],
    batching: (&[usize], &[usize]),
) -> Result<Vec<usize>> {
    if !indices.dtype.is_integer() {
        return Err(diag::operand_dtype(call.op.name, 1, "an integer", indices.dtype));
    }
    if indices.shape.last() != Some(&map.len()) {
        let expected = format!("expected indices with a last dimension of size {}", map.len());
        return Err(refuse(call, format!("{expected}, got {indices}")));
    }
    let outer = indices.rank() - 1;
    check_dims(call, "mapped dimensions", map, x.rank(), false)?;
    check_dims(call, "operand_batching_dims", batching.0, x.rank(), true)?;
    check_dims(call, "batching dimensions of the indices", batching.1, outer, false)?;
    let along = |(a, b): (&usize, &usize)| x.shape[*a] == indices.shape[*b];
    let same = batching.0.len() == batching.1.len() && batching.0.iter().zip(batching.1).all(along);
    if !same || map.iter().any(|dim| batching.0.contains(dim)) {
        let (a, b) = (tuple_text(batching.0), tuple_text(batching.1));
        let expected = "expected batching dimensions of equal sizes that are not mapped";
        return Err(refuse(call, format!("{expected}, got {a} of {x} and {b} of {indices}")));
    }
    Ok(indices.shape[..outer].to_vec())
}

/// The dimensions below `rank` that neither list names.
pub(crate) fn window_dims(rank: usize, dropped: &[usize], batching: &[usize]) -> Vec<usize> {
    (0..rank).filter(|dim| !dropped.contains(dim) && !batching.contains(dim)).collect()
}

fn infer_gather(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (x, indices) = (types[0], types[1]);
    let dims = GatherDims::of(call.params);
    let sizes = counts(call, "slice_sizes")?;
    expect_rank(call, "slice_sizes", sizes.len(), x.rank())?;
    let batching = (&dims.operand_batching_dims[..], &dims.start_indices_batching_dims[..]);
    let outer = check_indices(call, x, indices, &dims.start_index_map, batching)?;
    check_dims(call, "collapsed_slice_dims", &dims.collapsed_slice_dims, x.rank(), true)?;
    // Without indices nothing is read, and slices may be larger than the operand.
    let reads = !outer.contains(&0);
    if reads && sizes.iter().zip(&x.shape).any(|(size, of)| size > of) {
        let got = tuple_text(&sizes);
        return Err(refuse(call, format!("expected slice_sizes within {x}, got {got}")));
    }
    let dropped = dims.collapsed_slice_dims.iter().chain(&dims.operand_batching_dims);
    if dropped.clone().any(|dim| sizes[*dim] > 1) {
        let got = tuple_text(&sizes);
        let expected = "expected slice_sizes of 1 in collapsed and batching dimensions";
        return Err(refuse(call, format!("{expected}, got {got}")));
    }
    let window = window_dims(x.rank(), &dims.collapsed_slice_dims, &dims.operand_batching_dims);
    let rank = outer.len() + dims.offset_dims.len();
    check_dims(call, "offset_dims", &dims.offset_dims, rank, true)?;
    if window.len() != dims.offset_dims.len() {
        let got = tuple_text(&dims.offset_dims);
        return Err(refuse(call, format!("expected {} offset_dims, got {got}", window.len())));
    }
    let (mut window, mut outer) = (window.into_iter().map(|dim| sizes[dim]), outer.into_iter());
    let size = |dim: usize| {
        let inside = dims.offset_dims.contains(&dim);
        let next = if inside { window.next() } else { outer.next() };
        next.expect("the dimensions of the result were counted")
    };
    let shape: Vec<usize> = (0..rank).map(size).collect();
    sized(call, x.dtype, &shape, x.weak)
}

fn transpose_gather<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let (Some(ct), [LinearOperand::Linear(ty), LinearOperand::Known(indices)]) = (cts[0], operands)
    else {
        return Ok(vec![None, None]);
    };
    let dims = GatherDims::of(call.params);
    let dims = ScatterDims {
        update_window_dims: dims.offset_dims,
        inserted_window_dims: dims.collapsed_slice_dims,
        scatter_dims_to_operand_dims: dims.start_index_map,
        operand_batching_dims: dims.operand_batching_dims,
        scatter_indices_batching_dims: dims.start_indices_batching_dims,
    };
    let mode = Mode::of(call.params);
    Ok(vec![Some(scatter_add(&zeros(ct.cx(), ty), indices, &ct, &dims, mode)), None])
}

fn batch_gather<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let batched = [operands[0].1.is_some(), operands[1].1.is_some()];
    let front = |i: usize| if batched[i] { batch_front(&operands[i], size) } else { operands[i].0 };
    let mut dims = GatherDims::of(call.params);
    let mut sizes = call.params.usizes("slice_sizes");
    dims.offset_dims = shifted(&dims.offset_dims);
    if batched[0] {
        dims.collapsed_slice_dims = shifted(&dims.collapsed_slice_dims);
        dims.start_index_map = shifted(&dims.start_index_map);
        dims.operand_batching_dims = shifted(&dims.operand_batching_dims);
        sizes.insert(0, if batched[1] { 1 } else { size });
    }
    if batched[1] {
        dims.start_indices_batching_dims = shifted(&dims.start_indices_batching_dims);
    }
    match batched {
        [true, true] => {
            dims.operand_batching_dims.insert(0, 0);
            dims.start_indices_batching_dims.insert(0, 0);
        }
        [true, false] => dims.offset_dims.insert(0, 0),
        [false, _] => {}
    }
    let params =
        replaced(call.params, "dimension_numbers", dims.param()).with("slice_sizes", sizes);
    Ok(bind_batched(cx, call.op, params, &[front(0), front(1)]))
}
