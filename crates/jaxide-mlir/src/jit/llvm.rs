//! The part of LLVM's C API that mlir-sys does not bind: target machines, the pass builder, ORC, and errors.
//!
//! Declarations only, each with what it takes and who owns what. mlir-sys links the libraries. `LLVMContext`, modules,
//! values, the IR builder and memory buffers are bound by mlir-sys and used from there.

use std::ffi::{c_char, c_int, c_uint, c_void};

use mlir_sys::{LLVMMemoryBufferRef, LLVMModuleRef};

macro_rules! opaque {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[repr(C)]
        pub(super) struct $name {
            _private: [u8; 0],
        }
    )*};
}

opaque! {
    /// A code generator that LLVM was built with.
    Target;
    /// A code generator for one CPU, with its features and level.
    TargetMachine;
    /// Sizes and alignments of a target.
    TargetData;
    /// Options of the pass builder.
    PassBuilderOptions;
    /// A recoverable error, owned by whoever gets it.
    Error;
    /// A JIT.
    LlJit;
    /// The settings of a JIT to come.
    LlJitBuilder;
    /// The part of a JIT that holds its symbols.
    ExecutionSession;
    /// A set of symbols that is searched as one.
    JitDylib;
    /// Finds symbols that are not defined in a dylib.
    DefinitionGenerator;
    /// Definitions to come.
    MaterializationUnit;
    /// An interned, reference-counted symbol name.
    SymbolName;
}

/// A symbol name with its address and flags (`LLVMOrcCSymbolMapPair`).
#[repr(C)]
pub(super) struct SymbolPair {
    pub(super) name: *mut SymbolName,
    pub(super) address: u64,
    /// `EXPORTED | CALLABLE`.
    pub(super) generic_flags: u8,
    pub(super) target_flags: u8,
}

/// Flags of a function that others may look up (`LLVMJITSymbolGenericFlagsExported | ...Callable`).
pub(super) const EXPORTED_CALLABLE: u8 = 1 | 4;

/// Where to search (`LLVMOrcCJITDylibSearchOrderElement`).
#[repr(C)]
pub(super) struct SearchDylib {
    pub(super) dylib: *mut JitDylib,
    /// 0: exported symbols; 1: all symbols.
    pub(super) flags: c_int,
}

/// What to search (`LLVMOrcCLookupSetElement`).
#[repr(C)]
pub(super) struct SearchSymbol {
    pub(super) name: *mut SymbolName,
    /// 0: required; 1: optional.
    pub(super) flags: c_int,
}

/// Gets the result of a look-up. `error` is owned by the callee, `pairs` is lent.
pub(super) type LookupHandler = extern "C" fn(*mut Error, *const SymbolPair, usize, *mut c_void);

/// Gets an error that the session cannot hand to a caller; owns it.
pub(super) type ErrorReporter = extern "C" fn(*mut c_void, *mut Error);

/// `LLVMAssemblyFile`.
pub(super) const ASSEMBLY_FILE: c_int = 0;
/// `LLVMObjectFile`.
pub(super) const OBJECT_FILE: c_int = 1;
/// `LLVMRelocPIC`.
pub(super) const RELOC_PIC: c_int = 2;
/// `LLVMCodeModelDefault`.
pub(super) const CODE_MODEL_DEFAULT: c_int = 0;
/// `LLVMReturnStatusAction`.
pub(super) const RETURN_STATUS: c_int = 2;

unsafe extern "C" {
    /// Returns the message of an error and consumes the error; freed with `LLVMDisposeErrorMessage`.
    pub(super) fn LLVMGetErrorMessage(error: *mut Error) -> *mut c_char;
    /// Frees what `LLVMGetErrorMessage` returned.
    pub(super) fn LLVMDisposeErrorMessage(message: *mut c_char);

    /// The triple that LLVM was configured for; freed with `LLVMDisposeMessage`.
    pub(super) fn LLVMGetDefaultTargetTriple() -> *mut c_char;
    /// LLVM's version in three parts; null pointers are left alone.
    pub(super) fn LLVMGetVersion(major: *mut c_uint, minor: *mut c_uint, patch: *mut c_uint);
    /// The name of this machine's CPU; freed with `LLVMDisposeMessage`.
    pub(super) fn LLVMGetHostCPUName() -> *mut c_char;
    /// The features of this machine's CPU, `+avx2,-avx512f,...`; freed with `LLVMDisposeMessage`.
    pub(super) fn LLVMGetHostCPUFeatures() -> *mut c_char;
    /// Finds the code generator of a triple; nonzero on failure, with a message to free with `LLVMDisposeMessage`.
    pub(super) fn LLVMGetTargetFromTriple(
        triple: *const c_char,
        target: *mut *mut Target,
        message: *mut *mut c_char,
    ) -> c_int;
    /// Makes a code generator; null if the target has none.
    pub(super) fn LLVMCreateTargetMachine(
        target: *mut Target,
        triple: *const c_char,
        cpu: *const c_char,
        features: *const c_char,
        level: c_int,
        reloc: c_int,
        code_model: c_int,
    ) -> *mut TargetMachine;
    /// Frees a code generator.
    pub(super) fn LLVMDisposeTargetMachine(machine: *mut TargetMachine);
    /// Switches fast instruction selection on or off.
    pub(super) fn LLVMSetTargetMachineFastISel(machine: *mut TargetMachine, enable: c_int);
    /// The data layout of a target; freed with `LLVMDisposeTargetData`.
    pub(super) fn LLVMCreateTargetDataLayout(machine: *mut TargetMachine) -> *mut TargetData;
    /// Frees a data layout.
    pub(super) fn LLVMDisposeTargetData(data: *mut TargetData);
    /// Gives a module its data layout; copies it.
    pub(super) fn LLVMSetModuleDataLayout(module: LLVMModuleRef, data: *mut TargetData);
    /// Generates code; nonzero on failure, with a message to free with `LLVMDisposeMessage`. Changes the module.
    pub(super) fn LLVMTargetMachineEmitToMemoryBuffer(
        machine: *mut TargetMachine,
        module: LLVMModuleRef,
        file_type: c_int,
        message: *mut *mut c_char,
        buffer: *mut LLVMMemoryBufferRef,
    ) -> c_int;

    /// Checks a module; nonzero if it is malformed. The message is always to be freed with `LLVMDisposeMessage`.
    pub(super) fn LLVMVerifyModule(
        module: LLVMModuleRef,
        action: c_int,
        message: *mut *mut c_char,
    ) -> c_int;
    /// Runs a textual list of passes; null on success.
    pub(super) fn LLVMRunPasses(
        module: LLVMModuleRef,
        passes: *const c_char,
        machine: *mut TargetMachine,
        options: *mut PassBuilderOptions,
    ) -> *mut Error;
    /// Default options for the pass builder.
    pub(super) fn LLVMCreatePassBuilderOptions() -> *mut PassBuilderOptions;
    /// Frees the options.
    pub(super) fn LLVMDisposePassBuilderOptions(options: *mut PassBuilderOptions);

    /// Makes a JIT and consumes the builder (null: default settings); null on success.
    pub(super) fn LLVMOrcCreateLLJIT(
        jit: *mut *mut LlJit,
        builder: *mut LlJitBuilder,
    ) -> *mut Error;
    /// The session of a JIT, lent.
    pub(super) fn LLVMOrcLLJITGetExecutionSession(jit: *mut LlJit) -> *mut ExecutionSession;
    /// Who hears of errors that belong to no caller.
    pub(super) fn LLVMOrcExecutionSessionSetErrorReporter(
        session: *mut ExecutionSession,
        reporter: ErrorReporter,
        context: *mut c_void,
    );
    /// Adds an empty dylib, owned by the session; null on success.
    pub(super) fn LLVMOrcExecutionSessionCreateJITDylib(
        session: *mut ExecutionSession,
        dylib: *mut *mut JitDylib,
        name: *const c_char,
    ) -> *mut Error;
    /// Removes every definition of a dylib and frees its code; null on success.
    pub(super) fn LLVMOrcJITDylibClear(dylib: *mut JitDylib) -> *mut Error;
    /// Interns a name, mangled as the platform wants; the caller owns one reference.
    pub(super) fn LLVMOrcLLJITMangleAndIntern(
        jit: *mut LlJit,
        name: *const c_char,
    ) -> *mut SymbolName;
    /// Definitions at fixed addresses; consumes a reference of each name.
    pub(super) fn LLVMOrcAbsoluteSymbols(
        pairs: *mut SymbolPair,
        count: usize,
    ) -> *mut MaterializationUnit;
    /// Adds definitions to a dylib; consumes the unit on success only.
    pub(super) fn LLVMOrcJITDylibDefine(
        dylib: *mut JitDylib,
        unit: *mut MaterializationUnit,
    ) -> *mut Error;
    /// Frees definitions that no dylib took.
    pub(super) fn LLVMOrcDisposeMaterializationUnit(unit: *mut MaterializationUnit);
    /// A generator that finds the symbols of this process; null on success.
    pub(super) fn LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
        generator: *mut *mut DefinitionGenerator,
        global_prefix: c_char,
        filter: *mut c_void,
        filter_context: *mut c_void,
    ) -> *mut Error;
    /// Adds a generator to a dylib, which takes ownership.
    pub(super) fn LLVMOrcJITDylibAddGenerator(
        dylib: *mut JitDylib,
        generator: *mut DefinitionGenerator,
    );
    /// The prefix of C names on this platform, or 0.
    pub(super) fn LLVMOrcLLJITGetGlobalPrefix(jit: *mut LlJit) -> c_char;
    /// Adds an object file to a dylib; consumes the buffer; null on success.
    pub(super) fn LLVMOrcLLJITAddObjectFile(
        jit: *mut LlJit,
        dylib: *mut JitDylib,
        buffer: LLVMMemoryBufferRef,
    ) -> *mut Error;
    /// Looks up symbols, linking what they need; consumes a reference of each name and calls the handler once.
    pub(super) fn LLVMOrcExecutionSessionLookup(
        session: *mut ExecutionSession,
        kind: c_int,
        order: *const SearchDylib,
        order_count: usize,
        symbols: *const SearchSymbol,
        symbol_count: usize,
        handler: LookupHandler,
        context: *mut c_void,
    );
}

#[cfg(target_arch = "x86_64")]
unsafe extern "C" {
    /// Registers the x86 target's name.
    pub(super) fn LLVMInitializeX86TargetInfo();
    /// Registers the x86 code generator.
    pub(super) fn LLVMInitializeX86Target();
    /// Registers x86 machine code.
    pub(super) fn LLVMInitializeX86TargetMC();
    /// Registers the x86 printer, which also writes objects.
    pub(super) fn LLVMInitializeX86AsmPrinter();
    /// Registers the x86 assembler, for inline assembly.
    pub(super) fn LLVMInitializeX86AsmParser();
}

#[cfg(target_arch = "aarch64")]
unsafe extern "C" {
    /// Registers the AArch64 target's name.
    pub(super) fn LLVMInitializeAArch64TargetInfo();
    /// Registers the AArch64 code generator.
    pub(super) fn LLVMInitializeAArch64Target();
    /// Registers AArch64 machine code.
    pub(super) fn LLVMInitializeAArch64TargetMC();
    /// Registers the AArch64 printer, which also writes objects.
    pub(super) fn LLVMInitializeAArch64AsmPrinter();
    /// Registers the AArch64 assembler, for inline assembly.
    pub(super) fn LLVMInitializeAArch64AsmParser();
}
