//! Norms of vectors and matrices, and condition numbers.

use std::panic::Location;

use jaxide_trace::{Array, config};

use super::{At, check_matrices, inexact, inv, svdvals};
use crate::{
    diag,
    jnp::{any, conj, isnan, max, min, moveaxis, real, sqrt, sum, where_},
    over::{Over, axis},
};

/// Which norm: a name, or an order, which is given as a number.
///
/// ```
/// # use jaxide_numpy::jnp::{self, linalg::{Norm, norm}};
/// let x = jnp::array([[3.0, 4.0], [0.0, 0.0]]);
/// assert_eq!(norm(&x, Norm::Euclidean, ..).item::<f32>(), 5.0);
/// assert_eq!(norm(&x, 1, -1).to_vec::<f32>(), [7.0, 0.0]);
/// assert_eq!(norm(&x, f64::INFINITY, ..).item::<f32>(), 7.0);
/// ```
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Norm {
    /// The root of the sum of squares, of vectors, matrices and arrays of any rank; NumPy's `None`.
    Euclidean,
    /// The same of matrices; NumPy's `"fro"`.
    Frobenius,
    /// The sum of the singular values of a matrix; NumPy's `"nuc"`.
    Nuclear,
    /// Of vectors the root of the sum of powers, the count of nonzeros for 0, and the greatest and
    /// the least absolute value for the infinities. Of matrices for 1 and infinity the greatest sum
    /// of absolute values in a column and in a row, for 2 the greatest singular value, and for the
    /// negative orders the least of these.
    Order(f64),
}

impl From<i32> for Norm {
    fn from(order: i32) -> Norm {
        Norm::Order(order.into())
    }
}

impl From<f64> for Norm {
    fn from(order: f64) -> Norm {
        Norm::Order(order)
    }
}

impl Norm {
    /// As NumPy writes it.
    fn text(self) -> String {
        match self {
            Norm::Euclidean => "None".into(),
            Norm::Frobenius => "fro".into(),
            Norm::Nuclear => "nuc".into(),
            Norm::Order(order) => order.to_string(),
        }
    }

    #[track_caller]
    fn refuse(self, what: &str, at: At) -> ! {
        diag::value(format!("Invalid order '{}' for {what} norm.", self.text()), at)
    }
}

/// The norm of the vectors in one axis, of the matrices in two (rows, then columns), or for `..` of
/// the whole array, which has rank 1 or 2 unless the norm is Euclidean.
///
/// # Panics
/// With `ValueError` for other numbers of axes, and for orders that vectors or matrices lack.
#[track_caller]
pub fn norm(x: &Array, ord: impl Into<Norm>, over: impl Into<Over>) -> Array {
    let at = Location::caller();
    let (x, ord, over) = (inexact(x), ord.into(), over.into());
    if over.is_all() && ord == Norm::Euclidean {
        return euclidean(&x, &over);
    }
    match over.axes(x.ndim())[..] {
        [_] => of_vectors(&x, ord, &over, at),
        [rows, columns] => of_matrices(&x, ord, &over, [rows, columns], at),
        ref axes => {
            let axes = jaxide_trace::promote::shape_text(axes);
            let message = format!(
                "Improper number of axes for norm: axis={axes}. Pass one axis to compute a \
                 vector-norm, or two axes to compute a matrix-norm."
            );
            diag::value(message, at)
        }
    }
}

/// The norm of vectors whose components lie in any number of axes. Orders 1 and the infinities keep
/// integers.
///
/// # Panics
/// With `ValueError` for orders that vectors lack.
#[track_caller]
pub fn vector_norm(x: &Array, ord: impl Into<Norm>, over: impl Into<Over>) -> Array {
    of_vectors(x, ord.into(), &over.into(), Location::caller())
}

/// The norm of the matrices in the last two axes.
///
/// # Panics
/// With `TypeError` for rank below 2, with `ValueError` for orders that matrices lack.
#[track_caller]
pub fn matrix_norm(x: &Array, ord: impl Into<Norm>) -> Array {
    check_matrices("matrix_norm", x, Location::caller());
    norm(x, ord, [-2, -1])
}

#[track_caller]
fn euclidean(x: &Array, over: &Over) -> Array {
    sqrt(sum(&real(x * conj(x)), over))
}

#[track_caller]
fn of_vectors(x: &Array, ord: Norm, over: &Over, at: At) -> Array {
    let order = match ord {
        Norm::Euclidean => 2.0,
        Norm::Order(order) => order,
        Norm::Frobenius | Norm::Nuclear => ord.refuse("vector", at),
    };
    if order == f64::INFINITY {
        return max(&x.abs(), over.clone().initial(0));
    }
    if order == f64::NEG_INFINITY {
        return min(&x.abs(), over);
    }
    if order == 1.0 {
        return sum(&x.abs(), over);
    }
    let x = inexact(x);
    if order == 2.0 {
        return euclidean(&x, over);
    }
    let sizes = x.abs();
    if order == 0.0 {
        return sum(&x.ne(0).astype(sizes.dtype()), over);
    }
    sum(&sizes.pow(order), over).pow(1.0 / order)
}

#[track_caller]
fn of_matrices(x: &Array, ord: Norm, over: &Over, axes: [usize; 2], at: At) -> Array {
    let [rows, columns] = axes;
    let order = match ord {
        Norm::Euclidean | Norm::Frobenius => return euclidean(x, over),
        Norm::Nuclear => {
            return of_singular_values(x, over, axes, |s| sum(s, -1));
        }
        Norm::Order(order) => order,
    };
    match order {
        1.0 => of_sums(x, over, rows, columns, true),
        -1.0 => of_sums(x, over, rows, columns, false),
        f64::INFINITY => of_sums(x, over, columns, rows, true),
        f64::NEG_INFINITY => of_sums(x, over, columns, rows, false),
        2.0 => of_singular_values(x, over, axes, |s| max(s, axis(-1).initial(0))),
        -2.0 => of_singular_values(x, over, axes, |s| min(s, -1)),
        _ => ord.refuse("matrix", at),
    }
}

/// The greatest or the least, along one axis, of the sums along another.
#[track_caller]
fn of_sums(x: &Array, over: &Over, summed: usize, compared: usize, greatest: bool) -> Array {
    let sums = sum(&x.abs(), axis(summed).keepdims());
    let compared = axis(compared).keepdims();
    let found = if greatest { max(&sums, compared.initial(0)) } else { min(&sums, compared) };
    if over.has_keepdims() { found } else { crate::jnp::squeeze(&found, over) }
}

#[track_caller]
fn of_singular_values(
    x: &Array,
    over: &Over,
    axes: [usize; 2],
    found: fn(&Array) -> Array,
) -> Array {
    let values = svdvals(&moveaxis(x, axes, [-2, -1]));
    over.finish(found(&values), &axes)
}

/// The condition number of `a[.., m, n]`: the norm times that of the inverse. For Euclidean it is the
/// ratio of the greatest to the least singular value, as for order 2; others need square matrices.
///
/// # Panics
/// With `ValueError` for rank below 2, for empty matrices, and when others than the orders 2 and -2
/// are asked of matrices that are not square.
#[track_caller]
pub fn cond(x: &Array, p: impl Into<Norm>) -> Array {
    let at = Location::caller();
    let p = p.into();
    let shape = jaxide_trace::promote::shape_text(x.shape());
    let refuse = |what: &str| -> ! {
        diag::value(format!("jnp.linalg.cond: {what}; got arr.shape={shape}"), at)
    };
    if x.ndim() < 2 {
        refuse("input array must be at least 2D");
    }
    let [rows, columns] = super::matrix_shape(x);
    if rows == 0 || columns == 0 {
        refuse("input array must not be empty");
    }
    // What is 0 / 0 here is infinite in the end.
    let _unchecked = config::Unchecked::start();
    let ends = |x: &Array| {
        let s = svdvals(x);
        let last = s.ndim() as i64 - 1;
        let end = |at: i64| jaxide_trace::lax::index_in_dim(&s, at, last as isize, false);
        (end(0), end(-1))
    };
    let ratio = match p {
        Norm::Euclidean | Norm::Order(2.0) => {
            let (greatest, least) = ends(x);
            return greatest / least;
        }
        Norm::Order(-2.0) => {
            let (greatest, least) = ends(x);
            least / greatest
        }
        _ if rows != columns => {
            refuse(&format!("for p={}, array must be square", p.text()));
        }
        _ => matrix_norm(x, p) * matrix_norm(&inv(x), p),
    };
    let unknown = isnan(&ratio) & any(&isnan(x), [-2, -1]).logical_not();
    where_(unknown, f64::INFINITY, ratio)
}
