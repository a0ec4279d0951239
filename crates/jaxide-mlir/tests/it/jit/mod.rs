//! The JIT alone: MLIR text in, numbers, text or errors out.

mod failures;
mod link;
mod numbers;
mod stages;
mod threads;

use jaxide_mlir::jit::{CompileOptions, LoadedProgram, Symbol, compile_text};

/// Compiles and links a program.
fn load(text: &str, options: &CompileOptions, symbols: &[Symbol<'_>]) -> LoadedProgram {
    let compiled = compile_text(text, options).unwrap_or_else(|error| panic!("{error}"));
    LoadedProgram::load(&compiled.object, symbols).unwrap_or_else(|error| panic!("{error}"))
}

/// A pointer to the first element.
fn pointer<T>(values: &mut [T]) -> *mut u8 {
    values.as_mut_ptr().cast()
}

/// Applies one op, elementwise, to a vector of four: `body` computes `%r` from `%x`, both of type `ty`.
fn elementwise(ty: &str, body: &str) -> String {
    format!(
        "func.func @main(%in: memref<4x{ty}> {{llvm.noalias}}, %out: memref<4x{ty}> {{llvm.noalias}}) {{
            %c0 = arith.constant 0 : index
            %c1 = arith.constant 1 : index
            %c4 = arith.constant 4 : index
            scf.for %i = %c0 to %c4 step %c1 {{
                %x = memref.load %in[%i] : memref<4x{ty}>
                {body}
                memref.store %r, %out[%i] : memref<4x{ty}>
            }}
            return
        }}"
    )
}
