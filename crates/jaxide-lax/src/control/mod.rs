//! The control dialect: ops that hold nested programs.

pub mod cond;
pub mod custom;
pub mod pjit;
pub mod scan;
pub mod while_loop;
