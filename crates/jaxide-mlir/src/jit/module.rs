//! An LLVM module with the context that owns it.

use std::ffi::{CString, c_void};
use std::ptr;

use melior::ir::Module;
use mlir_sys::{
    LLVMContextCreate, LLVMContextDispose, LLVMContextRef, LLVMContextSetDiagnosticHandler,
    LLVMDiagnosticInfoRef, LLVMDiagnosticSeverity_LLVMDSError, LLVMDisposeModule,
    LLVMGetDiagInfoDescription, LLVMGetDiagInfoSeverity, LLVMGetFirstFunction, LLVMGetIntrinsicID,
    LLVMGetNextFunction, LLVMGetValueName2, LLVMIsDeclaration, LLVMModuleRef,
    LLVMPrintModuleToString, LLVMSetTarget, LLVMValueRef, mlirTranslateModuleToLLVMIR,
};

use super::error::JitErrorKind;
use super::fatal;
use super::llvm;
use super::target::{TargetMachine, check, host, take_message};

/// An LLVM module, dropped together with its context.
pub(super) struct LlvmModule {
    context: LLVMContextRef,
    module: LLVMModuleRef,
}

/// A step on LLVM IR that failed: which, and LLVM's message.
pub(super) type Failed = (JitErrorKind, String);

impl LlvmModule {
    /// Translates a module that is wholly in the `llvm` dialect.
    pub(super) fn translate(module: &Module, machine: &TargetMachine) -> Result<Self, Failed> {
        // SAFETY: the MLIR operation is alive, and its context has the translations registered; the LLVM context is new
        // and owned by the result. The handler has the type that LLVM asks for and uses no context pointer.
        let this = unsafe {
            let context = LLVMContextCreate();
            LLVMContextSetDiagnosticHandler(context, Some(on_diagnostic), ptr::null_mut());
            let module = mlirTranslateModuleToLLVMIR(module.as_operation().to_raw(), context);
            Self { context, module }
        };
        if this.module.is_null() {
            return Err((
                JitErrorKind::Translation,
                "the module cannot be translated to LLVM IR".into(),
            ));
        }
        // SAFETY: module and machine are alive; the layout is copied by the module and freed here.
        unsafe {
            let layout = llvm::LLVMCreateTargetDataLayout(machine.as_ptr());
            llvm::LLVMSetModuleDataLayout(this.module, layout);
            llvm::LLVMDisposeTargetData(layout);
            LLVMSetTarget(this.module, host().triple.as_ptr());
        }
        Ok(this)
    }

    /// The raw module, lent.
    pub(super) fn as_ptr(&self) -> LLVMModuleRef {
        self.module
    }

    /// The raw context, lent.
    pub(super) fn context(&self) -> LLVMContextRef {
        self.context
    }

    /// Checks LLVM's rules: the code generator takes them for granted.
    pub(super) fn verify(&self) -> Result<(), Failed> {
        let mut message = ptr::null_mut();
        // SAFETY: the module is alive; the message is owned by us, whatever the result.
        let (status, message) = unsafe {
            let status = llvm::LLVMVerifyModule(self.module, llvm::RETURN_STATUS, &raw mut message);
            (status, take_message(message))
        };
        if status == 0 { Ok(()) } else { Err((JitErrorKind::LlvmVerify, message)) }
    }

    /// Runs a list of LLVM passes.
    pub(super) fn run_passes(&self, passes: &str, machine: &TargetMachine) -> Result<(), Failed> {
        let list =
            CString::new(passes).map_err(|error| (JitErrorKind::LlvmPass, error.to_string()))?;
        // SAFETY: everything passed is alive during the call; the options are freed after it.
        let result = unsafe {
            let options = llvm::LLVMCreatePassBuilderOptions();
            let result =
                check(llvm::LLVMRunPasses(self.module, list.as_ptr(), machine.as_ptr(), options));
            llvm::LLVMDisposePassBuilderOptions(options);
            result
        };
        result.map_err(|message| (JitErrorKind::LlvmPass, message))
    }

    /// Generates an object or assembly. Changes the module.
    pub(super) fn emit(&self, file_type: i32, machine: &TargetMachine) -> Result<Vec<u8>, Failed> {
        let bytes = machine
            .emit(self.module, file_type)
            .map_err(|message| (JitErrorKind::Codegen, message))?;
        // The code generator reports some errors to the handler and goes on.
        if fatal::has_errors() {
            return Err((JitErrorKind::Codegen, "the code generator reported an error".into()));
        }
        Ok(bytes)
    }

    /// The module as text.
    pub(super) fn text(&self) -> String {
        // SAFETY: the module is alive; the string is ours.
        unsafe { take_message(LLVMPrintModuleToString(self.module)) + "\n" }
    }

    /// The functions, in order.
    pub(super) fn functions(&self) -> impl Iterator<Item = LLVMValueRef> + '_ {
        // SAFETY: the module is alive as long as the iterator.
        let first = unsafe { LLVMGetFirstFunction(self.module) };
        // SAFETY: each function belongs to the module.
        let next = |function: &LLVMValueRef| non_null(unsafe { LLVMGetNextFunction(*function) });
        std::iter::successors(non_null(first), next)
    }

    /// The functions that are called and not defined, without intrinsics: sorted names.
    pub(super) fn needed_symbols(&self) -> Vec<String> {
        let mut names: Vec<String> = self
            .functions()
            // SAFETY: the functions belong to a module that is alive.
            .filter(|function| unsafe {
                LLVMIsDeclaration(*function) != 0 && LLVMGetIntrinsicID(*function) == 0
            })
            .map(value_name)
            .collect();
        names.sort();
        names
    }
}

impl Drop for LlvmModule {
    fn drop(&mut self) {
        // SAFETY: both are owned; the module goes before its context.
        unsafe {
            if !self.module.is_null() {
                LLVMDisposeModule(self.module);
            }
            LLVMContextDispose(self.context);
        }
    }
}

fn non_null<T>(pointer: *mut T) -> Option<*mut T> {
    (!pointer.is_null()).then_some(pointer)
}

/// The name of a global value that is alive.
pub(super) fn value_name(value: LLVMValueRef) -> String {
    let mut length = 0;
    // SAFETY: the callers pass values of a module that is alive; the name is lent with its length.
    let bytes = unsafe {
        let name = LLVMGetValueName2(value, &raw mut length);
        std::slice::from_raw_parts(name.cast::<u8>(), length)
    };
    String::from_utf8_lossy(bytes).into_owned()
}

/// Without a handler, LLVM prints errors of the code generator and ends the process.
unsafe extern "C" fn on_diagnostic(info: LLVMDiagnosticInfoRef, _context: *mut c_void) {
    // SAFETY: LLVM lends a diagnostic during the call; its description is freed by `take_message`.
    let (severity, message) =
        unsafe { (LLVMGetDiagInfoSeverity(info), take_message(LLVMGetDiagInfoDescription(info))) };
    if severity == LLVMDiagnosticSeverity_LLVMDSError {
        fatal::note_error(message);
    }
}
