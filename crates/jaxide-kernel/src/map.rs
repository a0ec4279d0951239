//! Index maps: which element of an operand or result an iteration touches.

use crate::Expr;

/// From the iteration index to the index of an array of a fixed rank.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct IndexMap {
    /// One expression per array dimension.
    pub exprs: Vec<Expr>,
    /// Conditions under which the element exists; elsewhere the value is [`IndexMap::fill`].
    pub guards: Vec<Guard>,
    /// The value where a guard does not hold, as the f64 that converts to it exactly.
    pub fill: f64,
}

/// `low <= expr < high`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Guard {
    /// What is tested.
    pub expr: Expr,
    /// The least value.
    pub low: i64,
    /// The first value beyond.
    pub high: i64,
}

/// What an input of a kernel's body is.
#[derive(Clone, PartialEq, Debug)]
pub enum Input {
    /// An element of the next operand.
    Read(IndexMap),
    /// The value of an index expression, converted to the dtype of the body's input.
    Iota(Expr),
}

impl IndexMap {
    /// An unguarded map.
    pub fn new(exprs: Vec<Expr>) -> IndexMap {
        IndexMap { exprs, ..IndexMap::default() }
    }

    /// The map that takes each iteration index as array index.
    pub fn identity(rank: usize) -> IndexMap {
        IndexMap::new((0..rank).map(Expr::dim).collect())
    }

    /// True when the element always exists.
    pub fn is_total(&self) -> bool {
        self.guards.is_empty()
    }

    /// True for the identity on a domain of this rank.
    pub fn is_identity(&self, rank: usize) -> bool {
        self.is_total()
            && self.exprs.len() == rank
            && self.exprs.iter().enumerate().all(|(at, expr)| expr.as_dim() == Some(at))
    }

    /// The dimensions, where the map is a choice of distinct dimensions.
    pub fn as_dims(&self) -> Option<Vec<usize>> {
        let dims: Option<Vec<usize>> = self.exprs.iter().map(Expr::as_dim).collect();
        dims.filter(|dims| {
            self.is_total() && dims.iter().enumerate().all(|(at, dim)| !dims[..at].contains(dim))
        })
    }

    /// The position of the element in a dense row-major array.
    pub fn linear(&self, shape: &[usize], domain: &[usize]) -> Expr {
        linearize(&self.exprs, shape, domain)
    }
}

/// The row-major position of an index.
pub fn linearize(exprs: &[Expr], shape: &[usize], domain: &[usize]) -> Expr {
    let mut position = Expr::default();
    for (expr, size) in exprs.iter().zip(shape) {
        position = position.times(*size as i64).plus(expr);
    }
    position.join_quotients(domain)
}

/// The index of a row-major position in an array of a shape without empty dimensions.
pub fn delinearize(position: &Expr, shape: &[usize], domain: &[usize]) -> Vec<Expr> {
    let mut stride: i64 = shape.iter().product::<usize>() as i64;
    shape
        .iter()
        .enumerate()
        .map(|(axis, size)| {
            stride /= *size as i64;
            let modulus = if axis == 0 { 0 } else { *size as i64 };
            position.quotient(stride, modulus, domain)
        })
        .collect()
}

impl Input {
    /// The map, if an operand is read.
    pub fn as_read(&self) -> Option<&IndexMap> {
        if let Input::Read(map) = self { Some(map) } else { None }
    }
}
