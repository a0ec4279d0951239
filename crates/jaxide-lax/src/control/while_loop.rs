//! `while`: runs a body on a carry as long as a condition holds.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, DceCx, Eqn, Jaxpr, OpDef, OutTypes, ParamDef, ParamKind, Params,
    Result, Rule, Value, rules::DceEqn,
};
use smallvec::SmallVec;

use super::{
    diag,
    nested::{check_operands, either, keep_inputs, mismatches, unchanged},
    pjit::control,
};
use crate::shape::{counts_of, refuse};

/// Operands are the constants of the condition, those of the body, and the initial carry.
///
/// A predicate that is not rank 0 comes from vectorisation: the loop runs while any lane is true,
/// and lanes whose predicate is false keep their carry. The predicate's shape is then a prefix of
/// that of every carry.
pub static WHILE: OpDef = OpDef {
    dce: Rule::Is(dce_while),
    ..control(
        "while",
        "Runs a body on a carry as long as a condition holds.",
        Arity::AtLeast(0),
        const {
            &[
                ParamDef::required("body_jaxpr", ParamKind::Jaxpr),
                ParamDef::required("body_nconsts", ParamKind::Int),
                ParamDef::required("cond_jaxpr", ParamKind::Jaxpr),
                ParamDef::required("cond_nconsts", ParamKind::Int),
            ]
        },
        infer_while,
    )
};

/// The parameters of `while`.
#[derive(Clone, Debug)]
pub struct While {
    /// Body constants and carry to carry.
    pub body_jaxpr: Arc<Jaxpr>,
    /// How many operands are constants of the body.
    pub body_nconsts: usize,
    /// Condition constants and carry to a predicate.
    pub cond_jaxpr: Arc<Jaxpr>,
    /// How many operands are constants of the condition.
    pub cond_nconsts: usize,
}

impl While {
    /// Reads checked parameters.
    pub fn of(params: &Params) -> While {
        While {
            body_jaxpr: params.jaxpr("body_jaxpr").clone(),
            body_nconsts: params.usize("body_nconsts"),
            cond_jaxpr: params.jaxpr("cond_jaxpr").clone(),
            cond_nconsts: params.usize("cond_nconsts"),
        }
    }

    /// The parameters of an equation.
    pub fn params(self) -> Params {
        Params::new()
            .with("body_jaxpr", self.body_jaxpr)
            .with("body_nconsts", self.body_nconsts)
            .with("cond_jaxpr", self.cond_jaxpr)
            .with("cond_nconsts", self.cond_nconsts)
    }

    /// Constants of the condition, constants of the body, carry.
    pub fn split<'o, T>(&self, operands: &'o [T]) -> (&'o [T], &'o [T], &'o [T]) {
        let (cond_consts, rest) = operands.split_at(self.cond_nconsts);
        let (body_consts, carry) = rest.split_at(self.body_nconsts);
        (cond_consts, body_consts, carry)
    }
}

/// Runs the body on the carry as long as the condition holds. Operands are the constants of the
/// condition, those of the body, and the initial carry; results are the last carry.
#[track_caller]
pub fn bind_while<V: Value>(cx: V::Cx, spec: While, operands: &[&V]) -> SmallVec<[V; 1]> {
    V::bind(cx, &WHILE, spec.params(), operands)
}

fn infer_while(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    counts_of(call, &["cond_nconsts", "body_nconsts"], types.len())?;
    let spec = While::of(call.params);
    let numbered: Vec<(usize, &ArrayType)> = types.iter().copied().enumerate().collect();
    let (cond_consts, body_consts, carry) = spec.split(&numbered);
    let both = |consts: &[(usize, _)]| [consts, carry].concat();
    check_operands(call, "cond_jaxpr", &spec.cond_jaxpr, both(cond_consts))?;
    check_operands(call, "body_jaxpr", &spec.body_jaxpr, both(body_consts))?;
    let carry: Vec<ArrayType> = carry.iter().map(|(_, ty)| (*ty).clone()).collect();
    let results = spec.body_jaxpr.out_types();
    check_carry(call, "body_jaxpr", "while_loop", &carry, &results)?;
    check_predicate(call, &spec.cond_jaxpr.out_types(), &carry)?;
    Ok(results.into())
}

/// Refuses a body whose first results are not of the types of the carry.
pub(super) fn check_carry(
    call: &Call<'_>,
    param: &str,
    function: &str,
    carry: &[ArrayType],
    results: &[ArrayType],
) -> Result<()> {
    if results.len() != carry.len() {
        let (op, expected) = (call.op.name, carry.len());
        return Err(diag::nested_count(
            op,
            param,
            "results for the carry",
            expected,
            results.len(),
        ));
    }
    let path = |at: usize| if carry.len() == 1 { "c".into() } else { format!("c[{at}]") };
    let paths: Vec<String> = (0..carry.len()).map(path).collect();
    let found = mismatches(&paths, carry, results);
    if found.is_empty() { Ok(()) } else { Err(diag::carry_types(function, &found)) }
}

fn check_predicate(call: &Call<'_>, results: &[ArrayType], carry: &[ArrayType]) -> Result<()> {
    let predicate = match results {
        [predicate] if predicate.dtype.is_bool() => predicate,
        _ => return Err(diag::while_predicate(results)),
    };
    match carry.iter().find(|ty| !ty.shape.starts_with(&predicate.shape)) {
        None => Ok(()),
        Some(_) if carry.iter().all(|ty| ty.rank() == 0) => Err(diag::while_predicate(results)),
        Some(ty) => {
            let expected = format!("expected a carry with the predicate's lanes {predicate}");
            Err(refuse(call, format!("{expected}, got {ty}")))
        }
    }
}

/// Carries that neither a used result nor the condition depends on are dropped.
fn dce_while(cx: &mut dyn DceCx, eqn: &Eqn, used: &[bool]) -> Result<Option<DceEqn>> {
    let spec = While::of(&eqn.params);
    let (cond_jaxpr, cond_needs) = cx.dce_jaxpr(&spec.cond_jaxpr, &[true])?;
    let (cond_consts, cond_carry) = cond_needs.split_at(spec.cond_nconsts);
    let mut needed = either(used, cond_carry);
    let (body_jaxpr, body_needs) = loop {
        let (body, needs) = cx.dce_jaxpr(&spec.body_jaxpr, &needed)?;
        let more = either(&needed, &needs[spec.body_nconsts..]);
        if more == needed {
            break (body, needs);
        }
        needed = more;
    };
    let body_consts = &body_needs[..spec.body_nconsts];
    let inputs = [cond_consts, body_consts, &needed].concat();
    let same = unchanged(&cond_jaxpr, &spec.cond_jaxpr) && unchanged(&body_jaxpr, &spec.body_jaxpr);
    if same && inputs.iter().all(|used| *used) {
        return Ok(None);
    }
    let count = |flags: &[bool]| flags.iter().filter(|flag| **flag).count();
    let smaller = While {
        body_jaxpr: keep_inputs(&body_jaxpr, &[body_consts, &needed].concat()),
        body_nconsts: count(body_consts),
        cond_jaxpr: keep_inputs(&cond_jaxpr, &[cond_consts, &needed].concat()),
        cond_nconsts: count(cond_consts),
    };
    Ok(Some(DceEqn { params: smaller.params(), inputs, outputs: needed }))
}
