//! Orders and samples of given things.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{self as lax, gather::GatherDims, gather::Mode};
use jaxide_trace::{Array, Operand, Shape, promote::promote_inexact};

use super::{
    AnyKey,
    categorical::draw_gumbel,
    draw::{Call, default_int},
    integers,
    uniform::unit,
    words::{self, Words},
};
use crate::axes::axis_of;

/// The slices of `x` along its first axis in random order; of a number, the integers below it.
///
/// ```
/// use jaxide_numpy::random;
/// let mut order = random::permutation(&random::key(0), 5).to_vec::<i32>();
/// order.sort();
/// assert_eq!(order, [0, 1, 2, 3, 4]);
/// ```
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` for a scalar that is no integer, with
/// `ConcretizationTypeError` for one that is not known.
#[track_caller]
pub fn permutation(key: &impl AnyKey, x: impl Operand) -> Array {
    let call = Call::new("permutation");
    let (key, x) = (call.key(key), x.into_operand());
    permuted(&key, &counted(call, &x), 0)
}

/// The slices of `x` along `axis` in random order.
///
/// # Panics
/// With `TypeError` when `key` is no key, with `ValueError` when `axis` is out of bounds.
#[track_caller]
pub fn permutation_along(key: &impl AnyKey, x: &Array, axis: isize) -> Array {
    let key = Call::new("permutation").key(key);
    permuted(&key, x, axis_of(axis, x.ndim(), Location::caller()))
}

/// The elements of `x` along `axis` in random order, another for each place of the other dimensions.
///
/// # Panics
/// As [`permutation_along`].
#[track_caller]
pub fn permutation_independent(key: &impl AnyKey, x: &Array, axis: isize) -> Array {
    let key = Call::new("permutation").key(key);
    shuffled(&key, x, axis_of(axis, x.ndim(), Location::caller()))
}

/// An array as it is, a number as the integers below it.
#[track_caller]
fn counted(call: Call, x: &Array) -> Array {
    if x.ndim() > 0 {
        return x.clone();
    }
    if !x.dtype().is_integer() {
        call.refuse("x must be an integer or at least 1-dimensional".to_owned());
    }
    lax::iota((), default_int(), &[usize::try_from(x.item::<i64>()).unwrap_or(0)], 0)
}

#[track_caller]
fn permuted(key: &Words, x: &Array, axis: usize) -> Array {
    if x.ndim() == 1 {
        return shuffled(key, x, axis);
    }
    let order = lax::iota((), default_int(), &[x.shape()[axis]], 0);
    take(x, &shuffled(key, &order, 0), axis)
}

/// Sorts by random keys, as often as ties among 32-bit keys are not negligible.
#[track_caller]
fn shuffled(key: &Words, x: &Array, axis: usize) -> Array {
    let exponent = 3.0;
    let rounds = exponent * (x.size().max(1) as f64).ln() / f64::from(u32::MAX).ln();
    let (mut key, mut x) = (key.clone(), x.clone());
    for _ in 0..rounds.ceil() as usize {
        let [next, subkey] = words::split(&key);
        let order = words::bits(&subkey, x.shape(), DType::U32);
        x = lax::sort(&[&order, &x], axis, true, 1)[1].clone();
        key = next;
    }
    x
}

/// The slices of `x` along `axis` at positions of any shape, which takes the place of the axis.
#[track_caller]
pub(super) fn take(x: &Array, positions: &Array, axis: usize) -> Array {
    let rank = positions.ndim();
    let dims = GatherDims {
        offset_dims: (0..axis).chain(axis + rank..x.ndim() - 1 + rank).collect(),
        collapsed_slice_dims: vec![axis],
        start_index_map: vec![axis],
        ..GatherDims::default()
    };
    let mut sizes = x.shape().to_vec();
    sizes[axis] = 1;
    let components = [positions.shape(), &[1]].concat();
    lax::gather(x, &lax::reshape(positions, &components), &dims, &sizes, Mode::PromiseInBounds)
}

/// Draws with replacement and equal probabilities: slices of `a` along its first axis, or integers
/// below the number `a`. For other samples see [`Choice`].
///
/// # Panics
/// As [`Choice::draw`].
#[track_caller]
pub fn choice(key: &impl AnyKey, a: impl Operand, shape: impl Shape) -> Array {
    Choice::of(a).draw(key, shape)
}

/// A sample: what is drawn from and how.
///
/// ```
/// use jaxide_numpy::random::{self, Choice};
/// # use jaxide_trace::array;
/// let p = array([0.0, 0.5, 0.5]);
/// let drawn = Choice::of(3).p(&p).without_replacement().draw(&random::key(0), 2);
/// assert_eq!(drawn.sum().item::<i32>(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Choice {
    from: Array,
    axis: isize,
    replace: bool,
    p: Option<Array>,
}

impl Choice {
    /// Draws slices of an array along its first axis, or integers below a number.
    pub fn of(a: impl Operand) -> Choice {
        Choice { from: a.into_operand(), axis: 0, replace: true, p: None }
    }

    /// Slices along this axis.
    #[must_use]
    pub fn axis(mut self, axis: isize) -> Choice {
        self.axis = axis;
        self
    }

    /// Everything at most once.
    #[must_use]
    pub fn without_replacement(mut self) -> Choice {
        self.replace = false;
        self
    }

    /// With these probabilities.
    #[must_use]
    pub fn p(mut self, p: &Array) -> Choice {
        self.p = Some(p.clone());
        self
    }

    /// Draws; the shape takes the place of the axis.
    ///
    /// # Panics
    /// With `TypeError` when `key` is no key; with `ValueError` when there is nothing to draw from,
    /// or less than is drawn without replacement, when `p` is no vector of as many probabilities or
    /// `axis` is out of bounds.
    #[track_caller]
    pub fn draw(&self, key: &impl AnyKey, shape: impl Shape) -> Array {
        let call = Call::new("choice");
        let (key, shape) = (call.key(key), call.shape(shape));
        let number = self.from.ndim() == 0;
        let axis = axis_of(self.axis, self.from.ndim().max(1), Location::caller());
        let from = counted(call, &self.from);
        let (count, draws) = (from.shape()[axis], call.count(&shape));
        self.check(call, count, draws);
        let mut result = from.shape().to_vec();
        result.splice(axis..axis + 1, shape.iter().copied());
        if draws == 0 {
            return crate::jnp::full(result, 0).astype(from.dtype());
        }
        let chosen = match (&self.p, self.replace) {
            (None, false) => {
                let order = permuted(&key, &from, axis);
                let (mut limit, start) = (from.shape().to_vec(), vec![0; from.ndim()]);
                limit[axis] = draws;
                return lax::reshape(&lax::slice(&order, &start, &limit, None), &result);
            }
            (None, true) => integers::below(&key, &shape, count),
            (Some(p), true) => by_sums(&key, p, &shape),
            (Some(p), false) => {
                let [p] = promote_inexact([p]);
                let noisy = draw_gumbel(&key, &[count], p.dtype()) + p.log();
                lax::reshape(&lax::top_k(&noisy, draws).1.astype(default_int()), &shape)
            }
        };
        if number { chosen } else { take(&from, &chosen, axis) }
    }

    #[track_caller]
    fn check(&self, call: Call, count: usize, draws: usize) {
        if draws > 0 && count == 0 {
            call.refuse("a must be greater than 0 unless no samples are taken".to_owned());
        }
        if !self.replace && draws > count {
            call.refuse(format!(
                "Cannot take a larger sample (size {draws}) than population (size {count}) when \
                 'replace=False'"
            ));
        }
        if let Some(p) = &self.p {
            call.dtype(!p.dtype().is_complex(), "a real", p.dtype());
        }
        if let Some(p) = &self.p
            && p.shape() != [count]
        {
            call.refuse(format!(
                "p must be None or a 1D vector with the same size as a.shape[axis]. p has shape {} \
                 and a.shape[axis] is {count}.",
                jaxide_trace::promote::shape_text(p.shape())
            ));
        }
    }
}

/// Positions whose share of the running sum of `p` a uniform float falls into.
#[track_caller]
fn by_sums(key: &Words, p: &Array, shape: &[usize]) -> Array {
    let [p] = promote_inexact([p]);
    let sums = lax::cumsum(&p, 0, false);
    let count = sums.size();
    let total = lax::reshape(&lax::slice(&sums, &[count - 1], &[count], None), &[]);
    let share = total * (1.0 - unit(key, shape, p.dtype()));
    let below = sums.lt(share.expand_dims(-1));
    below.astype(default_int()).sum_over(-1)
}
