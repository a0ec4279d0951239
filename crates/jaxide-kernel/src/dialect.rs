//! The records `kernel.map` and `kernel.reduce`, and [`Kernel`], the typed form of their
//! parameters. What the ops mean is defined by the interpreter.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, Dialect, Effects, Fold, Jaxpr, Lower, OpDef, OutTypes, Param, ParamDef,
    ParamKind, Params, Result, Rule,
};

use jaxide_lax::templates::REAL_OR_BOOL;

use crate::{IndexMap, Input, Maps, diag, text::parse_maps};

/// Loop nests over scalar programs.
pub static KERNEL: Dialect = Dialect {
    name: "kernel",
    ops: &[&MAP, &REDUCE],
    aliases: &[],
    ignored_params: &[],
    renamed_params: &[],
    readings: &[],
};

/// How a reduction joins the values of one result element.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum Combine {
    Add,
    Mul,
    Max,
    Min,
    And,
    Or,
    Xor,
}

const COMBINES: [(Combine, &str); 7] = [
    (Combine::Add, "add"),
    (Combine::Mul, "mul"),
    (Combine::Max, "max"),
    (Combine::Min, "min"),
    (Combine::And, "and"),
    (Combine::Or, "or"),
    (Combine::Xor, "xor"),
];

impl Combine {
    /// The name, which is that of the elementwise op.
    pub fn name(self) -> &'static str {
        COMBINES[self as usize].1
    }
}

const BODY: ParamDef = ParamDef::required("body", ParamKind::Jaxpr);
const MAPS: ParamKind = ParamKind::Ext(parse_maps);
const SIZES: ParamKind = ParamKind::Tuple(&ParamKind::Int);
const NAMES: ParamKind =
    ParamKind::Tuple(&ParamKind::Symbol(&["add", "mul", "max", "min", "and", "or", "xor"]));

/// A parallel loop nest: each iteration evaluates the body and stores its results.
pub static MAP: OpDef = OpDef {
    summary: "Evaluates a scalar program at each point of a domain and stores its results.",
    params: &[
        ParamDef::required("domain", SIZES),
        ParamDef::required("in", MAPS),
        ParamDef::required("out", MAPS),
        BODY,
    ],
    ..record("kernel.map")
};

/// A loop nest whose results are joined over some dimensions.
pub static REDUCE: OpDef = OpDef {
    summary: "Evaluates a scalar program at each point of a domain and joins its results over some dimensions.",
    params: &[
        ParamDef::required("domain", SIZES),
        ParamDef::required("reduce", SIZES),
        ParamDef::required("in", MAPS),
        ParamDef::required("out", MAPS),
        ParamDef::required("combine", NAMES),
        BODY,
    ],
    ..record("kernel.reduce")
};

const fn record(name: &'static str) -> OpDef {
    OpDef {
        name,
        summary: "",
        arity: Arity::AtLeast(0),
        classes: REAL_OR_BOOL,
        params: &[],
        infer,
        verify: Some(verify),
        effects: |_| Effects::NONE,
        fold: Fold::Never,
        jvp: Rule::Never("kernels are formed after differentiation"),
        transpose: Rule::Never("kernels are formed after differentiation"),
        batch: Rule::Never("kernels are formed after vectorisation"),
        partial_eval: Rule::Never("kernels are formed after differentiation"),
        dce: Rule::Never("the body is a scalar program"),
        lower: Lower::Structured,
    }
}

/// The parameters of a kernel op.
#[derive(Clone, PartialEq, Debug)]
pub struct Kernel {
    /// Sizes of the iteration dimensions, in loop order.
    pub domain: Vec<usize>,
    /// The dimensions that results are joined over; empty for `kernel.map`.
    pub reduce: Vec<usize>,
    /// One per input of the body.
    pub inputs: Vec<Input>,
    /// One per result: a choice of dimensions.
    pub outputs: Vec<IndexMap>,
    /// One per result; empty for `kernel.map`.
    pub combine: Vec<Combine>,
    /// The scalar program.
    pub body: Arc<Jaxpr>,
}

impl Kernel {
    /// Reads checked parameters of `kernel.map` or `kernel.reduce`.
    pub fn of(params: &Params) -> Kernel {
        let optional = |name| params.get(name).map(|_| params.usizes(name)).unwrap_or_default();
        let combine = params.get("combine").map(|_| params.items("combine")).unwrap_or_default();
        Kernel {
            domain: params.usizes("domain"),
            reduce: optional("reduce"),
            inputs: maps(params, "in").to_vec(),
            outputs: maps(params, "out")
                .iter()
                .map(|input| match input {
                    Input::Read(map) => map.clone(),
                    Input::Iota(expr) => IndexMap::new(vec![expr.clone()]),
                })
                .collect(),
            combine: combine.iter().filter_map(combine_of).collect(),
            body: params.jaxpr("body").clone(),
        }
    }

    /// The op: `kernel.reduce` where something is joined.
    pub fn op(&self) -> &'static OpDef {
        if self.combine.is_empty() { &MAP } else { &REDUCE }
    }

    /// The parameters.
    pub fn params(&self) -> Params {
        let outputs = self.outputs.iter().cloned().map(Input::Read).collect();
        let ext = |maps: Vec<Input>| Param::Ext(Arc::new(Maps(maps)));
        let mut params = Params::new().with("domain", self.domain.clone());
        if !self.combine.is_empty() {
            params.set("reduce", self.reduce.clone());
        }
        params.set("in", ext(self.inputs.clone()));
        params.set("out", ext(outputs));
        if !self.combine.is_empty() {
            let names = self.combine.iter().map(|c| Param::Symbol(c.name().into()));
            params.set("combine", names.collect::<Vec<_>>());
        }
        params.with("body", self.body.clone())
    }

    /// The types of the results.
    pub fn out_types(&self) -> OutTypes {
        let types = self.body.outputs.iter().zip(&self.outputs).map(|(atom, map)| {
            let dims = map.as_dims().unwrap_or_default();
            let shape: Vec<usize> = dims.iter().map(|dim| self.domain[*dim]).collect();
            ArrayType::new(self.body.ty(*atom).dtype, &shape)
        });
        types.collect()
    }
}

fn combine_of(param: &Param) -> Option<Combine> {
    let Param::Symbol(name) = param else { return None };
    COMBINES.iter().find(|row| *row.1 == **name).map(|row| row.0)
}

fn maps<'p>(params: &'p Params, name: &str) -> &'p [Input] {
    match params.get(name) {
        Some(Param::Ext(ext)) => {
            ext.as_any().downcast_ref::<Maps>().map(|maps| &maps.0[..]).unwrap_or_default()
        }
        _ => &[],
    }
}

fn infer(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    let kernel = Kernel::of(call.params);
    let fail = |message: String| Err(diag::kernel(call.op.name, message));
    let body = &kernel.body;
    let reads: Vec<&IndexMap> = kernel.inputs.iter().filter_map(Input::as_read).collect();
    if reads.len() != operands.len() {
        return fail(format!("expected {} operands, got {}", reads.len(), operands.len()));
    }
    if body.inputs.len() != kernel.inputs.len() || body.outputs.len() != kernel.outputs.len() {
        return fail("body: expected one input per map and one result per result map".into());
    }
    if kernel.reduce.iter().any(|dim| *dim >= kernel.domain.len()) {
        return fail(format!("reduce: expected dimensions below {}", kernel.domain.len()));
    }
    if call.op == &REDUCE && kernel.combine.len() != kernel.outputs.len() {
        return fail("combine: expected one name per result".into());
    }
    let kept: Vec<usize> =
        (0..kernel.domain.len()).filter(|d| !kernel.reduce.contains(d)).collect();
    for map in &kernel.outputs {
        let mut dims = map.as_dims().unwrap_or_default();
        dims.sort_unstable();
        if dims != kept {
            return fail(format!("out: expected each dimension of {kept:?} once, got {map}"));
        }
    }
    Ok(kernel.out_types())
}

/// What only a wrong pass gets wrong: indices in range, a scalar elementwise body, equal dtypes.
fn verify(call: &Call<'_>, operands: &[&ArrayType], _: &[&ArrayType]) -> Result<()> {
    let kernel = Kernel::of(call.params);
    let fail = |message: String| Err(diag::kernel(call.op.name, message));
    let mut operands = operands.iter();
    for (input, var) in kernel.inputs.iter().zip(&kernel.body.inputs) {
        let Input::Read(map) = input else { continue };
        let Some(operand) = operands.next() else { break };
        if kernel.body.vars[*var].dtype != operand.dtype {
            let got = kernel.body.vars[*var].dtype;
            return fail(format!("body input: expected {}, got {got}", operand.dtype));
        }
        if map.exprs.len() != operand.rank() {
            return fail(format!("map {map} has not the rank of operand {operand}"));
        }
        check_range(&kernel, map, operand).or_else(fail)?;
    }
    for eqn in &kernel.body.eqns {
        if !eqn.op.is_elementwise() {
            return fail(format!("body: expected elementwise ops, got {}", eqn.op.name));
        }
    }
    let scalar = |ty: &ArrayType| ty.rank() == 0;
    if !kernel.body.vars.iter().all(|(_, ty)| scalar(ty)) {
        return fail("body: expected values of rank 0".into());
    }
    Ok(())
}

fn check_range(
    kernel: &Kernel,
    map: &IndexMap,
    operand: &ArrayType,
) -> std::result::Result<(), String> {
    if !map.is_total() || kernel.domain.contains(&0) {
        return Ok(());
    }
    for (expr, size) in map.exprs.iter().zip(&operand.shape) {
        let (low, high) = expr.range(&kernel.domain);
        if low < 0 || high >= *size as i64 {
            return Err(format!("index {expr} leaves operand {operand}: it is {low} to {high}"));
        }
    }
    Ok(())
}
