//! What an emitter starts from: loop sizes and, per operand and result, the position of the
//! element as an expression of the loop indices, with as few loops as the positions allow.

use crate::{Expr, Input, Kernel};
use jaxide_ir::ArrayType;

/// A loop nest with its element positions.
#[derive(Clone, PartialEq, Debug)]
pub struct Nest {
    /// Loop sizes, outermost first.
    pub sizes: Vec<usize>,
    /// Which loops are reduced.
    pub reduce: Vec<bool>,
    /// One per input of the body.
    pub inputs: Vec<Access>,
    /// The row-major position in each result.
    pub outputs: Vec<Expr>,
}

/// How an input of the body gets its value.
#[derive(Clone, PartialEq, Debug)]
pub enum Access {
    /// The element at a position of the next operand.
    Read(Expr),
    /// The element at a position where all ranges hold, else the fill value.
    Guarded {
        /// The position.
        position: Expr,
        /// Expression, least value, first value beyond.
        guards: Vec<(Expr, i64, i64)>,
        /// The value elsewhere.
        fill: f64,
    },
    /// The value of the expression.
    Iota(Expr),
}

impl Access {
    fn exprs(&mut self) -> Vec<&mut Expr> {
        match self {
            Access::Read(expr) | Access::Iota(expr) => vec![expr],
            Access::Guarded { position, guards, .. } => {
                let mut all = vec![position];
                all.extend(guards.iter_mut().map(|guard| &mut guard.0));
                all
            }
        }
    }
}

impl Nest {
    /// The nest of a kernel on operands of these types, collapsed.
    pub fn of(kernel: &Kernel, operands: &[&ArrayType]) -> Nest {
        let domain = &kernel.domain;
        let mut operands = operands.iter();
        let inputs = kernel.inputs.iter().map(|input| match input {
            Input::Iota(expr) => Access::Iota(expr.clone()),
            Input::Read(map) => {
                let operand = operands.next().expect("a kernel has one operand per read");
                let position = map.linear(&operand.shape, domain);
                if map.is_total() {
                    return Access::Read(position);
                }
                let guards = map.guards.iter().map(|g| (g.expr.clone(), g.low, g.high)).collect();
                Access::Guarded { position, guards, fill: map.fill }
            }
        });
        let inputs = inputs.collect();
        let outputs = kernel
            .outputs
            .iter()
            .zip(kernel.out_types())
            .map(|(map, ty)| map.linear(&ty.shape, domain))
            .collect();
        let reduce = (0..domain.len()).map(|dim| kernel.reduce.contains(&dim)).collect();
        let mut nest = Nest { sizes: domain.clone(), reduce, inputs, outputs };
        nest.collapse();
        nest
    }

    /// Number of iterations.
    pub fn iterations(&self) -> usize {
        self.sizes.iter().product()
    }

    fn exprs(&mut self) -> Vec<&mut Expr> {
        let inputs = self.inputs.iter_mut().flat_map(Access::exprs);
        inputs.chain(self.outputs.iter_mut()).collect()
    }

    /// Drops loops of size 1 and merges neighbours that every position walks as one.
    fn collapse(&mut self) {
        if self.sizes.contains(&0) {
            return;
        }
        let mut dim = 0;
        while dim < self.sizes.len() {
            if self.sizes[dim] == 1 {
                self.drop_loop(dim);
            } else if dim > 0 && self.can_merge(dim - 1) {
                self.merge(dim - 1);
                dim -= 1;
            } else {
                dim += 1;
            }
        }
    }

    fn can_merge(&mut self, outer: usize) -> bool {
        let inner_size = self.sizes[outer + 1] as i64;
        self.reduce[outer] == self.reduce[outer + 1]
            && self.exprs().into_iter().all(|expr| walks_as_one(expr, outer, inner_size))
    }

    fn merge(&mut self, outer: usize) {
        self.sizes[outer + 1] *= self.sizes[outer];
        self.drop_loop(outer);
    }

    /// Sets the index of a loop to 0 and renumbers those after it.
    fn drop_loop(&mut self, dim: usize) {
        self.sizes.remove(dim);
        self.reduce.remove(dim);
        let old = self.sizes.len() + 1;
        let dims: Vec<Expr> = (0..old)
            .map(|at| match at {
                _ if at == dim => Expr::default(),
                _ if at > dim => Expr::dim(at - 1),
                _ => Expr::dim(at),
            })
            .collect();
        let sizes = self.sizes.clone();
        for expr in self.exprs() {
            *expr = expr.substitute(&dims, &sizes);
        }
    }
}

fn walks_as_one(expr: &Expr, outer: usize, inner_size: i64) -> bool {
    expr.stride(outer) == expr.stride(outer + 1) * inner_size
        && expr.terms.iter().all(|(leaf, _)| match leaf {
            crate::Leaf::Dim(_) => true,
            crate::Leaf::Quot { inner, .. } => walks_as_one(inner, outer, inner_size),
        })
}
