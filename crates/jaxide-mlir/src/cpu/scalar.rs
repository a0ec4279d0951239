//! Scalar code of elementwise ops, for single elements and for vectors alike: rows of the records
//! become MLIR operations, and the ops that need a rule of their own have it in the table `RULES`.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{
    ArrayType, Atom, Call, DType, Eqn, Handle, IdVec, Jaxpr, JaxprBuilder, Lower, Mlir, OpDef,
    Result, Scalar, TypeClass, rules::DecomposeFn,
};
use jaxide_lax::elementwise as lax;

use super::polynomials;
use crate::{
    diag,
    emit::{Attr, Elem, Emitter, Ty, Val},
};

/// What a scalar rule sees.
pub struct ScalarCall<'a> {
    /// The equation; its operands are of rank 0.
    pub eqn: &'a Eqn,
    /// Dtypes of the operands.
    pub dtypes: &'a [DType],
    /// Dtype of the result.
    pub out: DType,
    /// The operands, all of one number of lanes.
    pub operands: &'a [Val],
    /// Whether a product and a sum may be rounded once.
    pub contract: bool,
}

/// Emits the code of one elementwise op.
pub type ScalarFn = fn(&mut Emitter, &ScalarCall<'_>) -> Result<Val>;

/// Ops and rows without a row of data.
static RULES: [(&OpDef, ScalarFn); 14] = [
    (&lax::DIV, divide),
    (&lax::REM, divide),
    (&lax::MULHI, multiply_high),
    (&lax::SHIFT_LEFT, shift),
    (&lax::SHIFT_RIGHT_LOGICAL, shift),
    (&lax::SHIFT_RIGHT_ARITHMETIC, shift),
    (&lax::INTEGER_POW, integer_pow),
    (&lax::SELECT_N, select_n),
    (&lax::CLAMP, clamp),
    (&lax::CONVERT_ELEMENT_TYPE, convert_element_type),
    (&lax::BITCAST_CONVERT_TYPE, bitcast),
    (&lax::REDUCE_PRECISION, reduce_precision),
    (&lax::ROUND, round),
    (&lax::POW, pow),
];

/// True when [`lower`] knows the op on elements of the first operand's dtype.
pub fn knows(op: &'static OpDef, dtype: DType) -> bool {
    let row = || match op.scalar_row(dtype).map(|row| row.mlir) {
        Some(Mlir::Custom) | None => rule(op).is_some(),
        Some(Mlir::Split(_)) => false,
        Some(_) => true,
    };
    match op.lower {
        Lower::Elementwise(_) => row(),
        Lower::ElementwiseBy => rule(op).is_some(),
        _ => false,
    }
}

fn rule(op: &OpDef) -> Option<ScalarFn> {
    RULES.iter().find(|row| row.0 == op).map(|row| row.1)
}

/// True when vectors of the op are as good as single elements: one machine instruction or a few,
/// never a call.
pub fn vectorisable(op: &'static OpDef, dtype: DType) -> bool {
    const MATH: [&str; 9] = [
        "math.absf",
        "math.absi",
        "math.sqrt",
        "math.fma",
        "math.floor",
        "math.ceil",
        "math.isfinite",
        "math.roundeven",
        "math.rsqrt",
    ];
    match op.scalar_row(dtype).map(|row| row.mlir) {
        Some(Mlir::Op(name)) => {
            let polynomial = dtype == DType::F32 && polynomials::of(name).is_some();
            (name.starts_with("arith.") && name != "arith.remf")
                || MATH.contains(&name)
                || polynomial
        }
        Some(Mlir::CmpF(_) | Mlir::CmpI(_)) => true,
        Some(Mlir::By(_, Some(_))) if dtype == DType::F64 => false,
        Some(Mlir::By(..)) => VECTOR_RECIPES.contains(&op) && dtype != DType::F64,
        Some(Mlir::Split(_)) => false,
        Some(Mlir::Custom) => op != &lax::DIV && op != &lax::REM && op != &lax::MULHI,
        None => rule(op).is_some() && op != &lax::ROUND && op != &lax::REDUCE_PRECISION,
    }
}

/// Recipes of other ops that are themselves vectorisable.
static VECTOR_RECIPES: [&OpDef; 10] = [
    &lax::EQ_TO,
    &lax::ERF_INV,
    &lax::LE_TO,
    &lax::LOG,
    &lax::LOG1P,
    &lax::LOGISTIC,
    &lax::LT_TO,
    &lax::NEG,
    &lax::NOT,
    &lax::SIGN,
];

/// The value of a literal.
pub fn literal(e: &mut Emitter, value: Scalar, lanes: u32) -> Val {
    let ty = Ty::of(value.dtype()).with_lanes(lanes);
    match value.as_int() {
        Some(int) => e.int(ty, int as i64),
        None => e.float(ty, value.to_f64()),
    }
}

/// The results of a scalar program on values of one number of lanes.
///
/// # Errors
/// An op without rule.
pub fn body(
    e: &mut Emitter,
    jaxpr: &Jaxpr,
    inputs: &[Val],
    lanes: u32,
    contract: bool,
) -> Result<Vec<Val>> {
    let mut env: IdVec<jaxide_ir::Var, Option<Val>> = IdVec::filled(None, jaxpr.vars.len());
    for (var, val) in jaxpr.inputs.iter().zip(inputs) {
        env[*var] = Some(*val);
    }
    let read = |e: &mut Emitter, env: &IdVec<jaxide_ir::Var, Option<Val>>, atom: Atom| match atom {
        Atom::Var(var) => env[var].expect("variables are defined before they are used"),
        Atom::Literal(known) => literal(e, known.value, lanes),
    };
    for eqn in &jaxpr.eqns {
        let operands: Vec<Val> = eqn
            .inputs
            .iter()
            .map(|atom| {
                let val = read(e, &env, *atom);
                e.splat(val, lanes)
            })
            .collect();
        let dtypes: Vec<DType> = eqn.inputs.iter().map(|atom| jaxpr.ty(*atom).dtype).collect();
        let out = jaxpr.vars[eqn.outputs[0]].dtype;
        let call = ScalarCall { eqn, dtypes: &dtypes, out, operands: &operands, contract };
        env[eqn.outputs[0]] = Some(lower(e, &call)?);
    }
    let results = jaxpr.outputs.iter().map(|atom| {
        let val = read(e, &env, *atom);
        e.splat(val, lanes)
    });
    Ok(results.collect())
}

/// Emits one elementwise op.
///
/// # Errors
/// When the op has no rule.
pub fn lower(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let op = call.eqn.op;
    if let Lower::Decompose(definition) = op.lower {
        return by_ops(e, call, definition);
    }
    let row = op.scalar_row(call.dtypes.first().copied().unwrap_or(call.out));
    match row.map(|row| row.mlir) {
        Some(Mlir::Op(name)) if op != &lax::POW => Ok(one_op(e, call, name)),
        Some(Mlir::CmpF(predicate)) => {
            let (a, b) = (widen(e, call.operands[0]), widen(e, call.operands[1]));
            Ok(e.cmpf(predicate, a, b))
        }
        Some(Mlir::CmpI(predicate)) => Ok(e.cmpi(predicate, call.operands[0], call.operands[1])),
        Some(Mlir::By(_, Some(name))) if call.out == DType::F64 => Ok(one_op(e, call, name)),
        Some(Mlir::By(definition, _)) => by_ops(e, call, definition),
        _ => match rule(op) {
            Some(rule) => rule(e, call),
            None => Err(diag::unsupported_op(op.name).at(&call.eqn.loc)),
        },
    }
}

/// bf16 and f16 as f32; the rest as it is.
pub fn widen(e: &mut Emitter, val: Val) -> Val {
    let ty = e.ty(val);
    if !matches!(ty.elem, Elem::BF16 | Elem::F16) {
        return val;
    }
    e.op("arith.extf", &[val], Ty { elem: Elem::F32, lanes: ty.lanes }, &[])
}

/// A float rounded to the element type of a narrower dtype; the rest as it is.
pub fn narrow(e: &mut Emitter, val: Val, dtype: DType) -> Val {
    let ty = e.ty(val);
    let to = Ty::of(dtype).with_lanes(ty.lanes);
    if !ty.is_float() || ty == to || to.bits() >= ty.bits() {
        return val;
    }
    e.op("arith.truncf", &[val], to, &[])
}

fn one_op(e: &mut Emitter, call: &ScalarCall<'_>, name: &str) -> Val {
    let operands: Vec<Val> = call.operands.iter().map(|val| widen(e, *val)).collect();
    let ty = e.ty(operands[0]);
    let result = if call.out.is_bool() { Ty::of(DType::Bool).with_lanes(ty.lanes) } else { ty };
    let value = match polynomials::of(name).filter(|_| ty.elem == Elem::F32) {
        Some(polynomial) => polynomial(e, operands[0]),
        None => arith(e, name, &operands, result, call.contract),
    };
    narrow(e, value, call.out)
}

/// An op with the fast-math flag that contraction needs.
pub fn arith(e: &mut Emitter, name: &str, operands: &[Val], result: Ty, contract: bool) -> Val {
    let contracts = contract && matches!(name, "arith.addf" | "arith.subf" | "arith.mulf");
    let flag = [("fastmath", Attr::Text("#arith.fastmath<contract>"))];
    e.op(name, operands, result, if contracts { &flag } else { &[] })
}

/// The definition of an op by others, in f32 for narrower floats. Recipes fix each rounding, so
/// nothing in them is contracted.
fn by_ops(e: &mut Emitter, call: &ScalarCall<'_>, definition: DecomposeFn) -> Result<Val> {
    let wide = |dtype: DType| match dtype {
        DType::BF16 | DType::F16 => DType::F32,
        other => other,
    };
    let types: Vec<ArrayType> =
        call.dtypes.iter().map(|dtype| ArrayType::scalar(wide(*dtype))).collect();
    let (mut side, vars) = JaxprBuilder::with_inputs(&types);
    side.set_loc(call.eqn.loc.clone());
    let side = RefCell::new(side);
    let handles: Vec<Handle<'_>> =
        vars.iter().map(|var| Handle::new(&side, (*var).into())).collect();
    let rule = Call { op: call.eqn.op, params: &call.eqn.params, loc: &call.eqn.loc };
    let results: Vec<Atom> = definition(&rule, &handles)?.iter().map(Handle::atom).collect();
    let program = Arc::new(side.into_inner().finish(results));
    let operands: Vec<Val> = call.operands.iter().map(|val| widen(e, *val)).collect();
    let lanes = operands.first().map_or(0, |val| e.ty(*val).lanes);
    let value = body(e, &program, &operands, lanes, false)?[0];
    Ok(narrow(e, value, call.out))
}

/// Integer division and remainder without a trap: by zero all ones and the dividend, and the least
/// value over -1 wraps.
fn divide(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let (x, y) = (call.operands[0], call.operands[1]);
    let ty = e.ty(x);
    let remainder = call.eqn.op == &lax::REM;
    let (zero, one, ones) = (e.int(ty, 0), e.int(ty, 1), e.int(ty, -1));
    let by_zero = e.cmpi("eq", y, zero);
    if !call.out.is_signed_integer() {
        let safe = e.select(by_zero, one, y);
        let value = e.same(if remainder { "arith.remui" } else { "arith.divui" }, &[x, safe]);
        return Ok(e.select(by_zero, if remainder { x } else { ones }, value));
    }
    let by_ones = e.cmpi("eq", y, ones);
    let special = e.same("arith.ori", &[by_zero, by_ones]);
    let safe = e.select(special, one, y);
    let value = e.same(if remainder { "arith.remsi" } else { "arith.divsi" }, &[x, safe]);
    let negated = if remainder { zero } else { e.same("arith.subi", &[zero, x]) };
    let value = e.select(by_ones, negated, value);
    Ok(e.select(by_zero, if remainder { x } else { ones }, value))
}

fn multiply_high(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let ty = e.ty(call.operands[0]);
    let signed = call.out.is_signed_integer();
    let double = Ty { elem: Elem::Int(2 * ty.bits()), lanes: ty.lanes };
    let extend = if signed { "arith.extsi" } else { "arith.extui" };
    let x = e.op(extend, &[call.operands[0]], double, &[]);
    let y = e.op(extend, &[call.operands[1]], double, &[]);
    let product = e.same("arith.muli", &[x, y]);
    let width = e.int(double, i64::from(ty.bits()));
    let high = e.same("arith.shrui", &[product, width]);
    Ok(e.op("arith.trunci", &[high], ty, &[]))
}

/// Shifts by the width or more are defined, unlike in MLIR.
fn shift(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let (x, y) = (call.operands[0], call.operands[1]);
    let ty = e.ty(x);
    let width = i64::from(ty.bits());
    let (limit, zero) = (e.int(ty, width), e.int(ty, 0));
    let inside = e.cmpi("ult", y, limit);
    if call.eqn.op == &lax::SHIFT_RIGHT_ARITHMETIC {
        let last = e.int(ty, width - 1);
        let amount = e.select(inside, y, last);
        return Ok(e.same("arith.shrsi", &[x, amount]));
    }
    let amount = e.select(inside, y, zero);
    let left = call.eqn.op == &lax::SHIFT_LEFT;
    let value = e.same(if left { "arith.shli" } else { "arith.shrui" }, &[x, amount]);
    Ok(e.select(inside, value, zero))
}

/// Repeated multiplication by squaring, the reciprocal at the end.
fn integer_pow(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let exponent = call.eqn.params.int("y");
    let x = widen(e, call.operands[0]);
    let ty = e.ty(x);
    let float = ty.is_float();
    let mul = |e: &mut Emitter, a: Val, b: Val| {
        arith(e, if float { "arith.mulf" } else { "arith.muli" }, &[a, b], ty, call.contract)
    };
    let one = if float { e.float(ty, 1.0) } else { e.int(ty, 1) };
    let mut left = exponent.unsigned_abs();
    let (mut square, mut result) = (x, None);
    while left > 0 {
        if left & 1 == 1 {
            result = Some(result.map_or(square, |so_far| mul(e, so_far, square)));
        }
        left >>= 1;
        if left > 0 {
            square = mul(e, square, square);
        }
    }
    let power = result.unwrap_or(one);
    let value = if exponent < 0 { e.same("arith.divf", &[one, power]) } else { power };
    Ok(narrow(e, value, call.out))
}

fn select_n(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let (which, cases) = (call.operands[0], &call.operands[1..]);
    let mut value = cases[cases.len() - 1];
    for (number, case) in cases.iter().enumerate().rev().skip(1) {
        let is_it = if call.dtypes[0].is_bool() {
            let ty = e.ty(which);
            let no = e.int(ty, 0);
            e.cmpi("eq", which, no)
        } else {
            let ty = e.ty(which);
            let number = e.int(ty, number as i64);
            e.cmpi("sle", which, number)
        };
        value = e.select(is_it, *case, value);
    }
    Ok(value)
}

/// `min(max(x, low), high)`, where NaN stays.
fn clamp(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let [low, x, high] = [0, 1, 2].map(|at| call.operands[at]);
    let (low, x, high) = (widen(e, low), widen(e, x), widen(e, high));
    let (max, min) = match TypeClass::of(call.out) {
        TypeClass::Float => ("arith.maximumf", "arith.minimumf"),
        TypeClass::SignedInt => ("arith.maxsi", "arith.minsi"),
        TypeClass::Bool => ("arith.ori", "arith.andi"),
        _ => ("arith.maxui", "arith.minui"),
    };
    let raised = e.same(max, &[x, low]);
    let value = e.same(min, &[raised, high]);
    Ok(narrow(e, value, call.out))
}

/// The exponent may be an integer.
fn pow(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let base = widen(e, call.operands[0]);
    let to = if call.out == DType::F64 { DType::F64 } else { DType::F32 };
    let exponent = convert(e, call.operands[1], call.dtypes[1], to);
    let value = e.same("math.powf", &[base, exponent]);
    Ok(narrow(e, value, call.out))
}

fn convert_element_type(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    Ok(convert(e, call.operands[0], call.dtypes[0], call.out))
}

/// Conversion as `convert_element_type` defines it.
pub fn convert(e: &mut Emitter, val: Val, from: DType, to: DType) -> Val {
    let lanes = e.ty(val).lanes;
    let target = Ty::of(to).with_lanes(lanes);
    if from == to {
        return val;
    }
    match (from.is_float(), to) {
        (true, DType::Bool) => {
            let val = widen(e, val);
            let ty = e.ty(val);
            let zero = e.float(ty, 0.0);
            e.cmpf("une", val, zero)
        }
        (false, DType::Bool) => {
            let ty = e.ty(val);
            let zero = e.int(ty, 0);
            e.cmpi("ne", val, zero)
        }
        (true, _) if to.is_float() => float_to_float(e, val, to),
        (true, _) => float_to_int(e, val, to),
        (false, _) if to.is_float() => int_to_float(e, val, from, to),
        _ => {
            let ty = e.ty(val);
            match target.bits().cmp(&ty.bits()) {
                std::cmp::Ordering::Less => e.op("arith.trunci", &[val], target, &[]),
                std::cmp::Ordering::Equal => val,
                std::cmp::Ordering::Greater => {
                    let signed = from.is_signed_integer();
                    e.op(if signed { "arith.extsi" } else { "arith.extui" }, &[val], target, &[])
                }
            }
        }
    }
}

fn float_to_float(e: &mut Emitter, val: Val, to: DType) -> Val {
    let wide = widen(e, val);
    let ty = e.ty(wide);
    let target = Ty::of(to).with_lanes(ty.lanes);
    if target.bits() > ty.bits() {
        return e.op("arith.extf", &[wide], target, &[]);
    }
    narrow(e, wide, to)
}

/// Narrow results are rounded once: from f64 where f32 would round before.
fn int_to_float(e: &mut Emitter, val: Val, from: DType, to: DType) -> Val {
    let lanes = e.ty(val).lanes;
    let through = match to {
        DType::F64 => DType::F64,
        DType::F32 => DType::F32,
        _ if from.bits() >= 32 => DType::F64,
        _ => DType::F32,
    };
    let ty = Ty::of(through).with_lanes(lanes);
    let signed = from.is_signed_integer();
    let value = e.op(if signed { "arith.sitofp" } else { "arith.uitofp" }, &[val], ty, &[]);
    narrow(e, value, to)
}

/// Truncates and saturates; NaN gives 0.
fn float_to_int(e: &mut Emitter, val: Val, to: DType) -> Val {
    let wide = widen(e, val);
    let ty = e.ty(wide);
    let target = Ty::of(to).with_lanes(ty.lanes);
    let signed = to.is_signed_integer();
    let (low, high) = if signed {
        (-(2f64.powi(to.bits() as i32 - 1)), 2f64.powi(to.bits() as i32 - 1))
    } else {
        (0.0, 2f64.powi(to.bits() as i32))
    };
    let least = if signed { i64::MIN >> (64 - to.bits()) } else { 0 };
    let most = if signed { i64::MAX >> (64 - to.bits()) } else { -1 };
    let (low, high) = (e.float(ty, low), e.float(ty, high));
    let (least, most, zero) = (e.int(target, least), e.int(target, most), e.int(target, 0));
    let below = e.cmpf("ole", wide, low);
    let above = e.cmpf("oge", wide, high);
    let nan = e.cmpf("uno", wide, wide);
    let plain = e.float(ty, 0.0);
    let mut safe = wide;
    for outside in [below, above, nan] {
        safe = e.select(outside, plain, safe);
    }
    let mut value =
        e.op(if signed { "arith.fptosi" } else { "arith.fptoui" }, &[safe], target, &[]);
    for (outside, end) in [(below, least), (above, most), (nan, zero)] {
        value = e.select(outside, end, value);
    }
    value
}

fn bitcast(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let lanes = e.ty(call.operands[0]).lanes;
    let target = Ty::of(call.out).with_lanes(lanes);
    if e.ty(call.operands[0]) == target {
        return Ok(call.operands[0]);
    }
    Ok(e.op("arith.bitcast", &[call.operands[0]], target, &[]))
}

fn round(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let even = call.eqn.params.int("rounding_method") == 1;
    Ok(one_op(e, call, if even { "math.roundeven" } else { "math.round" }))
}

/// Rounds the bits of the mantissa to nearest even, then sends what the smaller exponent cannot
/// hold to infinity or zero.
fn reduce_precision(e: &mut Emitter, call: &ScalarCall<'_>) -> Result<Val> {
    let exponent = call.eqn.params.int("exponent_bits");
    let mantissa = call.eqn.params.int("mantissa_bits");
    let x = call.operands[0];
    let ty = e.ty(x);
    let (own_mantissa, own_exponent) = match call.out {
        DType::BF16 => (7, 8),
        DType::F16 => (10, 5),
        DType::F32 => (23, 8),
        _ => (52, 11),
    };
    let ints = Ty { elem: Elem::Int(ty.bits()), lanes: ty.lanes };
    let bits = e.op("arith.bitcast", &[x], ints, &[]);
    let mut value = bits;
    if mantissa < own_mantissa {
        let drop = own_mantissa - mantissa;
        let (amount, one) = (e.int(ints, drop), e.int(ints, 1));
        let half = e.int(ints, (1i64 << (drop - 1)) - 1);
        let last = e.same("arith.shrui", &[bits, amount]);
        let odd = e.same("arith.andi", &[last, one]);
        let bias = e.same("arith.addi", &[odd, half]);
        let raised = e.same("arith.addi", &[bits, bias]);
        let mask = e.int(ints, !((1i64 << drop) - 1));
        value = e.same("arith.andi", &[raised, mask]);
    }
    if exponent < own_exponent {
        value = limit_exponent(e, value, ints, (exponent, own_exponent, own_mantissa));
    }
    let rounded = e.op("arith.bitcast", &[value], ty, &[]);
    let wide = widen(e, x);
    let nan = e.cmpf("uno", wide, wide);
    Ok(e.select(nan, x, rounded))
}

fn limit_exponent(
    e: &mut Emitter,
    bits: Val,
    ty: Ty,
    (exponent, own_exponent, own_mantissa): (i64, i64, i64),
) -> Val {
    let sign_mask = e.int(ty, 1i64 << (ty.bits() - 1));
    let sign = e.same("arith.andi", &[bits, sign_mask]);
    let exponent_mask = e.int(ty, ((1i64 << own_exponent) - 1) << own_mantissa);
    let field = e.same("arith.andi", &[bits, exponent_mask]);
    let own_bias = (1i64 << (own_exponent - 1)) - 1;
    let bias = (1i64 << (exponent - 1)) - 1;
    let most = e.int(ty, (own_bias + bias) << own_mantissa);
    let least = e.int(ty, (own_bias - bias) << own_mantissa);
    let over = e.cmpi("ugt", field, most);
    let under = e.cmpi("ule", field, least);
    let infinity = e.same("arith.ori", &[sign, exponent_mask]);
    let value = e.select(over, infinity, bits);
    e.select(under, sign, value)
}
