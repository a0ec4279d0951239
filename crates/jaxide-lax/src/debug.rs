//! `debug_print`: shows values during a run. It is an effect, ordered among those of a program, so
//! no pass drops, merges or moves it. How values look is the runtime's business.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{
    Arity, ArrayType, Atom, Call, Effect, Effects, Handle, JaxprBuilder, Lower, OpDef, OutTypes,
    Param, ParamDef, ParamKind, Params, Result, Rule, RuleCx, Value,
    rules::Batched,
    template::{Piece, Template},
};

use crate::{
    control::{Scan, bind_scan},
    diag,
    shape::batch_front,
    templates::first_order,
};

const NAMES: ParamKind = ParamKind::Optional(&ParamKind::Tuple(&ParamKind::Str));

/// Prints a text with the operands in its places: `{}` takes the next one, `{name}` the one of that
/// name, `{:8.3}` formats one of rank 0. There are no results.
pub static DEBUG_PRINT: OpDef = OpDef {
    params: &[
        ParamDef::required("fmt", ParamKind::Str),
        ParamDef::optional("names", NAMES, Param::None),
    ],
    effects: |_| Effects::of(Effect::Print),
    jvp: Rule::Is(|cx, call, primals, _| {
        bind(cx, call, primals);
        Ok((vec![], vec![]))
    }),
    transpose: Rule::Never("no results"),
    batch: Rule::Is(batch_debug_print),
    ..first_order(
        "debug_print",
        "Prints values during the run.",
        Arity::AtLeast(0),
        infer_debug_print,
        Lower::Library("rt_print"),
    )
};

fn bind<'b>(cx: &mut dyn RuleCx<'b>, call: &Call<'_>, operands: &[Handle<'b>]) {
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    Handle::bind(cx.builder(), call.op, call.params.clone(), &operands);
}

fn infer_debug_print(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let op = call.op.name;
    let mut names: Vec<&str> = Vec::new();
    if !call.params.is_none("names") {
        let items = call.params.items("names").iter();
        names.extend(items.filter_map(|name| match name {
            Param::Str(name) => Some(&**name),
            _ => None,
        }));
        if names.len() != types.len() {
            let expected = format!("expected {} names, got {}", types.len(), names.len());
            return Err(diag::invalid(op, expected));
        }
    }
    names.resize(types.len(), "");
    let template = Template::parse(op, call.params.str("fmt"), &names)?;
    for piece in template.pieces() {
        let Piece::Place { value, format } = piece else { continue };
        if !format.is_plain() && (types[*value].rank() > 0 || types[*value].dtype.is_complex()) {
            return Err(diag::formatted_array(op, types[*value]));
        }
    }
    Ok(OutTypes::new())
}

/// One line per lane, in order, by a `scan` without results.
fn batch_debug_print<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let is_const = |at: &usize| operands[*at].1.is_none();
    let (consts, lanes): (Vec<usize>, Vec<usize>) = (0..operands.len()).partition(is_const);
    let order: Vec<usize> = consts.iter().chain(&lanes).copied().collect();
    let front = |at: &usize| match operands[*at].1 {
        None => operands[*at].0,
        Some(_) => batch_front(&operands[*at], size),
    };
    let inputs: Vec<Handle<'b>> = order.iter().map(front).collect();
    let types: Vec<ArrayType> = inputs
        .iter()
        .enumerate()
        .map(
            |(at, x)| {
                if at < consts.len() { x.ty() } else { x.ty().with_shape(&x.ty().shape[1..]) }
            },
        )
        .collect();
    let (mut builder, vars) = JaxprBuilder::with_inputs(&types);
    let place = |at: usize| order.iter().position(|of| *of == at).expect("every operand is there");
    let atoms: Vec<Atom> = (0..operands.len()).map(|at| vars[place(at)].into()).collect();
    builder.bind(call.op, call.params.clone(), &atoms, call.loc.clone())?;
    let spec = Scan {
        jaxpr: Arc::new(builder.finish(vec![])),
        length: size,
        num_carry: 0,
        num_consts: consts.len(),
        reverse: false,
        unroll: 1,
    };
    let builder: &RefCell<JaxprBuilder> = cx.builder();
    let inputs: Vec<Handle<'_>> = inputs.iter().map(|x| Handle::new(builder, x.atom())).collect();
    bind_scan(builder, spec, &inputs.iter().collect::<Vec<_>>());
    Ok(vec![])
}

/// Prints a line during the run: `fmt` with the operands in its places. `names` has one entry per
/// operand, an empty one for a place without name.
///
/// # Panics
/// When places and operands do not match.
#[track_caller]
pub fn debug_print<V: Value>(cx: V::Cx, fmt: &str, names: &[&str], operands: &[&V]) {
    let mut params = Params::new().with("fmt", fmt);
    if names.iter().any(|name| !name.is_empty()) {
        let names: Vec<Param> = names.iter().map(|name| Param::from(*name)).collect();
        params = params.with("names", names);
    }
    V::bind(cx, &DEBUG_PRINT, params, operands);
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use jaxide_ir::{DType, Jaxpr, builder::infer};

    use super::*;
    use crate::testing::rule_program;

    fn ty(shape: &[usize]) -> ArrayType {
        ArrayType::new(DType::F32, shape)
    }

    fn check(jaxpr: &Jaxpr, expected: Expect) {
        expected.assert_eq(&jaxpr.to_string());
    }

    #[test]
    fn a_batch_prints_lane_by_lane() {
        let params = Params::new().with("fmt", "{} {}");
        let (operands, inputs) = ([ty(&[3]), ty(&[2])], [ty(&[2]), ty(&[3, 4])]);
        let jaxpr = rule_program(&DEBUG_PRINT, params, &operands, &inputs, |cx, call, inputs| {
            let batched = [(inputs[1], Some(1)), (inputs[0], None)];
            batch_debug_print(cx, call, 4, &batched)
                .expect("prints")
                .into_iter()
                .map(|x| x.0)
                .collect()
        });
        check(
            &jaxpr,
            expect![[r#"
            { lambda ; a:f32[2] b:f32[3,4]. let
                c:f32[4,3] = transpose[permutation=(1, 0)] b
                scan[
                  _split_transpose=False
                  jaxpr={ lambda ; d:f32[2] e:f32[3]. let
                      debug_print[fmt="{} {}"] e d
                    in () }
                  length=4
                  linear=(False, False)
                  num_carry=0
                  num_consts=1
                  reverse=False
                  unroll=1
                ] a c
              in () }"#]],
        );
    }

    #[test]
    fn a_derivative_prints_the_values_alone() {
        let params = Params::new().with("fmt", "{}");
        let (operands, inputs) = ([ty(&[])], [ty(&[]), ty(&[])]);
        let jaxpr = rule_program(&DEBUG_PRINT, params, &operands, &inputs, |cx, call, inputs| {
            let Rule::Is(rule) = DEBUG_PRINT.jvp else { unreachable!("it has a rule") };
            let (outs, tangents) =
                rule(cx, call, &inputs[..1], &[Some(inputs[1])]).expect("prints");
            assert!(tangents.is_empty());
            outs
        });
        check(
            &jaxpr,
            expect![[r#"{ lambda ; a:f32[] b:f32[]. let debug_print[fmt="{}"] a in () }"#]],
        );
    }

    #[test]
    fn formats_are_for_scalars() {
        let params = Params::new().with("fmt", "{:.2}");
        let error = infer(&DEBUG_PRINT, params, &[&ty(&[2])], &jaxide_ir::Loc::unknown());
        let message = "debug_print: expected a real scalar for a place with a format, got f32[2]";
        assert_eq!(error.unwrap_err().message(), message);
    }
}
