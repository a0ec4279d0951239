//! What the tests of this crate share: a driver for rules that need none, programs built by rules,
//! and an evaluator of scalar programs.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use jaxide_ir::{
    ArrayType, Atom, Call, DType, Handle, Host, IntType, Jaxpr, JaxprBuilder, Loc, Mlir, OpDef,
    Params, Parts, Result, Rule, RuleCx, Scalar, Var,
    builder::infer,
    rules::{DecomposeFn, LinearOperand, SplitJaxpr},
};

use num_complex::Complex;

use crate::elementwise::{MAX, MIN, MUL};

/// A driver that has no program to build on but its own and transforms none.
pub(crate) struct NoDriver<'b>(pub(crate) &'b RefCell<JaxprBuilder>);

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
        unreachable!("the op has no nested program")
    }

    fn batch_jaxpr(
        &mut self,
        _: &Arc<Jaxpr>,
        _: usize,
        _: &[bool],
        _: &[bool],
    ) -> Result<(Arc<Jaxpr>, Vec<bool>)> {
        unreachable!("the op has no nested program")
    }

    fn partial_eval_jaxpr(&mut self, _: &Arc<Jaxpr>, _: &[bool]) -> Result<SplitJaxpr> {
        unreachable!("the op has no nested program")
    }

    fn transpose_jaxpr(&mut self, _: &Arc<Jaxpr>, _: &[bool]) -> Result<Arc<Jaxpr>> {
        unreachable!("the op has no nested program")
    }
}

/// The program that `rule` writes for a call of `op` on operands of these types. The rule gets one
/// input per type and gives the results.
pub(crate) fn rule_program(
    op: &'static OpDef,
    params: Params,
    operands: &[ArrayType],
    inputs: &[ArrayType],
    rule: impl for<'b> FnOnce(&mut NoDriver<'b>, &Call<'_>, &[Handle<'b>]) -> Vec<Handle<'b>>,
) -> Jaxpr {
    let (builder, vars) = JaxprBuilder::with_inputs(inputs);
    let builder = RefCell::new(builder);
    let handles: Vec<Handle<'_>> =
        vars.into_iter().map(|var| Handle::new(&builder, var.into())).collect();
    let loc = Loc::unknown();
    let types: Vec<&ArrayType> = operands.iter().collect();
    let (params, _) = infer(op, params, &types, &loc).expect("a well-typed call");
    let call = Call { op, params: &params, loc: &loc };
    let results = rule(&mut NoDriver(&builder), &call, &handles);
    let outputs: Vec<Atom> = results.iter().map(Handle::atom).collect();
    builder.into_inner().finish(outputs)
}

/// The op on scalars of one dtype, through its row.
pub(crate) fn apply(op: &OpDef, operands: &[Scalar]) -> Scalar {
    let dtype = operands[0].dtype();
    let row = op.scalar_row(dtype).unwrap_or_else(|| panic!("{} has no row for {dtype}", op.name));
    let floats: Vec<f64> = operands.iter().map(|x| x.to_f64()).collect();
    let narrow: Vec<f32> = floats.iter().map(|x| *x as f32).collect();
    let ints: Vec<i128> = operands.iter().filter_map(|x| x.as_int()).collect();
    match row.host {
        Host::Float(_, f) if dtype == DType::F64 => Scalar::float(dtype, f(&floats)),
        Host::Float(f, _) => Scalar::float(dtype, f(&narrow).into()),
        Host::FloatTest(_, f) if dtype == DType::F64 => Scalar::bool(f(&floats)),
        Host::FloatTest(f, _) => Scalar::bool(f(&narrow)),
        Host::Int(f) => Scalar::int(dtype, f(&ints, IntType::of(dtype))),
        Host::IntTest(f) => Scalar::bool(f(&ints)),
        _ => apply_complex(row.host, operands),
    }
}

fn apply_complex(host: Host, operands: &[Scalar]) -> Scalar {
    let dtype = operands[0].dtype();
    let pairs: Vec<Complex<f64>> =
        operands.iter().map(|x| Complex::new(x.to_f64(), x.imag())).collect();
    let narrow: Vec<Complex<f32>> =
        pairs.iter().map(|z| Complex::new(z.re as f32, z.im as f32)).collect();
    let narrowed = |z: Complex<f32>| Scalar::complex(dtype, z.re.into(), z.im.into());
    match host {
        Host::Complex(_, f) if dtype == DType::C128 => {
            let z = f(&pairs);
            Scalar::complex(dtype, z.re, z.im)
        }
        Host::Complex(f, _) => narrowed(f(&narrow)),
        Host::ComplexTest(_, f) if dtype == DType::C128 => Scalar::bool(f(&pairs)),
        Host::ComplexTest(f, _) => Scalar::bool(f(&narrow)),
        Host::ComplexToFloat(_, f) if dtype == DType::C128 => Scalar::float(DType::F64, f(&pairs)),
        Host::ComplexToFloat(f, _) => Scalar::float(DType::F32, f(&narrow).into()),
        _ => unreachable!("a row on complex numbers"),
    }
}

/// The definition of an op on complex numbers by real ones, as a program: real and imaginary part
/// of each operand to the parts of the result.
pub(crate) fn split_program(op: &'static OpDef, dtype: DType, operands: usize) -> Jaxpr {
    let row = op.scalar_row(dtype).expect("a row on complex numbers");
    let Mlir::Split(split) = row.mlir else { panic!("{} has a definition by parts", op.name) };
    let parts = vec![ArrayType::scalar(dtype.part()); 2 * operands];
    let (builder, vars) = JaxprBuilder::with_inputs(&parts);
    let builder = RefCell::new(builder);
    let handle = |var: &Var| Handle::new(&builder, (*var).into());
    let operands: Vec<Parts<'_>> =
        vars.chunks(2).map(|pair| Parts::Complex(handle(&pair[0]), handle(&pair[1]))).collect();
    let (params, loc) = (Params::new(), Loc::unknown());
    let outputs = match split(&Call { op, params: &params, loc: &loc }, &operands).unwrap() {
        Parts::Complex(re, im) => vec![re.atom(), im.atom()],
        Parts::Real(value) => vec![value.atom()],
    };
    builder.into_inner().finish(outputs)
}

/// A scalar function given by ops, as a program on inputs of one dtype.
pub(crate) fn program(f: DecomposeFn, op: &'static OpDef, dtype: DType, inputs: usize) -> Jaxpr {
    let (builder, vars) = JaxprBuilder::with_inputs(&vec![ArrayType::scalar(dtype); inputs]);
    let builder = RefCell::new(builder);
    let operands: Vec<Handle<'_>> =
        vars.into_iter().map(|var| Handle::new(&builder, var.into())).collect();
    let (params, loc) = (Params::new(), Loc::unknown());
    let result = f(&Call { op, params: &params, loc: &loc }, &operands).unwrap()[0].atom();
    builder.into_inner().finish(vec![result])
}

/// Evaluates a scalar program of one result.
pub(crate) fn evaluate(program: &Jaxpr, operands: &[Scalar]) -> Scalar {
    evaluate_all(program, operands)[0]
}

/// Evaluates a scalar program through rows and the few other ops that rules use.
pub(crate) fn evaluate_all(program: &Jaxpr, operands: &[Scalar]) -> Vec<Scalar> {
    let mut values: HashMap<Var, Scalar> =
        program.inputs.iter().copied().zip(operands.iter().copied()).collect();
    let get = |values: &HashMap<Var, Scalar>, atom: Atom| match atom {
        Atom::Literal(literal) => literal.value,
        Atom::Var(var) => values[&var],
    };
    for eqn in &program.eqns {
        let inputs: Vec<Scalar> = eqn.inputs.iter().map(|atom| get(&values, *atom)).collect();
        let value = match eqn.op.name {
            "select_n" => inputs[1 + usize::from(inputs[0].as_bool() == Some(true))],
            "convert_element_type" => inputs[0].convert(eqn.params.dtype("new_dtype")),
            "bitcast_convert_type" => {
                Scalar::from_bytes(eqn.params.dtype("new_dtype"), &inputs[0].to_bytes())
            }
            "integer_pow" => {
                let y = eqn.params.int("y") as i32;
                let power = Complex::new(inputs[0].to_f64(), inputs[0].imag()).powi(y);
                match inputs[0].dtype() {
                    dtype if dtype.is_complex() => Scalar::complex(dtype, power.re, power.im),
                    dtype => Scalar::float(dtype, inputs[0].to_f64().powi(y)),
                }
            }
            "clamp" => apply(&MIN, &[apply(&MAX, &[inputs[1], inputs[0]]), inputs[2]]),
            "square" => apply(&MUL, &[inputs[0], inputs[0]]),
            _ => apply(eqn.op, &inputs),
        };
        values.insert(eqn.outputs[0], value);
    }
    program.outputs.iter().map(|atom| get(&values, *atom)).collect()
}

/// The transpose rule of an op that is linear in the operand at `at` gives a cotangent of that operand's
/// type, by a well-typed program.
pub(crate) fn transpose_shapes(op: &'static OpDef, params: Params, types: &[ArrayType], at: usize) {
    let Rule::Is(rule) = op.transpose else { panic!("{} has a transpose rule", op.name) };
    let refs: Vec<&ArrayType> = types.iter().collect();
    let out = infer(op, params.clone(), &refs, &Loc::unknown()).expect("a well-typed call").1;
    let mut inputs = types.to_vec();
    inputs[at] = out[0].clone();
    let jaxpr = rule_program(op, params, types, &inputs, |cx, call, inputs| {
        let mut operands: Vec<LinearOperand<'_>> =
            inputs.iter().copied().map(LinearOperand::Known).collect();
        operands[at] = LinearOperand::Linear(types[at].clone());
        let cts = rule(cx, call, &[Some(inputs[at])], &operands).expect("the rule");
        vec![cts[at].expect("a cotangent")]
    });
    assert_eq!(jaxpr.ty(jaxpr.outputs[0]), types[at], "{} by operand {at}: {jaxpr}", op.name);
}

/// The batching rule of an op gives results with the new axis of `size` and their old ones, by a
/// well-typed program; `types` are those without the axis.
pub(crate) fn batch_shapes(
    op: &'static OpDef,
    params: Params,
    types: &[ArrayType],
    axes: &[Option<usize>],
    size: usize,
) {
    let Rule::Is(rule) = op.batch else { panic!("{} has a batching rule", op.name) };
    let with_axis = |ty: &ArrayType, axis: Option<usize>| {
        let mut ty = ty.clone();
        axis.iter().for_each(|axis| ty.shape.insert(*axis, size));
        ty
    };
    let refs: Vec<&ArrayType> = types.iter().collect();
    let out = infer(op, params.clone(), &refs, &Loc::unknown()).expect("a well-typed call").1;
    let inputs: Vec<ArrayType> =
        types.iter().zip(axes).map(|(ty, axis)| with_axis(ty, *axis)).collect();
    let mut axis = None;
    let jaxpr = rule_program(op, params, types, &inputs, |cx, call, inputs| {
        let operands: Vec<_> = inputs.iter().copied().zip(axes.iter().copied()).collect();
        let outs = rule(cx, call, size, &operands).expect("the rule");
        axis = outs[0].1;
        outs.into_iter().map(|out| out.0).collect()
    });
    assert_eq!(jaxpr.ty(jaxpr.outputs[0]), with_axis(&out[0], axis), "{}: {jaxpr}", op.name);
}
