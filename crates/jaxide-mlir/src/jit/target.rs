//! The machine that the process runs on, as LLVM sees it, and code generators for it.

use std::ffi::{CStr, CString, c_char};
use std::ptr;
use std::sync::OnceLock;

use mlir_sys::{LLVMDisposeMemoryBuffer, LLVMDisposeMessage};
use mlir_sys::{LLVMGetBufferSize, LLVMGetBufferStart, LLVMModuleRef};

use super::error::{JitError, JitErrorKind};
use super::llvm;
use super::pipeline::CodegenLevel;

/// The triple, CPU and features that code is generated for.
#[derive(Debug)]
pub(super) struct Host {
    pub(super) triple: CString,
    pub(super) cpu: CString,
    pub(super) features: CString,
}

/// The host, asked once a process; registers its code generator.
pub(super) fn host() -> &'static Host {
    static HOST: OnceLock<Host> = OnceLock::new();
    HOST.get_or_init(|| {
        register_target();
        // SAFETY: each function takes nothing and returns a string that the caller owns.
        unsafe {
            Host {
                triple: take_cstring(llvm::LLVMGetDefaultTargetTriple()),
                cpu: take_cstring(llvm::LLVMGetHostCPUName()),
                features: take_cstring(llvm::LLVMGetHostCPUFeatures()),
            }
        }
    })
}

/// What the compiler generates code with and for, as names and values for people.
pub fn host_description() -> Vec<(&'static str, String)> {
    let host = host();
    let text = |c: &CString| c.to_string_lossy().into_owned();
    let features = text(&host.features);
    let on = features.split(',').filter_map(|feature| feature.strip_prefix('+'));
    let vectors: Vec<&str> = on
        .filter(|name| ["avx", "fma", "sse4", "neon", "sve"].iter().any(|v| name.starts_with(v)))
        .collect();
    let (mut major, mut minor, mut patch) = (0, 0, 0);
    // SAFETY: the three pointers are to live integers, which the function sets.
    unsafe { llvm::LLVMGetVersion(&mut major, &mut minor, &mut patch) };
    vec![
        ("LLVM", format!("{major}.{minor}.{patch}")),
        ("target", text(&host.triple)),
        ("CPU", text(&host.cpu)),
        ("vectors", vectors.join(" ")),
    ]
}

fn register_target() {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: called once, before any target is looked up; the functions only add to LLVM's table of targets.
    unsafe {
        llvm::LLVMInitializeX86TargetInfo();
        llvm::LLVMInitializeX86Target();
        llvm::LLVMInitializeX86TargetMC();
        llvm::LLVMInitializeX86AsmPrinter();
        llvm::LLVMInitializeX86AsmParser();
    }
    #[cfg(target_arch = "aarch64")]
    // SAFETY: as above.
    unsafe {
        llvm::LLVMInitializeAArch64TargetInfo();
        llvm::LLVMInitializeAArch64Target();
        llvm::LLVMInitializeAArch64TargetMC();
        llvm::LLVMInitializeAArch64AsmPrinter();
        llvm::LLVMInitializeAArch64AsmParser();
    }
}

/// Copies a message of LLVM and frees it.
///
/// # Safety
///
/// `message` is null or a string that is to be freed with `LLVMDisposeMessage`.
pub(super) unsafe fn take_cstring(message: *mut c_char) -> CString {
    if message.is_null() {
        return CString::default();
    }
    // SAFETY: not null, so a zero-terminated string that we own.
    unsafe {
        let copy = CStr::from_ptr(message).to_owned();
        LLVMDisposeMessage(message);
        copy
    }
}

/// As [`take_cstring`], as text.
///
/// # Safety
///
/// As [`take_cstring`].
pub(super) unsafe fn take_message(message: *mut c_char) -> String {
    // SAFETY: passed on to the caller.
    unsafe { take_cstring(message) }.to_string_lossy().trim().to_owned()
}

/// Turns an error of LLVM into `Err` with its message.
///
/// # Safety
///
/// `error` is null or an error that the caller owns.
pub(super) unsafe fn check(error: *mut llvm::Error) -> Result<(), String> {
    if error.is_null() {
        return Ok(());
    }
    // SAFETY: the error is not null; taking its message consumes it, and the message is freed once.
    unsafe {
        let message = llvm::LLVMGetErrorMessage(error);
        let text = CStr::from_ptr(message).to_string_lossy().trim().to_owned();
        llvm::LLVMDisposeErrorMessage(message);
        Err(text)
    }
}

/// A code generator for the host.
pub(super) struct TargetMachine(*mut llvm::TargetMachine);

impl TargetMachine {
    /// Makes a code generator of a level.
    pub(super) fn new(level: CodegenLevel) -> Result<Self, JitError> {
        let host = host();
        let mut target = ptr::null_mut();
        let mut message = ptr::null_mut();
        let level_number = match level {
            CodegenLevel::None => 0,
            CodegenLevel::Less => 1,
            CodegenLevel::Default => 2,
        };
        // SAFETY: the strings are zero-terminated and live for ever; the out-pointers are valid.
        let machine = unsafe {
            if llvm::LLVMGetTargetFromTriple(
                host.triple.as_ptr(),
                &raw mut target,
                &raw mut message,
            ) != 0
            {
                return Err(JitError::new(JitErrorKind::Target, take_message(message)));
            }
            llvm::LLVMCreateTargetMachine(
                target,
                host.triple.as_ptr(),
                host.cpu.as_ptr(),
                host.features.as_ptr(),
                level_number,
                llvm::RELOC_PIC,
                llvm::CODE_MODEL_DEFAULT,
            )
        };
        if machine.is_null() {
            return Err(JitError::new(
                JitErrorKind::Target,
                "LLVM has no code generator for this machine",
            ));
        }
        if level == CodegenLevel::None {
            // SAFETY: the machine is not null.
            unsafe { llvm::LLVMSetTargetMachineFastISel(machine, 1) };
        }
        Ok(Self(machine))
    }

    /// The raw machine, lent.
    pub(super) fn as_ptr(&self) -> *mut llvm::TargetMachine {
        self.0
    }

    /// Generates an object (`llvm::OBJECT_FILE`) or assembly text (`llvm::ASSEMBLY_FILE`). Changes the module.
    pub(super) fn emit(&self, module: LLVMModuleRef, file_type: i32) -> Result<Vec<u8>, String> {
        let mut message = ptr::null_mut();
        let mut buffer = ptr::null_mut();
        // SAFETY: machine and module are alive and the out-pointers valid; the buffer is copied before it is freed.
        unsafe {
            let status = llvm::LLVMTargetMachineEmitToMemoryBuffer(
                self.0,
                module,
                file_type,
                &raw mut message,
                &raw mut buffer,
            );
            if status != 0 {
                return Err(take_message(message));
            }
            let start = LLVMGetBufferStart(buffer).cast::<u8>();
            let bytes = std::slice::from_raw_parts(start, LLVMGetBufferSize(buffer)).to_vec();
            LLVMDisposeMemoryBuffer(buffer);
            Ok(bytes)
        }
    }
}

impl Drop for TargetMachine {
    fn drop(&mut self) {
        // SAFETY: made by `new`, freed once.
        unsafe { llvm::LLVMDisposeTargetMachine(self.0) };
    }
}
