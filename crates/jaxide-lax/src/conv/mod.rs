//! `conv_general_dilated`: convolution in any number of dimensions and any layout, with padding,
//! strides, dilations and groups. Its transposition and batching are in `rules`.

mod rules;

#[cfg(test)]
mod tests;

use jaxide_ir::{
    Arity, ArrayType, Call, DType, OpDef, OutTypes, Param, ParamDef, ParamKind, Params, Record,
    RecordDef, Result, Rule, Shape, Value,
};

use crate::{
    diag,
    gather::INTS,
    shape::{expect_rank, refuse, sized, structural, tuple_text},
    templates::{ANY, all_weak, bind1, check_classes, jvp_bilinear},
    window::{PADDING, WindowDim, dilations, padding_of, padding_param},
};

/// How the dimensions of both operands and the result of a convolution correspond.
pub static CONV_DIMENSION_NUMBERS: RecordDef = RecordDef {
    name: "ConvDimensionNumbers",
    fields: &[
        ParamDef::required("lhs_spec", INTS),
        ParamDef::required("rhs_spec", INTS),
        ParamDef::required("out_spec", INTS),
    ],
};

/// Convolution, without turning the kernel around: each element of the result is the sum of the
/// products of the kernel's elements with those of the first operand under it. Products of floats are
/// summed in f32 at least, integers wrap in the result's dtype, bool is an or of ands.
pub static CONV_GENERAL_DILATED: OpDef = OpDef {
    classes: ANY,
    jvp: Rule::Is(jvp_bilinear),
    transpose: Rule::Is(rules::transpose),
    batch: Rule::Is(rules::batch),
    ..structural(
        "conv_general_dilated",
        "Convolution in any layout, with padding, strides, dilations and groups.",
        Arity::Exactly(2),
        const {
            &[
                ParamDef::required("batch_group_count", ParamKind::Int),
                ParamDef::required("dimension_numbers", ParamKind::Record(&CONV_DIMENSION_NUMBERS)),
                ParamDef::required("feature_group_count", ParamKind::Int),
                ParamDef::required("lhs_dilation", INTS),
                ParamDef::required("padding", PADDING),
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
                ParamDef::required("rhs_dilation", INTS),
                ParamDef::required("window_strides", INTS),
            ]
        },
        infer_conv,
    )
};

/// The dimensions of the operands and the result of a convolution by role.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConvDims {
    /// Of the first operand: batch, features, then the spatial ones.
    pub lhs_spec: Vec<usize>,
    /// Of the kernel: features of the result, features of the first operand, then the spatial ones.
    pub rhs_spec: Vec<usize>,
    /// Of the result: batch, features, then the spatial ones.
    pub out_spec: Vec<usize>,
}

impl ConvDims {
    /// Features before the spatial dimensions: JAX's `NCHW` and `OIHW`.
    pub fn features_first(spatial: usize) -> ConvDims {
        let spec: Vec<usize> = (0..spatial + 2).collect();
        ConvDims { lhs_spec: spec.clone(), rhs_spec: spec.clone(), out_spec: spec }
    }

    /// Features behind the spatial dimensions: JAX's `NHWC` and `HWIO`.
    pub fn features_last(spatial: usize) -> ConvDims {
        let within = |first: [usize; 2], from: usize| first.into_iter().chain(from..from + spatial);
        let array: Vec<usize> = within([0, spatial + 1], 1).collect();
        let kernel = within([spatial + 1, spatial], 0).collect();
        ConvDims { lhs_spec: array.clone(), rhs_spec: kernel, out_spec: array }
    }

    fn of(params: &Params) -> ConvDims {
        let name = "dimension_numbers";
        let Some(Param::Record(record)) = params.get(name) else {
            panic!("checked parameters have {name}")
        };
        let list = |field: usize| {
            let items = record.fields[field].as_items(name).iter();
            items.map(|item| usize::try_from(item.as_int(name)).unwrap_or(usize::MAX)).collect()
        };
        ConvDims { lhs_spec: list(0), rhs_spec: list(1), out_spec: list(2) }
    }

    fn param(&self) -> Param {
        let specs = [&self.lhs_spec, &self.rhs_spec, &self.out_spec];
        let fields = specs.into_iter().map(|spec| spec.clone().into()).collect();
        Record { def: &CONV_DIMENSION_NUMBERS, fields }.into()
    }
}

/// The parameters of a convolution, under JAX's names.
///
/// ```
/// # use jaxide_lax::{Conv, ConvDims};
/// let same = Conv { padding: vec![(1, 1); 2], ..Conv::new(ConvDims::features_last(2)) };
/// assert_eq!(same.window_strides, [1, 1]);
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Conv {
    /// Steps of the kernel.
    pub window_strides: Vec<usize>,
    /// Places before and after the spatial dimensions; negative ones crop.
    pub padding: Vec<(i64, i64)>,
    /// Distances of the first operand's elements.
    pub lhs_dilation: Vec<usize>,
    /// Distances of the kernel's elements.
    pub rhs_dilation: Vec<usize>,
    /// The roles of dimensions.
    pub dimension_numbers: ConvDims,
    /// Lots of features that are convolved each on its own.
    pub feature_group_count: usize,
    /// Lots of the batch that give lots of features.
    pub batch_group_count: usize,
    /// The result's dtype where it is not that of the operands.
    pub preferred_element_type: Option<DType>,
}

impl Conv {
    /// A convolution without padding, strides, dilations and groups.
    pub fn new(dimension_numbers: ConvDims) -> Conv {
        let spatial = dimension_numbers.lhs_spec.len().saturating_sub(2);
        Conv {
            window_strides: vec![1; spatial],
            padding: vec![(0, 0); spatial],
            lhs_dilation: vec![1; spatial],
            rhs_dilation: vec![1; spatial],
            dimension_numbers,
            feature_group_count: 1,
            batch_group_count: 1,
            preferred_element_type: None,
        }
    }

    /// Reads checked parameters.
    pub fn of(params: &Params) -> Conv {
        let preferred = match params.get("preferred_element_type") {
            Some(Param::DType(dtype)) => Some(*dtype),
            _ => None,
        };
        Conv {
            window_strides: params.usizes("window_strides"),
            padding: padding_of(params),
            lhs_dilation: params.usizes("lhs_dilation"),
            rhs_dilation: params.usizes("rhs_dilation"),
            dimension_numbers: ConvDims::of(params),
            feature_group_count: params.usize("feature_group_count"),
            batch_group_count: params.usize("batch_group_count"),
            preferred_element_type: preferred,
        }
    }

    /// The parameters of an equation.
    pub fn params(&self) -> Params {
        Params::new()
            .with("batch_group_count", self.batch_group_count)
            .with("dimension_numbers", self.dimension_numbers.param())
            .with("feature_group_count", self.feature_group_count)
            .with("lhs_dilation", self.lhs_dilation.as_slice())
            .with("padding", padding_param(&self.padding))
            .with("preferred_element_type", self.preferred_element_type)
            .with("rhs_dilation", self.rhs_dilation.as_slice())
            .with("window_strides", self.window_strides.as_slice())
    }

    /// The number of groups, of features or of the batch.
    pub fn groups(&self) -> usize {
        self.feature_group_count.max(self.batch_group_count)
    }

    /// The spatial dimensions of the first operand under the kernel.
    pub fn spatial(&self, lhs: &[usize], rhs: &[usize]) -> Vec<WindowDim> {
        let dims = &self.dimension_numbers;
        let pairs = dims.lhs_spec.iter().zip(&dims.rhs_spec).skip(2);
        let dim = |(at, (array, kernel)): (usize, (&usize, &usize))| WindowDim {
            size: lhs[*array],
            window: rhs[*kernel],
            stride: self.window_strides[at],
            padding: self.padding[at],
            base_dilation: self.lhs_dilation[at],
            window_dilation: self.rhs_dilation[at],
        };
        pairs.enumerate().map(dim).collect()
    }
}

/// Convolution of `lhs` with the kernel `rhs`, which is not turned around.
///
/// # Panics
/// When the op refuses the operands' types or the parameters.
#[track_caller]
pub fn conv_general_dilated<V: Value>(lhs: &V, rhs: &V, conv: &Conv) -> V {
    bind1(&CONV_GENERAL_DILATED, conv.params(), &[lhs, rhs])
}

fn infer_conv(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    check_classes(call, types)?;
    let (lhs, rhs) = (types[0], types[1]);
    if lhs.rank() != rhs.rank() {
        let (lhs, rhs) = (tuple_text(&lhs.shape), tuple_text(&rhs.shape));
        return Err(diag::jax(format!(
            "conv_general_dilated lhs and rhs must have the same number of dimensions, but got {lhs} \
             and {rhs}."
        )));
    }
    if lhs.rank() < 2 {
        return Err(refuse(call, format!("expected operands of rank 2 or more, got {lhs}")));
    }
    check_specs(call, lhs.rank())?;
    check_groups(call, lhs, rhs)?;
    check_spatial(call, lhs.rank() - 2)?;
    let conv = Conv::of(call.params);
    let dims = conv.spatial(&lhs.shape, &rhs.shape);
    dims.iter().try_for_each(|dim| dim.check(call))?;
    if dims.iter().any(|dim| dim.padded() < 0) {
        let pairs: Vec<String> =
            conv.padding.iter().map(|(low, high)| format!("({low}, {high})")).collect();
        let sizes: Vec<usize> = dims.iter().map(|dim| dim.size).collect();
        return Err(diag::jax(format!(
            "Negative padding is larger than the size of the corresponding dimension: got padding={} \
             for lhs_shape[2:]={}",
            tuple_text(&pairs),
            tuple_text(&sizes)
        )));
    }
    let dtype = result_dtype(lhs.dtype, rhs.dtype, conv.preferred_element_type)?;
    let numbers = &conv.dimension_numbers;
    let batch = lhs.shape[numbers.lhs_spec[0]] / conv.batch_group_count;
    let mut sizes = vec![batch, rhs.shape[numbers.rhs_spec[0]]];
    sizes.extend(dims.iter().map(WindowDim::places));
    let mut shape = Shape::from_elem(0, lhs.rank());
    numbers.out_spec.iter().zip(&sizes).for_each(|(at, size)| shape[*at] = *size);
    sized(call, dtype, &shape, conv.preferred_element_type.is_none() && all_weak(types))
}

/// Refuses lists that are no permutations.
fn check_specs(call: &Call<'_>, rank: usize) -> Result<()> {
    let dims = ConvDims::of(call.params);
    for (name, spec) in
        [("lhs_spec", &dims.lhs_spec), ("rhs_spec", &dims.rhs_spec), ("out_spec", &dims.out_spec)]
    {
        if spec.len() != rank || (0..rank).any(|dim| !spec.contains(&dim)) {
            let got = tuple_text(spec);
            return Err(refuse(
                call,
                format!("expected {name} to order {rank} dimensions, got {got}"),
            ));
        }
    }
    Ok(())
}

/// Refuses numbers of groups that do not divide what they group.
fn check_groups(call: &Call<'_>, lhs: &ArrayType, rhs: &ArrayType) -> Result<()> {
    let error = |message: String| Err(diag::jax(format!("conv_general_dilated {message}")));
    let dims = ConvDims::of(call.params);
    let [features, batches] =
        ["feature_group_count", "batch_group_count"].map(|name| call.params.int(name));
    for (name, count) in [("feature_group_count", features), ("batch_group_count", batches)] {
        if count <= 0 {
            return error(format!("{name} must be a positive integer, got {count}."));
        }
    }
    let (feature_groups, batch_groups) = (features as usize, batches as usize);
    let (batch, depth) = (lhs.shape[dims.lhs_spec[0]], lhs.shape[dims.lhs_spec[1]]);
    let (out, inner) = (rhs.shape[dims.rhs_spec[0]], rhs.shape[dims.rhs_spec[1]]);
    if depth % feature_groups != 0 {
        return error(format!(
            "feature_group_count must divide lhs feature dimension size, but {features} does not divide \
             {depth}."
        ));
    }
    if depth / feature_groups != inner {
        return error(format!(
            "lhs feature dimension size divided by feature_group_count must equal the rhs input feature \
             dimension size, but {depth} // {features} != {inner}."
        ));
    }
    if batch % batch_groups != 0 {
        return error(format!(
            "batch_group_count must divide lhs batch dimension size, but {batches} does not divide \
             {batch}."
        ));
    }
    for (name, count) in
        [("feature_group_count", feature_groups), ("batch_group_count", batch_groups)]
    {
        if out % count != 0 {
            return error(format!(
                "rhs output feature dimension size must be a multiple of {name}, but {out} is not a \
                 multiple of {count}."
            ));
        }
    }
    if features > 1 && batches > 1 {
        return Err(diag::jax(format!(
            "At most one of batch_group_count and feature_group_count may be > 1, got \
             batch_group_count={batches} and feature_group_count={features}"
        )));
    }
    Ok(())
}

/// Refuses lists that have not one item per spatial dimension, and distances below 1.
fn check_spatial(call: &Call<'_>, spatial: usize) -> Result<()> {
    let strides = call.params.items("window_strides").len();
    if strides != spatial {
        return Err(diag::jax(format!(
            "conv_general_dilated window and window_strides must have the same number of dimensions, but \
             got {spatial} and {strides}"
        )));
    }
    let pads = call.params.items("padding").len();
    if pads != spatial {
        return Err(diag::jax(format!(
            "Wrong number of explicit pads for convolution: expected {spatial}, got {pads}."
        )));
    }
    for name in ["lhs_dilation", "rhs_dilation"] {
        expect_rank(call, name, call.params.items(name).len(), spatial)?;
        dilations(call, name)?;
    }
    let strides = call.params.ints("window_strides");
    if strides.iter().all(|stride| *stride >= 1) {
        return Ok(());
    }
    Err(refuse(call, format!("expected positive window_strides, got {}", tuple_text(&strides))))
}

/// The dtype of the result. As in JAX, the preferred one keeps the operands' class, or makes a float of
/// an integer, and is not narrower.
fn result_dtype(lhs: DType, rhs: DType, preferred: Option<DType>) -> Result<DType> {
    if lhs != rhs {
        let (lhs, rhs) = (lhs.numpy_name(), rhs.numpy_name());
        return Err(diag::jax(format!(
            "lax.conv_general_dilated requires arguments to have the same dtypes, got {lhs}, {rhs}."
        )));
    }
    let Some(preferred) = preferred else { return Ok(lhs) };
    let same_class = lhs.is_bool()
        || (lhs.is_integer() && preferred.is_integer())
        || (lhs.is_float() && preferred.is_float())
        || (lhs.is_complex() && preferred.is_complex());
    let integer_to_float = lhs.is_integer() && preferred.is_float();
    if !same_class && !integer_to_float {
        return Err(diag::jax(
            "Input type is incompatible with `preferred_element_type`. The compatible combinations of \
             (input_type, preferred_element_type) are (integral, integral), (integral, floating), \
             (floating, floating), (complex, complex.",
        ));
    }
    if lhs.is_signed_integer() && !preferred.is_signed_integer() && !integer_to_float {
        return Err(diag::jax(
            "`preferred_element_type` must have the same signedness as the original type.",
        ));
    }
    if preferred.bits() < lhs.bits() {
        return Err(diag::jax(
            "`preferred_element_type` must not be narrower than the original type.",
        ));
    }
    Ok(preferred)
}
