//! The control dialect: ops that hold nested programs. Each file has one op's record with all its
//! rules, the function that binds it, and a reader of its parameters for engines and passes.
//!
//! Deliberately not here: tracing of user functions into those programs.

pub mod cond;
pub mod custom;
pub mod diag;
pub mod linear_solve;
mod nested;
pub mod pjit;
pub mod platform;
pub mod scan;
pub mod while_loop;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use jaxide_ir::{Dialect, Jaxpr, OpDef, Params};

pub use cond::{COND, bind_cond, branches};
pub use custom::{CUSTOM_JVP_CALL, CUSTOM_VJP_CALL, bind_custom_jvp_call, bind_custom_vjp_call};
pub use linear_solve::{CUSTOM_LINEAR_SOLVE, LinearSolve, bind_custom_linear_solve};
pub use pjit::{CLOSED_CALL, PJIT, REMAT2, bind_closed_call, bind_pjit, bind_remat2};
pub use platform::{PLATFORM_INDEX, platform_index};
pub use scan::{SCAN, Scan, bind_scan};
pub use while_loop::{WHILE, While, bind_while};

/// The control dialect.
pub static CONTROL: Dialect = Dialect {
    name: "control",
    ops: &[
        &CLOSED_CALL,
        &COND,
        &CUSTOM_JVP_CALL,
        &CUSTOM_LINEAR_SOLVE,
        &CUSTOM_VJP_CALL,
        &PJIT,
        &PLATFORM_INDEX,
        &REMAT2,
        &SCAN,
        &WHILE,
    ],
    aliases: &[
        ("call", "closed_call"),
        ("checkpoint", "remat2"),
        ("core_call", "closed_call"),
        ("custom_jvp_call_jaxpr", "custom_jvp_call"),
        ("custom_vjp_call_jaxpr", "custom_vjp_call"),
        ("jit", "pjit"),
        ("remat", "remat2"),
        ("while_loop", "while"),
    ],
    ignored_params: &[
        ("closed_call", "name"),
        ("cond", "linear"),
        ("custom_jvp_call", "jvp"),
        ("custom_jvp_call", "jvp_jaxpr_fun"),
        ("custom_jvp_call", "jvp_jaxpr_thunk"),
        ("custom_jvp_call", "name"),
        ("custom_jvp_call", "symbolic_zeros"),
        ("custom_vjp_call", "bwd"),
        ("custom_vjp_call", "fwd"),
        ("custom_vjp_call", "fwd_jaxpr_thunk"),
        ("custom_vjp_call", "name"),
        ("custom_vjp_call", "out_trees"),
        ("custom_vjp_call", "symbolic_zeros"),
        ("pjit", "compiler_options_kvs"),
        ("pjit", "ctx_mesh"),
        ("pjit", "in_layouts"),
        ("pjit", "in_shardings"),
        ("pjit", "out_layouts"),
        ("pjit", "out_shardings"),
        ("pjit", "resource_env"),
        ("remat2", "name"),
    ],
    renamed_params: &[
        ("custom_jvp_call", "fun_jaxpr", "call_jaxpr"),
        ("custom_vjp_call", "fun_jaxpr", "call_jaxpr"),
    ],
    readings: &[],
};

/// Ops that run one nested program on their operands, and its parameter.
pub(crate) static CALLS: [(&OpDef, &str); 5] = [
    (&CLOSED_CALL, "call_jaxpr"),
    (&CUSTOM_JVP_CALL, "call_jaxpr"),
    (&CUSTOM_VJP_CALL, "call_jaxpr"),
    (&PJIT, "jaxpr"),
    (&REMAT2, "jaxpr"),
];

/// The program that an op runs on its operands as they are, for ops that do just that: `pjit`,
/// `closed_call`, `remat2` and the custom rules.
pub fn call_body<'p>(op: &OpDef, params: &'p Params) -> Option<&'p Arc<Jaxpr>> {
    CALLS.iter().find(|(call, _)| *call == op).map(|(_, param)| params.jaxpr(param))
}

/// True for the ops of [`call_body`].
pub fn is_call(op: &OpDef) -> bool {
    CALLS.iter().any(|(call, _)| *call == op)
}
