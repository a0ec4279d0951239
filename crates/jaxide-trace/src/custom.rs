//! Functions with derivative rules of the user's own. Called eagerly they run as they are; inside a
//! trace they become one equation that holds the program of the function and those of its rule.
//!
//! Deliberately not here: differentiation, which uses the rules.

mod jvp;
mod vjp;

use std::panic::Location;

use jaxide_ir::{ArrayType, DType, Scalar};
use jaxide_lax::shape;

use crate::{
    Array,
    diag::CustomRule,
    error::Result,
    func::{FnInfo, Params},
    lax::type_error,
    make_jaxpr::labels,
    trace::Guard,
    tree::Paths,
};

pub use jvp::{CustomJvp, custom_jvp};
pub use vjp::{CustomVjp, custom_vjp};

type At = &'static Location<'static>;

/// The arguments of one call, as a template for inputs of traces.
struct Call<'a, 'l, P: Params> {
    args: &'a P::Args<'l>,
    labels: Vec<String>,
    leaves: Vec<Array>,
    at: At,
}

impl<'a, 'l, P: Params> Call<'a, 'l, P> {
    fn new(info: &FnInfo, args: &'a P::Args<'l>, at: At) -> Call<'a, 'l, P> {
        Call { args, labels: labels::<P>(info, args), leaves: leaves::<P>(args), at }
    }

    fn types(&self) -> impl Iterator<Item = ArrayType> {
        self.leaves.iter().map(|leaf| leaf.aval().clone())
    }

    /// The arguments with inputs of the trace as leaves.
    fn inputs(&self, guard: &Guard) -> P::Owned {
        let mut labels = self.labels.iter();
        P::own(self.args, &mut |_, leaf| {
            let label = labels.next().expect("one label per leaf").clone();
            guard.input(leaf.aval().clone(), label, self.at)
        })
    }

    /// The same for their tangents.
    fn tangents(&self, guard: &Guard) -> P::Owned {
        let mut labels = self.labels.iter();
        P::own(self.args, &mut |_, leaf| {
            let label = labels.next().expect("one label per leaf");
            tangent(guard, leaf.aval(), format!("the tangent of {label}"), self.at)
        })
    }
}

/// The leaves of arguments in order.
fn leaves<P: Params>(args: &P::Args<'_>) -> Vec<Array> {
    let mut leaves = Vec::new();
    P::own(args, &mut |_, leaf| {
        leaves.push(leaf.clone());
        leaf.clone()
    });
    leaves
}

/// Structure and paths of arguments.
fn paths<P: Params>(args: &P::Args<'_>) -> Paths {
    let mut paths = Paths::of("", &());
    P::visit(args, &mut paths);
    paths
}

/// An input for a tangent or cotangent of a value; integers have none, and show zeros.
fn tangent(guard: &Guard, of: &ArrayType, label: String, at: At) -> Array {
    if of.dtype.is_inexact() {
        return guard.input(of.clone(), label, at);
    }
    let zero = Array::plain(Scalar::bool(false), DType::Bool, false);
    if of.rank() == 0 { zero } else { shape::broadcast_in_dim(&zero, &of.shape, &[]) }
}

/// The type of a value's tangent, as trees show it.
fn tangent_type(of: &ArrayType) -> ArrayType {
    if of.dtype.is_inexact() { of.clone() } else { of.with_dtype(DType::Bool) }
}

/// A result of a rule and what it must be like.
struct Claim<'a> {
    rule: CustomRule<'a>,
    /// What the result is, and what it must be like.
    what: &'static str,
    of: &'static str,
    paths: &'a Paths,
}

impl Claim<'_> {
    fn structure(&self, got: &Paths) -> Result<()> {
        match self.paths.first_difference(got) {
            Some(path) => {
                Err(type_error(self.rule.structure(self.what, self.of, &path), self.rule.at))
            }
            None => Ok(()),
        }
    }

    fn types(
        &self,
        expected: impl IntoIterator<Item = ArrayType>,
        got: &[ArrayType],
    ) -> Result<()> {
        let pairs = self.paths.leaves.iter().zip(expected).zip(got);
        for ((path, expected), got) in pairs {
            if expected != *got {
                let types = [&expected, got];
                let diagnostic = self.rule.types(self.what, self.of, path, types);
                return Err(type_error(diagnostic, self.rule.at));
            }
        }
        Ok(())
    }
}
