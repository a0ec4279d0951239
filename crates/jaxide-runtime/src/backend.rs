//! The interface between compiled programs and their callers.

use std::{fmt, sync::Arc};

use jaxide_ir::{ArrayType, Jaxpr, Result};

use crate::{Buffer, diag};

/// Where buffers live and programs run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Device {
    /// The host.
    #[default]
    Cpu,
}

impl fmt::Display for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Device::Cpu => f.write_str("cpu"),
        }
    }
}

/// One argument of a call.
#[derive(Debug)]
pub enum Arg<'a> {
    /// Read only.
    Borrowed(&'a Buffer),
    /// Given away: the program may reuse its memory for a result.
    Donated(Buffer),
}

impl Arg<'_> {
    /// The buffer.
    pub fn buffer(&self) -> &Buffer {
        match self {
            Arg::Borrowed(buffer) => buffer,
            Arg::Donated(buffer) => buffer,
        }
    }
}

/// A compiled program for one signature.
pub trait Executable: Send + Sync {
    /// Runs the program. `outs` holds one buffer of the right type per result; what they hold is
    /// overwritten. A donated argument may be swapped with a result's buffer.
    ///
    /// # Errors
    /// When arguments or results do not fit, or the program fails a check.
    fn run(&self, args: &mut [Arg<'_>], outs: &mut [Buffer]) -> Result<()>;

    /// Types of the arguments, captured arrays included and first.
    fn in_types(&self) -> &[ArrayType];

    /// Types of the results.
    fn out_types(&self) -> &[ArrayType];

    /// The name of the program, for errors.
    fn name(&self) -> &str;
}

/// A compiler for one kind of device.
pub trait Backend: Send + Sync {
    /// The name, part of cache keys: `eval`, `cpu`.
    fn name(&self) -> &str;

    /// Where its programs run.
    fn device(&self) -> Device {
        Device::Cpu
    }

    /// The backend behind the array passes that this one runs first; `None` where it runs none.
    fn without_passes(&self) -> Option<Arc<dyn Backend>> {
        None
    }

    /// Compiles a program.
    ///
    /// # Errors
    /// When the program holds an op that the backend lacks, or the compiler fails.
    fn compile(&self, jaxpr: &Jaxpr, options: &CompileOptions) -> Result<Arc<dyn Executable>>;
}

/// What a compilation depends on besides the program; part of cache keys.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CompileOptions {
    /// Allows `a * b + c` to be computed with one rounding inside kernels.
    pub contract: bool,
    /// Name of the program, for errors, symbols and profiles.
    pub name: Arc<str>,
}

impl Default for CompileOptions {
    fn default() -> CompileOptions {
        CompileOptions { contract: true, name: "main".into() }
    }
}

/// Runs a program on borrowed arguments and returns fresh buffers.
///
/// # Errors
/// When the arguments do not fit, memory runs out, or the program fails.
pub fn run_owned(exe: &dyn Executable, args: &[&Buffer]) -> Result<Vec<Buffer>> {
    let mut args: Vec<Arg<'_>> = args.iter().map(|buffer| Arg::Borrowed(buffer)).collect();
    check_args(exe.name(), exe.in_types(), &args)?;
    let mut outs = Vec::with_capacity(exe.out_types().len());
    for ty in exe.out_types() {
        outs.push(Buffer::recycled(ty.clone())?);
    }
    exe.run(&mut args, &mut outs)?;
    Ok(outs)
}

/// Checks number and types of arguments; weak flags do not count.
///
/// # Errors
/// The first mismatch.
pub fn check_args(name: &str, types: &[ArrayType], args: &[Arg<'_>]) -> Result<()> {
    if types.len() != args.len() {
        return Err(diag::arg_count(name, types.len(), args.len()));
    }
    for (position, (ty, arg)) in types.iter().zip(args).enumerate() {
        if ty != arg.buffer().ty() {
            return Err(diag::arg_type(name, position, ty, arg.buffer().ty()));
        }
    }
    Ok(())
}

/// Checks number and types of the buffers for results; weak flags do not count.
///
/// # Errors
/// When they are not those of the results.
pub fn check_outs(name: &str, types: &[ArrayType], outs: &[Buffer]) -> Result<()> {
    if types.len() == outs.len() && types.iter().zip(outs).all(|(ty, out)| ty == out.ty()) {
        return Ok(());
    }
    let got: Vec<&ArrayType> = outs.iter().map(Buffer::ty).collect();
    Err(diag::out_buffers(name, types, &got))
}
