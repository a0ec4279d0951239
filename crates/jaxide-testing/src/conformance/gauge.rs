//! Comparison of results that are defined only up to the gauge of a factorisation: what the factors
//! multiply to, or columns up to a factor of modulus 1.
//!
//! Deliberately not here: programs that compute on with factors whose gauge matters; where they
//! differ, they fail.

use jaxide_ir::{ArrayType, Atom, Eqn, Jaxpr, Result, TensorData};
use num_complex::Complex64;

use crate::compare::{Tolerance, difference};

/// The first difference between recorded and computed results, or `None`. Results of one
/// factorisation that are all the program's are compared by their product; of others each is equal,
/// or equal up to a factor of modulus 1 per column.
///
/// # Errors
/// When a reconstruction has no array type.
pub fn gauge_difference(
    jaxpr: &Jaxpr,
    expected: &[TensorData],
    got: &[TensorData],
    slack: f64,
) -> Result<Option<String>> {
    if let Some(inner) = whole_call(jaxpr) {
        return gauge_difference(inner, expected, got, slack);
    }
    let mut compared = vec![false; expected.len()];
    for eqn in &jaxpr.eqns {
        let Some(places) = places(jaxpr, eqn) else { continue };
        let pick = |values: &[TensorData]| -> Vec<TensorData> {
            places.iter().map(|at| values[*at].clone()).collect()
        };
        let factors = (pick(expected), pick(got));
        if let Some(text) = typed_difference(&factors.0, &factors.1) {
            return Ok(Some(text));
        }
        let (Some(a), Some(b)) =
            (reconstruction(eqn.op.name, &factors.0)?, reconstruction(eqn.op.name, &factors.1)?)
        else {
            continue;
        };
        let tolerance = Tolerance::recorded(factors.0[0].ty().dtype, 10.0 * slack);
        if let Some(text) = difference(&a, &b, tolerance) {
            return Ok(Some(format!("product of the factors of {}: {text}", eqn.op.name)));
        }
        if let Some(at) = places.iter().position(|at| is_skew(eqn, jaxpr, *at, got, tolerance)) {
            return Ok(Some(format!("factor {at} of {} is not orthonormal", eqn.op.name)));
        }
        // Products say nothing of the order of values.
        places.iter().filter(|at| has_gauge(eqn, jaxpr, **at)).for_each(|at| compared[*at] = true);
    }
    for (at, (expected, got)) in expected.iter().zip(got).enumerate() {
        let tolerance = Tolerance::recorded(expected.ty().dtype, slack);
        let equal = || difference(expected, got, tolerance);
        if let Some(text) = if compared[at] { None } else { equal() }
            && !equal_up_to_phases(expected, got, tolerance)
        {
            return Ok(Some(format!("result {at}: {text}")));
        }
    }
    Ok(None)
}

/// The nested program of a program that only calls it.
fn whole_call(jaxpr: &Jaxpr) -> Option<&Jaxpr> {
    let [eqn] = &jaxpr.eqns[..] else { return None };
    let results = eqn.outputs.iter().map(|var| Atom::Var(*var));
    let all = jaxide_lax::control::is_call(eqn.op) && results.eq(jaxpr.outputs.iter().copied());
    all.then(|| eqn.params.jaxprs().first().map(|inner| &***inner)).flatten()
}

/// True for a factor whose columns, or rows for the last of `svd`, should be orthonormal and are
/// not. Results of failed factorisations hold NaN and are left alone.
fn is_skew(
    eqn: &Eqn,
    jaxpr: &Jaxpr,
    place: usize,
    got: &[TensorData],
    tolerance: Tolerance,
) -> bool {
    let at = eqn.outputs.iter().position(|var| jaxpr.outputs[place] == Atom::Var(*var));
    let Some(factor) = Stack::of(&got[place]) else { return false };
    let columns = match (eqn.op.name, at) {
        ("qr" | "eigh", Some(0)) | ("svd", Some(1)) => factor,
        ("svd", Some(2)) => factor.adjoint(),
        _ => return false,
    };
    let finite = columns.entries.iter().all(|x| x.is_finite());
    let allowed = 10.0 * (tolerance.atol + tolerance.rtol);
    let gram = columns.adjoint().times(&columns);
    let unit = |at: usize| f64::from(at / gram.columns % gram.rows == at % gram.columns);
    finite && gram.entries.iter().enumerate().any(|(at, x)| (x - unit(at)).norm() > allowed)
}

/// The first of several pairs that differ in type.
fn typed_difference(expected: &[TensorData], got: &[TensorData]) -> Option<String> {
    let pair = expected.iter().zip(got).find(|(a, b)| a.ty() != b.ty())?;
    Some(format!("expected {}, got {}", pair.0.ty(), pair.1.ty()))
}

/// Where the results of a factorisation are among those of the program: of each.
fn places(jaxpr: &Jaxpr, eqn: &Eqn) -> Option<Vec<usize>> {
    let place =
        |var: &jaxide_ir::Var| jaxpr.outputs.iter().position(|output| *output == Atom::Var(*var));
    let known = matches!(eqn.op.name, "qr" | "svd" | "eigh") && eqn.outputs.len() > 1;
    let places = || eqn.outputs.iter().map(place).collect::<Option<Vec<usize>>>();
    known.then(places).flatten()
}

/// True for factors, not for the values and orders that come with them.
fn has_gauge(eqn: &Eqn, jaxpr: &Jaxpr, place: usize) -> bool {
    let at = eqn.outputs.iter().position(|var| jaxpr.outputs[place] == Atom::Var(*var));
    matches!((eqn.op.name, at), ("qr", Some(0 | 1)) | ("svd", Some(1 | 2)) | ("eigh", Some(0)))
}

/// A stack of matrices.
#[derive(Clone)]
struct Stack {
    batch: Vec<usize>,
    rows: usize,
    columns: usize,
    entries: Vec<Complex64>,
}

impl Stack {
    fn of(tensor: &TensorData) -> Option<Stack> {
        let [batch @ .., rows, columns] = &tensor.ty().shape[..] else { return None };
        let entries = tensor.iter().map(|x| Complex64::new(x.to_f64(), x.imag())).collect();
        Some(Stack { batch: batch.to_vec(), rows: *rows, columns: *columns, entries })
    }

    /// The columns, each times an entry of `values`; further columns are left out.
    fn scaled(&self, values: &TensorData) -> Option<Stack> {
        let count = *values.ty().shape.last()?;
        let values: Vec<f64> = values.iter().map(|x| x.to_f64()).collect();
        let mut entries = Vec::new();
        for (line, row) in self.entries.chunks(self.columns.max(1)).enumerate() {
            let at = line / self.rows.max(1) * count;
            entries.extend(row.iter().zip(&values[at..at + count]).map(|(x, value)| x * value));
        }
        Some(Stack { entries, columns: count, ..self.clone() })
    }

    fn adjoint(&self) -> Stack {
        let size = self.rows * self.columns;
        let mut entries = self.entries.clone();
        for (at, entry) in entries.iter_mut().enumerate() {
            let (problem, place) = (at / size, at % size);
            let (row, column) = (place / self.rows, place % self.rows);
            *entry = self.entries[problem * size + column * self.columns + row].conj();
        }
        Stack { rows: self.columns, columns: self.rows, entries, ..self.clone() }
    }

    /// The products of the matrices, of which the second may have rows to spare.
    fn times(&self, other: &Stack) -> Stack {
        let (m, k, n) = (self.rows, self.columns, other.columns);
        let problems: usize = self.batch.iter().product();
        let mut entries = Vec::with_capacity(problems * m * n);
        for at in 0..problems * m * n {
            let (problem, row, column) = (at / (m * n), at / n % m, at % n);
            let left = &self.entries[(problem * m + row) * k..][..k];
            let right = &other.entries[problem * other.rows * n..];
            entries.push(left.iter().enumerate().map(|(l, x)| x * right[l * n + column]).sum());
        }
        Stack { columns: n, entries, ..self.clone() }
    }

    fn tensor(&self, like: &ArrayType) -> Result<TensorData> {
        let mut ty = like.clone();
        ty.shape = [&self.batch[..], &[self.rows, self.columns]].concat().into();
        let complex = ty.dtype.is_complex();
        let bytes: Vec<u8> = self
            .entries
            .iter()
            .flat_map(|x| if complex { vec![x.re, x.im] } else { vec![x.re] })
            .flat_map(|part| match ty.dtype.size() / (1 + usize::from(complex)) {
                4 => (part as f32).to_le_bytes().to_vec(),
                _ => part.to_le_bytes().to_vec(),
            })
            .collect();
        TensorData::from_bytes(ty, &bytes)
    }
}

/// What the results of an op multiply to; `None` where they are no matrices.
fn reconstruction(op: &str, factors: &[TensorData]) -> Result<Option<TensorData>> {
    let of = |at: usize| Stack::of(&factors[at]);
    let (product, like) = match op {
        "qr" => (of(0).zip(of(1)).map(|(q, r)| q.times(&r)), 0),
        "svd" => {
            let left = of(1).and_then(|u| u.scaled(&factors[0]));
            (left.zip(of(2)).map(|(left, vh)| left.times(&vh)), 1)
        }
        _ => {
            let left = of(0).and_then(|v| v.scaled(&factors[1]));
            (left.zip(of(0)).map(|(left, v)| left.times(&v.adjoint())), 0)
        }
    };
    product.map(|product| product.tensor(factors[like].ty())).transpose()
}

/// True when each column of matrices, or each row, is the expected one times a number of modulus 1.
fn equal_up_to_phases(expected: &TensorData, got: &TensorData, tolerance: Tolerance) -> bool {
    let same_type = expected.ty() == got.ty() && expected.ty().dtype.is_inexact();
    let (Some(a), Some(b)) = (Stack::of(expected), Stack::of(got)) else { return false };
    same_type
        && (columns_match(&a, &b, tolerance)
            || columns_match(&a.adjoint(), &b.adjoint(), tolerance))
}

fn columns_match(a: &Stack, b: &Stack, tolerance: Tolerance) -> bool {
    let scale = a.entries.iter().map(|x| x.norm()).filter(|x| x.is_finite()).fold(1.0, f64::max);
    let allowed = 10.0 * (tolerance.atol + tolerance.rtol) * scale;
    let size = a.rows * a.columns;
    let problems: usize = a.batch.iter().product();
    (0..problems * a.columns).all(|at| {
        let (problem, column) = (at / a.columns, at % a.columns);
        let place = |row: usize| problem * size + row * a.columns + column;
        let pair = |row: usize| (a.entries[place(row)], b.entries[place(row)]);
        let overlap: Complex64 = (0..a.rows).map(pair).map(|(a, b)| a * b.conj()).sum();
        let phase = if overlap.norm() == 0.0 { 1.0.into() } else { overlap / overlap.norm() };
        (0..a.rows).map(pair).all(|(a, b)| (a - b * phase).norm() <= allowed)
    })
}

#[cfg(test)]
mod tests {
    use jaxide_ir::parse;

    use super::*;

    fn factors(q: [f32; 4], r: [f32; 4]) -> Vec<TensorData> {
        [q, r].map(|x| TensorData::from_slice(&[2, 2], &x).unwrap()).to_vec()
    }

    fn compare(got: &[TensorData]) -> Option<String> {
        let text = "{ lambda ; a:f32[2,2]. let
            b:f32[2,2] c:f32[2,2] = pjit[
              name=f
              jaxpr={ lambda ; d:f32[2,2]. let
                  e:f32[2,2] f:f32[2,2] = qr[full_matrices=False] d
                in (e, f) }
            ] a
          in (b, c) }";
        let jaxpr = parse(text, "test", &crate::registry()).unwrap();
        let expected = factors([0.6, -0.8, 0.8, 0.6], [1.0, 2.0, 0.0, 3.0]);
        gauge_difference(&jaxpr, &expected, got, 1.0).unwrap()
    }

    #[test]
    fn signs_of_columns_are_free_and_nothing_else() {
        assert_eq!(compare(&factors([-0.6, -0.8, -0.8, 0.6], [-1.0, -2.0, 0.0, 3.0])), None);
        let other = compare(&factors([0.6, -0.8, 0.8, 0.6], [1.0, 2.0, 0.0, 4.0])).unwrap();
        assert!(other.contains("product of the factors of qr"), "{other}");
        let skew = compare(&factors([0.3, -0.4, 0.4, 0.3], [2.0, 4.0, 0.0, 6.0])).unwrap();
        assert!(skew.contains("not orthonormal"), "{skew}");
    }
}
