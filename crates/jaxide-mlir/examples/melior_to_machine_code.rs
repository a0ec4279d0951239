//! Builds a small module with melior, compiles it, shows two stages, and runs it: the JIT alone, without jaxide's IR.
#![allow(clippy::print_stdout, reason = "an example reports to its reader")]

use jaxide_mlir::jit::{
    CompileOptions, Compiled, Compiler, JitError, LoadedProgram, on_compile_thread,
};
use melior::dialect::{arith, func, memref};
use melior::ir::attribute::{StringAttribute, TypeAttribute};
use melior::ir::r#type::{FunctionType, MemRefType};
use melior::ir::{Block, BlockLike, Location, Module, Region, RegionLike, Type};

/// `@main(%x, %y, %out)`: the product of two scalars in memory.
fn product<'c>(compiler: &Compiler<'c>) -> Result<Module<'c>, melior::Error> {
    let context = compiler.context();
    let location = Location::unknown(context);
    let scalar: Type = MemRefType::new(Type::float32(context), &[], None, None).into();
    let block = Block::new(&[(scalar, location); 3]);
    let load = |index| {
        Ok::<_, melior::Error>(block.append_operation(memref::load(
            block.argument(index)?.into(),
            &[],
            location,
        )))
    };
    let (x, y) = (load(0)?, load(1)?);
    let result =
        block.append_operation(arith::mulf(x.result(0)?.into(), y.result(0)?.into(), location));
    let out = block.argument(2)?.into();
    block.append_operation(memref::store(result.result(0)?.into(), out, &[], location));
    block.append_operation(func::r#return(&[], location));

    let body = Region::new();
    body.append_block(block);
    let name = StringAttribute::new(context, "main");
    let ty = TypeAttribute::new(FunctionType::new(context, &[scalar; 3], &[]).into());
    let module = Module::new(location);
    module.body().append_operation(func::func(context, name, ty, body, &[], location));
    Ok(module)
}

fn main() -> Result<(), JitError> {
    let options = CompileOptions::default();
    let compiled: Compiled = on_compile_thread(|compiler| {
        for stage in ["input", "asm"] {
            let mut module = product(compiler).expect("the operands exist");
            println!("--- {stage}\n{}", compiler.dump(&mut module, &options, stage)?);
        }
        let mut module = product(compiler).expect("the operands exist");
        compiler.compile(&mut module, &options)
    })??;

    let program = LoadedProgram::load(&compiled.object, &[])?;
    let (mut x, mut y, mut out) = (6.0_f32, 7.0_f32, 0.0_f32);
    // SAFETY: the program takes three memrefs of one f32 each, and they do not overlap.
    unsafe { program.call(&[(&raw mut x).cast(), (&raw mut y).cast(), (&raw mut out).cast()]) };
    println!("--- result\n{x} * {y} = {out}");
    Ok(())
}
