//! Sorting, searching, sets, counting, interpolation.

use jaxide_numpy::jnp::{
    self,
    Side::{Left, Right},
};
use jaxide_trace::{Array, array};

use super::{Case, many, one, pair};

fn unique_all(x: &Array) -> Vec<Array> {
    let found = jnp::unique_all(x, Some(5), None);
    vec![found.values, found.index, found.inverse, found.counts]
}

pub(super) const CASES: &[Case] = &[
    one("sort_last", |x| jnp::sort(&x[0], -1)),
    one("sort_first", |x| jnp::sort(&x[0], 0)),
    one("sort_flat", |x| jnp::sort(&x[0], ..)),
    one("sort_nan", |x| jnp::sort(&x[0], -1)),
    one("sort_descending", |x| jnp::sort_descending(&x[0], -1)),
    one("argsort", |x| jnp::argsort(&x[0], 0)),
    one("argsort_ties", |x| jnp::argsort(&x[0], -1)),
    one("lexsort", |x| jnp::lexsort(&[&x[0], &x[1]], -1)),
    one("searchsorted_left", |x| jnp::searchsorted(&x[0], &x[1], Left)),
    one("searchsorted_right", |x| jnp::searchsorted(&x[0], &x[1], Right)),
    one("searchsorted_nan", |x| jnp::searchsorted(&x[0], &x[1], Left)),
    one("digitize", |x| jnp::digitize(&x[0], &x[1], false)),
    one("digitize_right", |x| jnp::digitize(&x[0], &x[1], true)),
    one("digitize_descending", |x| jnp::digitize(&x[0], &x[1], false)),
    one("unique_size", |x| jnp::unique(&x[0], Some(7), None)),
    one("unique_fill", |x| jnp::unique(&x[0], Some(7), Some(&array(-1)))),
    one("unique_cut", |x| jnp::unique(&x[0], Some(2), None)),
    many("unique_all", |x| unique_all(&x[0])),
    one("unique_nan", |x| jnp::unique(&x[0], Some(4), None)),
    one("isin", |x| jnp::isin(&x[0], &x[1])),
    one("union1d", |x| jnp::union1d(&x[0], &x[1], Some(6), None)),
    one("bincount", |x| jnp::bincount(&x[0], None, 0, Some(4))),
    one("bincount_weights", |x| jnp::bincount(&x[0], Some(&x[1]), 0, Some(6))),
    pair("histogram", |x| jnp::histogram(&x[0], 4, None, None)),
    pair("histogram_range", |x| jnp::histogram(&x[0], 3, Some((-1.0, 1.0)), Some(&x[1]))),
    pair("histogram_point", |x| jnp::histogram(&x[0], 3, None, None)),
    one("interp", |x| jnp::interp(&x[0], &x[1], &x[2])),
    one("interp_outside", |x| jnp::interp(&x[0], &x[1], &x[2])),
];
