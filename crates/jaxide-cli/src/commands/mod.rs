//! One file per command.

pub(crate) mod conformance;
pub(crate) mod doctor;
pub(crate) mod lower;
pub(crate) mod opt;
pub(crate) mod reduce;
pub(crate) mod run;
