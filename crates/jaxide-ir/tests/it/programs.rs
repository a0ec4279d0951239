//! Random well-typed programs of the test dialect, grown from a tape of random numbers.

use std::sync::Arc;

use jaxide_ir::{
    ArrayType, Atom, DType, Jaxpr, JaxprBuilder, Literal, Loc, OpDef, Param, Params, Record,
    Scalar, Var,
};

use crate::dialect::{
    ADD, CALL, CHECK, COND, CONVERT, IOTA, KINDS, MODES, MUL, NUMBERS, Order, SCATTER_ADD, SELECT,
    SIN, SPLIT,
};

const DTYPES: [DType; 6] =
    [DType::F32, DType::I32, DType::Bool, DType::BF16, DType::C64, DType::U64];
const SHAPES: [&[usize]; 4] = [&[], &[3], &[2, 3], &[0]];
const TEXTS: [&str; 14] = [
    "f",
    "<lambda>",
    "",
    "a b",
    "None",
    "x\"y\\",
    "é\n\t",
    "[",
    "a=b",
    "#",
    "-1",
    "True",
    "'",
    "f.<locals>.g-1",
];
const ORDERS: [&str; 3] = ["a < b", "d0, d1", "x=1 y=2"];

/// A program that the tape decides. When the tape ends, every choice is the first.
pub(crate) fn program(tape: &[u32]) -> Jaxpr {
    let mut grower = Grower { tape: tape.iter(), shared: Vec::new() };
    let types: Vec<ArrayType> = (0..grower.pick(5)).map(|_| grower.ty()).collect();
    let captured = grower.pick(3).min(types.len());
    let mut jaxpr = grower.jaxpr(&types, 3);
    jaxpr.captured = captured;
    jaxpr
}

struct Grower<'a> {
    tape: std::slice::Iter<'a, u32>,
    /// Nested programs made so far, for use in several places.
    shared: Vec<Arc<Jaxpr>>,
}

/// A program under construction and what its equations may use.
struct Draft {
    builder: JaxprBuilder,
    vars: Vec<Var>,
}

impl Draft {
    fn bind(&mut self, op: &'static OpDef, params: Params, inputs: &[Atom]) {
        let bound = self.builder.bind(op, params, inputs, Loc::unknown());
        self.vars.extend(bound.expect("the program is well typed"));
    }
}

impl Grower<'_> {
    fn pick(&mut self, below: usize) -> usize {
        *self.tape.next().unwrap_or(&0) as usize % below
    }

    fn coin(&mut self) -> bool {
        self.pick(2) == 1
    }

    fn ty(&mut self) -> ArrayType {
        ArrayType::new(DTYPES[self.pick(DTYPES.len())], SHAPES[self.pick(SHAPES.len())])
    }

    fn jaxpr(&mut self, types: &[ArrayType], depth: usize) -> Jaxpr {
        let (builder, vars) = JaxprBuilder::with_inputs(types);
        let mut draft = Draft { builder, vars };
        for _ in 0..self.pick(7) {
            self.eqn(&mut draft, depth);
        }
        let outputs = (0..self.pick(4)).map(|_| self.atom(&draft)).collect();
        draft.builder.finish(outputs)
    }

    fn eqn(&mut self, draft: &mut Draft, depth: usize) {
        match self.pick(if depth > 0 { 11 } else { 8 }) {
            0 => self.float(draft, &SIN),
            1 => self.pair(draft, &ADD),
            2 => self.pair(draft, &MUL),
            3 => self.pair(draft, &SCATTER_ADD),
            4 => self.convert(draft),
            5 => self.kinds(draft),
            6 => {
                let any = self.atom(draft);
                draft.bind(
                    if any.var().is_some() { &SPLIT } else { &CHECK },
                    Params::new(),
                    &[any],
                );
            }
            7 => self.select(draft),
            8 | 9 => self.call(draft, depth - 1),
            _ => self.cond(draft, depth - 1),
        }
    }

    fn atom(&mut self, draft: &Draft) -> Atom {
        match draft.vars.len() {
            0 => self.literal(DTYPES[1]),
            count if self.coin() => draft.vars[self.pick(count)].into(),
            _ => {
                let dtype = DTYPES[self.pick(DTYPES.len())];
                self.literal(dtype)
            }
        }
    }

    fn literal(&mut self, dtype: DType) -> Atom {
        let mut bytes = Vec::new();
        for _ in 0..4 {
            bytes.extend((self.pick(1 << 32) as u32).to_le_bytes());
        }
        let value = match (dtype, self.coin()) {
            (DType::Bool, odd) => Scalar::bool(odd),
            (_, true) => Scalar::from_bytes(dtype, &bytes[..dtype.size()]),
            (_, false) => Scalar::int(dtype, bytes[0].into()),
        };
        Atom::Literal(Literal { value, weak: self.coin() })
    }

    /// An atom of a type: one that is there, a literal, or a new array.
    fn of_type(&mut self, draft: &mut Draft, ty: &ArrayType) -> Atom {
        let there: Vec<Var> = draft
            .vars
            .iter()
            .copied()
            .filter(|var| draft.builder.ty((*var).into()) == *ty)
            .collect();
        if !there.is_empty() && self.coin() {
            return there[self.pick(there.len())].into();
        }
        if ty.rank() == 0 {
            return self.literal(ty.dtype);
        }
        let params = Params::new().with("dtype", ty.dtype).with("shape", &ty.shape[..]);
        draft.bind(&IOTA, params, &[]);
        (*draft.vars.last().expect("iota has a result")).into()
    }

    fn float(&mut self, draft: &mut Draft, op: &'static OpDef) {
        let ty = ArrayType::new(DType::F32, SHAPES[self.pick(SHAPES.len())]);
        let operand = self.of_type(draft, &ty);
        draft.bind(op, Params::new(), &[operand]);
    }

    fn pair(&mut self, draft: &mut Draft, op: &'static OpDef) {
        let ty = self.ty();
        let scalar = ArrayType::scalar(ty.dtype);
        let left = self.of_type(draft, &ty);
        let right_ty = if self.coin() { &scalar } else { &ty };
        let right = self.of_type(draft, right_ty);
        draft.bind(op, Params::new(), &[left, right]);
    }

    fn convert(&mut self, draft: &mut Draft) {
        let operand = self.atom(draft);
        let dtype = DTYPES[self.pick(DTYPES.len())];
        let params = Params::new().with("new_dtype", dtype).with("weak_type", self.coin());
        draft.bind(&CONVERT, params, &[operand]);
    }

    fn select(&mut self, draft: &mut Draft) {
        let ty = self.ty();
        let which = self.of_type(draft, &ArrayType::scalar(DType::Bool));
        let cases = [self.of_type(draft, &ty), self.of_type(draft, &ty)];
        draft.bind(&SELECT, Params::new(), &[which, cases[0], cases[1]]);
    }

    fn nested(&mut self, types: &[ArrayType], depth: usize) -> Arc<Jaxpr> {
        let jaxpr = Arc::new(self.jaxpr(types, depth));
        self.shared.push(jaxpr.clone());
        jaxpr
    }

    fn call(&mut self, draft: &mut Draft, depth: usize) {
        let jaxpr = match self.shared.len() {
            count if count > 0 && self.coin() => {
                let at = self.pick(count);
                self.shared[at].clone()
            }
            _ => {
                let types: Vec<ArrayType> = (0..self.pick(3)).map(|_| self.ty()).collect();
                self.nested(&types, depth)
            }
        };
        let operands: Vec<Atom> =
            jaxpr.in_types().iter().map(|ty| self.of_type(draft, ty)).collect();
        let mut params = Params::new().with("jaxpr", jaxpr);
        if self.coin() {
            params.set("name", self.text());
        }
        draft.bind(&CALL, params, &operands);
    }

    fn cond(&mut self, draft: &mut Draft, depth: usize) {
        let types = [self.ty(), self.ty()];
        let branches = (0..1 + self.pick(3)).map(|_| self.nested(&types, depth));
        let branches: Vec<Param> = branches.map(Param::from).collect();
        let mut operands = vec![self.of_type(draft, &ArrayType::scalar(DType::I32))];
        operands.extend(types.iter().map(|ty| self.of_type(draft, ty)).collect::<Vec<_>>());
        draft.bind(&COND, Params::new().with("branches", branches), &operands);
    }

    fn text(&mut self) -> Param {
        TEXTS[self.pick(TEXTS.len())].into()
    }

    fn int(&mut self) -> Param {
        [Param::Int(0), Param::Int(-1), Param::Int(i64::MAX), Param::Int(i64::MIN)][self.pick(4)]
            .clone()
    }

    fn ints(&mut self) -> Vec<Param> {
        (0..self.pick(4)).map(|_| self.int()).collect()
    }

    fn real(&mut self) -> Param {
        let (high, low) = (self.pick(1 << 32) as u64, self.pick(1 << 32) as u64);
        Param::Float(f64::from_bits(high << 32 | low))
    }

    fn kinds(&mut self, draft: &mut Draft) {
        let operand = self.atom(draft);
        let mode = if self.coin() { self.text() } else { Param::None };
        let record = Record { def: &NUMBERS, fields: vec![Param::Tuple(self.ints()), mode] };
        let order = Order(ORDERS[self.pick(ORDERS.len())].into());
        let texts = (0..self.pick(3)).map(|_| self.text()).collect();
        let pair = vec![Param::List(self.ints()), self.coin().into()];
        let mut params = Params::new()
            .with("bool", self.coin())
            .with("int", self.int())
            .with("float", self.real())
            .with("dtype", DTYPES[self.pick(DTYPES.len())])
            .with("symbol", Param::Symbol(MODES[self.pick(MODES.len())].into()))
            .with("str", self.text())
            .with("tuple", self.ints())
            .with("list", Param::List(texts))
            .with("pair", pair)
            .with("record", record)
            .with("ext", Param::Ext(Arc::new(order)));
        if self.coin() {
            params.set("maybe", self.int());
            params.set("shown", self.real());
        }
        draft.bind(&KINDS, params, &[operand]);
    }
}
