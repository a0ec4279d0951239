//! Shrinks a failing program to a small one that fails in the same way.
//!
//! A [`Case`] is a program with arguments; an oracle says how it fails, if it does. [`reduce`] tries
//! edits, each a valid program of less [`Case::cost`], keeps those that still fail in the same way,
//! and ends when no edit does. Deliberately not here: where programs come from, and the command
//! line.

mod child;
mod edit;
mod failure;
mod steps;

use std::fmt::Write;

use jaxide_ir::{IdVec, Jaxpr, Result, TensorData, Var, verify};

pub use child::{Child, UNREADABLE, WORKER_FLAG, serve};
pub use failure::{Failure, between_engines, between_passes};

use crate::{
    diag,
    engine::Engine,
    filetest::format_values,
    generate::{Taste, tensor},
};

/// A program with its arguments, captured arrays first.
#[derive(Clone, Debug)]
pub struct Case {
    /// The program.
    pub jaxpr: Jaxpr,
    /// One value per input.
    pub args: Vec<TensorData>,
}

impl Case {
    /// A valid program with arguments of its types.
    ///
    /// # Errors
    /// What the verifier finds, or arguments that do not fit.
    pub fn new(jaxpr: Jaxpr, args: Vec<TensorData>) -> Result<Case> {
        verify(&jaxpr, Some(&crate::registry()))?;
        let types = jaxpr.in_types();
        if types.len() != args.len() {
            return Err(diag::reduce_arguments(&types.len().to_string(), &args.len().to_string()));
        }
        for (ty, arg) in types.iter().zip(&args) {
            if ty != arg.ty() {
                return Err(diag::reduce_arguments(&ty.to_string(), &arg.ty().to_string()));
            }
        }
        Ok(Case { jaxpr, args })
    }

    /// A program with random arguments; seed 0 gives small whole numbers.
    ///
    /// # Errors
    /// What the verifier finds.
    pub fn random(jaxpr: Jaxpr, seed: u64) -> Result<Case> {
        let seeds = (0..).map(|at| if seed == 0 { 0 } else { seed.wrapping_add(at) });
        let types = jaxpr.in_types().into_iter().zip(seeds);
        let args = types.map(|(ty, seed)| tensor(&ty, seed, Taste::Tame)).collect();
        Case::new(jaxpr, args)
    }

    /// What reduction makes smaller, the most important first: equations, results, elements of all
    /// values, inputs, operands that are variables, and the length of the arguments as text.
    pub fn cost(&self) -> [usize; 6] {
        let jaxpr = &self.jaxpr;
        let elements = jaxpr.vars.iter().map(|(_, ty)| ty.size()).sum();
        let operands = jaxpr.eqns.iter().flat_map(|eqn| &eqn.inputs).chain(&jaxpr.outputs);
        let variables = operands.filter(|atom| atom.var().is_some()).count();
        let text = format_values(&self.args).len();
        [jaxpr.total_eqns(), jaxpr.outputs.len(), elements, self.args.len(), variables, text]
    }

    /// The case as a filetest that states what the interpreter computes, where it can.
    pub fn filetest(&self, failure: &Failure) -> String {
        let mut text = format!("// test: run eval cpu\n// found: {}\n", failure.line());
        let _ = writeln!(text, "{}", self.jaxpr);
        let results = match failure {
            Failure::Crash(_) => None,
            _ => Engine::Eval.run(&self.jaxpr, &self.args).ok(),
        };
        let results = format_values(&results.unwrap_or_default());
        let _ = writeln!(text, "// run: {} == {results}", format_values(&self.args));
        text
    }
}

/// Says how a case fails, or that it does not.
pub type Oracle<'o> = dyn FnMut(&Case) -> Option<Failure> + 'o;

/// The smallest case found, with its failure.
#[derive(Clone, Debug)]
pub struct Reduced {
    /// The case.
    pub case: Case,
    /// How it fails.
    pub failure: Failure,
    /// How many candidates were tried.
    pub tried: usize,
}

/// Shrinks a case. `progress` hears of each candidate that was tried, with the best case so far.
///
/// # Errors
/// When the case does not fail.
pub fn reduce(
    case: Case,
    oracle: &mut Oracle<'_>,
    progress: &mut dyn FnMut(&Case, usize),
) -> Result<Reduced> {
    let failure = oracle(&case).ok_or_else(diag::reduce_nothing)?;
    let mut search = Search { best: case, failure, tried: 0, tidies: false, oracle, progress };
    // Equations that nothing needs may be what fails, in a pass that removes them.
    let tidy = edit::tidy(&search.best);
    search.tidies = tidy.cost() == search.best.cost() || search.attempt(tidy);
    loop {
        let before = search.best.cost();
        for step in steps::STEPS {
            step(&mut search);
        }
        if search.best.cost() == before {
            break;
        }
    }
    Ok(Reduced { case: search.best, failure: search.failure, tried: search.tried })
}

/// The best case so far and what it takes to better it.
struct Search<'s, 'o> {
    best: Case,
    failure: Failure,
    tried: usize,
    /// Whether candidates lose what nothing needs.
    tidies: bool,
    oracle: &'s mut Oracle<'o>,
    progress: &'s mut dyn FnMut(&Case, usize),
}

impl Search<'_, '_> {
    /// The values of all variables where the interpreter can say. What crashes or hangs is not run
    /// in this process: there, zeros have to do.
    fn values(&self) -> Option<IdVec<Var, Option<TensorData>>> {
        match self.failure {
            Failure::Crash(_) => Some(edit::zero_values(&self.best)),
            _ => edit::values(&self.best),
        }
    }

    /// Takes a candidate when it is valid, smaller, and fails in the same way.
    fn attempt(&mut self, candidate: Case) -> bool {
        let candidate = if self.tidies { edit::tidy(&candidate) } else { candidate };
        let valid = || verify(&candidate.jaxpr, Some(&crate::registry())).is_ok();
        let fits = candidate.jaxpr.in_types().iter().eq(candidate.args.iter().map(TensorData::ty));
        if candidate.cost() >= self.best.cost() || !fits || !valid() {
            return false;
        }
        self.tried += 1;
        let found = (self.oracle)(&candidate);
        let same = found.filter(|failure| failure.is_like(&self.failure));
        let taken = same.is_some();
        if let Some(failure) = same {
            (self.best, self.failure) = (candidate, failure);
        }
        (self.progress)(&self.best, self.tried);
        taken
    }
}
