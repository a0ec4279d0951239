//! One step of a reduction, and the value that changes nothing.

use jaxide_ir::{DType, TypeClass};
use jaxide_kernel::Combine;

use crate::{
    cpu::scalar,
    emit::{Emitter, Ty, Val},
};

/// The type that values of a dtype are joined in.
fn wide(dtype: DType) -> Ty {
    Ty::of(if matches!(dtype, DType::BF16 | DType::F16) { DType::F32 } else { dtype })
}

/// The value that changes nothing.
pub fn neutral(e: &mut Emitter, combine: Combine, dtype: DType, lanes: u32) -> Val {
    let ty = wide(dtype).with_lanes(lanes);
    let (signed, bits) = (dtype.is_signed_integer(), dtype.bits());
    let least = if signed { i64::MIN >> (64 - bits) } else { 0 };
    let most = if signed { i64::MAX >> (64 - bits) } else { -1 };
    match (combine, ty.is_float()) {
        (Combine::Add, true) => e.float(ty, 0.0),
        (Combine::Mul, true) => e.float(ty, 1.0),
        (Combine::Max, true) => e.float(ty, f64::NEG_INFINITY),
        (_, true) => e.float(ty, f64::INFINITY),
        (Combine::Mul, false) => e.int(ty, 1),
        (Combine::Max, false) => e.int(ty, least),
        (Combine::Min, false) => e.int(ty, most),
        (Combine::And, false) => e.int(ty, -1),
        (Combine::Add | Combine::Or | Combine::Xor, false) => e.int(ty, 0),
    }
}

/// One step of a reduction.
pub fn join(
    e: &mut Emitter,
    combine: Combine,
    dtype: DType,
    (a, b): (Val, Val),
    contract: bool,
) -> Val {
    let class = TypeClass::of(dtype);
    let name = match (combine, class) {
        (Combine::Add, TypeClass::Float) => "arith.addf",
        (Combine::Mul, TypeClass::Float) => "arith.mulf",
        (Combine::Max, TypeClass::Float) => "arith.maximumf",
        (Combine::Min, TypeClass::Float) => "arith.minimumf",
        (Combine::Add, TypeClass::Bool) => "arith.ori",
        (Combine::Mul, TypeClass::Bool) => "arith.andi",
        (Combine::Add, _) => "arith.addi",
        (Combine::Mul, _) => "arith.muli",
        (Combine::Max, TypeClass::SignedInt) => "arith.maxsi",
        (Combine::Min, TypeClass::SignedInt) => "arith.minsi",
        (Combine::Max, _) => "arith.maxui",
        (Combine::Min, _) => "arith.minui",
        (Combine::And, _) => "arith.andi",
        (Combine::Or, _) => "arith.ori",
        (Combine::Xor, _) => "arith.xori",
    };
    let ty = e.ty(a);
    scalar::arith(e, name, &[a, b], ty, contract)
}
