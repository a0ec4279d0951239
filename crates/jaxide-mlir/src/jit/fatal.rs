//! What happens when LLVM gives up: the waiting caller gets the message, and the compile thread stops for good.
//!
//! LLVM's default is to end the process. The handler cannot return (LLVM would then exit) and cannot unwind (the frames
//! above it are C++), so it parks the thread for ever. Stacks and contexts of parked threads are never freed.

use std::cell::RefCell;
use std::ffi::{CStr, c_char};
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Once;
use std::sync::mpsc::Sender;

use mlir_sys::LLVMInstallFatalErrorHandler;

use super::context::Remarks;
use super::error::{CompilerRemark, JitError, JitErrorKind, Severity};

/// How a job on a compile thread ended.
pub(super) enum Reply {
    /// It returned; its result is in the job's slot.
    Done,
    /// It panicked, with this message.
    Panicked(Box<JitError>),
    /// LLVM gave up; the thread is parked.
    Fatal(Box<JitError>),
}

/// What the handlers need to know about the job that runs on this thread.
pub(super) struct CurrentJob {
    /// To the waiting caller.
    pub(super) reply: Sender<Reply>,
    /// What the compilers said so far.
    pub(super) remarks: Remarks,
    /// Writes a reproducer of the module being compiled.
    pub(super) reproduce: Option<Reproduce>,
}

/// Writes a reproducer for a failure of a kind with a message.
pub(super) type Reproduce = Rc<dyn Fn(JitErrorKind, &str) -> Option<PathBuf>>;

thread_local! {
    static CURRENT: RefCell<Option<CurrentJob>> = const { RefCell::new(None) };
}

/// Sets or clears the job of this thread.
pub(super) fn set_current(job: Option<CurrentJob>) {
    CURRENT.with_borrow_mut(|current| *current = job);
}

/// Sets or clears the reproducer of this thread's job.
pub(super) fn set_reproduce(reproduce: Option<Reproduce>) {
    CURRENT.with_borrow_mut(|current| {
        if let Some(job) = current {
            job.reproduce = reproduce;
        }
    });
}

/// Adds an error of LLVM to the remarks of this thread's job, if there is one.
pub(super) fn note_error(message: String) {
    CURRENT.with_borrow(|current| {
        if let Some(job) = current {
            let remark =
                CompilerRemark { severity: Severity::Error, location: String::new(), message };
            job.remarks.borrow_mut().push(remark);
        }
    });
}

/// Whether a compiler reported an error to this thread's job.
pub(super) fn has_errors() -> bool {
    CURRENT.with_borrow(|current| {
        let is_error = |remark: &CompilerRemark| remark.severity == Severity::Error;
        current.as_ref().is_some_and(|job| job.remarks.borrow().iter().any(is_error))
    })
}

/// Makes the error for a failure of this thread's job: takes the remarks and writes the reproducer.
pub(super) fn failure(kind: JitErrorKind, message: impl Into<String>) -> JitError {
    let mut error = JitError::new(kind, message);
    CURRENT.with_borrow(|current| {
        if let Some(job) = current {
            error.remarks = std::mem::take(&mut *job.remarks.borrow_mut());
            error.reproducer =
                job.reproduce.as_ref().and_then(|reproduce| reproduce(kind, &error.message));
        }
    });
    error
}

/// Installs the handler, once a process.
pub(super) fn install() {
    static ONCE: Once = Once::new();
    // SAFETY: the handler has the type that LLVM asks for and never returns or unwinds.
    ONCE.call_once(|| unsafe { LLVMInstallFatalErrorHandler(Some(on_fatal_error)) });
}

/// Called by LLVM on the thread that met the error. On a thread without a job it returns, and LLVM ends the process:
/// there is nobody to tell.
unsafe extern "C" fn on_fatal_error(reason: *const c_char) {
    // SAFETY: LLVM passes a zero-terminated string.
    let message = unsafe { CStr::from_ptr(reason) }.to_string_lossy().trim().to_owned();
    let Some(reply) = CURRENT.with_borrow(|current| current.as_ref().map(|job| job.reply.clone()))
    else {
        return;
    };
    // A panic must not cross the C++ frames; the message matters more than the reproducer.
    let error = std::panic::catch_unwind(|| failure(JitErrorKind::LlvmFatal, message.clone()))
        .unwrap_or_else(|_| JitError::new(JitErrorKind::LlvmFatal, message));
    // Nobody listens if the caller is gone; parking is right all the same.
    let _ = reply.send(Reply::Fatal(Box::new(error)));
    loop {
        std::thread::park();
    }
}
