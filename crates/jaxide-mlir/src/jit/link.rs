//! A linked program: its entry point, for as long as somebody holds it.

use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, PoisonError};

use super::builtins::BUILTINS;
use super::error::{JitError, JitErrorKind};
use super::fatal;
use super::lljit::{Dylib, LlJit};
use super::object::CompiledObject;
use super::target::host;
use super::thread::on_compile_thread;

/// The entry point of a program: takes a pointer to its argument pointers.
pub type Entry = unsafe extern "C" fn(*const *mut u8);

/// A function of ours that compiled code calls: its name and its address.
///
/// The address must stay valid as long as a program that was loaded with it.
#[derive(Clone, Copy, Debug)]
pub struct Symbol<'a> {
    /// The name that the module declares.
    pub name: &'a str,
    /// The address of a function with the signature that the module declares.
    pub address: usize,
}

/// A program in memory, ready to run. Its code is freed with it.
pub struct LoadedProgram {
    entry: Entry,
    arguments: usize,
    jit: Arc<LlJit>,
    dylib: Dylib,
}

impl LoadedProgram {
    /// Links an object. Symbols that it needs are looked up in `symbols`, then in the process.
    ///
    /// The object must come from this crate: its code is run as it is.
    pub fn load(object: &CompiledObject, symbols: &[Symbol<'_>]) -> Result<Self, JitError> {
        check_host(object)?;
        // If LLVM gives up while it links, the error comes back here, but the LLJIT's locks stay held.
        let used = Mutex::new(None);
        let result = on_compile_thread(|_| {
            let link = || {
                let jit = LlJit::shared()?;
                *used.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&jit));
                Self::link(jit, object, symbols)
            };
            link().map_err(|message| fatal::failure(JitErrorKind::Link, message))
        });
        match result {
            Ok(linked) => linked,
            Err(error) => {
                if let Some(jit) = used.into_inner().unwrap_or_else(PoisonError::into_inner) {
                    jit.abandon();
                }
                Err(error)
            }
        }
    }

    fn link(
        jit: Arc<LlJit>,
        object: &CompiledObject,
        symbols: &[Symbol<'_>],
    ) -> Result<Self, String> {
        let dylib = jit.dylib()?;
        let given = symbols.iter().map(|symbol| (symbol.name, symbol.address));
        let ours = BUILTINS.iter().map(|(name, function)| (*name, function.address()));
        let ours = ours.filter(|(name, _)| symbols.iter().all(|symbol| symbol.name != *name));
        let all: Vec<_> = given.chain(ours).collect();
        let address = jit
            .define(dylib, &all)
            .and_then(|()| jit.add_object(dylib, &object.bytes))
            .and_then(|()| jit.lookup(dylib, &object.entry));
        match address {
            Ok(address) => {
                // SAFETY: the symbol is the wrapper that `entry.rs` builds, which has this type.
                let entry = unsafe { std::mem::transmute::<usize, Entry>(address) };
                Ok(Self { entry, arguments: object.arguments, jit, dylib })
            }
            Err(message) => {
                // SAFETY: nobody got an address of the dylib.
                unsafe { jit.clear(dylib) };
                Err(message)
            }
        }
    }

    /// The entry point. It must not be called after the program is dropped.
    pub fn entry(&self) -> Entry {
        self.entry
    }

    /// How many pointers the entry point takes.
    pub fn arguments(&self) -> usize {
        self.arguments
    }

    /// Runs the program.
    ///
    /// # Safety
    ///
    /// Each pointer points to memory of the type, size and alignment that the program's signature says; `noalias`
    /// arguments overlap no other argument that is written; nobody else writes to what the program reads.
    ///
    /// # Panics
    ///
    /// If the number of pointers is not [`arguments`](Self::arguments).
    pub unsafe fn call(&self, arguments: &[*mut u8]) {
        assert_eq!(arguments.len(), self.arguments, "number of arguments");
        // SAFETY: the array has as many pointers as the wrapper loads; the rest is the caller's promise.
        unsafe { (self.entry)(arguments.as_ptr()) };
    }
}

impl Drop for LoadedProgram {
    fn drop(&mut self) {
        // SAFETY: calls borrow the program or promise not to outlive it, so its code is not running.
        unsafe { self.jit.clear(self.dylib) };
    }
}

impl Debug for LoadedProgram {
    fn fmt(&self, formatter: &mut Formatter) -> fmt::Result {
        formatter
            .debug_struct("LoadedProgram")
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}

/// Code for another machine may use instructions that this one lacks.
fn check_host(object: &CompiledObject) -> Result<(), JitError> {
    let host = host();
    let pairs = [
        (&object.triple, &host.triple),
        (&object.cpu, &host.cpu),
        (&object.features, &host.features),
    ];
    match pairs.into_iter().find(|(got, expected)| got.as_bytes() != expected.as_bytes()) {
        None => Ok(()),
        Some((got, expected)) => {
            let message =
                format!("expected an object for {}, got one for {got}", expected.to_string_lossy());
            Err(JitError::new(JitErrorKind::Target, message))
        }
    }
}
