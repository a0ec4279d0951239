//! Steps that work element by element.

use jaxide_ir::{ArrayType, DType, OpDef, Params, Value};
use jaxide_lax::{
    self as lax, RoundingMethod, Val,
    conv::CONV_GENERAL_DILATED,
    dot::DOT_GENERAL,
    elementwise::{
        ABS, ACOS, ACOSH, ADD, ADD_ANY, AND, ASIN, ASINH, ATAN, ATAN2, ATANH, CBRT, CEIL, CLZ, COS,
        COSH, DIV, EQ, ERF, ERF_INV, ERFC, EXP, EXP2, EXPM1, FLOOR, GE, GT, INTEGER_POW, IS_FINITE,
        LE, LOG, LOG1P, LOGISTIC, LT, MAX, MIN, MUL, MULHI, NE, NEG, NEXTAFTER, NOT, OR,
        POPULATION_COUNT, POW, REM, RSQRT, SHIFT_LEFT, SHIFT_RIGHT_ARITHMETIC, SHIFT_RIGHT_LOGICAL,
        SIGN, SIN, SINH, SQRT, SQUARE, SUB, TAN, TANH, XOR,
    },
    reduce::{CUMLOGSUMEXP, CUMPROD, CUMSUM, REDUCE_PROD, REDUCE_SUM},
    templates::bind1,
    window::REDUCE_WINDOW_SUM,
};

use super::{
    draft::{Draft, Kind, Rule, rule},
    recipe::Step,
};

pub(super) static RULES: &[Rule] = &[
    rule("float arithmetic", Kind::Exact, float_arithmetic),
    rule("integer arithmetic", Kind::Jumps, integer_arithmetic),
    rule("bool logic", Kind::Jumps, bool_logic),
    rule("comparison", Kind::Jumps, comparison),
    rule("select_n", Kind::Exact, select),
    rule("float unary", Kind::Exact, |draft, step, _| unary(draft, step, is_float, CONTINUOUS)),
    rule("float steps", Kind::Jumps, |draft, step, _| unary(draft, step, is_float, STEPS)),
    rule("integer unary", Kind::Jumps, integer_unary),
    rule("clamp", Kind::Exact, clamp),
    rule("fma", Kind::Exact, fma),
    rule("convert", Kind::Jumps, convert),
    rule("convert floats", Kind::Exact, convert_floats),
    rule("bitcast", Kind::Jumps, bitcast),
    rule("round", Kind::Jumps, round),
    rule("remainder of floats", Kind::Jumps, float_remainder),
    rule("integer_pow of integers", Kind::Jumps, |draft, step, _| {
        let x = draft.take(step.picks[0], |ty| ty.dtype.is_integer())?;
        draft.push(lax::integer_pow(&x, i64::from(step.knobs[0] % 5)));
        Some(())
    }),
    rule("complex arithmetic", Kind::Exact, |draft, step, _| {
        let x = draft.take(step.picks[0], is_complex)?;
        binary(draft, step, x, &[&ADD, &SUB, &MUL, &DIV, &ADD_ANY])
    }),
    rule("complex parts", Kind::Exact, complex_parts),
    rule("functions", Kind::Rounds, |draft, step, _| unary(draft, step, is_float, FUNCTIONS)),
    rule("more functions", Kind::Rounds, |draft, step, _| unary(draft, step, is_float, FUNCTIONS)),
    rule("functions of two", Kind::Rounds, |draft, step, _| {
        let x = draft.take(step.picks[0], is_float)?;
        binary(draft, step, x, &[&ATAN2, &POW])
    }),
    rule("integer_pow", Kind::Rounds, |draft, step, _| {
        let x = draft.take(step.picks[0], is_float)?;
        draft.push(lax::integer_pow(&x, i64::from(step.knobs[0] % 9) - 3));
        Some(())
    }),
];

static CONTINUOUS: &[&OpDef] = &[&NEG, &ABS, &SQRT, &SQUARE];
static STEPS: &[&OpDef] = &[&FLOOR, &CEIL, &SIGN, &IS_FINITE];
static ARITHMETIC: &[&OpDef] = &[&ADD, &SUB, &MUL, &DIV, &MAX, &MIN, &ADD_ANY];
static COMPARISONS: &[&OpDef] = &[&LT, &EQ, &NE, &LE, &GT, &GE];
static BITWISE: &[&OpDef] = &[&AND, &OR, &XOR, &MAX, &MIN];
static INTEGER_ARITHMETIC: &[&OpDef] = &[
    &ADD,
    &SUB,
    &MUL,
    &DIV,
    &REM,
    &MAX,
    &MIN,
    &AND,
    &OR,
    &XOR,
    &SHIFT_LEFT,
    &SHIFT_RIGHT_LOGICAL,
    &SHIFT_RIGHT_ARITHMETIC,
    &MULHI,
];
static INTEGER_UNARY: &[&OpDef] = &[&NEG, &NOT, &SIGN, &POPULATION_COUNT, &CLZ, &ABS];
static FUNCTIONS: &[&OpDef] = &[
    &EXP, &LOG, &TANH, &SIN, &COS, &LOGISTIC, &EXP2, &EXPM1, &LOG1P, &RSQRT, &CBRT, &TAN, &SINH,
    &COSH, &ASIN, &ACOS, &ATAN, &ASINH, &ACOSH, &ATANH, &ERF, &ERFC, &ERF_INV,
];

pub(super) fn is_float(ty: &ArrayType) -> bool {
    ty.dtype.is_float()
}

fn is_complex(ty: &ArrayType) -> bool {
    ty.dtype.is_complex()
}

fn complex_parts(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let z = draft.take(step.picks[0], is_complex)?;
    let wide = if z.ty().dtype == DType::C64 { DType::C128 } else { DType::C64 };
    draft.push(match step.knobs[0] % 7 {
        0 => lax::real(&z),
        1 => lax::imag(&z),
        2 => lax::conj(&z),
        3 => lax::neg(&z),
        4 => lax::convert_element_type(&z, wide),
        5 => lax::complex(&lax::imag(&z), &lax::real(&z)),
        _ => lax::square(&z),
    });
    Some(())
}

fn choose(ops: &[&'static OpDef], knob: u8) -> &'static OpDef {
    ops[usize::from(knob) % ops.len()]
}

fn unary(
    draft: &mut Draft<'_>,
    step: &Step,
    fits: impl Fn(&ArrayType) -> bool,
    ops: &[&'static OpDef],
) -> Option<()> {
    let x = draft.take(step.picks[0], fits)?;
    draft.push(bind1(choose(ops, step.knobs[0]), Params::new(), &[&x]));
    Some(())
}

fn integer_unary(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| !ty.dtype.is_inexact())?;
    let ops = match x.ty().dtype {
        dtype if dtype.is_bool() => &[&NOT][..],
        dtype if dtype.is_signed_integer() => INTEGER_UNARY,
        _ => &INTEGER_UNARY[..5],
    };
    draft.push(bind1(choose(ops, step.knobs[0]), Params::new(), &[&x]));
    Some(())
}

fn binary<'b>(
    draft: &mut Draft<'b>,
    step: &Step,
    x: Val<'b>,
    ops: &[&'static OpDef],
) -> Option<()> {
    let y = draft.take_partner(step.picks[1], &x.ty())?;
    let pair = if step.knobs[1].is_multiple_of(2) { [&x, &y] } else { [&y, &x] };
    draft.push(bind1(choose(ops, step.knobs[0]), Params::new(), &pair));
    Some(())
}

fn float_arithmetic(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], is_float)?;
    binary(draft, step, x, ARITHMETIC)
}

fn float_remainder(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], is_float)?;
    binary(draft, step, x, &[&REM, &NEXTAFTER])
}

fn integer_arithmetic(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.dtype.is_integer())?;
    binary(draft, step, x, INTEGER_ARITHMETIC)
}

fn bool_logic(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.dtype.is_bool())?;
    binary(draft, step, x, BITWISE)
}

fn comparison(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |_| true)?;
    let ops = if is_complex(&x.ty()) { &COMPARISONS[1..3] } else { COMPARISONS };
    binary(draft, step, x, ops)
}

/// By a bool, or by an i32 among three cases.
fn select(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |_| true)?;
    let ty = x.ty();
    let y = draft.take(step.picks[1], |other| *other == ty)?;
    let which = draft.take(step.picks[2], |which| {
        matches!(which.dtype, DType::Bool | DType::I32)
            && (which.shape == ty.shape || which.rank() == 0)
    })?;
    let cases = if which.ty().dtype.is_bool() { &[&x, &y][..] } else { &[&x, &y, &x] };
    draft.push(lax::select_n(&which, cases));
    Some(())
}

fn clamp(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| !is_complex(ty))?;
    let low = draft.take_partner(step.picks[1], &x.ty())?;
    let high = draft.take_partner(step.picks[2], &x.ty())?;
    draft.push(lax::clamp(&low, &x, &high));
    Some(())
}

fn fma(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let wide = |ty: &ArrayType| matches!(ty.dtype, DType::F32 | DType::F64);
    let x = draft.take(step.picks[0], wide)?;
    let y = draft.take_partner(step.picks[1], &x.ty())?;
    let z = draft.take_partner(step.picks[2], &x.ty())?;
    draft.push(lax::fma(&x, &y, &z));
    Some(())
}

fn real(knob: u8) -> DType {
    let dtypes: Vec<DType> = DType::all().filter(|dtype| !dtype.is_complex()).collect();
    dtypes[usize::from(knob) % dtypes.len()]
}

fn convert(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |_| true)?;
    draft.push(lax::convert_element_type(&x, real(step.knobs[0])));
    Some(())
}

fn convert_floats(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], is_float)?;
    let floats = [DType::F32, DType::F64, DType::F16, DType::BF16];
    draft.push(lax::convert_element_type(&x, floats[usize::from(step.knobs[0] % 4)]));
    Some(())
}

/// Between integers only: the bits of NaN are nobody's business.
fn bitcast(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.dtype.is_integer())?;
    let from = x.ty().dtype;
    let to = real(step.knobs[0]);
    if !to.is_integer() || to.size() > from.size() {
        return None;
    }
    draft.push(lax::bitcast_convert_type(&x, to));
    Some(())
}

fn round(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], is_float)?;
    draft.push(match step.knobs[0] % 3 {
        0 => lax::round(&x, RoundingMethod::ToNearestEven),
        1 => lax::round(&x, RoundingMethod::AwayFromZero),
        _ => {
            let [_, exponent, mantissa, _] = step.knobs.map(u32::from);
            lax::reduce_precision(&x, 1 + exponent % 11, mantissa % 53)
        }
    });
    Some(())
}

/// Ops of floats that engines round each in their own way.
pub(super) fn rounds(op: &'static OpDef, ty: Option<&ArrayType>) -> bool {
    static OTHERS: &[&OpDef] = &[
        &ATAN2,
        &POW,
        &INTEGER_POW,
        &REDUCE_SUM,
        &REDUCE_PROD,
        &CUMSUM,
        &CUMPROD,
        &CUMLOGSUMEXP,
        &DOT_GENERAL,
        &CONV_GENERAL_DILATED,
        &REDUCE_WINDOW_SUM,
    ];
    ty.is_some_and(is_float) && (FUNCTIONS.contains(&op) || OTHERS.contains(&op))
}
