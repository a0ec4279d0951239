//! Factorisations give back what they factored, solutions solve their systems: at sizes that take
//! both the plain and the blocked paths. The routines are called as engines call them.

use jaxide_ir::Element;
use jaxide_runtime::library::{Input, Output, find};
use num_complex::Complex;

type C = Complex<f64>;
type Matrix = Vec<Vec<C>>;

const SIZES: [usize; 8] = [0, 1, 2, 3, 7, 16, 33, 70];

/// An element type, from and to the numbers that tests compute with.
trait Number: Element {
    const TOLERANCE: f64;
    fn of(value: C) -> Self;
    fn to(self) -> C;
}

macro_rules! numbers {
    ($($ty:ty, $tolerance:expr, $of:expr, $to:expr;)*) => {$(
        impl Number for $ty {
            const TOLERANCE: f64 = $tolerance;
            fn of(value: C) -> $ty { let of: fn(C) -> $ty = $of; of(value) }
            fn to(self) -> C { let to: fn($ty) -> C = $to; to(self) }
        }
    )*};
}

numbers! {
    f32, 2e-3, |x| x.re as f32, |x| C::from(f64::from(x));
    f64, 1e-11, |x| x.re, C::from;
    Complex<f32>, 2e-3, |x| Complex::new(x.re as f32, x.im as f32), |x| C::new(x.re.into(), x.im.into());
    C, 1e-11, |x| x, |x| x;
}

/// Numbers between -1 and 1, without structure, that are exact in `T`.
fn noise<T: Number>(rows: usize, columns: usize) -> Matrix {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    let mut element = || T::of(C::new(next(), next())).to();
    (0..rows).map(|_| (0..columns).map(|_| element()).collect()).collect()
}

fn flat<T: Number>(x: &Matrix) -> Vec<T> {
    x.iter().flatten().map(|x| T::of(*x)).collect()
}

fn rows<T: Number>(x: &[T], count: usize, columns: usize) -> Matrix {
    (0..count).map(|row| x[row * columns..][..columns].iter().map(|x| x.to()).collect()).collect()
}

fn product(a: &Matrix, b: &Matrix) -> Matrix {
    let columns = b.first().map_or(0, Vec::len);
    let entry = |row: &Vec<C>, column: usize| row.iter().zip(b).map(|(x, b)| x * b[column]).sum();
    a.iter().map(|row| (0..columns).map(|column| entry(row, column)).collect()).collect()
}

fn transposed(x: &Matrix) -> Matrix {
    (0..x.first().map_or(0, Vec::len)).map(|at| x.iter().map(|row| row[at]).collect()).collect()
}

fn map(x: &Matrix, f: impl Fn(usize, usize, C) -> C) -> Matrix {
    let row =
        |(i, row): (usize, &Vec<C>)| row.iter().enumerate().map(|(j, x)| f(i, j, *x)).collect();
    x.iter().enumerate().map(row).collect()
}

fn lower(x: &Matrix) -> Matrix {
    map(x, |i, j, x| if j <= i { x } else { C::from(0.0) })
}

fn assert_close<T: Number>(got: &Matrix, expected: &Matrix, what: &str) {
    let scale = got.len() as f64 + 1.0;
    for (got, expected) in got.iter().flatten().zip(expected.iter().flatten()) {
        assert!((got - expected).norm() < T::TOLERANCE * scale, "{what}: {got} is not {expected}");
    }
}

/// Runs a check for each element type.
macro_rules! each_type {
    ($check:ident($($argument:expr),*)) => {
        $check::<f32>($($argument),*);
        $check::<f64>($($argument),*);
        $check::<Complex<f32>>($($argument),*);
        $check::<C>($($argument),*);
    };
}

fn cholesky_of<T: Number>(n: usize) {
    let x = noise::<T>(n, n);
    let adjoint = map(&transposed(&x), |_, _, x| x.conj());
    let a = map(&product(&x, &adjoint), |i, j, x| x + if i == j { n as f64 } else { 0.0 });
    let (a, mut out) = (flat::<T>(&a), vec![T::of(C::from(0.0)); n * n]);
    let shape = [n, n];
    let call = |a: &[T], out: &mut [T]| {
        let routine = find("rt_cholesky").expect("a routine of this name");
        routine
            .call(&[], &[Input::new(&shape, a)], &mut [Output::new(&shape, out)])
            .expect("the routine runs");
    };
    call(&a, &mut out);
    let factor = lower(&rows(&out, n, n));
    let back = product(&factor, &map(&transposed(&factor), |_, _, x| x.conj()));
    assert_close::<T>(&back, &rows(&a, n, n), &format!("cholesky {n}"));
    if n > 0 {
        let mut bad = a.clone();
        bad[n * n - 1] = T::of(C::from(-1.0));
        call(&bad, &mut out);
        assert!(out.iter().all(|x| x.to().is_nan()), "cholesky {n} of an indefinite matrix");
    }
}

#[test]
fn cholesky_factors_give_the_matrix_back_or_are_nan() {
    for n in SIZES {
        each_type!(cholesky_of(n));
    }
}

fn lu_of<T: Number>(m: usize, n: usize) {
    let (a, k) = (noise::<T>(m, n), m.min(n));
    let given = flat::<T>(&a);
    let mut out = given.clone();
    let (mut pivots, mut order) = (vec![0i32; k], vec![0i32; m]);
    let shapes = [vec![m, n], vec![k], vec![m]];
    let mut outputs = [
        Output::new(&shapes[0], &mut out),
        Output::new(&shapes[1], &mut pivots),
        Output::new(&shapes[2], &mut order),
    ];
    find("rt_lu")
        .expect("a routine of this name")
        .call(&[], &[Input::new(&shapes[0], &given)], &mut outputs)
        .expect("the routine runs");
    let packed = rows(&out, m, n);
    let unit = |row: &Vec<C>, i: usize, j: usize| if i == j { C::from(1.0) } else { row[j] };
    let l: Matrix = packed
        .iter()
        .enumerate()
        .map(|(i, row)| {
            (0..k).map(|j| if j > i { C::from(0.0) } else { unit(row, i, j) }).collect()
        })
        .collect();
    let u = map(&packed[..k].to_vec(), |i, j, x| if j < i { C::from(0.0) } else { x });
    let ordered: Matrix = order.iter().map(|row| a[*row as usize].clone()).collect();
    if k > 0 {
        assert_close::<T>(&product(&l, &u), &ordered, &format!("lu {m} {n}"));
    }
    let size = |x: C| x.re.abs() + x.im.abs();
    let bounded = |x: &C| size(*x) < 2.0;
    assert!(l.iter().flatten().all(bounded), "pivots of lu {m} {n} are the largest");
    let mut swapped: Vec<i32> = (0..m as i32).collect();
    pivots.iter().enumerate().for_each(|(at, pivot)| swapped.swap(at, *pivot as usize));
    assert_eq!(swapped, order);
}

#[test]
fn lu_factors_give_the_matrix_back_with_its_rows_in_order() {
    for (m, n) in [(0, 0), (0, 3), (3, 0), (1, 1), (5, 3), (3, 5), (33, 33), (70, 40), (40, 70)] {
        each_type!(lu_of(m, n));
    }
}

fn triangular_of<T: Number>(n: usize) {
    let scaled = |i, j, x: C| if i == j { x + 3.0 } else { x / n as f64 };
    let full = map(&noise::<T>(n, n), |i, j, x| T::of(scaled(i, j, x)).to());
    let given = flat::<T>(&full);
    for case in 0..32 {
        let flag = |bit: u32| case >> bit & 1 == 1;
        let [conjugate, left, is_lower, transpose, unit] = [0, 1, 2, 3, 4].map(flag);
        let a = if is_lower { lower(&full) } else { transposed(&lower(&transposed(&full))) };
        let a = map(&a, |i, j, x| if unit && i == j { C::from(1.0) } else { x });
        let a = if transpose { transposed(&a) } else { a };
        let a = map(&a, |_, _, x| if conjugate { x.conj() } else { x });
        let b = if left { noise::<T>(n, 3) } else { noise::<T>(3, n) };
        let shape = if left { [n, 3] } else { [3, n] };
        let right = flat::<T>(&b);
        let mut out = right.clone();
        let words = [conjugate, left, is_lower, transpose, unit].map(i64::from);
        let (square, routine) =
            ([n, n], find("rt_triangular_solve").expect("a routine of this name"));
        let inputs = [Input::new(&square, &given), Input::new(&shape, &right)];
        routine
            .call(&words, &inputs, &mut [Output::new(&shape, &mut out)])
            .expect("the routine runs");
        let x = rows(&out, shape[0], shape[1]);
        let back = if left { product(&a, &x) } else { product(&x, &a) };
        if n > 0 {
            assert_close::<T>(&back, &b, &format!("triangular {n}, case {case:b}"));
        }
    }
}

#[test]
fn solutions_of_triangular_systems_solve_them() {
    for n in SIZES {
        each_type!(triangular_of(n));
    }
}

fn tridiagonal_of<T: Number>(n: usize, perturb: bool) {
    let bands = noise::<T>(3, n);
    let b = noise::<T>(n, 2);
    let [shape, wide] = [vec![n], vec![n, 2]];
    let given: Vec<Vec<T>> = bands.iter().map(|band| flat::<T>(&vec![band.clone()])).collect();
    let right = flat::<T>(&b);
    let mut out = right.clone();
    let mut inputs: Vec<Input<'_>> = given.iter().map(|band| Input::new(&shape, band)).collect();
    inputs.push(Input::new(&wide, &right));
    let routine = find("rt_tridiagonal_solve").expect("a routine of this name");
    routine
        .call(&[i64::from(perturb)], &inputs, &mut [Output::new(&wide, &mut out)])
        .expect("the routine runs");
    let x = rows(&out, n, 2);
    let entry = |i: usize, j: usize| match (i, j) {
        _ if i == j + 1 => bands[0][i],
        _ if i == j => bands[1][i],
        _ if i + 1 == j => bands[2][i],
        _ => C::from(0.0),
    };
    let a: Matrix = (0..n).map(|i| (0..n).map(|j| entry(i, j)).collect()).collect();
    if n > 0 {
        let scale = x.iter().flatten().map(|x| x.norm()).fold(1.0, f64::max);
        let [got, expected] = [product(&a, &x), b].map(|m| map(&m, |_, _, x| x / scale));
        assert_close::<T>(&got, &expected, &format!("tridiagonal {n}"));
    }
}

#[test]
fn solutions_of_tridiagonal_systems_solve_them() {
    for n in SIZES {
        each_type!(tridiagonal_of(n, false));
        each_type!(tridiagonal_of(n, true));
    }
}
