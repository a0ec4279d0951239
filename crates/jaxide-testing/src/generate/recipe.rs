//! Recipes: programs as lists of numbers, and their proptest strategies.

use std::cell::RefCell;

use jaxide_ir::{ArrayType, Atom, DType, Handle, Jaxpr, JaxprBuilder, TensorData};
use jaxide_lax::Val;
use proptest::{collection::vec, prelude::*};

use super::{
    draft::Draft,
    values::{Taste, tensor},
};

/// Which ops a program may use.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Family {
    /// Engines agree bit for bit.
    Exact,
    /// Engines agree within an error bound.
    Any,
}

/// One input: its type and the seed of its values. Seed 0 gives small whole numbers.
#[derive(Clone, Debug)]
pub struct Input {
    /// The type.
    pub ty: ArrayType,
    /// Decides the values.
    pub seed: u64,
}

/// One application of a rule. All numbers count modulo what is there, and 0 is the simplest choice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Step {
    /// The rule, an index into the table of the family.
    pub rule: u8,
    /// Operands: 0 is the latest value that fits.
    pub picks: [u8; 3],
    /// Parameters.
    pub knobs: [u8; 4],
}

/// A program as numbers.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// The ops that are allowed.
    pub family: Family,
    /// The inputs.
    pub inputs: Vec<Input>,
    /// The steps, in order.
    pub steps: Vec<Step>,
}

/// Dtypes of inputs, simplest first, the complex ones last.
const DTYPES: [DType; 15] = [
    DType::F32,
    DType::I32,
    DType::Bool,
    DType::F64,
    DType::I64,
    DType::U32,
    DType::I8,
    DType::U8,
    DType::I16,
    DType::U64,
    DType::F16,
    DType::BF16,
    DType::U16,
    DType::C64,
    DType::C128,
];

/// Sizes of dimensions, simplest first.
const SIZES: [usize; 6] = [1, 2, 3, 5, 17, 0];

/// Arrays hold at most this many elements.
pub(super) const MAX_SIZE: usize = 2048;

impl Recipe {
    /// The program. Its results are the values that no step used, and the latest value.
    pub fn build(&self) -> Jaxpr {
        let types: Vec<ArrayType> = self.inputs.iter().map(|input| input.ty.clone()).collect();
        let (builder, vars) = JaxprBuilder::with_inputs(&types);
        let builder = RefCell::new(builder);
        let values = vars.into_iter().map(|var| Val(Handle::new(&builder, var.into())));
        let mut draft = Draft::new(&builder, self.family, values.collect());
        draft.run(&self.steps);
        let outputs: Vec<Atom> = draft.results().iter().map(|(value, _)| value.0.atom()).collect();
        drop(draft);
        builder.into_inner().finish(outputs)
    }

    /// The values of the inputs.
    pub fn args(&self) -> Vec<TensorData> {
        let taste = match self.family {
            Family::Exact => Taste::Wild,
            Family::Any => Taste::Tame,
        };
        self.inputs.iter().map(|input| tensor(&input.ty, input.seed, taste)).collect()
    }

    /// Reads a recipe off bytes; any bytes will do.
    pub fn from_bytes(family: Family, bytes: &[u8]) -> Recipe {
        let mut bytes = bytes.iter().copied();
        let mut next = || bytes.next().unwrap_or(0);
        let inputs = (0..1 + next() % 3)
            .map(|_| {
                let (dtype, rank) = (next(), next() % 5);
                let sizes: Vec<u8> = (0..rank).map(|_| next()).collect();
                Input { ty: input_type(family, dtype, &sizes), seed: next().into() }
            })
            .collect();
        let rest: Vec<u8> = bytes.collect();
        let steps = rest.chunks_exact(8).take(24).map(|b| Step {
            rule: b[0],
            picks: [b[1], b[2], b[3]],
            knobs: [b[4], b[5], b[6], b[7]],
        });
        Recipe { family, inputs, steps: steps.collect() }
    }
}

/// Complex numbers have no error bounds, so they stay out of [`Family::Any`].
fn input_type(family: Family, dtype: u8, sizes: &[u8]) -> ArrayType {
    let mut room = MAX_SIZE;
    let sizes = sizes.iter().map(|size| {
        let size = SIZES[usize::from(*size) % SIZES.len()];
        let size = if size > room { 1 } else { size };
        room /= size.max(1);
        size
    });
    let sizes: Vec<usize> = sizes.collect();
    let dtype = DTYPES[usize::from(dtype) % DTYPES.len()];
    ArrayType::new(if family == Family::Any { dtype.part() } else { dtype }, &sizes)
}

/// Recipes of a family with at most `steps` steps.
pub fn recipes(family: Family, steps: usize) -> impl Strategy<Value = Recipe> {
    (vec(inputs(family), 1..4), vec(step(), 0..=steps)).prop_map(move |(inputs, steps)| Recipe {
        family,
        inputs,
        steps,
    })
}

pub(super) fn inputs(family: Family) -> impl Strategy<Value = Input> {
    let sizes = vec(0..SIZES.len() as u8, 0..5);
    (0..DTYPES.len() as u8, sizes, prop_oneof![Just(0), any::<u64>()])
        .prop_map(move |(dtype, sizes, seed)| Input { ty: input_type(family, dtype, &sizes), seed })
}

pub(super) fn step() -> impl Strategy<Value = Step> {
    let picks = prop::array::uniform3(any::<u8>());
    (any::<u8>(), picks, prop::array::uniform4(any::<u8>())).prop_map(|(rule, picks, knobs)| Step {
        rule,
        picks,
        knobs,
    })
}
