//! `make_jaxpr`: the program of a function, without running it.

use std::{fmt, ops::Deref, panic::Location};

use jaxide_ir::Jaxpr;

use crate::{
    Array,
    error::raise,
    func::{FnInfo, Fun, Function, Params},
    trace,
    tree::{Step, Tree, Visitor, tree_leaves},
};

/// A program with the arrays that its captured inputs stand for. `Display` prints it.
#[derive(Clone)]
pub struct ClosedJaxpr {
    /// The program; captured arrays are its first inputs.
    pub jaxpr: Jaxpr,
    /// One array per captured input.
    pub captured: Vec<Array>,
}

impl Deref for ClosedJaxpr {
    type Target = Jaxpr;
    fn deref(&self) -> &Jaxpr {
        &self.jaxpr
    }
}

impl fmt::Display for ClosedJaxpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.jaxpr, f)
    }
}

/// A function that gives the program of `f` for arguments like its own.
///
/// ```
/// # use jaxide_trace::{Array, array, make_jaxpr};
/// let x = array([1.0, 2.0, 3.0]);
/// let jaxpr = make_jaxpr(|x: &Array| x.pow(2).sum())(&x);
/// assert_eq!(jaxpr.eqns.len(), 2);
/// ```
#[track_caller]
pub fn make_jaxpr<'f, F, P, O>(f: F) -> Fun<'f, P, ClosedJaxpr>
where
    F: Function<'f, P, O>,
    P: Params,
    O: Tree,
{
    let at = Location::caller();
    let f = f.into_fun(at);
    Fun::new(f.info.clone(), move |args| {
        let mut labels = labels::<P>(&f.info, &args).into_iter();
        let traced = trace::trace(&f.info, "make_jaxpr", "", |guard| {
            let owned = P::own(&args, &mut |_, leaf| {
                let label = labels.next().expect("one label per leaf");
                guard.input(leaf.aval().clone(), label, at)
            });
            (tree_leaves(&P::apply(&f.call, P::lend(&owned))), ())
        });
        match traced {
            Ok((jaxpr, captured, ())) => ClosedJaxpr { jaxpr, captured },
            Err(error) => raise(error),
        }
    })
}

/// The path of each leaf of the arguments, with the names of the arguments where they are known.
pub(crate) fn labels<P: Params>(info: &FnInfo, args: &P::Args<'_>) -> Vec<String> {
    let mut labels = Labels { info, steps: Vec::new(), labels: Vec::new() };
    P::visit(args, &mut labels);
    labels.labels
}

struct Labels<'a> {
    info: &'a FnInfo,
    steps: Vec<String>,
    labels: Vec<String>,
}

impl<'s> Visitor<'s> for Labels<'_> {
    fn arg(&mut self, index: usize, _: Option<&'static str>) {
        self.steps = vec![self.info.arg(index)];
    }

    fn leaf(&mut self, _: &'s Array) {
        self.labels.push(self.steps.concat());
    }

    fn enter(&mut self, step: Step<'_>) {
        self.steps.push(step.to_string());
    }

    fn exit(&mut self) {
        self.steps.pop();
    }
}
