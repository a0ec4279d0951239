//! The entry point that callers get: one function over an array of argument pointers.
//!
//! The signature of `@main` differs from program to program; a caller with one function type needs no `libffi` and no
//! `match` over argument counts. The wrapper is written in LLVM IR, after translation:
//!
//! ```text
//! define void @jaxide_entry(ptr %args) {
//!   %0 = getelementptr ptr, ptr %args, i64 0
//!   %1 = load ptr, ptr %0
//!   ...
//!   call void @main(ptr %1, ...)
//!   ret void
//! }
//! ```
//!
//! `@main` is not inlined into it, so that `noalias` stays on parameters, where it is cheapest for LLVM.

use std::ffi::{CStr, CString};

use mlir_sys::{
    LLVMAddAttributeAtIndex, LLVMAddFunction, LLVMAppendBasicBlockInContext, LLVMBuildCall2,
    LLVMBuildGEP2, LLVMBuildLoad2, LLVMBuildRetVoid, LLVMBuilderRef, LLVMConstInt, LLVMCountParams,
    LLVMCreateBuilderInContext, LLVMCreateEnumAttribute, LLVMDisposeBuilder, LLVMFunctionType,
    LLVMGetEnumAttributeKindForName, LLVMGetFirstGlobal, LLVMGetNamedFunction, LLVMGetNextGlobal,
    LLVMGetParam, LLVMGetReturnType, LLVMGetTypeKind, LLVMGlobalGetValueType,
    LLVMInt64TypeInContext, LLVMIsDeclaration, LLVMLinkage_LLVMInternalLinkage,
    LLVMPointerTypeInContext, LLVMPositionBuilderAtEnd, LLVMSetLinkage,
    LLVMTypeKind_LLVMPointerTypeKind, LLVMTypeKind_LLVMVoidTypeKind, LLVMTypeOf, LLVMTypeRef,
    LLVMValueRef, LLVMVoidTypeInContext,
};

use super::error::JitErrorKind;
use super::module::{Failed, LlvmModule};

/// The symbol of the entry point.
pub(super) const SYMBOL: &CStr = c"jaxide_entry";

/// Position of a function's own attributes (`LLVMAttributeFunctionIndex`).
const FUNCTION_ATTRIBUTES: u32 = u32::MAX;

/// Adds the entry point around the function `main`, makes everything else internal, and returns the number of arguments.
pub(super) fn add_entry(module: &LlvmModule, main: &str) -> Result<usize, Failed> {
    let function = find_main(module, main)?;
    hide_definitions(module);
    // SAFETY: the function belongs to the module, and the attribute to its context.
    unsafe {
        let kind = LLVMGetEnumAttributeKindForName(c"noinline".as_ptr(), c"noinline".count_bytes());
        let noinline = LLVMCreateEnumAttribute(module.context(), kind, 0);
        LLVMAddAttributeAtIndex(function, FUNCTION_ATTRIBUTES, noinline);
    }
    Ok(build_wrapper(module, function))
}

/// The function to wrap, checked: defined, pointers in, nothing out.
fn find_main(module: &LlvmModule, main: &str) -> Result<LLVMValueRef, Failed> {
    let fail = |message: String| Err((JitErrorKind::Entry, message));
    let name = CString::new(main).map_err(|error| (JitErrorKind::Entry, error.to_string()))?;
    // SAFETY: the module is alive and the name zero-terminated.
    let function = unsafe { LLVMGetNamedFunction(module.as_ptr(), name.as_ptr()) };
    // SAFETY: not null, so a function of the module.
    if function.is_null() || unsafe { LLVMIsDeclaration(function) } != 0 {
        return fail(format!("expected a definition of @{main}, got a module without one"));
    }
    // SAFETY: a function has a function type; its parameters are counted first.
    unsafe {
        let ty = LLVMGlobalGetValueType(function);
        if LLVMGetTypeKind(LLVMGetReturnType(ty)) != LLVMTypeKind_LLVMVoidTypeKind {
            return fail(format!("expected @{main} to return nothing, got a result"));
        }
        for index in 0..LLVMCountParams(function) {
            if LLVMGetTypeKind(LLVMTypeOf(LLVMGetParam(function, index)))
                != LLVMTypeKind_LLVMPointerTypeKind
            {
                return fail(format!(
                    "expected @{main} to take pointers alone, got another type in argument {index}"
                ));
            }
        }
    }
    Ok(function)
}

/// Names inside a program must neither clash with another program's nor replace one of the C library.
fn hide_definitions(module: &LlvmModule) {
    // SAFETY: all values belong to the module, which is alive.
    unsafe {
        let hide = |value: LLVMValueRef| {
            if LLVMIsDeclaration(value) == 0 {
                LLVMSetLinkage(value, LLVMLinkage_LLVMInternalLinkage);
            }
        };
        module.functions().for_each(hide);
        let mut global = LLVMGetFirstGlobal(module.as_ptr());
        while !global.is_null() {
            hide(global);
            global = LLVMGetNextGlobal(global);
        }
    }
}

fn build_wrapper(module: &LlvmModule, function: LLVMValueRef) -> usize {
    let context = module.context();
    // SAFETY: types, block and builder belong to the module's context; the builder is freed at the end.
    unsafe {
        let pointer = LLVMPointerTypeInContext(context, 0);
        let mut parameters = [pointer];
        let ty = LLVMFunctionType(LLVMVoidTypeInContext(context), parameters.as_mut_ptr(), 1, 0);
        let wrapper = LLVMAddFunction(module.as_ptr(), SYMBOL.as_ptr(), ty);
        let block = LLVMAppendBasicBlockInContext(context, wrapper, c"".as_ptr());
        let builder = LLVMCreateBuilderInContext(context);
        LLVMPositionBuilderAtEnd(builder, block);
        let index_type = LLVMInt64TypeInContext(context);
        let array = LLVMGetParam(wrapper, 0);
        let mut arguments: Vec<LLVMValueRef> = (0..LLVMCountParams(function))
            .map(|index| {
                load_argument(
                    builder,
                    pointer,
                    array,
                    LLVMConstInt(index_type, u64::from(index), 0),
                )
            })
            .collect();
        let count = u32::try_from(arguments.len()).expect("LLVM counts parameters in 32 bits");
        let callee_type = LLVMGlobalGetValueType(function);
        LLVMBuildCall2(builder, callee_type, function, arguments.as_mut_ptr(), count, c"".as_ptr());
        LLVMBuildRetVoid(builder);
        LLVMDisposeBuilder(builder);
        arguments.len()
    }
}

/// Loads element `index` of the pointer array.
///
/// # Safety
///
/// The builder stands in a function of which `array` is a parameter; all belong to one context.
unsafe fn load_argument(
    builder: LLVMBuilderRef,
    pointer: LLVMTypeRef,
    array: LLVMValueRef,
    index: LLVMValueRef,
) -> LLVMValueRef {
    let mut indices = [index];
    // SAFETY: passed on to the caller.
    unsafe {
        let slot = LLVMBuildGEP2(builder, pointer, array, indices.as_mut_ptr(), 1, c"".as_ptr());
        LLVMBuildLoad2(builder, pointer, slot, c"".as_ptr())
    }
}
