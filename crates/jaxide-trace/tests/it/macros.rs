//! `#[jit]`, `jit_fn!` and `#[derive(Tree)]`.

use std::collections::HashMap;

use jaxide_trace::{Array, Tree, array, jit, jit_fn, make_jaxpr, scalar, tree_leaves};

#[jit(crate = jaxide_trace)]
fn inner(x: &Array) -> Array {
    x.sin()
}

#[jit(crate = jaxide_trace)]
fn outer(x: &Array, y: &Array) -> (Array, Array) {
    (inner(x) * y, inner(y))
}

#[jit(static_argnums = [1, 2], crate = jaxide_trace)]
fn power(x: &Array, n: usize, name: &str) -> Array {
    let mut r = x.clone();
    for _ in 1..n {
        r *= x;
    }
    if name == "neg" { -r } else { r }
}

#[test]
fn the_attribute_keeps_a_real_function_with_a_handle_of_its_name() {
    let x = scalar(2.0);
    assert_eq!(power(&x, 3, "").item::<f32>(), 8.0);
    assert_eq!(power(&x, 3, "neg").item::<f32>(), -8.0);
    power(&scalar(5.0), 3, "");
    assert_eq!((power::cache_size(), power::trace_count()), (2, 2));
    let text = make_jaxpr(outer)(&x, &x).to_string();
    assert!(text.contains("name=outer") && text.matches("name=inner").count() == 2, "{text}");
    #[jit(crate = jaxide_trace)]
    fn local(x: &Array) -> Array {
        x + 1.0
    }
    assert_eq!(local(&x).item::<f32>(), 3.0);
    assert!(local::lower(&x).as_text().contains("add"));
    assert!(local::try_call(&x).is_ok());
    local::clear_cache();
    assert_eq!(local::cache_size(), 0);
}

#[derive(Clone, PartialEq, Eq, Hash)]
struct Config(Vec<(String, u8)>);

#[jit(static_argnames = ["config"], crate = jaxide_trace)]
fn by_reference(x: &Array, config: &Config) -> Array {
    x * config.0.len()
}

mod clash {}

#[jit(handle = ClashJit, static_argnums = 1, crate = jaxide_trace)]
fn clash(x: &Array, n: usize) -> Array {
    x * n
}

#[jit(crate = jaxide_trace)]
fn patterns((a, b): &(Array, Array), mut k: Array) -> Array {
    k += 1.0;
    a * b + k
}

#[jit(crate = jaxide_trace)]
fn lifetimes<'a>(x: &'a Array, y: &'a Array) -> Array {
    x - y
}

#[test]
fn the_attribute_takes_patterns_lifetimes_and_user_types() {
    let x = scalar(2.0);
    assert_eq!(by_reference(&x, &Config(vec![("a".into(), 1)])).item::<f32>(), 2.0);
    assert_eq!(clash(&x, 3).item::<f32>(), 6.0);
    assert_eq!(ClashJit::cache_size(), 1);
    assert_eq!(patterns(&(x.clone(), x.clone()), x.clone()).item::<f32>(), 7.0);
    assert_eq!(lifetimes(&x, &x).item::<f32>(), 0.0);
}

#[test]
fn jit_fn_knows_the_names_of_a_closures_parameters() {
    let x = scalar(2.0);
    assert_eq!(jit_fn!(|x, y| x - y, crate = jaxide_trace)(&x, &x).item::<f32>(), 0.0);
    let f = jit_fn!(|x, lr: f32| x * lr, static_argnames = ["lr"], crate = jaxide_trace);
    for lr in [0.5, 0.5, f32::NAN, f32::NAN, -0.0, 0.0] {
        f(&x, lr);
    }
    assert_eq!(f.cache_size(), 4);
    let error = jit_fn!(|x| if x < 0.0 { -x } else { x.clone() }, crate = jaxide_trace)
        .try_call(&x)
        .unwrap_err();
    let text = error.to_string();
    assert!(text.contains("it depends on the value of the argument x."), "{text}");
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Activation {
    Identity,
    Square,
}

#[derive(Tree, Clone)]
#[tree(crate = jaxide_trace)]
struct Layer {
    w: Array,
    b: Array,
    #[tree(fixed)]
    activation: Activation,
}

#[derive(Tree)]
#[tree(crate = jaxide_trace)]
struct Model {
    layers: Vec<Layer>,
    scale: Option<Array>,
    extra: HashMap<String, Array>,
    pair: [(Array, Array); 1],
}

#[derive(Tree, Clone)]
#[tree(crate = jaxide_trace)]
struct Pair<T>(T, T);

fn apply(model: &Model, x: &Array) -> (Array, Pair<Array>) {
    let mut h = x.clone();
    for layer in &model.layers {
        h = h * &layer.w + &layer.b;
        if layer.activation == Activation::Square {
            h = h.pow(2);
        }
    }
    if let Some(scale) = &model.scale {
        h *= scale;
    }
    (&h + &model.extra["z"], Pair(h, model.pair[0].1.clone()))
}

fn model(value: f32) -> Model {
    let layer = |activation| Layer { w: array([value, value]), b: scalar(1.0), activation };
    Model {
        layers: vec![layer(Activation::Identity), layer(Activation::Square)],
        scale: Some(scalar(2.0)),
        extra: HashMap::from([("a".into(), scalar(0.0)), ("z".into(), scalar(1.0))]),
        pair: [(scalar(5.0), scalar(6.0))],
    }
}

#[test]
fn derived_trees_go_through_jit_and_key_it_by_structure_and_fixed_fields() {
    let (m, x) = (model(2.0), array([1.0, 2.0]));
    let f = jit(apply);
    let (a, Pair(b, c)) = f(&m, &x);
    let (ea, Pair(eb, _)) = apply(&m, &x);
    assert_eq!(a.to_vec::<f32>(), ea.to_vec::<f32>());
    assert_eq!((b.to_vec::<f32>(), c.item::<f32>()), (eb.to_vec::<f32>(), 6.0));
    f(&model(3.0), &x);
    assert_eq!(f.trace_count(), 1);
    let mut other = model(2.0);
    other.layers[0].activation = Activation::Square;
    f(&other, &x);
    other.layers.pop();
    f(&other, &x);
    other.scale = None;
    f(&other, &x);
    assert_eq!(f.cache_size(), 4);
    assert_eq!(tree_leaves(&m).len(), 9);
}
