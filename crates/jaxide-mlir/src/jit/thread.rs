//! Compile threads: a big stack, a warm MLIR context, and an end that costs the caller an error and nothing else.
//!
//! A thread serves one job at a time and is kept for the next one. After a panic or a fatal error it is given up, and the
//! next job takes a fresh thread with a fresh context. It is also replaced after `JOBS_PER_CONTEXT` jobs, because a
//! context never frees the types and attributes that it has made.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use super::compile::Compiler;
use super::context::{Remarks, new_context};
use super::error::{JitError, JitErrorKind};
use super::fatal::{self, CurrentJob, Reply};

/// LLVM and MLIR recurse over nested regions and long expression chains. Untouched pages cost nothing.
const STACK_SIZE: usize = 64 << 20;

/// After this many jobs a context has made enough types and constants to be replaced.
const JOBS_PER_CONTEXT: u32 = 64;

/// Threads kept for later, at most.
const IDLE_THREADS: usize = 8;

static IDLE: Mutex<Vec<Worker>> = Mutex::new(Vec::new());

type Job = Box<dyn FnOnce(&Compiler<'_>) + Send>;

struct Worker {
    jobs: Sender<(Job, Sender<Reply>)>,
    jobs_left: u32,
}

/// Runs `job` on a compile thread and waits for it.
///
/// The job gets a [`Compiler`] with a context of its own. A panic in it, and a fatal error of LLVM, come back as a
/// [`JitError`]; other jobs are not affected. Any number of threads may call this at once.
///
/// After a fatal error, whatever `job` owned is leaked.
pub fn on_compile_thread<T: Send>(
    job: impl FnOnce(&Compiler<'_>) -> T + Send,
) -> Result<T, JitError> {
    let slot = Arc::new(Mutex::new(None));
    let job = {
        let slot = Arc::clone(&slot);
        let boxed: Box<dyn FnOnce(&Compiler<'_>) + Send + '_> = Box::new(move |compiler| {
            let result = job(compiler);
            *lock(&slot) = Some(result);
        });
        // SAFETY: only the lifetime changes. This function does not return before the job has been consumed or its
        // thread has been parked for ever, so nothing that the job borrows is used after it is gone. The slot may
        // outlive this call, but it is emptied below.
        unsafe { std::mem::transmute::<Box<dyn FnOnce(&Compiler<'_>) + Send + '_>, Job>(boxed) }
    };
    let mut worker = idle_worker()?;
    let (sender, reply) = channel();
    if worker.jobs.send((job, sender)).is_err() {
        return Err(thread_ended());
    }
    match reply.recv() {
        Ok(Reply::Done) => {
            worker.jobs_left -= 1;
            keep(worker);
            lock(&slot).take().ok_or_else(thread_ended)
        }
        Ok(Reply::Panicked(error) | Reply::Fatal(error)) => Err(*error),
        Err(_) => Err(thread_ended()),
    }
}

fn thread_ended() -> JitError {
    JitError::new(JitErrorKind::Thread, "the compile thread ended without a result")
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn idle_worker() -> Result<Worker, JitError> {
    match lock(&IDLE).pop() {
        Some(worker) => Ok(worker),
        None => start_worker(),
    }
}

fn keep(worker: Worker) {
    let mut idle = lock(&IDLE);
    if worker.jobs_left > 0 && idle.len() < IDLE_THREADS {
        idle.push(worker);
    }
}

fn start_worker() -> Result<Worker, JitError> {
    fatal::install();
    let (jobs, receiver) = channel();
    thread::Builder::new()
        .name("jaxide-compile".into())
        .stack_size(STACK_SIZE)
        .spawn(move || serve(&receiver))
        .map_err(|error| {
            JitError::new(JitErrorKind::Thread, format!("cannot start a compile thread: {error}"))
        })?;
    Ok(Worker { jobs, jobs_left: JOBS_PER_CONTEXT })
}

/// Serves jobs until the worker is dropped or a job panics.
fn serve(jobs: &Receiver<(Job, Sender<Reply>)>) {
    let remarks: Remarks = Rc::new(RefCell::new(Vec::new()));
    let mut context = None;
    while let Ok((job, reply)) = jobs.recv() {
        remarks.borrow_mut().clear();
        let current =
            CurrentJob { reply: reply.clone(), remarks: Rc::clone(&remarks), reproduce: None };
        fatal::set_current(Some(current));
        let result = catch_unwind(AssertUnwindSafe(|| {
            let context = context.get_or_insert_with(|| new_context(&remarks));
            job(&Compiler::new(context));
        }));
        let outcome = match &result {
            Ok(()) => Reply::Done,
            Err(payload) => Reply::Panicked(Box::new(fatal::failure(
                JitErrorKind::Panic,
                panic_text(&**payload),
            ))),
        };
        fatal::set_current(None);
        // Nobody listens if the caller is gone.
        let _ = reply.send(outcome);
        if result.is_err() {
            // What the panic left in the context is unknown, so it is not even destroyed.
            std::mem::forget(context);
            return;
        }
    }
}

fn panic_text(payload: &(dyn std::any::Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without a message".into())
}
