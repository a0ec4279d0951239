//! What random numbers are made of: the threefry hash and its counters. Streams, keys and
//! distributions are the front end's.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, Lower, OpDef, OutTypes, ParamDef, ParamKind, Params,
    Result, Rule, Scalar, TypeClass, Value,
};
use smallvec::smallvec;

use crate::{
    Val, diag,
    elementwise::{add, or, shift_left, shift_right_logical, xor},
    shape,
    templates::{all_weak, batch_elementwise, broadcast_shapes, first_order, jvp_zero, structural},
};

/// Threefry-2x32 with 20 rounds: two words of key and two of counter give two random words.
pub static THREEFRY2X32: OpDef = OpDef {
    classes: &[jaxide_ir::TypeClass::UnsignedInt],
    jvp: Rule::Is(jvp_zero),
    batch: Rule::Is(batch_elementwise),
    ..first_order(
        "threefry2x32",
        "The Threefry-2x32 hash with 20 rounds.",
        Arity::Exactly(4),
        infer_threefry2x32,
        Lower::Decompose(decompose_threefry2x32),
    )
};

fn infer_threefry2x32(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    if let Some(at) = types.iter().position(|ty| ty.dtype != DType::U32) {
        return Err(diag::operand_dtype(call.op.name, at, "u32", types[at].dtype));
    }
    let shape = broadcast_shapes(call.op.name, types)?;
    let ty = ArrayType { dtype: DType::U32, shape, weak: all_weak(types) };
    Ok(smallvec![ty.clone(), ty])
}

/// Rotations of the even and of the odd groups of four rounds.
const ROTATIONS: [[u32; 4]; 2] = [[13, 15, 26, 6], [17, 29, 16, 24]];

fn decompose_threefry2x32<'b>(_: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let &[k0, k1, x0, x1] = operands else { unreachable!("checked arity") };
    let (k0, k1) = (Val(k0), Val(k1));
    let word = |value: u32| Val::literal(k0.cx(), Scalar::int(DType::U32, value.into()));
    let keys = [k0, k1, xor(&xor(&k0, &k1), &word(0x1BD1_1BDA))];
    let (mut x0, mut x1) = (add(&Val(x0), &keys[0]), add(&Val(x1), &keys[1]));
    for group in 0..5 {
        for rotation in ROTATIONS[group % 2] {
            x0 = add(&x0, &x1);
            let high = shift_left(&x1, &word(rotation));
            let low = shift_right_logical(&x1, &word(32 - rotation));
            x1 = xor(&or(&high, &low), &x0);
        }
        x0 = add(&x0, &keys[(group + 1) % 3]);
        let key = add(&keys[(group + 2) % 3], &word(group as u32 + 1));
        x1 = add(&x1, &key);
    }
    Ok(vec![x0.0, x1.0])
}

/// Two random words per place for two words of key and two of counter.
///
/// # Panics
/// When an operand is not of u32 or the shapes do not go together.
#[track_caller]
pub fn threefry2x32<V: Value>(key: [&V; 2], counter: [&V; 2]) -> [V; 2] {
    let operands = [key[0], key[1], counter[0], counter[1]];
    let words = V::bind(key[0].cx(), &THREEFRY2X32, Params::new(), &operands);
    let mut words = words.into_iter();
    std::array::from_fn(|_| words.next().expect("the op has two results"))
}

/// The high and the low words of the 64-bit numbers 0, 1, .. in row-major order.
pub static IOTA_2X32_SHAPE: OpDef = OpDef {
    classes: &[TypeClass::UnsignedInt],
    params: &[ParamDef::required("shape", ParamKind::Tuple(&ParamKind::Int))],
    jvp: Rule::Never("no operands"),
    batch: Rule::Never("no operands to batch"),
    ..structural(
        "iota_2x32_shape",
        "The numbers 0, 1, .. as high and low words.",
        Arity::Exactly(0),
        |call, _| {
            let shape = shape::counts(call, "shape")?;
            let ty = shape::sized_type(call, DType::U32, &shape, false)?;
            Ok(smallvec![ty.clone(), ty])
        },
    )
};

/// The numbers 0, 1, .. in row-major order, as high and low words of 64 bits.
///
/// # Panics
/// When the shape is too large.
#[track_caller]
pub fn iota_2x32_shape<V: Value>(cx: V::Cx, shape: &[usize]) -> [V; 2] {
    let words = V::bind(cx, &IOTA_2X32_SHAPE, Params::new().with("shape", shape), &[]);
    let mut words = words.into_iter();
    std::array::from_fn(|_| words.next().expect("the op has two results"))
}
