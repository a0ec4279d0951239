//! `where_`, `select`, `piecewise` against NumPy's results.

use jaxide_numpy::jnp;
use jaxide_trace::{array, make_jaxpr};

#[test]
fn where_broadcasts_and_promotes() {
    let condition = array([[true], [false]]);
    let got = jnp::where_(&condition, array([1, 2, 3]), 0.5);
    assert_eq!(got.to_vec::<f32>(), [1.0, 2.0, 3.0, 0.5, 0.5, 0.5]);
}

#[test]
fn select_takes_the_first_condition_that_holds() {
    let x = array([0.0, 1.0, 2.0, 3.0]);
    let got = jnp::select(&[&x.lt(1.0), &x.lt(3.0)], &[&(&x - 10.0), &(&x * 10.0)], 7.0);
    assert_eq!(got.to_vec::<f32>(), [-10.0, 10.0, 20.0, 7.0]);
}

#[test]
fn piecewise_takes_the_last_condition_that_holds() {
    let x = array([-3.0, -1.0, 1.0]);
    let got = jnp::piecewise(&x, &[&x.lt(0.0), &x.lt(-2.0)], &[&|x| -x, &|x| x * 2.0]);
    assert_eq!(got.to_vec::<f32>(), [-6.0, 1.0, 0.0]);
}

#[test]
fn where_is_one_named_subprogram() {
    let f = |c: &jaxide_trace::Array, x: &jaxide_trace::Array| jnp::where_(c, x, 0.0);
    let text = make_jaxpr(f)(&array([true, false]), &array([1.0, 2.0])).to_string();
    assert!(text.contains("name=_where"), "{text}");
}
