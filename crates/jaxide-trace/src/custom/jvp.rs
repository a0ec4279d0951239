//! `custom_jvp`: functions with a forward rule.

use std::{panic::Location, sync::Arc};

use jaxide_ir::Params as OpParams;
use jaxide_lax::control::CUSTOM_JVP_CALL;

use super::{At, Call, Claim, tangent_type};
use crate::{
    Array,
    diag::CustomRule,
    error::{OrRaise, Result},
    func::{FnInfo, Fun, Function, Params},
    lax::{Body, Site},
    trace::{bind, is_recording},
    tree::{Paths, Tree, rebuild, tree_leaves},
};

/// A function that waits for its forward rule.
pub struct CustomJvp<'f, P: Params, O: 'f> {
    fun: Fun<'f, P, O>,
}

/// Gives a function a forward derivative rule of its own, which [`CustomJvp::defjvp`] takes.
///
/// ```
/// # use jaxide_trace::{Array, array, custom_jvp, jit};
/// // log(1 + exp(x)), whose derivative is stable where exp(x) overflows.
/// let softplus = custom_jvp(|x: &Array| x.exp().log1p())
///     .defjvp(|(x,), (dx,)| (x.exp().log1p(), dx * x.logistic()));
/// assert_eq!(softplus(&array([0.0])).to_vec::<f32>(), [std::f32::consts::LN_2]);
/// assert_eq!(jit(&softplus)(&array([0.0])).to_vec::<f32>(), [std::f32::consts::LN_2]);
/// ```
#[track_caller]
pub fn custom_jvp<'f, F, P, O>(f: F) -> CustomJvp<'f, P, O>
where
    F: Function<'f, P, O>,
    P: Params,
    O: Tree,
{
    CustomJvp { fun: f.into_fun(Location::caller()) }
}

impl<'f, P: Params, O: Tree> CustomJvp<'f, P, O> {
    /// The function with this rule. The rule gets the arguments and their tangents, each as a tuple,
    /// and returns the results and their tangents. Tangents of integers are `bool` zeros.
    ///
    /// The rule is traced with the function, when the function is called inside a trace; both may
    /// capture traced values, which then count as constants.
    ///
    /// # Panics
    /// Inside a trace, with `TypeError` when the rule returns other structures, shapes or dtypes than
    /// the function does.
    #[track_caller]
    pub fn defjvp(
        self,
        rule: impl Fn(&P::Owned, &P::Owned) -> (O, O) + Send + Sync + 'f,
    ) -> Fun<'f, P, O> {
        let rule_info = FnInfo::of_val(&rule, Location::caller());
        let fun = self.fun;
        Fun::new(fun.info.clone(), move |args| {
            if !is_recording() {
                return P::apply(&fun.call, args);
            }
            record(&fun, &rule_info, &rule, &args).or_raise()
        })
    }
}

type Rule<'r, P, O> = &'r dyn Fn(&<P as Params>::Owned, &<P as Params>::Owned) -> (O, O);

fn record<P: Params, O: Tree>(
    fun: &Fun<'_, P, O>,
    rule_info: &FnInfo,
    rule: Rule<'_, P, O>,
    args: &P::Args<'_>,
) -> Result<O> {
    let at = fun.info.at;
    let call = Call::<P>::new(&fun.info, args, at);
    let site = Site { function: &fun.info, transform: "custom_jvp", scope: "custom_jvp", at };
    let mut body = site.trace(|guard| P::apply(&fun.call, P::lend(&call.inputs(guard))))?;
    let site = Site { function: rule_info, transform: "defjvp", scope: "defjvp", at };
    let mut rule = site.trace(|guard| {
        let (primals, tangents) = (call.inputs(guard), call.tangents(guard));
        rule(&primals, &tangents)
    })?;
    let named = CustomRule { kind: "JVP", rule: rule_info, function: &fun.info, at };
    check(named, &body, &rule)?;
    drop_tangents_of_integers(&body, &mut rule);
    let (ours, theirs) = (body.captured_types(), rule.captured_types());
    body.pad(&[], &theirs);
    rule.pad(&ours, &[]);
    bind_call(body, rule, &call.leaves, at)
}

fn bind_call<O: Tree>(body: Body<O>, rule: Body<(O, O)>, leaves: &[Array], at: At) -> Result<O> {
    let operands: Vec<&Array> = body.captured.iter().chain(&rule.captured).chain(leaves).collect();
    let params = OpParams::new()
        .with("call_jaxpr", Arc::new(body.jaxpr))
        .with("jvp_jaxpr", Arc::new(rule.jaxpr))
        .with("num_consts", body.captured.len() + rule.captured.len());
    let results = bind(&CUSTOM_JVP_CALL, params, &operands, at)?;
    Ok(rebuild(&body.output, results.into_iter().collect()))
}

/// The rule returns what the function does, and tangents for it.
fn check<O: Tree>(rule: CustomRule<'_>, body: &Body<O>, traced: &Body<(O, O)>) -> Result<()> {
    let paths = Paths::of("", &body.output);
    let (types, got) = (body.jaxpr.out_types(), traced.jaxpr.out_types());
    let claim = |what, of| Claim { rule, what, of, paths: &paths };
    let primals = claim("primal outputs", "the function's outputs");
    let tangents = claim("tangent outputs", "the primal outputs' tangents");
    primals.structure(&Paths::of("", &traced.output.0))?;
    tangents.structure(&Paths::of("", &traced.output.1))?;
    primals.types(types.iter().cloned(), &got[..types.len()])?;
    tangents.types(types.iter().map(tangent_type), &got[types.len()..])
}

/// Integers have no tangent variable.
fn drop_tangents_of_integers<O: Tree>(body: &Body<O>, rule: &mut Body<(O, O)>) {
    let primals = tree_leaves(&body.output).len();
    let types = body.jaxpr.out_types();
    let mut position = 0;
    rule.jaxpr.outputs.retain(|_| {
        position += 1;
        position <= primals || types[position - 1 - primals].dtype.is_inexact()
    });
}
