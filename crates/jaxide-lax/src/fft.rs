//! Fourier transforms over the last axes.

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Handle, Lower, OpDef, OutTypes, ParamDef, ParamKind, Params,
    Result, Rule, RuleCx, Scalar, TypeClass, Value, diag,
    rules::{Batched, LinearOperand},
};

use crate::{
    Val,
    elementwise::{conj, convert_element_type, div, mul},
    shape::{
        batch_front, bind_batched, broadcast_in_dim, concatenate, counts, refuse, single, sized,
        tuple_text,
    },
    templates::{bind1, first_order, jvp_linear},
};

/// Which transform [`fft`] computes; its number is that of JAX and in program text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FftType {
    /// Complex to complex.
    Fft,
    /// The inverse of it.
    Ifft,
    /// Real to the non-negative frequencies of the last axis.
    Rfft,
    /// The inverse of it.
    Irfft,
}

impl FftType {
    const ALL: [FftType; 4] = [FftType::Fft, FftType::Ifft, FftType::Rfft, FftType::Irfft];

    fn of(call: &Call<'_>) -> Result<FftType> {
        let number = call.params.int("fft_type");
        let known = usize::try_from(number).ok().and_then(|at| FftType::ALL.get(at));
        known
            .copied()
            .ok_or_else(|| refuse(call, format!("expected fft_type from 0 to 3, got {number}")))
    }
}

/// The transform of the last axes, of sizes `fft_lengths`: forward without a factor, inverse divided
/// by the number of elements.
pub static FFT: OpDef = OpDef {
    classes: &[TypeClass::Complex, TypeClass::Float],
    params: const {
        &[
            ParamDef::required("fft_lengths", ParamKind::Tuple(&ParamKind::Int)),
            ParamDef::required("fft_type", ParamKind::Int),
        ]
    },
    jvp: Rule::Is(jvp_linear),
    transpose: Rule::Is(transpose_fft),
    batch: Rule::Is(batch_fft),
    ..first_order(
        "fft",
        "Fourier transform.",
        Arity::Exactly(1),
        infer_fft,
        Lower::Library("rt_fft"),
    )
};

/// The Fourier transform of `x` over its last axes, as many as there are `lengths`, which are the
/// sizes of the array that is or was transformed. The last axis of the transform of a real array has
/// half of its length and one more.
#[track_caller]
pub fn fft<V: Value>(x: &V, fft_type: FftType, lengths: &[usize]) -> V {
    let params = Params::new().with("fft_lengths", lengths).with("fft_type", fft_type as usize);
    bind1(&FFT, params, &[x])
}

fn infer_fft(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let x = types[0];
    let (lengths, kind) = (counts(call, "fft_lengths")?, FftType::of(call)?);
    if !(1..=3).contains(&lengths.len()) || lengths.len() > x.rank() {
        let expected = "expected one to three fft_lengths, no more than the operand has dimensions";
        let (got, shape) = (tuple_text(&lengths), tuple_text(&x.shape));
        return Err(refuse(call, format!("{expected}, got {got} for shape {shape}")));
    }
    let (real, expected) = match kind {
        FftType::Rfft => (true, "f32 or f64"),
        _ => (false, "c64 or c128"),
    };
    let dtype = match (real, x.dtype) {
        (true, DType::F32) => DType::C64,
        (true, DType::F64) => DType::C128,
        (false, DType::C64 | DType::C128) if kind == FftType::Irfft => x.dtype.part(),
        (false, DType::C64 | DType::C128) => x.dtype,
        (_, other) => return Err(diag::operand_dtype(call.op.name, 0, expected, other)),
    };
    let (batch, axes) = x.shape.split_at(x.rank() - lengths.len());
    let mut given = lengths.clone();
    let mut result = lengths.clone();
    let halved = lengths[lengths.len() - 1] / 2 + 1;
    match kind {
        FftType::Rfft => *result.last_mut().expect("there are lengths") = halved,
        FftType::Irfft if lengths.last() != Some(&0) => {
            *given.last_mut().expect("there are lengths") = halved;
        }
        FftType::Irfft => given = axes.to_vec(),
        _ => {}
    }
    if axes != given {
        let (given, got) = (tuple_text(&given), tuple_text(axes));
        return Err(refuse(call, format!("expected last dimensions {given}, got {got}")));
    }
    sized(call, dtype, &[batch, &result].concat(), x.weak)
}

fn transpose_fft<'b>(
    _: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    cts: &[Option<Handle<'b>>],
    operands: &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>> {
    let Some((ct, ty)) = single(cts, operands) else { return Ok(vec![None]) };
    let (ct, lengths) = (Val(ct), counts(call, "fft_lengths")?);
    let count: f64 = lengths.iter().product::<usize>() as f64;
    let last = lengths[lengths.len() - 1];
    let result = match FftType::of(call)? {
        FftType::Rfft => {
            let weighed = div(&conj(&ct), &weights(&ct, last));
            let back = fft(&weighed, FftType::Irfft, &lengths);
            back.constant(count) * back
        }
        FftType::Irfft => {
            let forward = fft(&ct, FftType::Rfft, &lengths);
            let scale = forward.constant(1.0 / count) * weights(&forward, last);
            conj(&mul(&scale, &forward))
        }
        kind => fft(&ct, kind, &lengths),
    };
    debug_assert_eq!(result.ty(), ty, "the cotangent has the operand's type");
    Ok(vec![Some(result.0)])
}

/// How often each frequency of `spectrum` along its last axis occurs in that of a real array of
/// this length: once at both ends, twice between.
fn weights<'b>(spectrum: &Val<'b>, length: usize) -> Val<'b> {
    let ty = spectrum.ty();
    let half = length / 2 + 1;
    let run = |value: f64, count: usize| {
        let one = Val::literal(spectrum.cx(), Scalar::float(ty.dtype.part(), value));
        broadcast_in_dim(&one, &[count], &[])
    };
    let ends = if length.is_multiple_of(2) && half > 1 { 1 } else { 0 };
    let parts = [run(1.0, 1), run(2.0, half - 1 - ends), run(1.0, ends)];
    let line = concatenate(&parts.iter().collect::<Vec<_>>(), 0);
    let line = convert_element_type(&line, ty.dtype);
    broadcast_in_dim(&line, &ty.shape, &[ty.rank() - 1])
}

fn batch_fft<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let x = batch_front(&operands[0], size);
    Ok(bind_batched(cx, call.op, call.params.clone(), &[x]))
}
