//! The op record: everything that the IR knows of one op, in one static value without default.

use std::fmt;

use num_complex::Complex;
use smallvec::SmallVec;

use crate::{
    ArrayType, DType, Effects, ParamDef, Params, Result, TensorData,
    rules::{BatchFn, Call, DceFn, DecomposeFn, JvpFn, PartialEvalFn, SplitFn, TransposeFn},
};

/// Result types of an equation.
pub type OutTypes = SmallVec<[ArrayType; 1]>;

/// One op. A forgotten field is a compile error; an absent rule says why.
pub struct OpDef {
    /// The text name. Ops outside the array dialects carry their dialect's prefix: `kernel.map`.
    pub name: &'static str,
    /// One sentence for documents.
    pub summary: &'static str,
    /// Number of operands.
    pub arity: Arity,
    /// Classes of element types that the first array operand may have, for checks and documents.
    pub classes: &'static [TypeClass],
    /// Parameters in printed order.
    pub params: &'static [ParamDef],
    /// Result types: shape, dtype and weak flag.
    pub infer: InferFn,
    /// Checks beyond `infer` that only the verifier runs.
    pub verify: Option<VerifyFn>,
    /// Side effects of one equation.
    pub effects: fn(&Params) -> Effects,
    /// Evaluation of constant operands at compile time.
    pub fold: Fold,
    /// Forward differentiation.
    pub jvp: Rule<JvpFn>,
    /// Transposition of the op as a linear function.
    pub transpose: Rule<TransposeFn>,
    /// Vectorisation over a new axis.
    pub batch: Rule<BatchFn>,
    /// Splitting into known and unknown halves; first-order ops never need it.
    pub partial_eval: Rule<PartialEvalFn>,
    /// Dropping unused results and the work behind them; ops without nested programs never need it.
    pub dce: Rule<DceFn>,
    /// How engines run it.
    pub lower: Lower,
}

/// What `infer` and `verify` see: operand types and checked parameters.
pub type InferFn = fn(&Call<'_>, &[&ArrayType]) -> Result<OutTypes>;
/// Extra checks of the verifier.
pub type VerifyFn = fn(&Call<'_>, &[&ArrayType], &[&ArrayType]) -> Result<()>;

/// How many operands an op takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arity {
    /// This many.
    Exactly(usize),
    /// This many or more.
    AtLeast(usize),
}

impl Arity {
    /// True when `count` operands are right.
    pub fn admits(self, count: usize) -> bool {
        match self {
            Arity::Exactly(n) => count == n,
            Arity::AtLeast(n) => count >= n,
        }
    }
}

impl fmt::Display for Arity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Arity::Exactly(n) => write!(f, "{n}"),
            Arity::AtLeast(n) => write!(f, "at least {n}"),
        }
    }
}

/// A rule, or the reason why there is none.
#[derive(Clone, Copy)]
pub enum Rule<F> {
    /// The rule.
    Is(F),
    /// There can be none, because of this.
    Never(&'static str),
    /// There will be one; this is missing.
    Todo(&'static str),
}

/// How an op is evaluated on constants.
#[derive(Clone, Copy)]
pub enum Fold {
    /// Element by element through the host closures of the op's rows.
    Elementwise,
    /// By a function; `None` leaves the equation alone.
    By(FoldFn),
    /// Not at all.
    Never,
}

/// Evaluates an equation whose operands are all known.
pub type FoldFn = fn(&Call<'_>, &[&TensorData]) -> Option<Vec<TensorData>>;

/// How engines run an op.
#[derive(Clone, Copy)]
pub enum Lower {
    /// Element by element, as data: one row per class of element types.
    Elementwise(&'static [ScalarRow]),
    /// Element by element, where parameters or mixed types need a kernel in each engine.
    /// Operands have the result's shape but for dimensions of size 1, or rank 0. May stand in
    /// kernel bodies.
    ElementwiseBy,
    /// By other ops.
    Decompose(DecomposeFn),
    /// One kernel and one lowering per engine, in files named after the op's family.
    Structured,
    /// By the routine of the runtime's library that has this symbol. It is given the parameters in
    /// declared order and takes and fills whole dense buffers, complex elements as pairs of floats;
    /// results never lie over operands.
    Library(&'static str),
}

/// A class of element types that share a rule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs, reason = "the names are the documentation")]
pub enum TypeClass {
    Bool,
    SignedInt,
    UnsignedInt,
    Float,
    Complex,
}

impl TypeClass {
    /// The class of a dtype.
    pub fn of(dtype: DType) -> TypeClass {
        match dtype {
            DType::Bool => TypeClass::Bool,
            _ if dtype.is_signed_integer() => TypeClass::SignedInt,
            _ if dtype.is_unsigned_integer() => TypeClass::UnsignedInt,
            _ if dtype.is_float() => TypeClass::Float,
            _ => TypeClass::Complex,
        }
    }
}

/// The scalar meaning of an elementwise op on operands of one class.
#[derive(Clone, Copy)]
pub struct ScalarRow {
    /// The class of the first operand.
    pub class: TypeClass,
    /// The meaning, for the interpreter and for folding.
    pub host: Host,
    /// The same in MLIR.
    pub mlir: Mlir,
}

/// A scalar function on the host. The slice holds the operands in order, all converted to the
/// first operand's dtype (`pow` takes an integer exponent beside a float).
///
/// bf16 and f16 are computed in f32 and rounded once. Integers are exact in `i128` and wrap to
/// their type afterwards; bool is 0 or 1. Complex numbers have two parts of f32 or of f64.
#[derive(Clone, Copy)]
pub enum Host {
    /// Float to float.
    Float(fn(&[f32]) -> f32, fn(&[f64]) -> f64),
    /// Float to bool.
    FloatTest(fn(&[f32]) -> bool, fn(&[f64]) -> bool),
    /// Integer or bool to the same type.
    Int(fn(&[i128], IntType) -> i128),
    /// Integer or bool to bool.
    IntTest(fn(&[i128]) -> bool),
    /// Complex to complex.
    Complex(fn(&[Complex<f32>]) -> Complex<f32>, fn(&[Complex<f64>]) -> Complex<f64>),
    /// Complex to bool.
    ComplexTest(fn(&[Complex<f32>]) -> bool, fn(&[Complex<f64>]) -> bool),
    /// Complex to the float of its parts.
    ComplexToFloat(fn(&[Complex<f32>]) -> f32, fn(&[Complex<f64>]) -> f64),
    /// f32 or f64 to complex.
    FloatToComplex(fn(&[f32]) -> Complex<f32>, fn(&[f64]) -> Complex<f64>),
}

/// Width and signedness of an integer dtype; bool is one unsigned bit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct IntType {
    /// 1 to 64.
    pub bits: u32,
    /// Two's complement.
    pub signed: bool,
}

impl IntType {
    /// The integer type of an integer or bool dtype.
    pub fn of(dtype: DType) -> IntType {
        IntType { bits: dtype.bits(), signed: dtype.is_signed_integer() }
    }

    /// The least value.
    pub fn min(self) -> i128 {
        if self.signed { -(1i128 << (self.bits - 1)) } else { 0 }
    }

    /// The greatest value.
    pub fn max(self) -> i128 {
        if self.signed { (1i128 << (self.bits - 1)) - 1 } else { (1i128 << self.bits) - 1 }
    }
}

/// A scalar function in MLIR. Its types follow from the operands; bf16 and f16 are computed in f32
/// and rounded once, as on the host.
#[derive(Clone, Copy, Debug)]
pub enum Mlir {
    /// One operation with the operands in order: `math.tanh`.
    Op(&'static str),
    /// `arith.cmpf` with a predicate: `olt`.
    CmpF(&'static str),
    /// `arith.cmpi` with a predicate: `slt`.
    CmpI(&'static str),
    /// Elementwise ops that compute it, applied to the operands after widening bf16 and f16. Where
    /// the second field names an operation, that operation is used for f64.
    By(DecomposeFn, Option<&'static str>),
    /// A rule of the MLIR backend's own.
    Custom,
    /// Elementwise ops on real and imaginary parts, for rows with a complex operand or result.
    /// Compiled programs have no complex values: a pass puts these ops in their place.
    Split(SplitFn),
}

impl OpDef {
    /// The row of an elementwise op for a dtype.
    pub fn scalar_row(&self, dtype: DType) -> Option<&'static ScalarRow> {
        let Lower::Elementwise(rows) = self.lower else { return None };
        rows.iter().find(|row| row.class == TypeClass::of(dtype))
    }

    /// True for ops that work element by element and may stand in kernel bodies.
    pub fn is_elementwise(&self) -> bool {
        matches!(self.lower, Lower::Elementwise(_) | Lower::ElementwiseBy)
    }

    /// The declaration of a parameter.
    pub fn param(&self, name: &str) -> Option<&'static ParamDef> {
        self.params.iter().find(|def| def.name == name)
    }
}

/// Ops are compared by identity: each is one static.
impl PartialEq for OpDef {
    fn eq(&self, other: &OpDef) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for OpDef {}

impl fmt::Debug for OpDef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}
