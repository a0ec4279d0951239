//! Index expressions: integer functions of the iteration index, kept in one canonical sum so that
//! equal functions compare equal. Printing and parsing are in [`crate::text`].

/// A sum `constant + sum(coef * leaf)`; leaves are distinct and in order.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Expr {
    /// The constant part.
    pub constant: i64,
    /// The other parts; coefficients are not 0.
    pub terms: Vec<(Leaf, i64)>,
}

/// What an [`Expr`] sums up.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Leaf {
    /// The index of an iteration dimension.
    Dim(usize),
    /// `(inner floordiv div) mod modulus`; no `mod` where the modulus is 0. `inner` is not negative.
    Quot {
        /// The dividend.
        inner: Box<Expr>,
        /// The divisor, 1 or more.
        div: i64,
        /// The modulus, or 0.
        modulus: i64,
    },
}

impl Expr {
    /// A constant.
    pub fn constant(constant: i64) -> Expr {
        Expr { constant, terms: Vec::new() }
    }

    /// The index of an iteration dimension.
    pub fn dim(dim: usize) -> Expr {
        Expr { constant: 0, terms: vec![(Leaf::Dim(dim), 1)] }
    }

    /// The dimension, if the expression is exactly one.
    pub fn as_dim(&self) -> Option<usize> {
        match self.terms[..] {
            [(Leaf::Dim(dim), 1)] if self.constant == 0 => Some(dim),
            _ => None,
        }
    }

    /// True for expressions without quotients.
    pub fn is_affine(&self) -> bool {
        self.terms.iter().all(|(leaf, _)| matches!(leaf, Leaf::Dim(_)))
    }

    /// The coefficient of a dimension in an affine expression.
    pub fn stride(&self, dim: usize) -> i64 {
        self.terms.iter().find(|(leaf, _)| *leaf == Leaf::Dim(dim)).map_or(0, |term| term.1)
    }

    /// The sum of two expressions.
    pub fn plus(&self, other: &Expr) -> Expr {
        let mut sum = self.clone();
        sum.constant += other.constant;
        for (leaf, coef) in &other.terms {
            sum.add_term(leaf.clone(), *coef);
        }
        sum
    }

    /// The expression plus a constant.
    pub fn offset(mut self, by: i64) -> Expr {
        self.constant += by;
        self
    }

    /// The expression times a constant.
    pub fn times(&self, factor: i64) -> Expr {
        if factor == 0 {
            return Expr::default();
        }
        let terms = self.terms.iter().map(|(leaf, coef)| (leaf.clone(), coef * factor)).collect();
        Expr { constant: self.constant * factor, terms }
    }

    fn add_term(&mut self, leaf: Leaf, coef: i64) {
        match self.terms.binary_search_by(|term| term.0.cmp(&leaf)) {
            Ok(at) => {
                self.terms[at].1 += coef;
                if self.terms[at].1 == 0 {
                    self.terms.remove(at);
                }
            }
            Err(at) if coef != 0 => self.terms.insert(at, (leaf, coef)),
            Err(_) => {}
        }
    }

    /// The value at an iteration index.
    pub fn value(&self, index: &[usize]) -> i64 {
        let term = |(leaf, coef): &(Leaf, i64)| match leaf {
            Leaf::Dim(dim) => index[*dim] as i64 * coef,
            Leaf::Quot { inner, div, modulus } => {
                let quotient = inner.value(index).div_euclid(*div);
                coef * if *modulus == 0 { quotient } else { quotient.rem_euclid(*modulus) }
            }
        };
        self.constant + self.terms.iter().map(term).sum::<i64>()
    }

    /// Least and greatest value over a domain; `(0, 0)` where a dimension is empty.
    pub fn range(&self, domain: &[usize]) -> (i64, i64) {
        let (mut low, mut high) = (self.constant, self.constant);
        for (leaf, coef) in &self.terms {
            let (a, b) = leaf.range(domain);
            low += (a * coef).min(b * coef);
            high += (a * coef).max(b * coef);
        }
        (low, high)
    }

    /// `(self floordiv div) mod modulus`, simplified by the ranges of a domain; no `mod` where the
    /// modulus is 0. The expression must not be negative on the domain.
    pub fn quotient(&self, div: i64, modulus: i64, domain: &[usize]) -> Expr {
        let quotient = self.floordiv(div, domain);
        if modulus == 0 {
            return quotient;
        }
        let within = |e: &Expr| {
            let (low, high) = e.range(domain);
            low >= 0 && high < modulus
        };
        if within(&quotient) {
            return quotient;
        }
        let rest = quotient.split(modulus).1;
        if within(&rest) {
            return rest;
        }
        let leaf = match &quotient.terms[..] {
            [(Leaf::Quot { inner, div, modulus: 0 }, 1)] if quotient.constant == 0 => {
                Leaf::Quot { inner: inner.clone(), div: *div, modulus }
            }
            _ => Leaf::Quot { inner: Box::new(quotient), div: 1, modulus },
        };
        Expr { constant: 0, terms: vec![(leaf, 1)] }
    }

    fn floordiv(&self, div: i64, domain: &[usize]) -> Expr {
        let (whole, rest) = self.split(div);
        let (low, high) = rest.range(domain);
        if low >= 0 && high < div {
            return whole;
        }
        let leaf = Leaf::Quot { inner: Box::new(self.clone()), div, modulus: 0 };
        Expr { constant: 0, terms: vec![(leaf, 1)] }
    }

    /// `(whole, rest)` with `self = by * whole + rest`, where `rest` has the parts that are no
    /// multiples.
    fn split(&self, by: i64) -> (Expr, Expr) {
        let mut whole = Expr::constant(self.constant.div_euclid(by));
        let mut rest = Expr::constant(self.constant.rem_euclid(by));
        for (leaf, coef) in &self.terms {
            let (q, r) = (coef.div_euclid(by), coef.rem_euclid(by));
            if r == 0 {
                whole.terms.push((leaf.clone(), q));
            } else {
                rest.terms.push((leaf.clone(), *coef));
            }
        }
        (whole, rest)
    }

    /// The expression with each dimension replaced, simplified on the new domain.
    pub fn substitute(&self, dims: &[Expr], domain: &[usize]) -> Expr {
        let mut result = Expr::constant(self.constant);
        for (leaf, coef) in &self.terms {
            let value = match leaf {
                Leaf::Dim(dim) => dims[*dim].clone(),
                Leaf::Quot { inner, div, modulus } => {
                    inner.substitute(dims, domain).quotient(*div, *modulus, domain)
                }
            };
            result = result.plus(&value.times(*coef));
        }
        result
    }

    /// The same function with neighbouring quotients of one dividend joined: what a split and a
    /// merge of dimensions leave of each other.
    pub fn join_quotients(&self, domain: &[usize]) -> Expr {
        let mut current = self.clone();
        while let Some(next) = current.join_one(domain) {
            current = next;
        }
        current
    }

    fn join_one(&self, domain: &[usize]) -> Option<Expr> {
        for (i, (low, low_coef)) in self.terms.iter().enumerate() {
            let Leaf::Quot { inner, div, modulus } = low else { continue };
            if *modulus == 0 {
                continue;
            }
            for (j, (high, high_coef)) in self.terms.iter().enumerate() {
                let Leaf::Quot { inner: other, div: high_div, modulus: high_mod } = high else {
                    continue;
                };
                let fits = *high_div == div * modulus && *high_coef == low_coef * modulus;
                if i == j || inner != other || !fits {
                    continue;
                }
                let joined = inner.quotient(*div, modulus * high_mod, domain).times(*low_coef);
                let mut rest = self.clone();
                rest.terms.retain(|(leaf, _)| leaf != low && leaf != high);
                return Some(rest.plus(&joined));
            }
        }
        None
    }
}

impl Leaf {
    fn range(&self, domain: &[usize]) -> (i64, i64) {
        match self {
            Leaf::Dim(dim) => (0, (domain[*dim] as i64 - 1).max(0)),
            Leaf::Quot { inner, div, modulus } => {
                let (low, high) = inner.range(domain);
                let (low, high) = (low.div_euclid(*div), high.div_euclid(*div));
                if *modulus == 0 { (low, high) } else { (0, high.min(modulus - 1)) }
            }
        }
    }
}
