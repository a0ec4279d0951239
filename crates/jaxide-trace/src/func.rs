//! User functions: what is known about them, the callable wrapper, and the trait that everything
//! which takes a function accepts. Parameters and parameter lists are in `param.rs`, `arity.rs`.

mod arity;
mod param;

use std::{ops::Deref, panic::Location, sync::Arc};

pub use arity::Params;
pub use param::Param;

/// Name, place and argument names of a user's function, for messages and program text.
#[derive(Clone, Debug)]
pub struct FnInfo {
    pub(crate) name: Arc<str>,
    pub(crate) file: &'static str,
    pub(crate) line: u32,
    /// Whether file and line are those of the definition rather than of the call of `jit`.
    pub(crate) defined: bool,
    pub(crate) args: &'static [&'static str],
    /// Where the function was passed: the line of calls that hide their own.
    pub(crate) at: &'static Location<'static>,
}

impl FnInfo {
    /// What the type of a function and the place where it was passed tell.
    pub(crate) fn of<F: ?Sized>(at: &'static Location<'static>) -> FnInfo {
        let path = std::any::type_name::<F>();
        let path = path.split('<').next().unwrap_or(path);
        let last = path.rsplit("::").next().unwrap_or(path);
        let plain = !last.is_empty() && last.chars().all(|c| c.is_alphanumeric() || c == '_');
        let name = if plain && !matches!(last, "Box" | "Arc" | "Rc") { last } else { "<lambda>" };
        let (file, line) = (at.file(), at.line());
        FnInfo { name: name.into(), file, line, defined: false, args: &[], at }
    }

    /// The same for a function that is at hand.
    pub(crate) fn of_val<F: ?Sized>(_: &F, at: &'static Location<'static>) -> FnInfo {
        FnInfo::of::<F>(at)
    }

    /// The name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name of an argument, or its position where names are not known.
    pub(crate) fn arg(&self, index: usize) -> String {
        self.args.get(index).map_or_else(|| index.to_string(), |name| (*name).to_string())
    }

    /// `f at src/main.rs:12`.
    pub(crate) fn place(&self) -> String {
        if self.defined {
            format!("{} at {}:{}", self.name, self.file, self.line)
        } else {
            format!("{} (passed at {}:{})", self.name, self.file, self.line)
        }
    }
}

/// A function over trees of arrays: call it as `f(&a, &b)`.
///
/// `P` is the parameter list, as in `Fun<(&'static Array, &'static Array), Array>`.
pub struct Fun<'f, P: Params, O: 'f> {
    pub(crate) call: Arc<P::Dyn<'f, O>>,
    pub(crate) info: FnInfo,
}

impl<'f, P: Params, O: 'f> Fun<'f, P, O> {
    pub(crate) fn new(
        info: FnInfo,
        f: impl for<'a> Fn(P::Args<'a>) -> O + Send + Sync + 'f,
    ) -> Self {
        Fun { call: P::erase(f), info }
    }

    /// Name and place.
    pub fn info(&self) -> &FnInfo {
        &self.info
    }
}

impl<'f, P: Params, O: 'f> Deref for Fun<'f, P, O> {
    type Target = P::Dyn<'f, O>;
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.call
    }
}

impl<'f, P: Params, O: 'f> Clone for Fun<'f, P, O> {
    fn clone(&self) -> Self {
        Fun { call: self.call.clone(), info: self.info.clone() }
    }
}

/// What `jit` and `make_jaxpr` accept: functions and closures of 0 to 8 [`Param`]s, and what those
/// return.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a function that jaxide can transform",
    label = "expected a function of 0 to 8 arrays (or trees of arrays)",
    note = "write the types of a closure's parameters: `|x: &Array, y: &Array| ..`",
    note = "parameters are `&Array`, `Array`, `&T` or `T` with `#[derive(Tree)]`, `&[T]`, `Static<T>`; captured values must be `Send + Sync`"
)]
pub trait Function<'f, P: Params, O: 'f>: Sized {
    /// The callable wrapper; `at` is the place where the function was passed.
    fn into_fun(self, at: &'static Location<'static>) -> Fun<'f, P, O>;
}

impl<'f, P: Params, O: 'f> Function<'f, P, O> for Fun<'f, P, O> {
    fn into_fun(self, _: &'static Location<'static>) -> Fun<'f, P, O> {
        self
    }
}

impl<'f, P: Params, O: 'f> Function<'f, P, O> for &Fun<'f, P, O> {
    fn into_fun(self, _: &'static Location<'static>) -> Fun<'f, P, O> {
        self.clone()
    }
}
