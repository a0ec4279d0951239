//! Whatever parameters and operands an op is given, `infer` answers: it gives types that can be counted,
//! or a diagnostic.

use std::sync::Arc;

use jaxide_ir::{
    ArrayType, Atom, DType, Jaxpr, JaxprBuilder, Loc, OpDef, Param, ParamKind, Params, Record,
    Scalar, builder, op::Arity,
};
use jaxide_lax::{CONTROL, LAX};

/// A small deterministic source of choices.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (self.0 >> 33) as usize % bound
    }

    fn of<T: Clone>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())].clone()
    }

    fn shape(&mut self) -> Vec<usize> {
        // Long ones can be counted one by one, their products cannot.
        match self.below(24) {
            0 => return vec![1 << 40, 1],
            1 => return vec![1, 1 << 40],
            _ => {}
        }
        (0..self.below(4)).map(|_| self.of(&[0, 1, 2, 2, 3])).collect()
    }

    fn ty(&mut self) -> ArrayType {
        let dtypes = [DType::F32, DType::F32, DType::I32, DType::Bool, DType::C64, DType::U8];
        ArrayType::new(self.of(&dtypes), &self.shape())
    }

    fn int(&mut self) -> i64 {
        match self.below(12) {
            0 => self.of(&[i64::MIN, i64::MAX, -1, 1 << 40]),
            _ => self.below(4) as i64,
        }
    }

    fn jaxpr(&mut self) -> Arc<Jaxpr> {
        let types: Vec<ArrayType> = (0..self.below(3)).map(|_| self.ty()).collect();
        let (builder, vars) = JaxprBuilder::with_inputs(&types);
        let mut atoms: Vec<Atom> = vars.into_iter().map(Into::into).collect();
        if self.below(3) == 0 {
            atoms.push(Atom::literal(Scalar::bool(true)));
        }
        let outputs = atoms.iter().copied().filter(|_| self.below(4) > 0).collect();
        Arc::new(builder.finish(outputs))
    }

    fn param(&mut self, kind: &ParamKind) -> Param {
        match kind {
            ParamKind::Bool => Param::Bool(self.below(2) == 0),
            ParamKind::Int => Param::Int(self.int()),
            ParamKind::Float => Param::Float(0.5),
            ParamKind::DType => self.ty().dtype.into(),
            ParamKind::Symbol([]) => Param::Symbol("cpu".into()),
            ParamKind::Symbol(allowed) => Param::Symbol(self.of(allowed).into()),
            ParamKind::Str => "f".into(),
            ParamKind::Tuple(kind) => Param::Tuple(self.items(kind)),
            ParamKind::List(kind) => Param::List(self.items(kind)),
            ParamKind::TupleOf(kinds) => {
                Param::Tuple(kinds.iter().map(|kind| self.param(kind)).collect())
            }
            ParamKind::Record(def) => {
                let fields = def.fields.iter().map(|field| self.param(&field.kind)).collect();
                Record { def, fields }.into()
            }
            ParamKind::Jaxpr => self.jaxpr().into(),
            ParamKind::Optional(kind) if self.below(2) == 0 => self.param(kind),
            ParamKind::Optional(_) | ParamKind::Ext(_) => Param::None,
        }
    }

    fn items(&mut self, kind: &ParamKind) -> Vec<Param> {
        (0..self.below(4)).map(|_| self.param(kind)).collect()
    }

    fn params(&mut self, op: &'static OpDef) -> Params {
        let mut params = Params::new();
        for def in op.params {
            if def.default.is_none() || self.below(2) == 0 {
                params.set(def.name, self.param(&def.kind));
            }
        }
        params
    }
}

#[test]
fn infer_answers_whatever_it_is_given() {
    let mut choices = Choices(7);
    for op in LAX.ops.iter().chain(CONTROL.ops) {
        for _ in 0..1500 {
            let operands = match op.arity {
                Arity::Exactly(n) => n,
                Arity::AtLeast(n) => n + choices.below(3),
            };
            let first = choices.ty();
            let alike = choices.below(3) > 0;
            let types: Vec<ArrayType> =
                (0..operands).map(|_| if alike { first.clone() } else { choices.ty() }).collect();
            let types: Vec<&ArrayType> = types.iter().collect();
            let params = choices.params(op);
            let Ok((_, results)) = builder::infer(op, params, &types, &Loc::unknown()) else {
                continue;
            };
            // Sizes that cannot be counted would overflow here.
            assert!(results.iter().all(|ty| ty.bytes() < usize::MAX && ty.strides().len() < 9));
        }
    }
}
