//! `einsum`: sums of products by Einstein's convention, contracted pair by pair.
//!
//! The order of contraction is found by exhaustive search for up to eight operands and greedily
//! beyond; both count multiplications (Pfeifer, Haegeman, Verstraete: Faster identification of
//! optimal contraction sequences for tensor networks, 2014, is the idea of searching over subsets).
//! Reading the subscripts is `subscripts.rs`'s business.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{self as lax, dot::DotDims, dot::DotSide};
use jaxide_trace::{Array, promote::promote_dtypes};

use super::subscripts::{Label, Subscripts, parse};

/// An operand and what its dimensions are called.
#[derive(Clone)]
struct Term {
    value: Array,
    labels: Vec<Label>,
}

/// A sum of products over named dimensions: `"ij,jk->ik"` is a matrix product, `"ii->i"` a diagonal,
/// `"...ij->...ji"` a transpose of the last two dimensions.
///
/// Without `->` the result has the names that occur once, in alphabetical order. `...` stands for
/// dimensions that broadcast. Dtypes are promoted.
///
/// ```
/// # use jaxide_numpy::jnp;
/// let a = jnp::array([[1.0, 2.0], [3.0, 4.0]]);
/// assert_eq!(jnp::einsum("ij,kj->ik", &[&a, &a]).to_vec::<f32>(), [5.0, 11.0, 11.0, 25.0]);
/// assert_eq!(jnp::einsum("ii", &[&a]).item::<f32>(), 5.0);
/// ```
///
/// # Panics
/// With `ValueError` when the subscripts are malformed or do not fit the operands.
#[track_caller]
pub fn einsum(subscripts: &str, operands: &[&Array]) -> Array {
    let parsed = parse(subscripts, operands, Location::caller());
    let path = contraction_path(&parsed);
    let mut terms = terms(&parsed, operands);
    for pair in path {
        contract_step(&mut terms, &pair, &parsed.output);
    }
    let term = terms.pop().expect("one operand is left");
    let order: Vec<usize> = parsed
        .output
        .iter()
        .map(|label| position(&term.labels, *label).expect("the result has its labels"))
        .collect();
    transpose(&term.value, &order)
}

/// The order in which [`einsum`] contracts: positions of the operands of each step, the later first;
/// a step's result goes to the end of the list.
///
/// # Panics
/// As [`einsum`].
#[track_caller]
pub fn einsum_path(subscripts: &str, operands: &[&Array]) -> Vec<Vec<usize>> {
    contraction_path(&parse(subscripts, operands, Location::caller()))
}

/// The operands in one dtype, each with distinct labels of full size and none that only it has.
#[track_caller]
fn terms(parsed: &Subscripts, operands: &[&Array]) -> Vec<Term> {
    let dtype = common_dtype(operands);
    let terms = operands.iter().zip(&parsed.inputs).enumerate().map(|(at, (operand, labels))| {
        let term = Term { value: operand.astype(dtype), labels: labels.clone() };
        let term = take_diagonals(squeeze_broadcast(term, parsed));
        sum_out(term, |label| parsed.is_needed_without(label, &[at]))
    });
    terms.collect()
}

#[track_caller]
fn common_dtype(operands: &[&Array]) -> DType {
    let (first, rest) = operands.split_first().expect("subscripts have one term or more");
    let common = rest.iter().fold((*first).clone(), |all, operand| {
        let [all, _] = promote_dtypes([&all, operand]);
        all
    });
    common.dtype()
}

/// Drops dimensions of size 1 that broadcast against a larger one elsewhere.
#[track_caller]
fn squeeze_broadcast(term: Term, parsed: &Subscripts) -> Term {
    let repeats = |at: &usize| term.value.shape()[*at] == 1 && parsed.sizes[&term.labels[*at]] != 1;
    let dropped: Vec<usize> = (0..term.labels.len()).filter(repeats).collect();
    if dropped.is_empty() {
        return term;
    }
    let kept = (0..term.labels.len()).filter(|at| !dropped.contains(at));
    let labels = kept.map(|at| term.labels[at]).collect();
    Term { value: lax::squeeze(&term.value, &dropped), labels }
}

/// Replaces dimensions of one name by their diagonal: zeros beside it, then a sum over one of them.
#[track_caller]
fn take_diagonals(mut term: Term) -> Term {
    while let Some((first, again)) = repeated(&term.labels) {
        let shape = term.value.shape().to_vec();
        let index = |axis| lax::iota((), DType::I32, &shape, axis);
        let on = lax::eq(&index(first), &index(again));
        let diagonal = lax::select_n(&on, &[&crate::jnp::zeros_like(&term.value), &term.value]);
        term.value = sum(&diagonal, &[again]);
        term.labels.remove(again);
    }
    term
}

fn repeated(labels: &[Label]) -> Option<(usize, usize)> {
    (1..labels.len()).find_map(|at| position(&labels[..at], labels[at]).map(|first| (first, at)))
}

/// Sums over the dimensions whose labels are not needed.
#[track_caller]
fn sum_out(term: Term, needed: impl Fn(Label) -> bool) -> Term {
    let axes: Vec<usize> = (0..term.labels.len()).filter(|at| !needed(term.labels[*at])).collect();
    if axes.is_empty() {
        return term;
    }
    let labels = term.labels.iter().copied().filter(|label| needed(*label)).collect();
    Term { value: sum(&term.value, &axes), labels }
}

#[track_caller]
fn sum(x: &Array, axes: &[usize]) -> Array {
    if x.dtype().is_bool() { lax::reduce_or(x, axes) } else { lax::reduce_sum(x, axes) }
}

/// Replaces the operands of one step by their product, summed over what nothing else needs.
#[track_caller]
fn contract_step(terms: &mut Vec<Term>, pair: &[usize], output: &[Label]) {
    let mut taken: Vec<Term> = pair.iter().map(|at| terms.remove(*at)).collect();
    let needed = |label: Label| {
        output.contains(&label) || terms.iter().any(|term| term.labels.contains(&label))
    };
    let result = match (taken.pop(), taken.pop()) {
        (Some(lhs), Some(rhs)) => contract(&lhs, &rhs, needed),
        (Some(only), None) => sum_out(only, needed),
        _ => unreachable!("a step has one or two operands"),
    };
    terms.push(result);
}

/// The product of two terms. Shared labels that are needed become batch dimensions.
#[track_caller]
fn contract(lhs: &Term, rhs: &Term, needed: impl Fn(Label) -> bool) -> Term {
    let shared = |label: &Label| rhs.labels.contains(label);
    let (both, lhs_only): (Vec<Label>, Vec<Label>) = lhs.labels.iter().partition(|l| shared(l));
    let (batch, summed): (Vec<Label>, Vec<Label>) = both.iter().partition(|l| needed(**l));
    let rhs_only = rhs.labels.iter().filter(|label| !lhs.labels.contains(label)).copied();
    let labels: Vec<Label> = batch.iter().copied().chain(lhs_only).chain(rhs_only).collect();
    if summed.is_empty() {
        let value = multiply(lhs, rhs, &labels);
        return Term { value, labels };
    }
    let side = |term: &Term| {
        let at = |label: &Label| position(&term.labels, *label).expect("the label is shared");
        DotSide { contract: summed.iter().map(at).collect(), batch: batch.iter().map(at).collect() }
    };
    let dims = DotDims { lhs: side(lhs), rhs: side(rhs) };
    let dtype = lhs.value.dtype();
    let value = lax::dot::dot_general(&lhs.value, &rhs.value, &dims, Some(dtype));
    Term { value, labels }
}

/// The elementwise product over the union of labels.
#[track_caller]
fn multiply(lhs: &Term, rhs: &Term, labels: &[Label]) -> Array {
    let size = |label: &Label| {
        let of = |term: &Term| position(&term.labels, *label).map(|at| term.value.shape()[at]);
        of(lhs).or_else(|| of(rhs)).expect("a label of one of the terms")
    };
    let shape: Vec<usize> = labels.iter().map(size).collect();
    let spread = |term: &Term| {
        let at: Vec<usize> = term
            .labels
            .iter()
            .map(|label| position(labels, *label).expect("the union holds it"))
            .collect();
        let mut order: Vec<usize> = (0..at.len()).collect();
        order.sort_by_key(|axis| at[*axis]);
        let dims: Vec<usize> = order.iter().map(|axis| at[*axis]).collect();
        lax::broadcast_in_dim(&transpose(&term.value, &order), &shape, &dims)
    };
    let (lhs, rhs) = (spread(lhs), spread(rhs));
    if lhs.dtype().is_bool() { lax::and(&lhs, &rhs) } else { lax::mul(&lhs, &rhs) }
}

#[track_caller]
fn transpose(x: &Array, order: &[usize]) -> Array {
    if order.iter().enumerate().all(|(at, axis)| at == *axis) {
        return x.clone();
    }
    lax::transpose(x, order)
}

fn position(labels: &[Label], label: Label) -> Option<usize> {
    labels.iter().position(|other| *other == label)
}

/// Operands as a set of labels, by number: bit `i` of a set stands for operand `i`.
struct Network<'a> {
    parsed: &'a Subscripts,
}

impl Network<'_> {
    /// Labels of the product of a set of operands that the rest or the output needs.
    fn labels(&self, set: u64) -> Vec<Label> {
        let inside = |at: &usize| set >> at & 1 == 1;
        let members: Vec<usize> = (0..self.parsed.inputs.len()).filter(inside).collect();
        let mut labels: Vec<Label> = Vec::new();
        for label in members.iter().flat_map(|at| &self.parsed.inputs[*at]) {
            if !labels.contains(label) && self.parsed.is_needed_without(*label, &members) {
                labels.push(*label);
            }
        }
        labels
    }

    /// Multiplications that joining two sets takes.
    fn cost(&self, left: u64, right: u64) -> f64 {
        let mut labels = self.labels(left);
        labels.extend(self.labels(right));
        labels.sort_unstable();
        labels.dedup();
        labels.iter().map(|label| self.parsed.sizes[label] as f64).product()
    }
}

/// Operands beyond which the search over all subsets gives way to the greedy choice.
const EXHAUSTIVE: usize = 8;

/// Up to how many operands a set of them is the bits of a word; more are joined as they come.
const MOST_IN_A_SET: usize = 64;

fn contraction_path(parsed: &Subscripts) -> Vec<Vec<usize>> {
    let count = parsed.inputs.len();
    match count {
        1 => vec![vec![0]],
        2 => vec![vec![1, 0]],
        3..=EXHAUSTIVE => steps(&optimal_joins(parsed), count),
        ..=MOST_IN_A_SET => steps(&greedy_joins(parsed), count),
        _ => vec![vec![1, 0]; count - 1],
    }
}

/// Joins of sets as steps over a list of operands.
fn steps(joins: &[(u64, u64)], count: usize) -> Vec<Vec<usize>> {
    let mut list: Vec<u64> = (0..count).map(|at| 1 << at).collect();
    let mut step = |(left, right): &(u64, u64)| {
        let at = |set: u64| list.iter().position(|other| *other == set).expect("a set of the list");
        let mut pair = vec![at(*left), at(*right)];
        pair.sort_unstable_by(|a, b| b.cmp(a));
        pair.iter().for_each(|at| {
            list.remove(*at);
        });
        list.push(left | right);
        pair
    };
    joins.iter().map(&mut step).collect()
}

/// The joins of least total cost, by dynamic programming over subsets.
fn optimal_joins(parsed: &Subscripts) -> Vec<(u64, u64)> {
    let network = Network { parsed };
    let full = (1u64 << parsed.inputs.len()) - 1;
    let mut best: Vec<(f64, u64)> = vec![(f64::INFINITY, 0); full as usize + 1];
    for set in 1..=full {
        if set.count_ones() == 1 {
            best[set as usize].0 = 0.0;
            continue;
        }
        // Each split is met once: the left part holds the lowest operand.
        let lowest = set & set.wrapping_neg();
        let mut left = (set - 1) & set;
        while left > 0 {
            if left & lowest != 0 {
                let right = set & !left;
                let cost =
                    best[left as usize].0 + best[right as usize].0 + network.cost(left, right);
                if cost < best[set as usize].0 {
                    best[set as usize] = (cost, left);
                }
            }
            left = (left - 1) & set;
        }
    }
    let mut joins = Vec::new();
    unfold(full, &best, &mut joins);
    joins
}

fn unfold(set: u64, best: &[(f64, u64)], joins: &mut Vec<(u64, u64)>) {
    if set.count_ones() == 1 {
        return;
    }
    let left = best[set as usize].1;
    unfold(left, best, joins);
    unfold(set & !left, best, joins);
    joins.push((left, set & !left));
}

/// The cheapest join at each step.
fn greedy_joins(parsed: &Subscripts) -> Vec<(u64, u64)> {
    let network = Network { parsed };
    let mut sets: Vec<u64> = (0..parsed.inputs.len()).map(|at| 1 << at).collect();
    let mut joins = Vec::new();
    while sets.len() > 1 {
        let pairs = (0..sets.len()).flat_map(|i| (i + 1..sets.len()).map(move |j| (i, j)));
        let cost = |(i, j): &(usize, usize)| network.cost(sets[*i], sets[*j]);
        let (i, j) =
            pairs.min_by(|a, b| cost(a).total_cmp(&cost(b))).expect("two sets or more have a pair");
        joins.push((sets[i], sets[j]));
        let joined = sets[i] | sets[j];
        sets.remove(j);
        sets.remove(i);
        sets.push(joined);
    }
    joins
}

#[cfg(test)]
mod tests {
    use jaxide_trace::array;

    use super::*;

    fn ones(shape: &[usize]) -> Array {
        crate::jnp::ones(shape.to_vec())
    }

    #[test]
    fn the_cheapest_order_is_found() {
        let (a, b, c) = (ones(&[2, 100]), ones(&[100, 100]), ones(&[100, 1]));
        // The vector at the end makes right-to-left the cheaper order.
        assert_eq!(einsum_path("ij,jk,kl->il", &[&a, &b, &c])[0], [2, 1]);
        let (a, c) = (ones(&[1, 100]), ones(&[100, 50]));
        assert_eq!(einsum_path("ij,jk,kl->il", &[&a, &b, &c])[0], [1, 0]);
    }

    #[test]
    fn many_operands_are_joined_greedily() {
        let matrix = array([[1.0, 1.0], [0.0, 1.0]]);
        let operands = vec![&matrix; 10];
        let names = "ab,bc,cd,de,ef,fg,gh,hi,ij,jk->ak";
        assert_eq!(einsum(names, &operands).to_vec::<f32>(), [1.0, 10.0, 0.0, 1.0]);
    }

    #[test]
    fn values_beside_a_diagonal_do_not_count() {
        let x = array([[1.0, f32::NAN], [f32::INFINITY, 3.0]]);
        assert_eq!(einsum("ii->i", &[&x]).to_vec::<f32>(), [1.0, 3.0]);
    }
}
