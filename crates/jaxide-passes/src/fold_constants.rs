//! Constant folding: equations whose operands are all known are evaluated at compile time by the
//! records' `fold`.
//!
//! Folding is bounded: a folded value is at most as large as its operands or [`LIMIT`] bytes, so
//! that a large captured array is never multiplied into the program. Scalars become literals.
//! Larger values become constants, which only the outermost jaxpr may hold.

use std::{collections::HashMap, sync::Arc};

use half::{bf16, f16};
use jaxide_ir::{
    Atom, Call, DType, Eqn, Fold, Host, IntType, Jaxpr, Result, Scalar, TensorData, Var,
};
use num_complex::Complex;

use crate::{PassCx, PassDef, Rewriter};

/// Constant folding.
pub static FOLD_CONSTANTS: PassDef =
    PassDef { name: "fold-constants", doc: "Evaluate equations of small known operands.", run };

/// The size in bytes up to which folded values may exceed their operands.
const LIMIT: usize = 1024;

fn run(jaxpr: &Jaxpr, cx: &mut PassCx) -> Result<Option<Jaxpr>> {
    let nested = cx.rewrite_nested(jaxpr)?;
    let jaxpr = nested.as_ref().unwrap_or(jaxpr);
    let mut folder = Folder::new(jaxpr, cx.is_nested());
    for eqn in &jaxpr.eqns {
        folder.visit(jaxpr, eqn);
    }
    Ok(folder.rewriter.finish().or(nested))
}

struct Folder<'a> {
    rewriter: Rewriter<'a>,
    /// Known values of variables of the new program.
    known: HashMap<Var, Arc<TensorData>>,
    scalars_only: bool,
}

impl<'a> Folder<'a> {
    fn new(jaxpr: &'a Jaxpr, scalars_only: bool) -> Folder<'a> {
        let rewriter = Rewriter::new(jaxpr);
        let consts = rewriter.builder.jaxpr().consts.iter();
        let known = consts.map(|(var, data)| (*var, data.clone())).collect();
        Folder { rewriter, known, scalars_only }
    }

    fn visit(&mut self, jaxpr: &Jaxpr, eqn: &Eqn) {
        match self.fold(jaxpr, eqn) {
            Some(values) => {
                let atoms: Vec<Atom> = values.into_iter().map(|value| self.atom(value)).collect();
                self.rewriter.replace(eqn, atoms);
            }
            None => self.rewriter.copy(eqn),
        }
    }

    fn fold(&self, jaxpr: &Jaxpr, eqn: &Eqn) -> Option<Vec<TensorData>> {
        if matches!(eqn.op.fold, Fold::Never) || !eqn.effects().is_pure() {
            return None;
        }
        let inputs = self.rewriter.inputs(eqn);
        let operands: Option<Vec<_>> = inputs.iter().map(|atom| self.value(*atom)).collect();
        let operands = operands?;
        let limit = operands.iter().map(|data| data.bytes().len()).sum::<usize>().max(LIMIT);
        let outputs: Vec<_> = eqn.outputs.iter().map(|var| &jaxpr.vars[*var]).collect();
        let fits = outputs.iter().map(|ty| ty.bytes()).sum::<usize>() <= limit;
        if !fits || (self.scalars_only && outputs.iter().any(|ty| ty.rank() > 0)) {
            return None;
        }
        let operands: Vec<&TensorData> = operands.iter().map(|data| &**data).collect();
        let call = Call { op: eqn.op, params: &eqn.params, loc: &eqn.loc };
        let values = match eqn.op.fold {
            Fold::By(fold) => fold(&call, &operands),
            _ => elementwise(&call, outputs[0], &operands).map(|value| vec![value]),
        }?;
        values.iter().zip(&outputs).all(|(value, ty)| value.ty() == *ty).then_some(values)
    }

    fn value(&self, atom: Atom) -> Option<Arc<TensorData>> {
        match atom {
            Atom::Literal(literal) => Some(Arc::new(TensorData::scalar(literal.value))),
            Atom::Var(var) => self.known.get(&var).cloned(),
        }
    }

    fn atom(&mut self, value: TensorData) -> Atom {
        if value.ty().rank() == 0 {
            return Atom::literal(value.get(0));
        }
        let value = Arc::new(value);
        let var = self.rewriter.builder.constant(value.clone());
        self.known.insert(var, value);
        var.into()
    }
}

/// Applies the host closure of an elementwise op to each element; operands of one element repeat.
/// Other operands that broadcast are left to the engines.
fn elementwise(
    call: &Call<'_>,
    out: &jaxide_ir::ArrayType,
    operands: &[&TensorData],
) -> Option<TensorData> {
    let row = call.op.scalar_row(operands.first()?.ty().dtype)?;
    if operands.iter().any(|data| ![1, out.size()].contains(&data.ty().size())) {
        return None;
    }
    let mut result = TensorData::zeros(out.clone());
    let size = out.dtype.size();
    for at in 0..out.size() {
        let element = |data: &&TensorData| data.get(if data.ty().size() == 1 { 0 } else { at });
        let scalars: Vec<Scalar> = operands.iter().map(element).collect();
        let value = scalar(&row.host, &scalars, out.dtype)?;
        result.bytes_mut()[at * size..][..size].copy_from_slice(&value.to_bytes());
    }
    Some(result)
}

fn scalar(host: &Host, operands: &[Scalar], out: DType) -> Option<Scalar> {
    let dtype = operands.first()?.dtype();
    let floats = || -> Vec<f64> { operands.iter().map(|s| s.to_f64()).collect() };
    let singles = || -> Vec<f32> { operands.iter().map(|s| s.to_f64() as f32).collect() };
    let pairs = || -> Vec<Complex<f64>> {
        operands.iter().map(|s| Complex::new(s.to_f64(), s.imag())).collect()
    };
    let narrow_pairs = || -> Vec<Complex<f32>> {
        pairs().into_iter().map(|z| Complex::new(z.re as f32, z.im as f32)).collect()
    };
    let double = dtype.part() == DType::F64;
    let ints = || -> Option<Vec<i128>> { operands.iter().map(|s| s.as_int()).collect() };
    Some(match host {
        Host::Float(_, f) if dtype == DType::F64 => Scalar::float(out, f(&floats())),
        Host::Float(f, _) => narrow(out, f(&singles())),
        Host::FloatTest(_, f) if dtype == DType::F64 => Scalar::bool(f(&floats())),
        Host::FloatTest(f, _) => Scalar::bool(f(&singles())),
        Host::Int(f) => Scalar::int(out, f(&ints()?, IntType::of(dtype))),
        Host::IntTest(f) => Scalar::bool(f(&ints()?)),
        Host::Complex(_, f) if double => complex(out, f(&pairs())),
        Host::Complex(f, _) => complex(out, widened(f(&narrow_pairs()))),
        Host::ComplexTest(_, f) if double => Scalar::bool(f(&pairs())),
        Host::ComplexTest(f, _) => Scalar::bool(f(&narrow_pairs())),
        Host::ComplexToFloat(_, f) if double => Scalar::float(out, f(&pairs())),
        Host::ComplexToFloat(f, _) => Scalar::float(out, f64::from(f(&narrow_pairs()))),
        Host::FloatToComplex(_, f) if double => complex(out, f(&floats())),
        Host::FloatToComplex(f, _) => complex(out, widened(f(&singles()))),
    })
}

fn complex(out: DType, value: Complex<f64>) -> Scalar {
    Scalar::complex(out, value.re, value.im)
}

fn widened(value: Complex<f32>) -> Complex<f64> {
    Complex::new(value.re.into(), value.im.into())
}

/// Rounds an f32 result once to a narrower float type.
fn narrow(out: DType, value: f32) -> Scalar {
    match out {
        DType::BF16 => Scalar::float(out, bf16::from_f32(value).to_f64()),
        DType::F16 => Scalar::float(out, f16::from_f32(value).to_f64()),
        _ => Scalar::float(out, f64::from(value)),
    }
}
