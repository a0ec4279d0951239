//! Whatever an op's record admits runs or is refused in words: every op on every element type, on
//! scalars, empty and filled arrays, with plain and odd parameters.

use jaxide_eval::apply;
use jaxide_ir::{
    Arity, ArrayType, Call, DType, Fold, Loc, OpDef, Param, ParamKind, Params, TensorData,
    builder::infer,
};
use jaxide_runtime::{Buffer, diag::UNSUPPORTED};

const SHAPES: &[&[usize]] = &[&[], &[0], &[1], &[3], &[2, 0], &[2, 3]];

#[test]
fn every_admitted_application_runs_or_is_refused() {
    let registry = jaxide_lax::registry();
    let mut ran = 0;
    for op in registry.ops() {
        for variant in 0..4 {
            let Some(params) = params(op, variant) else { continue };
            for (dtype, shape) in DType::all().flat_map(|d| SHAPES.iter().map(move |s| (d, *s))) {
                ran += usize::from(applies(op, &params, dtype, shape));
            }
        }
    }
    assert!(ran > 3000, "{ran}");
}

/// Applies an op to equal operands; true when it ran.
fn applies(op: &'static OpDef, params: &Params, dtype: DType, shape: &[usize]) -> bool {
    let x = filled(ArrayType::new(dtype, shape));
    let (Arity::Exactly(count) | Arity::AtLeast(count)) = op.arity;
    let operands = vec![&x; count];
    match apply(op, params, &operands) {
        Ok(results) => {
            expect_same_fold(op, params, &operands, &results);
            true
        }
        Err(error) => {
            let complex = dtype.is_complex() && error.code() == UNSUPPORTED;
            let code = error.code().0;
            assert!(complex || code.starts_with("J01"), "{} {}: {error}", op.name, x.ty());
            false
        }
    }
}

/// What folding computes at compile time is what the interpreter computes.
fn expect_same_fold(op: &'static OpDef, params: &Params, operands: &[&Buffer], results: &[Buffer]) {
    let Fold::By(fold) = op.fold else { return };
    let types: Vec<&ArrayType> = operands.iter().map(|x| x.ty()).collect();
    let loc = Loc::unknown();
    let (params, _) = infer(op, params.clone(), &types, &loc).expect("the op was applied");
    let tensors: Vec<TensorData> = operands.iter().map(|x| x.to_tensor()).collect();
    let tensors: Vec<&TensorData> = tensors.iter().collect();
    let Some(folded) = fold(&Call { op, params: &params, loc: &loc }, &tensors) else { return };
    for (folded, result) in folded.iter().zip(results) {
        assert_eq!(folded, &result.to_tensor(), "{} {}", op.name, types[0]);
    }
}

fn filled(ty: ArrayType) -> Buffer {
    let mut buffer = Buffer::zeros(ty).expect("the array is small");
    let bool = buffer.ty().dtype.is_bool();
    for (i, byte) in buffer.bytes_mut().iter_mut().enumerate() {
        *byte = if bool { (i % 2) as u8 } else { (i * 37 + 200) as u8 };
    }
    buffer
}

/// Values for the required parameters; `None` where one cannot be made up.
fn params(op: &OpDef, variant: usize) -> Option<Params> {
    let mut params = Params::new();
    for def in op.params.iter().filter(|def| def.default.is_none()) {
        params.set(def.name, value(&def.kind, variant)?);
    }
    // Without parameters all variants are alike.
    (variant == 0 || params.iter().next().is_some()).then_some(params)
}

fn value(kind: &ParamKind, variant: usize) -> Option<Param> {
    let int = [0i64, 1, 2, -1][variant];
    Some(match kind {
        ParamKind::Bool => Param::Bool(variant % 2 == 1),
        ParamKind::Int => Param::Int(int),
        ParamKind::Float => Param::Float(int as f64),
        ParamKind::DType => Param::DType([DType::F32, DType::I32, DType::U8, DType::BF16][variant]),
        ParamKind::Symbol(names) => Param::Symbol((*names.first()?).into()),
        ParamKind::Tuple(kind) | ParamKind::List(kind) => {
            let items = [0, 1, 2, 1][variant];
            let item = |at| value(kind, if variant == 2 { at } else { variant });
            Param::Tuple((0..items).map(item).collect::<Option<_>>()?)
        }
        ParamKind::TupleOf(kinds) => {
            Param::Tuple(kinds.iter().map(|kind| value(kind, variant)).collect::<Option<_>>()?)
        }
        ParamKind::Optional(_) => Param::None,
        _ => return None,
    })
}
