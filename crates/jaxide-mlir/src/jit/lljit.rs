//! The process's linker: one LLJIT for all programs, one dylib a program.
//!
//! Making an LLJIT costs as much as compiling a small kernel, so all programs share one. Should LLVM give up while it
//! holds the session's lock, the LLJIT is abandoned and the next program gets a new one.

use std::ffi::{CString, c_void};
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use mlir_sys::LLVMCreateMemoryBufferWithMemoryRangeCopy;

use super::fatal;
use super::llvm;
use super::target::{check, host};

/// The shared LLJIT.
pub(super) struct LlJit {
    jit: *mut llvm::LlJit,
    session: *mut llvm::ExecutionSession,
    /// Dylibs whose program is gone. ORC's C API cannot remove a dylib, but an empty one can be used again.
    empty: Mutex<Vec<Dylib>>,
    count: AtomicU32,
    abandoned: AtomicBool,
}

/// A dylib of the shared LLJIT.
#[derive(Clone, Copy)]
pub(super) struct Dylib(*mut llvm::JitDylib);

// SAFETY: ORC's session, dylibs and symbol pool have locks of their own; the pointers are never freed.
unsafe impl Send for LlJit {}
// SAFETY: as above.
unsafe impl Sync for LlJit {}
// SAFETY: a dylib is owned by its session, which locks around it.
unsafe impl Send for Dylib {}
// SAFETY: as above.
unsafe impl Sync for Dylib {}

static SHARED: Mutex<Option<Arc<LlJit>>> = Mutex::new(None);

impl LlJit {
    /// The shared LLJIT, made on first use.
    pub(super) fn shared() -> Result<Arc<Self>, String> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(jit) = shared.as_ref().filter(|jit| !jit.abandoned.load(Ordering::Acquire)) {
            return Ok(Arc::clone(jit));
        }
        let jit = Arc::new(Self::new()?);
        *shared = Some(Arc::clone(&jit));
        Ok(jit)
    }

    fn new() -> Result<Self, String> {
        // The JIT looks for the host's code generator.
        host();
        let mut jit = ptr::null_mut();
        // SAFETY: the out-pointer is valid; a null builder means default settings; the session lives as long as the JIT,
        // which is never freed; the reporter has the type that ORC asks for.
        let session = unsafe {
            check(llvm::LLVMOrcCreateLLJIT(&raw mut jit, ptr::null_mut()))?;
            let session = llvm::LLVMOrcLLJITGetExecutionSession(jit);
            llvm::LLVMOrcExecutionSessionSetErrorReporter(session, report_error, ptr::null_mut());
            session
        };
        let (empty, count) = (Mutex::new(Vec::new()), AtomicU32::new(0));
        Ok(Self { jit, session, empty, count, abandoned: AtomicBool::new(false) })
    }

    /// Stops using this LLJIT: a lock in it may be held for ever.
    pub(super) fn abandon(&self) {
        self.abandoned.store(true, Ordering::Release);
    }

    /// An empty dylib that finds the symbols of the process.
    pub(super) fn dylib(&self) -> Result<Dylib, String> {
        let used = self.empty.lock().unwrap_or_else(PoisonError::into_inner).pop();
        used.map_or_else(|| self.new_dylib(), Ok)
    }

    fn new_dylib(&self) -> Result<Dylib, String> {
        let number = self.count.fetch_add(1, Ordering::Relaxed);
        let name = CString::new(format!("program{number}")).expect("the name has no zero byte");
        let (mut dylib, mut generator) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: the session is alive, the out-pointers are valid, the name is copied; the dylib owns the generator.
        unsafe {
            check(llvm::LLVMOrcExecutionSessionCreateJITDylib(
                self.session,
                &raw mut dylib,
                name.as_ptr(),
            ))?;
            let (prefix, null) = (llvm::LLVMOrcLLJITGetGlobalPrefix(self.jit), ptr::null_mut());
            check(llvm::LLVMOrcCreateDynamicLibrarySearchGeneratorForProcess(
                &raw mut generator,
                prefix,
                null,
                null,
            ))?;
            llvm::LLVMOrcJITDylibAddGenerator(dylib, generator);
        }
        Ok(Dylib(dylib))
    }

    /// Frees a dylib's code and keeps the dylib for the next program.
    ///
    /// # Safety
    ///
    /// Nobody runs, or will run, code of the dylib.
    pub(super) unsafe fn clear(&self, dylib: Dylib) {
        if self.abandoned.load(Ordering::Acquire) {
            return;
        }
        // SAFETY: the dylib belongs to the session; the caller warrants that its code is not in use.
        if unsafe { check(llvm::LLVMOrcJITDylibClear(dylib.0)) }.is_ok() {
            self.empty.lock().unwrap_or_else(PoisonError::into_inner).push(dylib);
        }
    }

    fn intern(&self, name: &str) -> Result<*mut llvm::SymbolName, String> {
        let name = CString::new(name).map_err(|error| error.to_string())?;
        // SAFETY: the JIT is alive and copies the name.
        Ok(unsafe { llvm::LLVMOrcLLJITMangleAndIntern(self.jit, name.as_ptr()) })
    }

    /// Defines functions at fixed addresses in a dylib.
    pub(super) fn define(&self, dylib: Dylib, symbols: &[(&str, usize)]) -> Result<(), String> {
        let mut pairs = Vec::with_capacity(symbols.len());
        for (name, address) in symbols {
            let (name, address) = (self.intern(name)?, *address as u64);
            pairs.push(llvm::SymbolPair {
                name,
                address,
                generic_flags: llvm::EXPORTED_CALLABLE,
                target_flags: 0,
            });
        }
        if pairs.is_empty() {
            return Ok(());
        }
        // SAFETY: the pairs are valid and their names' references go over to the unit, which the dylib takes on success.
        unsafe {
            let unit = llvm::LLVMOrcAbsoluteSymbols(pairs.as_mut_ptr(), pairs.len());
            check(llvm::LLVMOrcJITDylibDefine(dylib.0, unit))
                .inspect_err(|_| llvm::LLVMOrcDisposeMaterializationUnit(unit))
        }
    }

    /// Adds an object file to a dylib. It is linked when a symbol of it is looked up.
    pub(super) fn add_object(&self, dylib: Dylib, bytes: &[u8]) -> Result<(), String> {
        // SAFETY: the bytes are copied; the buffer goes over to the JIT.
        unsafe {
            let buffer = LLVMCreateMemoryBufferWithMemoryRangeCopy(
                bytes.as_ptr().cast(),
                bytes.len(),
                c"program".as_ptr(),
            );
            check(llvm::LLVMOrcLLJITAddObjectFile(self.jit, dylib.0, buffer))
        }
    }

    /// Links what a symbol needs and returns its address.
    pub(super) fn lookup(&self, dylib: Dylib, name: &str) -> Result<usize, String> {
        const STATIC_LOOKUP: i32 = 0;
        let symbol = llvm::SearchSymbol { name: self.intern(name)?, flags: 0 };
        let order = llvm::SearchDylib { dylib: dylib.0, flags: 1 };
        let (sender, receiver) = sync_channel::<Result<usize, String>>(1);
        let context = Box::into_raw(Box::new(sender)).cast();
        // SAFETY: session and dylib are alive, the arrays have one element each, and the handler, which is called once,
        // owns the sender.
        unsafe {
            llvm::LLVMOrcExecutionSessionLookup(
                self.session,
                STATIC_LOOKUP,
                &raw const order,
                1,
                &raw const symbol,
                1,
                on_lookup,
                context,
            );
        }
        receiver.recv().unwrap_or_else(|_| Err("the look-up ended without a result".into()))
    }
}

/// Called once a look-up, maybe on another thread that links the same symbols.
extern "C" fn on_lookup(
    error: *mut llvm::Error,
    pairs: *const llvm::SymbolPair,
    count: usize,
    context: *mut c_void,
) {
    // SAFETY: `lookup` passed a boxed sender of this type, and the handler is called once.
    let sender = unsafe { Box::from_raw(context.cast::<SyncSender<Result<usize, String>>>()) };
    // SAFETY: the error is owned by the handler; without one there is a pair for each symbol that was asked for.
    let result = unsafe {
        check(error).and_then(|()| match count {
            0 => Err("the look-up found nothing".to_owned()),
            _ => Ok((*pairs).address as usize),
        })
    };
    // Nobody listens if the caller is gone.
    let _ = sender.send(result);
}

/// ORC's default prints to standard error.
extern "C" fn report_error(_context: *mut c_void, error: *mut llvm::Error) {
    // SAFETY: the reporter owns the error.
    if let Err(message) = unsafe { check(error) } {
        fatal::note_error(message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_jit_is_replaced_and_its_programs_are_left_alone() {
        let first = LlJit::shared().expect("the host has a JIT");
        let dylib = first.dylib().expect("the JIT makes dylibs");
        first.abandon();
        let second = LlJit::shared().expect("the host has a JIT");
        assert!(!Arc::ptr_eq(&first, &second));
        // SAFETY: the dylib holds no code.
        unsafe { first.clear(dylib) };
        assert!(first.empty.lock().expect("no test panics with the lock").is_empty());
    }
}
