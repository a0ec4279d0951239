//! `custom_vjp`: functions with a reverse rule.

use std::{panic::Location, sync::Arc};

use jaxide_ir::{ArrayType, Atom, Params as OpParams};
use jaxide_lax::control::CUSTOM_VJP_CALL;

use super::{Call, Claim, leaves, paths, tangent, tangent_type};
use crate::{
    Array,
    diag::CustomRule,
    error::{OrRaise, Result},
    func::{FnInfo, Fun, Function, Params},
    lax::{Body, Site},
    trace::{Guard, bind, is_recording},
    tree::{Paths, Tree, rebuild, tree_leaves},
};

/// A function that waits for its reverse rule.
pub struct CustomVjp<'f, P: Params, O: 'f> {
    fun: Fun<'f, P, O>,
}

/// Gives a function a reverse derivative rule of its own, which [`CustomVjp::defvjp`] takes.
///
/// ```
/// # use jaxide_trace::{Array, array, custom_vjp};
/// // The identity, whose gradient is clipped.
/// let clip_gradient = custom_vjp(|x: &Array| x.clone()).defvjp(
///     |x: &Array| (x.clone(), ()),
///     |_, ct| (ct.maximum(-1.0).minimum(1.0),),
/// );
/// assert_eq!(clip_gradient(&array([2.0])).to_vec::<f32>(), [2.0]);
/// ```
#[track_caller]
pub fn custom_vjp<'f, F, P, O>(f: F) -> CustomVjp<'f, P, O>
where
    F: Function<'f, P, O>,
    P: Params,
    O: Tree,
{
    CustomVjp { fun: f.into_fun(Location::caller()) }
}

impl<'f, P: Params, O: Tree> CustomVjp<'f, P, O> {
    /// The function with this rule: `fwd` takes the arguments and returns the results and residuals,
    /// any tree; `bwd` takes the residuals and the cotangents of the results and returns the
    /// cotangents of the arguments, as a tuple. Cotangents of integers are `bool` zeros.
    ///
    /// The rule is traced with the function, when the function is called inside a trace; all three
    /// may capture traced values, which then count as constants.
    ///
    /// # Panics
    /// Inside a trace, with `TypeError` when the rule returns other structures, shapes or dtypes than
    /// the function's results or arguments have.
    #[track_caller]
    pub fn defvjp<R: Tree>(
        self,
        fwd: impl Function<'f, P, (O, R)>,
        bwd: impl Fn(&R, &O) -> P::Owned + Send + Sync + 'f,
    ) -> Fun<'f, P, O> {
        let at = Location::caller();
        let (fun, fwd, bwd_info) = (self.fun, fwd.into_fun(at), FnInfo::of_val(&bwd, at));
        Fun::new(fun.info.clone(), move |args| {
            if !is_recording() {
                return P::apply(&fun.call, args);
            }
            let rule = Rule { fun: &fun, fwd: &fwd, bwd: &bwd, bwd_info: &bwd_info };
            rule.record(&args).or_raise()
        })
    }
}

struct Rule<'r, 'f, P: Params, O: Tree, R: Tree> {
    fun: &'r Fun<'f, P, O>,
    fwd: &'r Fun<'f, P, (O, R)>,
    bwd: &'r dyn Fn(&R, &O) -> P::Owned,
    bwd_info: &'r FnInfo,
}

impl<P: Params, O: Tree, R: Tree> Rule<'_, '_, P, O, R> {
    fn record(&self, args: &P::Args<'_>) -> Result<O> {
        let at = self.fun.info.at;
        let call = Call::<P>::new(&self.fun.info, args, at);
        let (transform, scope) = ("custom_vjp", "custom_vjp");
        let site = Site { function: &self.fun.info, transform, scope, at };
        let mut body = site.trace(|g| P::apply(&self.fun.call, P::lend(&call.inputs(g))))?;
        let (transform, scope) = ("defvjp", "defvjp/fwd");
        let site = Site { function: &self.fwd.info, transform, scope, at };
        let mut fwd = site.trace(|g| P::apply(&self.fwd.call, P::lend(&call.inputs(g))))?;
        self.check_fwd(&body, &fwd)?;
        let bwd = self.trace_bwd(&call, &fwd)?;

        // What `bwd` captured reaches it as residuals.
        let types = [body.captured_types(), fwd.captured_types(), bwd.captured_types()];
        let split = types[0].len() + types[1].len();
        body.pad(&[], &types[1..].concat());
        fwd.pad(&types[0], &types[2]);
        let results = tree_leaves(&body.output).len();
        let passed = fwd.jaxpr.inputs[split..split + types[2].len()].to_vec();
        fwd.jaxpr.outputs.splice(results..results, passed.into_iter().map(Atom::Var));

        let consts = body.captured.iter().chain(&fwd.captured).chain(&bwd.captured);
        let operands: Vec<&Array> = consts.chain(&call.leaves).collect();
        let params = OpParams::new()
            .with("bwd_jaxpr", Arc::new(bwd.jaxpr))
            .with("call_jaxpr", Arc::new(body.jaxpr))
            .with("fwd_jaxpr", Arc::new(fwd.jaxpr))
            .with("num_consts", operands.len() - call.leaves.len());
        let results = bind(&CUSTOM_VJP_CALL, params, &operands, at)?;
        Ok(rebuild(&body.output, results.into_iter().collect()))
    }

    fn named<'a>(&'a self, kind: &'static str, rule: &'a FnInfo) -> CustomRule<'a> {
        CustomRule { kind, rule, function: &self.fun.info, at: self.fun.info.at }
    }

    /// `fwd` returns what the function does.
    fn check_fwd(&self, body: &Body<O>, fwd: &Body<(O, R)>) -> Result<()> {
        let paths = Paths::of("", &body.output);
        let rule = self.named("VJP fwd", &self.fwd.info);
        let (what, of) = ("primal outputs", "the function's outputs");
        let claim = Claim { rule, what, of, paths: &paths };
        claim.structure(&Paths::of("", &fwd.output.0))?;
        claim.types(body.jaxpr.out_types(), &fwd.jaxpr.out_types())
    }

    /// Traces `bwd` for the residuals and the cotangents of the results, and checks what it returns.
    fn trace_bwd(&self, call: &Call<'_, '_, P>, fwd: &Body<(O, R)>) -> Result<Body<Vec<Array>>> {
        let (outputs, residuals) = &fwd.output;
        let types = fwd.jaxpr.out_types();
        let (out_types, residual_types) = types.split_at(tree_leaves(outputs).len());
        let (transform, scope) = ("defvjp", "defvjp/bwd");
        let site = Site { function: self.bwd_info, transform, scope, at: call.at };
        let mut returned = None;
        let mut bwd = site.trace(|guard| {
            let residuals = inputs(guard, residuals, residual_types, |guard, ty| {
                guard.input(ty.clone(), "a residual".to_owned(), call.at)
            });
            let cotangents = inputs(guard, outputs, out_types, |guard, ty| {
                tangent(guard, ty, "a cotangent".to_owned(), call.at)
            });
            let cotangents = (self.bwd)(&residuals, &cotangents);
            returned = Some(paths::<P>(&P::lend(&cotangents)));
            leaves::<P>(&P::lend(&cotangents))
        })?;
        let returned = returned.expect("the body was traced to its end");
        let (rule, paths) = (self.named("VJP bwd", self.bwd_info), paths::<P>(call.args));
        let (what, of) = ("cotangents", "the function's arguments");
        let claim = Claim { rule, what, of, paths: &paths };
        claim.structure(&returned)?;
        claim.types(call.types().map(|ty| tangent_type(&ty)), &bwd.jaxpr.out_types())?;
        let mut types = call.types();
        bwd.jaxpr.outputs.retain(|_| types.next().is_some_and(|ty| ty.dtype.is_inexact()));
        Ok(bwd)
    }
}

/// A tree whose leaves are made from these types.
fn inputs<T: Tree>(
    guard: &Guard,
    template: &T,
    types: &[ArrayType],
    input: impl Fn(&Guard, &ArrayType) -> Array,
) -> T {
    let mut types = types.iter();
    template.map(&mut |_| input(guard, types.next().expect("one type per leaf")))
}
