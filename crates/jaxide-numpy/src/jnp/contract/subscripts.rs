//! The subscripts of `einsum`: which names the dimensions of operands and result have, and how large
//! they are. What is computed of them is `einsum.rs`'s business.

use std::{collections::BTreeMap, panic::Location};

use jaxide_trace::Array;

use crate::diag;

type At = &'static Location<'static>;

/// The name of a dimension: a letter, or a dimension of an ellipsis counted from the last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Label {
    /// `0` is the last dimension that an ellipsis stands for.
    Ellipsis(usize),
    Letter(char),
}

/// Parsed subscripts that fit their operands.
#[derive(Debug)]
pub(super) struct Subscripts {
    /// One label per dimension of each operand.
    pub(super) inputs: Vec<Vec<Label>>,
    /// Labels of the result.
    pub(super) output: Vec<Label>,
    /// The size of each label; where operands have 1 and another size, the other.
    pub(super) sizes: BTreeMap<Label, usize>,
}

impl Subscripts {
    /// True when the output or an operand that is not among `without` has the label.
    pub(super) fn is_needed_without(&self, label: Label, without: &[usize]) -> bool {
        let others = self.inputs.iter().enumerate().filter(|(at, _)| !without.contains(at));
        self.output.contains(&label) || others.into_iter().any(|(_, names)| names.contains(&label))
    }
}

/// Reads subscripts and checks them against the operands.
///
/// # Panics
/// With `ValueError`, in the words of NumPy and of the contraction library that JAX uses.
#[track_caller]
pub(super) fn parse(subscripts: &str, operands: &[&Array], at: At) -> Subscripts {
    let text: String = subscripts.chars().filter(|c| !c.is_whitespace()).collect();
    let (inputs, output) = match text.split_once("->") {
        Some((inputs, output)) => (inputs, Some(output)),
        None => (text.as_str(), None),
    };
    let terms: Vec<&str> = inputs.split(',').collect();
    if terms.len() != operands.len() {
        diag::value(
            format!(
                "Number of einsum subscripts, {}, must be equal to the number of operands, {}.",
                terms.len(),
                operands.len()
            ),
            at,
        );
    }
    let mut inputs = Vec::with_capacity(terms.len());
    for (term, x) in terms.iter().zip(operands) {
        inputs.push(input_labels(term, x.ndim(), at));
    }
    let sizes = sizes(&inputs, operands, at);
    let output = match output {
        Some(term) => output_labels(term, &sizes, at),
        None => implicit_output(&inputs),
    };
    Subscripts { inputs, output, sizes }
}

/// Letters before and after the ellipsis, if there is one.
#[track_caller]
fn letters(term: &str, at: At) -> (Vec<Label>, Option<Vec<Label>>) {
    if let Some(c) = term.replacen("...", "", 1).chars().find(|c| !c.is_alphabetic()) {
        diag::value(format!("Character '{c}' is not a valid symbol."), at);
    }
    let read = |text: &str| text.chars().map(Label::Letter).collect::<Vec<Label>>();
    match term.split_once("...") {
        Some((before, after)) => (read(before), Some(read(after))),
        None => (read(term), None),
    }
}

#[track_caller]
fn input_labels(term: &str, rank: usize, at: At) -> Vec<Label> {
    let (mut labels, after) = letters(term, at);
    let named = labels.len() + after.as_ref().map_or(0, Vec::len);
    if after.is_some() && named <= rank {
        labels.extend((0..rank - named).rev().map(Label::Ellipsis));
    }
    labels.extend(after.into_iter().flatten());
    if labels.len() != rank {
        let message = format!(
            "Einstein sum subscript {term} does not contain the correct number of indices for an \
             operand of {rank} dimension(s)."
        );
        diag::value(message, at);
    }
    labels
}

#[track_caller]
fn sizes(inputs: &[Vec<Label>], operands: &[&Array], at: At) -> BTreeMap<Label, usize> {
    let mut sizes = BTreeMap::new();
    for (number, (labels, operand)) in inputs.iter().zip(operands).enumerate() {
        for (label, size) in labels.iter().zip(operand.shape()) {
            let known = sizes.entry(*label).or_insert(*size);
            if *known == 1 {
                *known = *size;
            } else if *size != 1 && *known != *size {
                let name = match label {
                    Label::Letter(c) => c.to_string(),
                    Label::Ellipsis(_) => "...".into(),
                };
                let message = format!(
                    "Size of label '{name}' for operand {number} ({size}) does not match previous \
                     terms ({known})."
                );
                diag::value(message, at);
            }
        }
    }
    sizes
}

#[track_caller]
fn output_labels(term: &str, sizes: &BTreeMap<Label, usize>, at: At) -> Vec<Label> {
    let (mut labels, after) = letters(term, at);
    let ellipsis: Vec<Label> =
        sizes.keys().filter(|label| matches!(label, Label::Ellipsis(_))).copied().rev().collect();
    if let Some(after) = after {
        labels.extend(ellipsis);
        labels.extend(after);
    }
    for (number, label) in labels.iter().enumerate() {
        let Label::Letter(c) = label else { continue };
        if !sizes.contains_key(label) {
            diag::value(format!("Output character '{c}' did not appear in the input"), at);
        }
        if labels[..number].contains(label) {
            diag::value(
                format!("Output character '{c}' appeared more than once in the output."),
                at,
            );
        }
    }
    labels
}

/// The ellipsis, then the letters that occur once, in alphabetical order.
fn implicit_output(inputs: &[Vec<Label>]) -> Vec<Label> {
    let all: Vec<Label> = inputs.iter().flatten().copied().collect();
    let count = |label: &Label| all.iter().filter(|other| *other == label).count();
    let mut ellipsis: Vec<Label> =
        all.iter().filter(|label| matches!(label, Label::Ellipsis(_))).copied().collect();
    ellipsis.sort_unstable();
    ellipsis.dedup();
    ellipsis.reverse();
    let mut once: Vec<Label> = all
        .iter()
        .filter(|label| matches!(label, Label::Letter(_)) && count(label) == 1)
        .copied()
        .collect();
    once.sort_unstable();
    ellipsis.extend(once);
    ellipsis
}
