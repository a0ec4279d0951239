//! The dialect that the tests use: an op for each shape of rule and each kind of parameter.

use std::{any::Any, sync::Arc};

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Dialect, Effect, Effects, Fold, Lower, OpDef, OutTypes, Param,
    ParamDef, ParamExt, ParamKind, Reading, RecordDef, Registry, Result, Rule, diag, op::InferFn,
};
use smallvec::smallvec;

const NONE: Rule<fn()> = Rule::Never("a test op");

const fn never<F>() -> Rule<F> {
    let Rule::Never(why) = NONE else { unreachable!() };
    Rule::Never(why)
}

const fn op(name: &'static str, arity: Arity, infer: InferFn) -> OpDef {
    OpDef {
        name,
        summary: "A test op.",
        arity,
        classes: &[],
        params: &[],
        infer,
        verify: None,
        effects: |_| Effects::NONE,
        fold: Fold::Never,
        jvp: never(),
        transpose: never(),
        batch: never(),
        partial_eval: never(),
        dce: never(),
        lower: Lower::Structured,
    }
}

fn same_types(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    let array = operands.iter().find(|ty| ty.rank() > 0).unwrap_or(&operands[0]);
    for ty in operands {
        if ty.dtype != array.dtype {
            return Err(diag::dtype_mismatch(call.op.name, array.dtype, ty.dtype));
        }
        if ty.rank() > 0 && ty.shape != array.shape {
            return Err(diag::shape_mismatch(call.op.name, array, ty));
        }
    }
    Ok(smallvec![(*array).clone()])
}

fn infer_float(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    match operands[0].dtype.is_float() {
        true => Ok(smallvec![operands[0].clone()]),
        false => Err(diag::operand_dtype(call.op.name, 0, "a float", operands[0].dtype)),
    }
}

fn infer_select(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    if !operands[0].dtype.is_bool() {
        return Err(diag::operand_dtype(call.op.name, 0, "bool", operands[0].dtype));
    }
    same_types(call, &operands[1..])
}

fn infer_mul(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    let types = same_types(call, operands)?;
    match call.params.get("out_dtype") {
        Some(Param::DType(dtype)) => Ok(smallvec![types[0].with_dtype(*dtype)]),
        _ => Ok(types),
    }
}

fn infer_convert(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    Ok(smallvec![operands[0].with_dtype(call.params.dtype("new_dtype"))])
}

fn infer_iota(call: &Call<'_>, _: &[&ArrayType]) -> Result<OutTypes> {
    Ok(smallvec![ArrayType::new(call.params.dtype("dtype"), &call.params.usizes("shape"))])
}

fn infer_call(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    results(call, call.params.jaxpr("jaxpr"), operands)
}

fn infer_cond(call: &Call<'_>, operands: &[&ArrayType]) -> Result<OutTypes> {
    if operands[0].dtype != DType::I32 {
        return Err(diag::operand_dtype(call.op.name, 0, "i32", operands[0].dtype));
    }
    let mut types = OutTypes::new();
    for branch in call.params.jaxprs() {
        types = results(call, branch, &operands[1..])?;
    }
    Ok(types)
}

fn results(call: &Call<'_>, jaxpr: &jaxide_ir::Jaxpr, operands: &[&ArrayType]) -> Result<OutTypes> {
    if jaxpr.in_types().iter().ne(operands.iter().copied()) {
        return Err(diag::invalid(call.op.name, "operands are not what the jaxpr takes"));
    }
    Ok(jaxpr.out_types().into())
}

/// Comparison operators of `kinds`, spelled `a < b`.
#[derive(Debug, PartialEq)]
pub(crate) struct Order(pub(crate) String);

impl ParamExt for Order {
    fn print(&self) -> String {
        format!("order({} -> 1)", self.0)
    }
    fn equals(&self, other: &dyn ParamExt) -> bool {
        other.as_any().downcast_ref::<Order>() == Some(self)
    }
    fn as_any(&self) -> &dyn Any {
        self
    }
}

fn read_order(text: &str) -> Result<Arc<dyn ParamExt>> {
    let inside = text.strip_prefix("order(").and_then(|text| text.strip_suffix(" -> 1)"));
    match inside {
        Some(inside) => Ok(Arc::new(Order(inside.into()))),
        None => Err(diag::param("kinds", "ext", "order(... -> 1)", text)),
    }
}

pub(crate) static NUMBERS: RecordDef = RecordDef {
    name: "Numbers",
    fields: &[
        ParamDef::required("dims", ParamKind::Tuple(&ParamKind::Int)),
        ParamDef::optional("mode", ParamKind::Optional(&ParamKind::Str), Param::None),
    ],
};

/// The enumerators of the parameter `symbol` of `kinds`.
pub(crate) const MODES: [&str; 3] = ["Mode.CLIP", "Mode.FILL", "Mode.DROP"];

pub(crate) static ADD: OpDef = op("add", Arity::Exactly(2), same_types);
pub(crate) static CALL: OpDef = OpDef {
    params: &[
        ParamDef::optional("name", ParamKind::Optional(&ParamKind::Str), Param::None),
        ParamDef::required("jaxpr", ParamKind::Jaxpr),
    ],
    ..op("call", Arity::AtLeast(0), infer_call)
};
pub(crate) static CHECK: OpDef = OpDef {
    effects: |_| Effects::of(Effect::Check),
    ..op("check", Arity::AtLeast(1), |_, _| Ok(smallvec![]))
};
pub(crate) static COND: OpDef = OpDef {
    params: &[ParamDef::required("branches", ParamKind::Tuple(&ParamKind::Jaxpr))],
    ..op("cond", Arity::AtLeast(1), infer_cond)
};
pub(crate) static CONVERT: OpDef = OpDef {
    params: &[
        ParamDef::required("new_dtype", ParamKind::DType),
        ParamDef::shown("weak_type", ParamKind::Bool, Param::Bool(false)),
    ],
    ..op("convert", Arity::Exactly(1), infer_convert)
};
pub(crate) static IOTA: OpDef = OpDef {
    params: &[
        ParamDef::required("dtype", ParamKind::DType),
        ParamDef::required("shape", ParamKind::Tuple(&ParamKind::Int)),
    ],
    ..op("iota", Arity::Exactly(0), infer_iota)
};
pub(crate) static KINDS: OpDef = OpDef {
    params: &[
        ParamDef::required("bool", ParamKind::Bool),
        ParamDef::required("int", ParamKind::Int),
        ParamDef::required("float", ParamKind::Float),
        ParamDef::required("dtype", ParamKind::DType),
        ParamDef::required("symbol", ParamKind::Symbol(&MODES)),
        ParamDef::required("str", ParamKind::Str),
        ParamDef::required("tuple", ParamKind::Tuple(&ParamKind::Int)),
        ParamDef::required("list", ParamKind::List(&ParamKind::Str)),
        ParamDef::required(
            "pair",
            ParamKind::TupleOf(&[ParamKind::List(&ParamKind::Int), ParamKind::Bool]),
        ),
        ParamDef::required("record", ParamKind::Record(&NUMBERS)),
        ParamDef::required("ext", ParamKind::Ext(read_order)),
        ParamDef::optional("maybe", ParamKind::Optional(&ParamKind::Int), Param::None),
        ParamDef::shown("shown", ParamKind::Optional(&ParamKind::Float), Param::None),
    ],
    ..op("test.kinds", Arity::Exactly(1), |_, operands| Ok(smallvec![operands[0].clone()]))
};
pub(crate) static MUL: OpDef = OpDef {
    params: &[ParamDef::optional("out_dtype", ParamKind::Optional(&ParamKind::DType), Param::None)],
    ..op("mul", Arity::Exactly(2), infer_mul)
};
pub(crate) static SCATTER_ADD: OpDef = op("scatter-add", Arity::Exactly(2), same_types);
pub(crate) static SELECT: OpDef = op("select_n", Arity::Exactly(3), infer_select);
pub(crate) static SIN: OpDef = op("sin", Arity::Exactly(1), infer_float);
pub(crate) static SPLIT: OpDef = op("split", Arity::Exactly(1), |_, operands| {
    Ok(smallvec![operands[0].clone(), operands[0].clone()])
});

static DIALECT: Dialect = Dialect {
    name: "test",
    ops: &[
        &ADD,
        &CALL,
        &CHECK,
        &COND,
        &CONVERT,
        &IOTA,
        &MUL,
        &SCATTER_ADD,
        &SELECT,
        &SIN,
        &SPLIT,
        &KINDS,
    ],
    aliases: &[("jit", "call"), ("pjit", "call")],
    ignored_params: &[("*", "out_sharding"), ("call", "policy")],
    renamed_params: &[("call", "call_jaxpr", "jaxpr")],
    readings: &[Reading { op: "add", param: "out_dtype", convert: &CONVERT, dtype: "new_dtype" }],
};

pub(crate) fn registry() -> Registry {
    Registry::new(&[&DIALECT])
}

/// The program of a text that is right.
#[track_caller]
pub(crate) fn read(text: &str) -> jaxide_ir::Jaxpr {
    jaxide_ir::parse(text, "test", &registry()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}
