//! Calls into the C library where MLIR's own expansion would lose digits.
//!
//! `convert-math-to-llvm` writes `math.expm1` as `exp(x) - 1`, which is 0 for small `x`, and it runs before
//! `convert-math-to-libm` because that pass would also turn `sqrt` and `floor` into calls. So `math.expm1` becomes a
//! `func.call` here, before the passes: of the C function itself for f32 and f64, of a small function around it for
//! halves and for vectors of rank 1. Other types are left to the passes.

use melior::Context;
use melior::ir::attribute::{FlatSymbolRefAttribute, StringAttribute};
use melior::ir::block::BlockLike;
use melior::ir::operation::{OperationBuilder, OperationLike, OperationRef, WalkOrder, WalkResult};
use melior::ir::{BlockRef, Identifier, Module, Operation, ValueLike};
use mlir_sys::{
    MlirOperation, MlirStringRef, mlirOperationDestroy, mlirSymbolTableCreate,
    mlirSymbolTableDestroy, mlirSymbolTableLookup, mlirValueReplaceAllUsesOfWith,
};

const OP: &str = "math.expm1";

/// Replaces every `math.expm1` of a module by a call.
pub(super) fn call_expm1(context: &Context, module: &Module) -> Result<(), melior::Error> {
    let mut found: Vec<MlirOperation> = Vec::new();
    module.as_operation().walk(WalkOrder::PreOrder, |operation| {
        if operation.name().as_string_ref().as_str() == Ok(OP) {
            found.push(operation.to_raw());
        }
        WalkResult::Advance
    });
    for raw in found {
        // SAFETY: the walk found the operation, and only other operations were replaced since.
        let operation = unsafe { OperationRef::from_raw(raw) };
        replace(context, module, operation)?;
    }
    Ok(())
}

fn replace(
    context: &Context,
    module: &Module,
    operation: OperationRef,
) -> Result<(), melior::Error> {
    let ty = operation.result(0)?.r#type();
    let (Some((name, functions)), Some(block)) = (function_for(&ty.to_string()), operation.block())
    else {
        return Ok(());
    };
    declare(context, module, &functions)?;
    let callee = FlatSymbolRefAttribute::new(context, &name).into();
    let call = OperationBuilder::new("func.call", operation.location())
        .add_operands(&[operation.operand(0)?])
        .add_results(&[ty])
        .add_attributes(&[(Identifier::new(context, "callee"), callee)])
        .build()?;
    insert_instead(block, operation, call)
}

fn insert_instead<'c>(
    block: BlockRef<'c, '_>,
    operation: OperationRef<'c, '_>,
    call: Operation<'c>,
) -> Result<(), melior::Error> {
    let call = block.insert_operation_before(operation, call);
    let (old, new) = (operation.result(0)?, call.result(0)?);
    // SAFETY: both values have one type, and the old operation is destroyed once, when it has no uses left.
    unsafe {
        mlirValueReplaceAllUsesOfWith(old.to_raw(), new.to_raw());
        mlirOperationDestroy(operation.to_raw());
    }
    Ok(())
}

/// Appends functions to the module, unless they are there.
fn declare(context: &Context, module: &Module, functions: &str) -> Result<(), melior::Error> {
    let parsed = Module::parse(context, functions).expect("the functions are well-formed MLIR");
    let mut next = parsed.body().first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        let name = StringAttribute::try_from(operation.attribute("sym_name")?)?;
        if !is_known(module, name.value()) {
            module.body().append_operation((*operation).clone());
        }
    }
    Ok(())
}

fn is_known(module: &Module, symbol: &str) -> bool {
    // SAFETY: the module is alive, the symbol's bytes are lent during the call, and the table is freed once.
    unsafe {
        let table = mlirSymbolTableCreate(module.as_operation().to_raw());
        let symbol = MlirStringRef { data: symbol.as_ptr().cast(), length: symbol.len() };
        let found = mlirSymbolTableLookup(table, symbol);
        mlirSymbolTableDestroy(table);
        !found.ptr.is_null()
    }
}

/// The function to call for a type, with the functions that must exist for it.
fn function_for(ty: &str) -> Option<(String, String)> {
    let single = "func.func private @expm1f(f32) -> f32\n";
    let double = "func.func private @expm1(f64) -> f64\n";
    match ty {
        "f32" => Some(("expm1f".into(), single.into())),
        "f64" => Some(("expm1".into(), double.into())),
        "f16" | "bf16" => {
            Some((format!("jaxide_expm1_{ty}"), single.to_owned() + &half_function(ty)))
        }
        _ => {
            let (lanes, element) =
                ty.strip_prefix("vector<")?.strip_suffix('>')?.split_once('x')?;
            let (callee, functions) = function_for(element)?;
            let name = format!("jaxide_expm1_{lanes}x{element}");
            let function = vector_function(&name, ty, element, &callee, lanes.parse().ok()?);
            Some((name, functions + &function))
        }
    }
}

fn half_function(ty: &str) -> String {
    format!(
        "func.func private @jaxide_expm1_{ty}(%x: {ty}) -> {ty} {{
            %wide = arith.extf %x : {ty} to f32
            %result = func.call @expm1f(%wide) : (f32) -> f32
            %narrow = arith.truncf %result : f32 to {ty}
            return %narrow : {ty}
        }}\n"
    )
}

fn vector_function(name: &str, ty: &str, element: &str, callee: &str, lanes: usize) -> String {
    let mut body = String::new();
    for lane in 0..lanes {
        let before = if lane == 0 { "%x".to_owned() } else { format!("%v{}", lane - 1) };
        body += &format!(
            "%e{lane} = vector.extract %x[{lane}] : {element} from {ty}
            %r{lane} = func.call @{callee}(%e{lane}) : ({element}) -> {element}
            %v{lane} = vector.insert %r{lane}, {before} [{lane}] : {element} into {ty}\n"
        );
    }
    let result = if lanes == 0 { "%x".to_owned() } else { format!("%v{}", lanes - 1) };
    format!("func.func private @{name}(%x: {ty}) -> {ty} {{\n{body}return {result} : {ty}\n}}\n")
}
