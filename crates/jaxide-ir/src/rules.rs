//! Signatures of the rules in op records, and what the drivers of transformations offer to them.
//! The drivers themselves live in other crates.

use std::{cell::RefCell, sync::Arc};

use smallvec::SmallVec;

use crate::{ArrayType, Atom, Eqn, Jaxpr, JaxprBuilder, Loc, OpDef, Params, Result, Scalar, Value};

/// The application that a rule is about: op, checked parameters, the user's line.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The op.
    pub op: &'static OpDef,
    /// Its checked parameters.
    pub params: &'a Params,
    /// The user's line.
    pub loc: &'a Loc,
}

/// A value in a program under construction.
#[derive(Clone, Copy)]
pub struct Handle<'b> {
    builder: &'b RefCell<JaxprBuilder>,
    atom: Atom,
}

impl<'b> Handle<'b> {
    /// A handle to an atom of the builder's program.
    pub fn new(builder: &'b RefCell<JaxprBuilder>, atom: Atom) -> Handle<'b> {
        Handle { builder, atom }
    }

    /// The atom.
    pub fn atom(&self) -> Atom {
        self.atom
    }

    /// The builder that the handle belongs to.
    pub fn builder(&self) -> &'b RefCell<JaxprBuilder> {
        self.builder
    }
}

impl<'b> Value for Handle<'b> {
    type Cx = &'b RefCell<JaxprBuilder>;

    fn cx(&self) -> Self::Cx {
        self.builder
    }

    fn ty(&self) -> ArrayType {
        self.builder.borrow().ty(self.atom)
    }

    #[track_caller]
    fn bind(
        cx: Self::Cx,
        op: &'static OpDef,
        params: Params,
        operands: &[&Self],
    ) -> SmallVec<[Self; 1]> {
        let atoms: Vec<Atom> = operands.iter().map(|operand| operand.atom).collect();
        let loc = cx.borrow().loc();
        let bound = cx.borrow_mut().bind(op, params, &atoms, loc);
        let vars =
            bound.unwrap_or_else(|error| panic!("a rule built an ill-typed program: {error}"));
        vars.into_iter().map(|var| Handle::new(cx, var.into())).collect()
    }

    fn literal(cx: Self::Cx, value: Scalar) -> Self {
        Handle::new(cx, Atom::literal(value))
    }
}

/// What a driver offers to the rules of control-flow ops, so that they stand beside their op and
/// never name a driver.
pub trait RuleCx<'b> {
    /// The program under construction.
    fn builder(&self) -> &'b RefCell<JaxprBuilder>;

    /// The program that maps primals and the tangents of inputs marked in `nonzero` to results and
    /// their tangents; the flags returned say which tangents it has. Results marked in
    /// `instantiate` have one in any case.
    fn jvp_jaxpr(
        &mut self,
        jaxpr: &Arc<Jaxpr>,
        nonzero: &[bool],
        instantiate: &[bool],
    ) -> Result<(Arc<Jaxpr>, Vec<bool>)>;

    /// The program with a new leading axis on the inputs marked in `batched`; the flags returned
    /// say which results have it. Results marked in `force` have it in any case.
    fn batch_jaxpr(
        &mut self,
        jaxpr: &Arc<Jaxpr>,
        size: usize,
        batched: &[bool],
        force: &[bool],
    ) -> Result<(Arc<Jaxpr>, Vec<bool>)>;

    /// The known and the staged half of a program, split by which inputs are unknown.
    fn partial_eval_jaxpr(&mut self, jaxpr: &Arc<Jaxpr>, unknown: &[bool]) -> Result<SplitJaxpr>;

    /// The program that maps the non-linear inputs and the cotangents of the results to the
    /// cotangents of the inputs marked in `linear`.
    fn transpose_jaxpr(&mut self, jaxpr: &Arc<Jaxpr>, linear: &[bool]) -> Result<Arc<Jaxpr>>;
}

/// Both halves of a partially evaluated program.
#[derive(Clone, Debug)]
pub struct SplitJaxpr {
    /// Known inputs to known results, then residuals.
    pub known: Arc<Jaxpr>,
    /// Residuals, then unknown inputs, to unknown results.
    pub staged: Arc<Jaxpr>,
    /// Which results are unknown.
    pub unknown: Vec<bool>,
    /// Number of residuals.
    pub residuals: usize,
}

/// Results and their tangents; `None` is a symbolic zero.
pub type Jvp<'b> = (Vec<Handle<'b>>, Vec<Option<Handle<'b>>>);
/// From primals and tangents to results and tangents.
pub type JvpFn = for<'b> fn(
    &mut dyn RuleCx<'b>,
    &Call<'_>,
    &[Handle<'b>],
    &[Option<Handle<'b>>],
) -> Result<Jvp<'b>>;

/// An operand of a transposed equation.
#[derive(Clone)]
pub enum LinearOperand<'b> {
    /// The equation is linear in it, and its value is not known.
    Linear(ArrayType),
    /// A known value.
    Known(Handle<'b>),
}

/// From cotangents of results to one cotangent per operand; `None` is a symbolic zero, and what
/// known operands get.
pub type TransposeFn = for<'b> fn(
    &mut dyn RuleCx<'b>,
    &Call<'_>,
    &[Option<Handle<'b>>],
    &[LinearOperand<'b>],
) -> Result<Vec<Option<Handle<'b>>>>;

/// A value and its batch axis, if it has one.
pub type Batched<'b> = (Handle<'b>, Option<usize>);
/// Applies an op to operands of which some have a batch axis of the given size.
pub type BatchFn =
    for<'b> fn(&mut dyn RuleCx<'b>, &Call<'_>, usize, &[Batched<'b>]) -> Result<Vec<Batched<'b>>>;

/// Splits one equation; `None` leaves it whole to the staged half.
pub type PartialEvalFn =
    for<'b> fn(&mut dyn RuleCx<'b>, &Eqn, &[bool]) -> Result<Option<(Eqn, Eqn, Vec<bool>)>>;

/// An op in terms of others: operands to results.
pub type DecomposeFn = for<'b> fn(&Call<'_>, &[Handle<'b>]) -> Result<Vec<Handle<'b>>>;

/// A value by real arrays of one shape: itself, or the parts of a complex one.
#[derive(Clone, Copy)]
pub enum Parts<'b> {
    /// A value that is not complex.
    Real(Handle<'b>),
    /// Real and imaginary part, f32 for c64, f64 for c128.
    Complex(Handle<'b>, Handle<'b>),
}

/// An elementwise op of one result on real and imaginary parts. Operands beside a complex first
/// operand come with its dtype, as `Complex`.
pub type SplitFn = for<'b> fn(&Call<'_>, &[Parts<'b>]) -> Result<Parts<'b>>;

/// What the dce driver offers to rules.
pub trait DceCx {
    /// The jaxpr without the results that are not marked and without the work behind them; inputs
    /// stay. The flags say which inputs are still used.
    fn dce_jaxpr(&mut self, jaxpr: &Arc<Jaxpr>, used: &[bool]) -> Result<(Arc<Jaxpr>, Vec<bool>)>;
}

/// An equation after its unused results were dropped.
#[derive(Clone, Debug)]
pub struct DceEqn {
    /// New parameters.
    pub params: Params,
    /// Which operands stay.
    pub inputs: Vec<bool>,
    /// Which results stay; at least the used ones.
    pub outputs: Vec<bool>,
}

/// Drops results that are not marked as used; `None` when nothing changes.
pub type DceFn = fn(&mut dyn DceCx, &Eqn, &[bool]) -> Result<Option<DceEqn>>;
