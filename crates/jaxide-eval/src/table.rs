//! Which kernel runs which op: what a kernel is, what it is given, and the table of structured ops.
//!
//! Elementwise ops with rows and composite ops need no entry: their records say all.

use std::{
    collections::HashMap,
    sync::{Arc, OnceLock},
};

use jaxide_ir::{ArrayType, Call, Jaxpr, Lower, OpDef, Params, Result};
use jaxide_runtime::Buffer;
use smallvec::SmallVec;

use crate::{
    Plan, Shared, control, conv, dot, elementwise, gather, index, kernel, library, random, reduce,
    scatter, shape, sort, window,
};

/// Results of a kernel, one buffer per result of the op, of the promised types.
pub type Results = SmallVec<[Buffer; 1]>;

/// How the interpreter runs an op.
#[derive(Clone, Copy)]
pub enum Kernel {
    /// Computes fresh results from its operands.
    Pure(fn(&KernelCx<'_>, &[&Buffer]) -> Result<Results>),
    /// Takes its first operand over, to change it in place or to see it as another type. The
    /// interpreter copies the operand first where it is used elsewhere.
    Reuse(fn(&KernelCx<'_>, Buffer, &[&Buffer]) -> Result<Results>),
    /// Runs nested programs.
    Control(Control),
}

/// Makes a program of the parameters of an op.
pub type DeriveFn = fn(&Call<'_>) -> Result<Jaxpr>;

/// A kernel that runs nested programs.
#[derive(Clone, Copy)]
pub struct Control {
    /// The parameters whose jaxprs it runs.
    pub jaxprs: &'static [&'static str],
    /// A program made of the parameters that it runs; [`KernelCx::derived`] gives it back.
    pub derive: Option<DeriveFn>,
    /// The kernel. Operands are shared, so that passing one on costs nothing.
    pub run: for<'a> fn(&KernelCx<'_>, Vec<Shared<'a>>) -> Result<Vec<Shared<'a>>>,
}

/// What a kernel sees besides its operands.
pub struct KernelCx<'a> {
    /// The op, its checked parameters and the user's line.
    pub call: Call<'a>,
    /// Types of the results.
    pub outs: &'a [ArrayType],
    pub(crate) nested: &'a [(&'static str, Arc<Plan>)],
}

impl KernelCx<'_> {
    /// The checked parameters.
    pub fn params(&self) -> &Params {
        self.call.params
    }

    /// The type of the only or first result.
    pub fn out(&self) -> &ArrayType {
        &self.outs[0]
    }

    /// A buffer of arbitrary content for the only or first result.
    ///
    /// # Errors
    /// When there is no memory.
    pub fn out_buffer(&self) -> Result<Buffer> {
        Buffer::recycled(self.out().clone())
    }

    /// The prepared jaxpr of a parameter.
    ///
    /// # Panics
    /// When the kernel does not list the parameter in [`Control::jaxprs`].
    pub fn plan(&self, param: &str) -> &Plan {
        self.plans(param).next().expect("the kernel lists the parameter, and it holds a jaxpr")
    }

    /// The prepared program of [`Control::derive`].
    ///
    /// # Panics
    /// When the kernel has no such function.
    pub fn derived(&self) -> &Plan {
        self.plan(DERIVED)
    }

    /// The prepared jaxprs of a parameter, in order.
    pub fn plans(&self, param: &str) -> impl Iterator<Item = &Plan> {
        self.nested.iter().filter(move |(name, _)| *name == param).map(|(_, plan)| &**plan)
    }
}

/// Kernels of structured ops and of elementwise ops without rows, by family.
fn rows() -> impl Iterator<Item = &'static (&'static OpDef, Kernel)> {
    let families = [
        conv::KERNELS,
        dot::KERNELS,
        gather::KERNELS,
        index::KERNELS,
        kernel::KERNELS,
        random::KERNELS,
        reduce::KERNELS,
        scatter::KERNELS,
        shape::KERNELS,
        sort::KERNELS,
        window::KERNELS,
    ];
    let grouped = elementwise::FAMILIES.iter().chain(control::FAMILIES);
    families.into_iter().chain(grouped.copied()).flatten()
}

/// Under this name a kernel finds its derived program, a composite op its definition.
pub(crate) const DERIVED: &str = "(derived)";

/// The kernel of an op by the default table and the op's record; `None` for composite ops and for
/// ops that the interpreter lacks.
pub(crate) fn default_kernel(op: &'static OpDef) -> Option<Kernel> {
    if let Lower::Elementwise(_) = op.lower {
        return Some(Kernel::Pure(elementwise::eval_rows));
    }
    if let Lower::Library(symbol) = op.lower {
        return library::knows(symbol).then_some(Kernel::Pure(library::eval_library));
    }
    static BY_ADDRESS: OnceLock<HashMap<usize, Kernel>> = OnceLock::new();
    let address = |op: &OpDef| std::ptr::from_ref(op).addr();
    let table =
        BY_ADDRESS.get_or_init(|| rows().map(|(op, kernel)| (address(op), *kernel)).collect());
    table.get(&address(op)).copied()
}
