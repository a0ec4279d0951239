//! The rules that transformations will use: each writes a program, and the program is run.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{
    ArrayType, Call, DType, Handle, Jaxpr, JaxprBuilder, Loc, OpDef, Params, Result, Rule, RuleCx,
    builder::infer,
    rules::{LinearOperand, SplitJaxpr},
};
use jaxide_runtime::Buffer;
use own_dialect::{COPYSIGN, FIR, interpreter};

/// A driver of rules that need none: first-order ops have no nested programs.
struct NoDriver<'b>(&'b RefCell<JaxprBuilder>);

impl<'b> RuleCx<'b> for NoDriver<'b> {
    fn builder(&self) -> &'b RefCell<JaxprBuilder> {
        self.0
    }

    fn jvp_jaxpr(
        &mut self,
        _: &Arc<Jaxpr>,
        _: &[bool],
        _: &[bool],
    ) -> Result<(Arc<Jaxpr>, Vec<bool>)> {
        unreachable!("no nested program")
    }

    fn batch_jaxpr(
        &mut self,
        _: &Arc<Jaxpr>,
        _: usize,
        _: &[bool],
        _: &[bool],
    ) -> Result<(Arc<Jaxpr>, Vec<bool>)> {
        unreachable!("no nested program")
    }

    fn partial_eval_jaxpr(&mut self, _: &Arc<Jaxpr>, _: &[bool]) -> Result<SplitJaxpr> {
        unreachable!("no nested program")
    }

    fn transpose_jaxpr(&mut self, _: &Arc<Jaxpr>, _: &[bool]) -> Result<Arc<Jaxpr>> {
        unreachable!("no nested program")
    }
}

/// Lets a rule write a program over inputs, and runs it on them.
fn run(
    op: &'static OpDef,
    params: Params,
    operands: &[&ArrayType],
    inputs: &[&Buffer],
    rule: impl for<'b> FnOnce(&mut NoDriver<'b>, &Call<'_>, &[Handle<'b>]) -> Vec<Handle<'b>>,
) -> Vec<Buffer> {
    let types: Vec<ArrayType> = inputs.iter().map(|input| input.ty().clone()).collect();
    let (builder, vars) = JaxprBuilder::with_inputs(&types);
    let builder = RefCell::new(builder);
    let handles: Vec<Handle<'_>> =
        vars.into_iter().map(|var| Handle::new(&builder, var.into())).collect();
    let (params, _) = infer(op, params, operands, &Loc::unknown()).unwrap();
    let call = Call { op, params: &params, loc: &Loc::unknown() };
    let results = rule(&mut NoDriver(&builder), &call, &handles);
    let outputs = results.iter().map(Handle::atom).collect();
    interpreter().run(&builder.into_inner().finish(outputs), inputs).unwrap()
}

fn vector(values: &[f64]) -> Buffer {
    Buffer::from_slice(&[values.len()], values).unwrap()
}

fn taps() -> Params {
    Params::new().with("taps", vec![2.0, -1.0, 4.0])
}

#[test]
fn the_tangent_of_a_filter_is_the_filtered_tangent() {
    let (x, t) = (vector(&[1.0, 2.0, 3.0, 4.0]), vector(&[1.0, 0.0, 0.0, 1.0]));
    let Rule::Is(jvp) = FIR.jvp else { panic!("a rule") };
    let out = run(&FIR, taps(), &[x.ty()], &[&x, &t], |cx, call, handles| {
        let (outs, tangents) = jvp(cx, call, &handles[..1], &[Some(handles[1])]).unwrap();
        vec![outs[0], tangents[0].unwrap()]
    });
    assert_eq!(out[0].as_slice::<f64>(), [12.0, 17.0]);
    assert_eq!(out[1].as_slice::<f64>(), [2.0, 4.0]);
}

#[test]
fn the_transpose_of_a_filter_has_the_inner_product_of_the_filter() {
    let (x, ct) = (vector(&[1.0, 2.0, 3.0, 4.0]), vector(&[5.0, 7.0]));
    let Rule::Is(transpose) = FIR.transpose else { panic!("a rule") };
    let out = run(&FIR, taps(), &[x.ty()], &[&ct], |cx, call, handles| {
        let linear = [LinearOperand::Linear(x.ty().clone())];
        vec![transpose(cx, call, &[Some(handles[0])], &linear).unwrap()[0].unwrap()]
    });
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (back, filtered) = (out[0].as_slice::<f64>(), [12.0, 17.0]);
    assert_eq!(dot(back, x.as_slice()), dot(&filtered, ct.as_slice()));
}

#[test]
fn a_batch_on_the_last_axis_moves_to_the_front() {
    let x = Buffer::from_slice(&[4, 2], &[1.0f64, 0.0, 2.0, 0.0, 3.0, 1.0, 4.0, 0.0]).unwrap();
    let one = ArrayType::new(DType::F64, &[4]);
    let Rule::Is(batch) = FIR.batch else { panic!("a rule") };
    let out = run(&FIR, taps(), &[&one], &[&x], |cx, call, handles| {
        let (out, axis) = batch(cx, call, 2, &[(handles[0], Some(1))]).unwrap()[0];
        assert_eq!(axis, Some(0));
        vec![out]
    });
    assert_eq!(out[0].ty(), &ArrayType::new(DType::F64, &[2, 2]));
    assert_eq!(out[0].as_slice::<f64>(), [12.0, 17.0, 4.0, -1.0]);
}

#[test]
fn the_tangent_of_copysign_follows_both_signs() {
    let (x, y) = (vector(&[1.0, -1.0, 1.0, -1.0]), vector(&[1.0, 1.0, -1.0, -1.0]));
    let Rule::Is(jvp) = COPYSIGN.jvp else { panic!("a rule") };
    let types = [x.ty(), y.ty()];
    let out = run(&COPYSIGN, Params::new(), &types, &[&x, &y], |cx, call, handles| {
        let (_, tangents) = jvp(cx, call, handles, &[Some(handles[0]), None]).unwrap();
        vec![tangents[0].unwrap()]
    });
    assert_eq!(out[0].as_slice::<f64>(), [1.0, 1.0, -1.0, -1.0]);
}
