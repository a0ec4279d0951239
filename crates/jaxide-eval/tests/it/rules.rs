//! The rules of array ops against what the ops compute: derivatives against differences,
//! transposes against inner products, batching against a loop.

use std::{cell::RefCell, sync::Arc};

use jaxide_ir::{
    ArrayType, Atom, Call, DType, Handle, Jaxpr, JaxprBuilder, Loc, OpDef, Param, Params, Result,
    Rule, RuleCx,
    builder::infer,
    rules::{LinearOperand, SplitJaxpr},
};
use jaxide_lax::{
    Conv, ConvDims, DotDims, DotSide, Select, Window,
    conv::CONV_GENERAL_DILATED,
    dot::DOT_GENERAL,
    elementwise::*,
    linalg::{LU, TRIANGULAR_SOLVE, TRIDIAGONAL_SOLVE},
    reduce::*,
    shape::{BROADCAST_IN_DIM, CONCATENATE, PAD, RESHAPE, REV, SLICE, SQUEEZE, TRANSPOSE},
    window::{
        REDUCE_WINDOW_MAX, REDUCE_WINDOW_MIN, REDUCE_WINDOW_SUM, SELECT_AND_GATHER_ADD,
        SELECT_AND_SCATTER_ADD, WindowDim,
    },
};
use jaxide_runtime::Buffer;

/// A driver for ops without nested programs.
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

/// Shape and elements.
type Input<'a> = (&'a [usize], &'a [f64]);

/// An op with parameters and f64 operands of these shapes.
struct Case {
    op: &'static OpDef,
    params: Params,
    shapes: Vec<Vec<usize>>,
}

fn case(op: &'static OpDef, params: Params, shapes: &[&[usize]]) -> Case {
    Case { op, params, shapes: shapes.iter().map(|shape| shape.to_vec()).collect() }
}

fn dims(contract: [&[usize]; 2], batch: [&[usize]; 2]) -> Params {
    let side = |at: usize| DotSide { contract: contract[at].to_vec(), batch: batch[at].to_vec() };
    let dims = DotDims { lhs: side(0), rhs: side(1) };
    Params::new().with("dimension_numbers", dims.to_param())
}

fn cases() -> Vec<Case> {
    let none = Params::new;
    let over = |axes: &[usize]| none().with("axes", axes);
    let along = |axis: usize, reverse: bool| none().with("axis", axis).with("reverse", reverse);
    let ints = |items: &[usize]| items.to_vec();
    let triple = |low: i64, high: i64, interior: i64| Param::from(vec![low, high, interior]);
    let mut cases = vec![
        case(&ADD, none(), &[&[2, 3], &[]]),
        case(&SUB, none(), &[&[1, 3], &[2, 1]]),
        case(&MUL, none(), &[&[2, 3], &[2, 1]]),
        case(&DIV, none(), &[&[3], &[]]),
        case(&MAX, none(), &[&[4], &[4]]),
        case(&CLAMP, none(), &[&[], &[5], &[5]]),
        case(&DOT_GENERAL, dims([&[1], &[0]], [&[], &[]]), &[&[2, 3], &[3, 4]]),
        case(&DOT_GENERAL, dims([&[], &[]], [&[], &[]]), &[&[2], &[3]]),
        case(&DOT_GENERAL, dims([&[1, 2], &[3, 1]], [&[0], &[0]]), &[&[5, 2, 3, 4], &[5, 3, 6, 2]]),
        case(&DOT_GENERAL, dims([&[0], &[2]], [&[2], &[1]]), &[&[2, 3, 5], &[4, 5, 2]]),
        case(
            &BROADCAST_IN_DIM,
            none().with("shape", ints(&[4, 2, 3])).with("broadcast_dimensions", ints(&[1, 2])),
            &[&[2, 1]],
        ),
        case(&RESHAPE, none().with("new_sizes", ints(&[3, 4])), &[&[2, 6]]),
        case(&TRANSPOSE, none().with("permutation", ints(&[2, 0, 1])), &[&[2, 3, 4]]),
        case(&SQUEEZE, none().with("dimensions", ints(&[1])), &[&[2, 1, 3]]),
        case(&REV, none().with("dimensions", ints(&[1])), &[&[2, 3]]),
        case(&CONCATENATE, none().with("dimension", 1usize), &[&[2, 1], &[2, 3]]),
        case(
            &SLICE,
            none()
                .with("start_indices", ints(&[1, 0]))
                .with("limit_indices", ints(&[4, 5]))
                .with("strides", Some(ints(&[1, 2]))),
            &[&[4, 6]],
        ),
        case(
            &PAD,
            none().with("padding_config", vec![triple(1, -1, 2), triple(0, 3, 0)]),
            &[&[3, 2], &[]],
        ),
    ];
    for at in 0..8 {
        let flag = |bit: u32| at >> bit & 1 == 1;
        let params = none()
            .with("conjugate_a", false)
            .with("left_side", flag(0))
            .with("lower", flag(1))
            .with("transpose_a", flag(2))
            .with("unit_diagonal", true);
        let b: &[usize] = if flag(0) { &[2, 3, 4] } else { &[2, 1, 3] };
        cases.push(case(&TRIANGULAR_SOLVE, params, &[&[2, 3, 3], b]));
    }
    for shape in [&[3, 3][..], &[2, 4], &[2, 4, 3]] {
        cases.push(case(&LU, none(), &[shape]));
    }
    let perturb = none().with("perturb_singular", false);
    cases.push(case(&TRIDIAGONAL_SOLVE, perturb, &[&[2, 4], &[2, 4], &[2, 4], &[2, 4, 3]]));
    for op in [&REDUCE_SUM, &REDUCE_PROD, &REDUCE_MAX, &REDUCE_MIN] {
        for axes in [&[1][..], &[0, 2], &[]] {
            cases.push(case(op, over(axes), &[&[2, 3, 4]]));
        }
    }
    for op in [&CUMSUM, &CUMPROD, &CUMMAX, &CUMMIN, &CUMLOGSUMEXP] {
        for (axis, reverse) in [(0, false), (1, true), (1, false)] {
            cases.push(case(op, along(axis, reverse), &[&[2, 7]]));
        }
    }
    cases.extend(convolutions());
    cases.extend(windows());
    cases
}

/// Convolutions with padding, strides, holes, groups and layouts.
fn convolutions() -> Vec<Case> {
    let plain = || Conv::new(ConvDims::features_first(2));
    let mixed = ConvDims {
        lhs_spec: vec![3, 2, 0, 1],
        rhs_spec: vec![1, 3, 2, 0],
        out_spec: vec![2, 0, 3, 1],
    };
    let conv = |conv: Conv, lhs: &[usize], rhs: &[usize]| {
        case(&CONV_GENERAL_DILATED, conv.params(), &[lhs, rhs])
    };
    let strided = Conv { padding: vec![(1, -1), (-2, 3)], window_strides: vec![2, 3], ..plain() };
    let dilated = Conv {
        lhs_dilation: vec![3, 2],
        rhs_dilation: vec![2, 3],
        padding: vec![(0, 1), (2, 0)],
        window_strides: vec![2, 1],
        ..plain()
    };
    let padded = Conv { padding: vec![(1, 1), (0, 2)], ..Conv::new(mixed) };
    vec![
        conv(plain(), &[2, 4, 3, 5], &[6, 4, 2, 3]),
        conv(strided, &[2, 2, 5, 7], &[3, 2, 2, 3]),
        conv(dilated, &[2, 2, 3, 4], &[2, 2, 2, 3]),
        conv(Conv { feature_group_count: 2, ..plain() }, &[2, 4, 3, 5], &[6, 2, 2, 3]),
        conv(Conv { batch_group_count: 2, ..plain() }, &[4, 2, 3, 5], &[6, 2, 2, 3]),
        conv(padded, &[3, 4, 2, 2], &[3, 4, 2, 2]),
        conv(Conv::new(ConvDims::features_last(1)), &[2, 5, 3], &[2, 3, 4]),
        conv(Conv::new(ConvDims::features_first(0)), &[2, 3], &[4, 3]),
    ]
}

/// Ops of windows with padding, strides and holes.
fn windows() -> Vec<Case> {
    let plain = Window::new(&[2, 3], &[1, 2]);
    let windows = [
        plain.clone(),
        Window { padding: vec![(1, 0), (2, 1)], ..plain.clone() },
        Window { padding: vec![(-1, 0), (0, -1)], ..plain.clone() },
        Window { base_dilation: vec![2, 3], padding: vec![(0, 1), (1, 1)], ..plain.clone() },
        Window { window_dilation: vec![2, 1], ..plain },
    ];
    let shape: &[usize] = &[4, 6];
    let mut cases = Vec::new();
    for window in windows {
        cases.push(case(&REDUCE_WINDOW_SUM, window.params(), &[shape]));
        cases.push(case(&REDUCE_WINDOW_MAX, window.params(), &[shape]));
        cases.push(case(&REDUCE_WINDOW_MIN, window.params(), &[shape]));
        if window.window_dilation != [1, 1] {
            continue;
        }
        let gather = window.params().with("select_prim", Select::Ge.param());
        cases.push(case(&SELECT_AND_GATHER_ADD, gather, &[shape, shape]));
        if window.base_dilation == [1, 1] {
            let places: Vec<usize> = window.over(shape).iter().map(WindowDim::places).collect();
            let scatter = window.params_of_scatter(Select::Le);
            cases.push(case(&SELECT_AND_SCATTER_ADD, scatter, &[&places, shape]));
        }
    }
    cases
}

/// Numbers between -1 and 1, without structure.
fn noise(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

impl Case {
    fn types(&self) -> Vec<ArrayType> {
        self.shapes.iter().map(|shape| ArrayType::new(DType::F64, shape)).collect()
    }

    fn out(&self) -> ArrayType {
        let types = self.types();
        let refs: Vec<&ArrayType> = types.iter().collect();
        infer(self.op, self.params.clone(), &refs, &Loc::unknown()).expect("well-typed").1[0]
            .clone()
    }

    fn operands(&self, seed: u64) -> Vec<Vec<f64>> {
        let types = self.types();
        types.iter().zip(1..).map(|(ty, at)| noise(ty.size(), 10 * seed + at)).collect()
    }

    /// The results of the program that `rule` writes on inputs of these shapes.
    fn run(
        &self,
        inputs: &[Input<'_>],
        rule: impl for<'b> FnOnce(&mut NoDriver<'b>, &Call<'_>, &[Handle<'b>]) -> Vec<Handle<'b>>,
    ) -> Vec<Vec<f64>> {
        let types: Vec<ArrayType> =
            inputs.iter().map(|(shape, _)| ArrayType::new(DType::F64, shape)).collect();
        let (builder, vars) = JaxprBuilder::with_inputs(&types);
        let builder = RefCell::new(builder);
        let handles: Vec<Handle<'_>> =
            vars.into_iter().map(|var| Handle::new(&builder, var.into())).collect();
        let types = self.types();
        let refs: Vec<&ArrayType> = types.iter().collect();
        let loc = Loc::unknown();
        let (params, _) = infer(self.op, self.params.clone(), &refs, &loc).expect("well-typed");
        let call = Call { op: self.op, params: &params, loc: &loc };
        let results = rule(&mut NoDriver(&builder), &call, &handles);
        let outputs: Vec<Atom> = results.iter().map(Handle::atom).collect();
        let jaxpr = builder.into_inner().finish(outputs);
        let buffers: Vec<Buffer> = inputs
            .iter()
            .map(|(shape, data)| Buffer::from_slice(shape, data).expect("fits"))
            .collect();
        let buffers: Vec<&Buffer> = buffers.iter().collect();
        let results = jaxide_eval::run(&jaxpr, &buffers).expect("runs");
        results.iter().map(|buffer| buffer.as_slice::<f64>().to_vec()).collect()
    }

    /// The op's result on operands.
    fn apply(&self, operands: &[Vec<f64>]) -> Vec<f64> {
        let inputs: Vec<Input<'_>> =
            self.shapes.iter().zip(operands).map(|(s, x)| (&s[..], &x[..])).collect();
        let mut results = self.run(&inputs, |_, call, inputs| {
            let vals = jaxide_lax::templates::vals(inputs);
            let mut outs = jaxide_lax::templates::bind_call(call, &vals);
            outs.truncate(1);
            jaxide_lax::templates::handles(outs)
        });
        results.remove(0)
    }
}

fn close(got: &[f64], want: &[f64], tolerance: f64, what: &str) {
    assert_eq!(got.len(), want.len(), "{what}");
    for (got, want) in got.iter().zip(want) {
        let error = (got - want).abs() / (1.0 + want.abs());
        assert!(error <= tolerance, "{what}: {got}, expected {want}");
    }
}

fn dot(x: &[f64], y: &[f64]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[test]
fn derivatives_are_limits_of_differences() {
    for case in cases() {
        let Rule::Is(rule) = case.op.jvp else { panic!("{} has no jvp rule", case.op.name) };
        let (x, t) = (case.operands(1), case.operands(2));
        let shapes = case.shapes.iter().chain(&case.shapes);
        let inputs: Vec<Input<'_>> =
            shapes.zip(x.iter().chain(&t)).map(|(s, x)| (&s[..], &x[..])).collect();
        let tangent = case.run(&inputs, |cx, call, inputs| {
            let (primals, tangents) = inputs.split_at(case.shapes.len());
            let tangents: Vec<Option<Handle<'_>>> = tangents.iter().copied().map(Some).collect();
            vec![rule(cx, call, primals, &tangents).unwrap().1[0].unwrap()]
        });
        let moved = |step: f64| -> Vec<f64> {
            let add = |(x, t): (&Vec<f64>, &Vec<f64>)| {
                x.iter().zip(t).map(|(x, t)| x + step * t).collect()
            };
            case.apply(&x.iter().zip(&t).map(add).collect::<Vec<_>>())
        };
        let (high, low) = (moved(1e-6), moved(-1e-6));
        let near: Vec<f64> = high.iter().zip(&low).map(|(h, l)| (h - l) / 2e-6).collect();
        close(&tangent[0], &near, 1e-6, &format!("{} {:?}", case.op.name, case.params));
    }
}

#[test]
fn transposes_keep_inner_products() {
    for case in cases() {
        let Rule::Is(rule) = case.op.transpose else { continue };
        for at in 0..case.shapes.len() {
            let chooses = case.op.name.starts_with("select_and");
            let solves = case.op.name.ends_with("_solve") && at + 1 < case.shapes.len();
            if ((case.op.name == "div") || chooses) && at == 1 || solves {
                continue;
            }
            let x = case.operands(3);
            let ct = noise(case.out().size(), 4);
            let out = case.out();
            let all_linear = matches!(case.op.name, "add" | "sub" | "concatenate" | "pad");
            let mut inputs: Vec<Input<'_>> =
                case.shapes.iter().zip(&x).map(|(s, x)| (&s[..], &x[..])).collect();
            inputs[at] = (&out.shape, &ct);
            let types = case.types();
            let grad = case.run(&inputs, |cx, call, inputs| {
                let operand = |i: usize| match all_linear || i == at {
                    true => LinearOperand::Linear(types[i].clone()),
                    false => LinearOperand::Known(inputs[i]),
                };
                let operands: Vec<_> = (0..types.len()).map(operand).collect();
                vec![rule(cx, call, &[Some(inputs[at])], &operands).unwrap()[at].unwrap()]
            });
            // Where all operands are linear together, the others count as zero.
            let mut alone = x.clone();
            if all_linear {
                alone
                    .iter_mut()
                    .enumerate()
                    .filter(|(i, _)| *i != at)
                    .for_each(|(_, x)| x.fill(0.0));
            }
            let (left, right) = (dot(&ct, &case.apply(&alone)), dot(&grad[0], &x[at]));
            close(&[right], &[left], 1e-12, &format!("{} by {at}", case.op.name));
        }
    }
}

/// `count` arrays of one shape as one with a new axis.
fn stack(items: &[Vec<f64>], shape: &[usize], axis: usize) -> Vec<f64> {
    let inner: usize = shape[axis..].iter().product();
    let outer: usize = shape[..axis].iter().product();
    let row = |at: usize| items.iter().flat_map(move |item| item[at * inner..][..inner].to_vec());
    (0..outer).flat_map(row).collect()
}

#[test]
fn batching_is_a_loop() {
    const SIZE: usize = 3;
    for case in cases() {
        let Rule::Is(rule) = case.op.batch else { panic!("{} has no rule", case.op.name) };
        let count = case.shapes.len();
        for mask in 1..1 << count {
            let axis_of = |i: usize| {
                let last = case.shapes[i].len();
                (mask >> i & 1 == 1).then_some(if (mask + i).is_multiple_of(2) { 0 } else { last })
            };
            let lanes: Vec<Vec<Vec<f64>>> =
                (0..SIZE as u64).map(|i| case.operands(5 + i)).collect();
            let mut shapes = case.shapes.clone();
            let mut data = lanes[0].clone();
            for i in 0..count {
                let Some(axis) = axis_of(i) else { continue };
                let items: Vec<Vec<f64>> = lanes.iter().map(|lane| lane[i].clone()).collect();
                data[i] = stack(&items, &shapes[i], axis);
                shapes[i].insert(axis, SIZE);
            }
            let inputs: Vec<Input<'_>> =
                shapes.iter().zip(&data).map(|(s, x)| (&s[..], &x[..])).collect();
            let mut at = None;
            let got = case.run(&inputs, |cx, call, inputs| {
                let axes = (0..count).map(axis_of);
                let operands: Vec<_> = inputs.iter().copied().zip(axes).collect();
                let outs = rule(cx, call, SIZE, &operands).unwrap();
                at = outs[0].1;
                vec![outs[0].0]
            });
            let lane = |lane: &Vec<Vec<f64>>| {
                let pick = |i: usize| if axis_of(i).is_some() { &lane[i] } else { &lanes[0][i] };
                case.apply(&(0..count).map(|i| pick(i).clone()).collect::<Vec<_>>())
            };
            let items: Vec<Vec<f64>> = lanes.iter().map(lane).collect();
            let want = stack(&items, &case.out().shape, at.unwrap());
            close(&got[0], &want, 1e-12, &format!("{} {mask:b}", case.op.name));
        }
    }
}

#[test]
fn derivatives_of_special_functions_are_limits_of_differences() {
    let rows: [(&'static OpDef, &[f64], &[usize]); 14] = [
        (&LGAMMA, &[2.3], &[0]),
        (&LGAMMA, &[-0.7], &[0]),
        (&DIGAMMA, &[1.7], &[0]),
        (&DIGAMMA, &[-1.3], &[0]),
        (&POLYGAMMA, &[2.0, 1.7], &[1]),
        (&ZETA, &[2.5, 1.3], &[1]),
        (&IGAMMA, &[1.5, 0.8], &[0, 1]),
        (&IGAMMA, &[1.5, 3.8], &[0, 1]),
        (&IGAMMAC, &[0.5, 0.8], &[0, 1]),
        (&IGAMMAC, &[2.5, 3.8], &[0, 1]),
        (&BESSEL_I0E, &[1.3], &[0]),
        (&BESSEL_I1E, &[-9.5], &[0]),
        (&BESSEL_I1E, &[0.3], &[0]),
        (&REGULARIZED_INCOMPLETE_BETA, &[1.5, 2.5, 0.3], &[2]),
    ];
    for (op, point, by) in rows {
        let Rule::Is(rule) = op.jvp else { panic!("{} has no jvp rule", op.name) };
        let case = case(op, Params::new(), &vec![&[][..]; point.len()]);
        let x: Vec<Vec<f64>> = point.iter().map(|x| vec![*x]).collect();
        for &at in by {
            let one = vec![1.0];
            let inputs: Vec<Input<'_>> =
                x.iter().chain([&one]).map(|x| (&[][..], &x[..])).collect();
            let tangent = case.run(&inputs, |cx, call, inputs| {
                let (one, primals) = inputs.split_last().expect("one tangent");
                let tangents: Vec<_> =
                    (0..primals.len()).map(|i| (i == at).then_some(*one)).collect();
                vec![
                    rule(cx, call, primals, &tangents).expect("by this operand").1[0]
                        .expect("a slope"),
                ]
            });
            let moved = |step: f64| {
                let mut x = x.clone();
                x[at][0] += step;
                case.apply(&x)[0]
            };
            let near = (moved(1e-6) - moved(-1e-6)) / 2e-6;
            close(&tangent[0], &[near], 1e-7, &format!("{} {point:?} by {at}", op.name));
        }
    }
}

#[test]
fn lanes_of_an_iteration_do_not_depend_on_each_other() {
    let alone = |op: &'static OpDef, x: &[f64]| {
        let shapes = vec![&[][..]; x.len()];
        case(op, Params::new(), &shapes).apply(&x.iter().map(|x| vec![*x]).collect::<Vec<_>>())[0]
    };
    let together = |op: &'static OpDef, x: &[Vec<f64>]| {
        let shapes = vec![&[4][..]; x.len()];
        case(op, Params::new(), &shapes).apply(x)
    };
    let (a, x) = (vec![0.5, 20.0, 3.0, 700.0], vec![0.25, 10.0, 9.0, 720.0]);
    for op in [&IGAMMA, &IGAMMAC, &IGAMMA_GRAD_A, &RANDOM_GAMMA_GRAD] {
        let want: Vec<f64> = a.iter().zip(&x).map(|(a, x)| alone(op, &[*a, *x])).collect();
        assert_eq!(together(op, &[a.clone(), x.clone()]), want, "{}", op.name);
    }
    let (b, x) = (vec![0.5, 2.0, 300.0, 4.0], vec![0.25, 0.875, 0.01, 0.5]);
    let beta = &REGULARIZED_INCOMPLETE_BETA;
    let want: Vec<f64> = (0..4).map(|i| alone(beta, &[a[i], b[i], x[i]])).collect();
    assert_eq!(together(beta, &[a, b, x]), want);
}
