//! Loop nests over element positions: index expressions, whole loops, and what a kernel's body
//! reads in one iteration.

use jaxide_ir::{ArrayType, DType, Jaxpr};
use jaxide_kernel::{Access, Expr, Leaf};

use super::{
    program::{ProgramCx, Slot},
    scalar,
};
use crate::emit::{Elem, I64, OpenFor, Ty, Val};

/// Vectors have 16 lanes: one AVX-512 register of f32.
pub const LANES: usize = 16;

/// Loops that stand open, outermost first.
#[must_use]
pub struct Loops {
    open: Vec<OpenFor>,
    /// One index per loop asked for.
    pub indices: Vec<Val>,
}

impl ProgramCx<'_> {
    /// Opens one loop per size, from 0; a loop of size 1 is left out.
    pub fn begin_loops(&mut self, sizes: &[usize]) -> Loops {
        let mut loops = Loops { open: Vec::new(), indices: Vec::new() };
        for size in sizes {
            if *size == 1 {
                let zero = self.e.index(0);
                loops.indices.push(zero);
                continue;
            }
            let open = self.e.begin_range(0, *size, 1, &[]);
            loops.indices.push(open.index);
            loops.open.push(open);
        }
        loops
    }

    /// Closes loops.
    pub fn end_loops(&mut self, loops: Loops) {
        for open in loops.open.into_iter().rev() {
            self.e.end_for(open, &[]);
        }
    }

    /// The value of an index expression.
    pub fn expr(&mut self, expr: &Expr, indices: &[Val]) -> Val {
        let mut value = self.e.index(0);
        for (leaf, coef) in &expr.terms {
            let leaf = match leaf {
                Leaf::Dim(dim) => indices[*dim],
                Leaf::Quot { inner, div, modulus } => {
                    let mut inner = self.expr(inner, indices);
                    if *div > 1 {
                        let div = self.e.index(*div);
                        inner = self.i64_op("arith.divui", inner, div);
                    }
                    if *modulus > 0 {
                        let modulus = self.e.index(*modulus);
                        inner = self.i64_op("arith.remui", inner, modulus);
                    }
                    inner
                }
            };
            let term = self.scaled(leaf, *coef);
            value = self.sum(value, term);
        }
        let constant = self.e.index(expr.constant);
        self.sum(value, constant)
    }

    /// The row-major position of an index.
    pub fn position(&mut self, shape: &[usize], index: &[Val]) -> Val {
        let mut position = self.e.index(0);
        for (size, index) in shape.iter().zip(index) {
            position = self.scaled(position, *size as i64);
            position = self.sum(position, *index);
        }
        position
    }

    /// What the body's inputs are in one iteration. `vector` is the loop whose next [`LANES`]
    /// iterations are taken at once.
    pub fn body_inputs(
        &mut self,
        reads: &Reads<'_>,
        indices: &[Val],
        vector: Option<usize>,
    ) -> Vec<Val> {
        let mut operands = reads.slots.iter().zip(reads.types);
        let mut values = Vec::with_capacity(reads.accesses.len());
        for (access, var) in reads.accesses.iter().zip(&reads.body.inputs) {
            let value = match access {
                Access::Iota(expr) => {
                    let dtype = reads.body.vars[*var].dtype;
                    self.iota(expr, dtype, indices, vector)
                }
                Access::Read(position) => {
                    let (slot, ty) = operands.next().expect("one operand per read");
                    self.read_lanes(*slot, ty.dtype, position, indices, vector)
                }
                Access::Guarded { position, guards, fill } => {
                    let (slot, ty) = operands.next().expect("one operand per read");
                    self.guarded(*slot, ty.dtype, (position, guards, *fill), indices)
                }
            };
            values.push(value);
        }
        values
    }

    fn read_lanes(
        &mut self,
        slot: Slot,
        dtype: DType,
        position: &Expr,
        indices: &[Val],
        vector: Option<usize>,
    ) -> Val {
        let at = self.expr(position, indices);
        match (slot, vector) {
            (Slot::Array(place), Some(dim)) if position.stride(dim) == 1 => {
                self.load(place.ptr, dtype, at, LANES as u32)
            }
            (_, None) => self.read(slot, dtype, at),
            _ => {
                let value = self.read(slot, dtype, at);
                self.e.splat(value, LANES as u32)
            }
        }
    }

    fn iota(&mut self, expr: &Expr, dtype: DType, indices: &[Val], vector: Option<usize>) -> Val {
        let mut value = self.expr(expr, indices);
        if let Some(dim) = vector {
            value = self.e.splat(value, LANES as u32);
            let stride = expr.stride(dim);
            if stride != 0 {
                let lanes = self.e.lane_numbers(LANES as u32);
                let factor = self.e.int(I64.with_lanes(LANES as u32), stride);
                let steps = self.e.same("arith.muli", &[lanes, factor]);
                value = self.e.same("arith.addi", &[value, steps]);
            }
        }
        scalar::convert(&mut self.e, value, DType::I64, dtype)
    }

    /// Reads element 0 where a guard fails, and takes the fill value.
    fn guarded(
        &mut self,
        slot: Slot,
        dtype: DType,
        (position, guards, fill): (&Expr, &[(Expr, i64, i64)], f64),
        indices: &[Val],
    ) -> Val {
        let mut inside = self.e.int(Ty { elem: Elem::Int(1), lanes: 0 }, 1);
        for (expr, low, high) in guards {
            let value = self.expr(expr, indices);
            let (low, high) = (self.e.index(*low), self.e.index(*high));
            let above = self.e.cmpi("sge", value, low);
            let below = self.e.cmpi("slt", value, high);
            let both = self.e.same("arith.andi", &[above, below]);
            inside = self.e.same("arith.andi", &[inside, both]);
        }
        let at = self.expr(position, indices);
        let zero = self.e.index(0);
        let at = self.e.select(inside, at, zero);
        let value = self.read(slot, dtype, at);
        let fill = jaxide_ir::Scalar::float(dtype, fill);
        let fill = scalar::literal(&mut self.e, fill, 0);
        self.e.select(inside, value, fill)
    }
}

/// What the body of a kernel reads.
pub struct Reads<'a> {
    /// How each input gets its value.
    pub accesses: &'a [Access],
    /// The operands of the reads.
    pub slots: &'a [Slot],
    /// Their types.
    pub types: &'a [ArrayType],
    /// The body.
    pub body: &'a Jaxpr,
}

impl Reads<'_> {
    /// True when consecutive iterations of a loop read consecutive elements, or one element.
    pub fn vectorisable(&self, dim: usize) -> bool {
        let access = |access: &Access| match access {
            Access::Read(expr) => expr.is_affine() && matches!(expr.stride(dim), 0 | 1),
            Access::Iota(expr) => expr.is_affine(),
            Access::Guarded { .. } => false,
        };
        self.accesses.iter().all(access) && body_vectorisable(self.body)
    }
}

/// True when each op of a scalar program has cheap vector code.
pub fn body_vectorisable(body: &Jaxpr) -> bool {
    let plain = |dtype: DType| !matches!(dtype, DType::F16 | DType::BF16);
    body.vars.iter().all(|(_, ty)| plain(ty.dtype))
        && body.eqns.iter().all(|eqn| {
            let dtype = eqn.inputs.first().map(|atom| body.ty(*atom).dtype);
            dtype.is_some_and(|dtype| scalar::vectorisable(eqn.op, dtype))
        })
}
