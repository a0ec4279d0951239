//! From an MLIR module to a callable function: passes, LLVM IR, object code, link. Knows nothing of jaxide's IR.
//!
//! # The contract with the lowering
//!
//! A lowering builds a module with one public `func.func` (by default `@main`) whose arguments are memrefs with static
//! shapes and identity layouts and which returns nothing: inputs, outputs and scratch are all arguments. Memrefs of rank
//! 0 stand for scalars in memory. Arguments travel as bare pointers; `{llvm.noalias, llvm.align = 64 : i64}` on an
//! argument reaches LLVM. Other functions, and globals, may have any names that are no C library names.
//!
//! Booleans in memory are bytes, `memref<..xi8>`: a vector of `i1` in memory is packed to bits.
//!
//! The JIT adds the entry point: one function that takes a pointer to an array of argument pointers, loads each and calls
//! `@main` (see `entry.rs`). Everything else in the module becomes internal, so programs never clash.
//!
//! A function that is declared and not defined is looked up among the symbols that the caller passes to
//! [`LoadedProgram::load`], then in the process (libm, memcpy).
//!
//! To pass a function of the module to one of them, take its address with `func.constant` and turn it into `!llvm.ptr`
//! with `builtin.unrealized_conversion_cast`; the passes remove the cast.
//!
//! # Use
//!
//! ```
//! use jaxide_mlir::jit::{CompileOptions, LoadedProgram, compile_text};
//!
//! let text = "func.func @main(%x: memref<f32>) {
//!     %v = memref.load %x[] : memref<f32>
//!     %e = math.exp %v : f32
//!     memref.store %e, %x[] : memref<f32>
//!     return
//! }";
//! let compiled = compile_text(text, &CompileOptions::default())?;
//! let program = LoadedProgram::load(&compiled.object, &[])?;
//! let mut x = 0.0_f32;
//! // SAFETY: the one argument points to one f32, as the program's signature says.
//! unsafe { program.call(&[(&raw mut x).cast()]) };
//! assert_eq!(x, 1.0);
//! # Ok::<(), jaxide_mlir::jit::JitError>(())
//! ```
//!
//! A lowering that builds with melior runs inside [`on_compile_thread`], so that a panic of melior's builders, a fatal
//! error of LLVM or a deep recursion there becomes a [`JitError`]:
//!
//! ```
//! use jaxide_mlir::jit::{CompileOptions, on_compile_thread};
//! use melior::ir::{Location, Module};
//!
//! let result = on_compile_thread(|compiler| {
//!     let mut module = Module::new(Location::unknown(compiler.context()));
//!     // ... build ops into `module.body()` ...
//!     compiler.compile(&mut module, &CompileOptions::default())
//! });
//! let error = result.and_then(|compiled| compiled).expect_err("the module is empty");
//! assert_eq!(error.kind.name(), "entry");
//! ```
//!
//! # Numerics
//!
//! The pass list computes bf16 and f16 in f32 and rounds after each op, but folds a rounding that the next op undoes. A
//! lowering that wants every intermediate rounded writes `arith.truncf` and `arith.extf` itself, without fast-math flags:
//! those stay. `math.log1p` and `math.expm1` are calls into the C library, exact near zero.

mod builtins;
mod compile;
mod context;
mod entry;
mod error;
mod fatal;
mod libm;
mod link;
mod lljit;
mod llvm;
mod module;
mod object;
mod pipeline;
mod reproducer;
mod stage;
mod target;
mod thread;

pub use compile::{Compiled, Compiler, Timings, compile_text};
pub use error::{CompilerRemark, JitError, JitErrorKind, Severity};
pub use link::{Entry, LoadedProgram, Symbol};
pub use object::CompiledObject;
pub use pipeline::{
    CodegenLevel, CompileOptions, LLVM_O2, LLVM_SHORT, LLVM_VECTORIZE, MLIR_PASSES,
};
pub use target::host_description;
pub use thread::on_compile_thread;
