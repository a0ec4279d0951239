//! `scan`: runs a body once per slice along the leading axis, with a carry.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, DceCx, Eqn, Jaxpr, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Result, Rule, Value, rules::DceEqn,
};
use smallvec::SmallVec;

use super::{
    diag,
    nested::{check_operands, either, keep_inputs, kept, unchanged},
    pjit::control,
    while_loop::check_carry,
};
use crate::shape::{counts_of, prepend, refuse, sized_type};

/// Operands are constants, the initial carry, and the scanned arrays, whose leading axis is
/// `length`; results are the last carry and the stacked results of the steps. With `reverse` the
/// steps run from the last slice to the first, and results are stacked in the order of the slices.
pub static SCAN: OpDef = OpDef {
    dce: Rule::Is(dce_scan),
    ..control(
        "scan",
        "Runs a body once per slice along the leading axis, with a carry.",
        Arity::AtLeast(0),
        const {
            &[
                ParamDef::shown("_split_transpose", ParamKind::Bool, Param::Bool(false)),
                ParamDef::required("jaxpr", ParamKind::Jaxpr),
                ParamDef::required("length", ParamKind::Int),
                ParamDef::optional(
                    "linear",
                    ParamKind::Optional(&ParamKind::Tuple(&ParamKind::Bool)),
                    Param::None,
                ),
                ParamDef::required("num_carry", ParamKind::Int),
                ParamDef::required("num_consts", ParamKind::Int),
                ParamDef::shown("reverse", ParamKind::Bool, Param::Bool(false)),
                ParamDef::shown("unroll", ParamKind::Int, Param::Int(1)),
            ]
        },
        infer_scan,
    )
};

/// The parameters of `scan`.
#[derive(Clone, Debug)]
pub struct Scan {
    /// Constants, carry and slices to carry and results of a step.
    pub jaxpr: Arc<Jaxpr>,
    /// Number of steps.
    pub length: usize,
    /// How many operands are the carry.
    pub num_carry: usize,
    /// How many operands are constants.
    pub num_consts: usize,
    /// From the last slice to the first.
    pub reverse: bool,
    /// How many steps a compiler may unroll; never changes results.
    pub unroll: usize,
}

impl Scan {
    /// Reads checked parameters.
    pub fn of(params: &Params) -> Scan {
        Scan {
            jaxpr: params.jaxpr("jaxpr").clone(),
            length: params.usize("length"),
            num_carry: params.usize("num_carry"),
            num_consts: params.usize("num_consts"),
            reverse: params.bool("reverse"),
            unroll: params.usize("unroll"),
        }
    }

    /// The parameters of an equation.
    pub fn params(self) -> Params {
        let linear = vec![Param::Bool(false); self.jaxpr.inputs.len()];
        Params::new()
            .with("jaxpr", self.jaxpr)
            .with("length", self.length)
            .with("linear", linear)
            .with("num_carry", self.num_carry)
            .with("num_consts", self.num_consts)
            .with("reverse", self.reverse)
            .with("unroll", self.unroll)
    }

    /// Constants, carry, scanned arrays; also splits the inputs of the body.
    pub fn split<'o, T>(&self, operands: &'o [T]) -> (&'o [T], &'o [T], &'o [T]) {
        let (consts, rest) = operands.split_at(self.num_consts);
        let (carry, xs) = rest.split_at(self.num_carry);
        (consts, carry, xs)
    }
}

/// Runs the body of `spec` once per slice along the leading axis of the scanned arrays. Operands are
/// constants, the initial carry, the scanned arrays; results the last carry and the stacked results
/// of the steps.
#[track_caller]
pub fn bind_scan<V: Value>(cx: V::Cx, spec: Scan, operands: &[&V]) -> SmallVec<[V; 1]> {
    V::bind(cx, &SCAN, spec.params(), operands)
}

fn infer_scan(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    counts_of(call, &["num_consts", "num_carry"], types.len())?;
    for name in ["length", "unroll"] {
        if call.params.int(name) < 0 {
            let got = call.params.int(name);
            return Err(refuse(call, format!("expected {name} of 0 or more, got {got}")));
        }
    }
    check_linear(call, types.len())?;
    let spec = Scan::of(call.params);
    let (_, carry, xs) = spec.split(types);
    let slices = slices(&spec, xs)?;
    let whole = types[..types.len() - xs.len()].iter().copied();
    check_operands(call, "jaxpr", &spec.jaxpr, whole.chain(&slices).enumerate())?;
    let carry: Vec<ArrayType> = carry.iter().map(|ty| (*ty).clone()).collect();
    let mut results = spec.jaxpr.out_types();
    let carried = carry.len().min(results.len());
    check_carry(call, "jaxpr", "scan", &carry, &results[..carried])?;
    for ty in &mut results[carried..] {
        *ty = sized_type(call, ty.dtype, &prepend(spec.length, &ty.shape), ty.weak)?;
    }
    Ok(results.into())
}

fn check_linear(call: &Call<'_>, operands: usize) -> Result<()> {
    let flags = match call.params.get("linear") {
        Some(Param::Tuple(flags)) => flags.len(),
        _ => return Ok(()),
    };
    if flags == operands {
        return Ok(());
    }
    Err(refuse(call, format!("expected linear for {operands} operands, got {flags}")))
}

/// The types of one slice of each scanned array.
fn slices(spec: &Scan, xs: &[&ArrayType]) -> Result<Vec<ArrayType>> {
    if let Some(ty) = xs.iter().find(|ty| ty.rank() == 0) {
        return Err(diag::scan_no_axis(&ty.to_string()));
    }
    let sizes: Vec<usize> = xs.iter().map(|ty| ty.shape[0]).collect();
    if sizes.iter().any(|size| *size != spec.length) {
        return Err(diag::scan_length_disagrees(spec.length, &sizes));
    }
    Ok(xs.iter().map(|ty| ty.with_shape(&ty.shape[1..])).collect())
}

/// Carries that no used result depends on, unused stacked results, constants and scanned arrays are
/// dropped.
fn dce_scan(cx: &mut dyn DceCx, eqn: &Eqn, used: &[bool]) -> Result<Option<DceEqn>> {
    let spec = Scan::of(&eqn.params);
    let mut outputs = used.to_vec();
    let (jaxpr, needs) = loop {
        let (jaxpr, needs) = cx.dce_jaxpr(&spec.jaxpr, &outputs)?;
        let more = either(&outputs[..spec.num_carry], spec.split(&needs).1);
        if more == outputs[..spec.num_carry] {
            break (jaxpr, needs);
        }
        outputs[..spec.num_carry].copy_from_slice(&more);
    };
    let (consts, _, xs) = spec.split(&needs);
    let inputs = [consts, &outputs[..spec.num_carry], xs].concat();
    if unchanged(&jaxpr, &spec.jaxpr) && inputs.iter().all(|used| *used) {
        return Ok(None);
    }
    let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
    let mut params = eqn
        .params
        .clone()
        .with("jaxpr", keep_inputs(&jaxpr, &inputs))
        .with("num_carry", count(&outputs[..spec.num_carry]))
        .with("num_consts", count(consts));
    if let Some(Param::Tuple(flags)) = eqn.params.get("linear") {
        params.set("linear", kept(flags, &inputs));
    }
    Ok(Some(DceEqn { params, inputs, outputs }))
}
