//! The intermediate representation of jaxide: data types, array types, op records, jaxprs,
//! their builder, verifier, printer and parser.
//!
//! Deliberately not here: any op. Dialect crates declare ops as [`OpDef`] records and list them in
//! a [`Dialect`]; a [`Registry`] value says which dialects a program may use.

#![forbid(unsafe_code)]

pub mod builder;
pub mod diag;
pub mod dtype;
pub mod effects;
pub mod ids;
pub mod jaxpr;
pub mod loc;
pub mod op;
pub mod param;
pub mod parse;
pub mod print;
pub mod py_repr;
pub mod registry;
pub mod rules;
pub mod same;
pub mod scalar;
pub mod template;
pub mod tensor;
pub mod types;
pub mod value;
pub mod verify;

pub use builder::JaxprBuilder;
pub use diag::{Code, Diagnostic, Result};
pub use dtype::{DType, Element};
pub use effects::{Effect, Effects};
pub use ids::{EqnId, Id, IdVec, Var};
pub use jaxpr::{Atom, Eqn, Jaxpr, Literal};
pub use loc::Loc;
pub use op::{
    Arity, Fold, FoldFn, Host, IntType, Lower, Mlir, OpDef, OutTypes, Rule, ScalarRow, TypeClass,
};
pub use param::{Param, ParamDef, ParamExt, ParamKind, Params, Record, RecordDef};
pub use parse::parse;
pub use print::{Place, PrintOptions, Printed, print, print_with_lines};
pub use registry::{Dialect, Reading, Registry};
pub use rules::{Call, DceCx, DceEqn, DceFn, Handle, Parts, RuleCx, SplitFn};
pub use same::same_program;
pub use scalar::Scalar;
pub use tensor::TensorData;
pub use types::{ArrayType, Shape};
pub use value::Value;
pub use verify::verify;
