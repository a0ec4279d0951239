//! What text leaves open is settled by asking the op's `infer`.
//!
//! An untyped literal takes the first dtype that makes `infer` agree with the result types in the
//! text, from: the dtypes of the operands that have one, those of the results, the default of the
//! spelling (`2.0` f32, `2` i32), every other dtype; dtypes that print numbers in that spelling
//! before others.
//!
//! A required parameter `shape` that text leaves out is the shape of the only result, as in what
//! JAX 0.10 prints for `broadcast_in_dim`. Parameters that name a 64-bit dtype are tried as they are, then narrowed: a
//! program recorded with x64 off says `float64` where its results are f32.

use smallvec::SmallVec;

use super::number::Number;
use crate::{
    ArrayType, Atom, DType, Diagnostic, JaxprBuilder, Loc, OpDef, OutTypes, Param, Params, Reading,
    Result, builder, diag,
};

/// An operand as text gives it.
#[derive(Clone, Copy)]
pub(super) enum Operand {
    Atom(Atom),
    Number(Number),
}

/// An equation with nothing left open.
pub(super) struct Bound {
    pub(super) params: Params,
    pub(super) inputs: SmallVec<[Atom; 3]>,
    pub(super) types: OutTypes,
}

/// At most this many combinations of dtypes of literals are tried.
const MAX_TRIES: usize = 400;

/// Settles an equation whose results should have `types`.
pub(super) fn bind(
    op: &'static OpDef,
    params: Params,
    operands: &[Operand],
    types: &[&ArrayType],
    builder: &JaxprBuilder,
    loc: &Loc,
) -> Result<Bound> {
    let params = with_shape(op, params, types);
    let attempt = Attempt { op, types, builder, loc };
    let choices = choices(operands, types, builder);
    let mut first_error = None;
    let narrowed = narrowed(&params);
    for params in std::iter::once(params).chain(narrowed) {
        for literals in combinations(&choices) {
            let inputs = atoms(operands, &literals);
            match attempt.bind(params.clone(), inputs) {
                Ok(bound) => return Ok(bound),
                Err(error) => {
                    first_error.get_or_insert(error);
                }
            }
        }
    }
    Err(first_error.unwrap_or_else(|| no_dtype(op, loc)))
}

/// The operands of an equation converted to the dtype of its first result.
pub(super) fn converted(
    reading: &Reading,
    operands: &[Operand],
    types: &[&ArrayType],
    builder: &mut JaxprBuilder,
    loc: &Loc,
) -> Result<Vec<Operand>> {
    let Some(ty) = types.first() else { return Ok(operands.to_vec()) };
    let convert = |operand: &Operand| {
        let Operand::Atom(atom) = operand else { return Ok(*operand) };
        if builder.ty(*atom).dtype == ty.dtype {
            return Ok(*operand);
        }
        let params = Params::new().with(reading.dtype, ty.dtype);
        let vars = builder.bind(reading.convert, params, &[*atom], loc.clone())?;
        Ok(Operand::Atom(vars[0].into()))
    };
    operands.iter().map(convert).collect()
}

fn with_shape(op: &OpDef, mut params: Params, types: &[&ArrayType]) -> Params {
    let required = op.param("shape").is_some_and(|def| def.default.is_none());
    if let [ty] = types
        && required
        && params.get("shape").is_none()
    {
        params.set("shape", &ty.shape[..]);
    }
    params
}

fn no_dtype(op: &OpDef, loc: &Loc) -> Diagnostic {
    diag::invalid(op.name, "no dtype holds one of the literals").at(loc)
}

struct Attempt<'a> {
    op: &'static OpDef,
    types: &'a [&'a ArrayType],
    builder: &'a JaxprBuilder,
    loc: &'a Loc,
}

impl Attempt<'_> {
    fn bind(&self, params: Params, inputs: SmallVec<[Atom; 3]>) -> Result<Bound> {
        let operands: Vec<ArrayType> = inputs.iter().map(|atom| self.builder.ty(*atom)).collect();
        let operands: Vec<&ArrayType> = operands.iter().collect();
        let (params, types) = builder::infer(self.op, params, &operands, self.loc)?;
        if types.iter().ne(self.types.iter().copied()) {
            let expected = list(types.iter());
            let got = list(self.types.iter().copied());
            return Err(diag::binder_types(self.op.name, &expected, &got).at(self.loc));
        }
        Ok(Bound { params, inputs, types })
    }
}

fn list<'a>(types: impl Iterator<Item = &'a ArrayType>) -> String {
    let types: Vec<String> = types.map(ArrayType::to_string).collect();
    if types.is_empty() { "none".into() } else { types.join(" ") }
}

/// The literals that each number may be, best first.
fn choices(operands: &[Operand], types: &[&ArrayType], builder: &JaxprBuilder) -> Vec<Vec<Atom>> {
    let typed = operands.iter().filter_map(|operand| match operand {
        Operand::Atom(atom) => Some(builder.ty(*atom).dtype),
        Operand::Number(_) => None,
    });
    let near: Vec<DType> = typed.chain(types.iter().map(|ty| ty.dtype)).collect();
    let numbers = operands.iter().filter_map(|operand| match operand {
        Operand::Number(number) => Some(*number),
        Operand::Atom(_) => None,
    });
    numbers.map(|number| literals(number, &near)).collect()
}

fn literals(number: Number, near: &[DType]) -> Vec<Atom> {
    let all = near.iter().copied().chain([number.default_dtype()]).chain(DType::all());
    let mut dtypes: Vec<DType> = Vec::new();
    for dtype in all {
        if !dtypes.contains(&dtype) {
            dtypes.push(dtype);
        }
    }
    dtypes.sort_by_key(|dtype| !number.is_natural_in(*dtype));
    dtypes.into_iter().filter_map(|dtype| number.scalar(dtype)).map(Atom::literal).collect()
}

/// Combinations of one choice each: all at the same rank first, then all others, the last fastest.
fn combinations(choices: &[Vec<Atom>]) -> impl Iterator<Item = Vec<Atom>> + '_ {
    let total = choices.iter().map(Vec::len).fold(1usize, usize::saturating_mul);
    let longest = choices.iter().map(Vec::len).max().unwrap_or(0);
    let ranks = if total > longest { longest } else { 0 };
    let same_rank = (0..ranks)
        .map(|rank| choices.iter().map(|atoms| atoms[rank.min(atoms.len() - 1)]).collect());
    let all = (0..total).map(|mut at| {
        let mut atoms: Vec<Atom> = Vec::with_capacity(choices.len());
        for choice in choices.iter().rev() {
            atoms.push(choice[at % choice.len()]);
            at /= choice.len();
        }
        atoms.reverse();
        atoms
    });
    same_rank.chain(all).take(MAX_TRIES)
}

/// The operands with the literals in place of the numbers.
fn atoms(operands: &[Operand], literals: &[Atom]) -> SmallVec<[Atom; 3]> {
    let mut literals = literals.iter();
    let atom = |operand: &Operand| match operand {
        Operand::Atom(atom) => *atom,
        Operand::Number(_) => *literals.next().expect("one literal per number"),
    };
    operands.iter().map(atom).collect()
}

/// The parameters with 32-bit dtypes for 64-bit ones, if there are any.
fn narrowed(params: &Params) -> Option<Params> {
    let mut narrowed = params.clone();
    let mut any = false;
    for (_, value) in narrowed.iter_mut() {
        if let Param::DType(dtype) = value {
            let narrow = narrow(*dtype);
            any |= narrow != *dtype;
            *dtype = narrow;
        }
    }
    any.then_some(narrowed)
}

fn narrow(dtype: DType) -> DType {
    match dtype {
        DType::I64 => DType::I32,
        DType::U64 => DType::U32,
        DType::F64 => DType::F32,
        DType::C128 => DType::C64,
        other => other,
    }
}
