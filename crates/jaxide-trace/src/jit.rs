//! `jit`: traces a function once per signature, compiles the program, and dispatches from a cache.
//!
//! The signature is the structure of the arguments, their types with weak flags, static values and
//! the settings of [`crate::config`]; the cache belongs to one jitted function and its backend.

mod dispatch;
mod explain;
mod key;
mod log;
mod lower;
mod program;

use std::{
    ops::Deref,
    panic::{Location, RefUnwindSafe, UnwindSafe},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use arc_swap::ArcSwap;
use jaxide_lax::check::Checks;
use jaxide_runtime::Backend;

pub use explain::{CacheMiss, Explanation, Reason};
pub use lower::{Compiled, Lowered};

use crate::{
    diag,
    error::{Error, OrRaise, Result, catch, raise},
    func::{FnInfo, Fun, Function, Params},
    tree::Tree,
};
use dispatch::Inner;

type At = &'static Location<'static>;

/// What a jitted function does besides its body.
#[derive(Clone, Default)]
pub(crate) struct Options {
    /// One bit per static argument.
    statics: u64,
    /// Compiles programs; without one, calls outside of traces run the body as it is.
    backend: Option<Arc<dyn Backend>>,
    max_compiles: Option<usize>,
    /// What this function checks beside what is in force.
    checks: Checks,
    /// Inside traces the body's equations stand in place of one `pjit`.
    inline: bool,
}

/// Counters and history, not generic.
#[derive(Default)]
pub(crate) struct Statistics {
    traces: AtomicUsize,
    compiles: AtomicUsize,
    misses: Mutex<Vec<CacheMiss>>,
}

/// A compiled function. Call it as `f(&a, &b)`.
///
/// Methods by number of arguments: `try_call(&a, &b)` gives a `Result`, `lower(&a, &b)` the traced
/// program. Pass `&*f` where an `impl Fn` is expected.
pub struct Jitted<'f, P: Params, O: Tree> {
    call: Arc<P::Dyn<'f, O>>,
    inner: Arc<Inner<'f, P, O>>,
}

impl<'f, P: Params, O: Tree> Deref for Jitted<'f, P, O> {
    type Target = P::Dyn<'f, O>;
    #[inline]
    fn deref(&self) -> &Self::Target {
        &self.call
    }
}

impl<P: Params, O: Tree> Clone for Jitted<'_, P, O> {
    fn clone(&self) -> Self {
        Jitted { call: self.call.clone(), inner: self.inner.clone() }
    }
}

impl<P: Params, O: Tree> UnwindSafe for Jitted<'_, P, O> {}

impl<P: Params, O: Tree> RefUnwindSafe for Jitted<'_, P, O> {}

impl<'f, P: Params, O: Tree> Function<'f, P, O> for Jitted<'f, P, O> {
    fn into_fun(self, _: At) -> Fun<'f, P, O> {
        Fun { call: self.call, info: self.inner.fun.info.clone() }
    }
}

impl<'f, P: Params, O: Tree> Function<'f, P, O> for &Jitted<'f, P, O> {
    fn into_fun(self, at: At) -> Fun<'f, P, O> {
        self.clone().into_fun(at)
    }
}

/// A function compiled by a backend. The facade's `jit` supplies its default backend.
///
/// ```
/// # use std::sync::Arc;
/// # use jaxide_trace::{Array, EvalBackend, array, jit_with};
/// let f = jit_with(Arc::new(EvalBackend::default()), |x: &Array| x * 2.0);
/// assert_eq!(f(&array([1.0, 2.0])).to_vec::<f32>(), [2.0, 4.0]);
/// ```
#[track_caller]
pub fn jit_with<'f, F, P, O>(backend: Arc<dyn Backend>, f: F) -> Jitted<'f, P, O>
where
    F: Function<'f, P, O>,
    P: Params,
    O: Tree,
{
    let options = Options { backend: Some(backend), ..Options::default() };
    Jitted::build(f.into_fun(Location::caller()), options)
}

/// A function on the reference engine.
#[track_caller]
pub fn jit<'f, F, P, O>(f: F) -> Jitted<'f, P, O>
where
    F: Function<'f, P, O>,
    P: Params,
    O: Tree,
{
    let options = Options {
        backend: Some(Arc::new(jaxide_eval::EvalBackend::default())),
        ..Options::default()
    };
    Jitted::build(f.into_fun(Location::caller()), options)
}

/// A function that runs as it is when called eagerly, and is one `pjit` equation inside traces,
/// traced once per signature. Library functions such as `where` are made of it.
#[track_caller]
pub fn subprogram<'f, F, P, O>(f: F) -> Jitted<'f, P, O>
where
    F: Function<'f, P, O>,
    P: Params,
    O: Tree,
{
    Jitted::build(f.into_fun(Location::caller()), Options::default())
}

/// The inherent methods of a number of arguments; `func::arity` calls this.
macro_rules! call_methods {
    ($($param:ident $arg:ident),*) => {
        #[allow(clippy::too_many_arguments, reason = "as many as the user's function has")]
        impl<'f, $($param: crate::Param,)* O: crate::Tree> crate::Jitted<'f, ($($param,)*), O> {
            /// Calls the function; errors of tracing and running become `Err`.
            ///
            /// # Errors
            /// Every typed error that a call would panic with.
            #[track_caller]
            pub fn try_call(&self, $($arg: $param::Item<'_>),*) -> Result<O, crate::Error> {
                self.try_args(($($param::shrink($arg),)*))
            }

            #[doc(hidden)]
            #[track_caller]
            pub fn call_here(&self, $($arg: $param::Item<'_>),*) -> O {
                self.call_args(($($param::shrink($arg),)*))
            }

            /// Traces the function for these arguments without running it.
            ///
            /// # Panics
            /// With the error of tracing.
            #[track_caller]
            pub fn lower(&self, $($arg: $param::Item<'_>),*) -> crate::Lowered {
                self.lower_args(($($param::shrink($arg),)*))
            }
        }
    };
}
pub(crate) use call_methods;

impl<'f, P: Params, O: Tree> Jitted<'f, P, O> {
    fn build(fun: Fun<'f, P, O>, options: Options) -> Self {
        let inner = Arc::new(Inner {
            fun,
            options,
            statistics: Statistics::default(),
            cache: ArcSwap::default(),
        });
        let callee = inner.clone();
        let call = P::erase(move |args| match callee.run(args, callee.fun.info.at) {
            Ok(output) => output,
            Err(error) => raise(error),
        });
        Jitted { call, inner }
    }

    fn with(self, change: impl FnOnce(&mut FnInfo, &mut Options)) -> Self {
        let (mut fun, mut options) = (self.inner.fun.clone(), self.inner.options.clone());
        change(&mut fun.info, &mut options);
        Self::build(fun, options)
    }

    /// Makes arguments static: their values key the compilation and are known while tracing.
    ///
    /// # Panics
    /// With `ValueError` for a position that the function has not.
    #[track_caller]
    pub fn static_argnums(self, positions: impl IntoIterator<Item = usize>) -> Self {
        let mut statics = 0;
        for position in positions {
            if position >= P::LEN {
                let at = Location::caller();
                raise(Error::Value(diag::static_argnum(position, P::LEN, at)));
            }
            statics |= 1 << position;
        }
        self.with(|_, options| options.statics |= statics)
    }

    /// Makes arguments static by name. Only `#[jit]` and `jit_fn!` know names.
    ///
    /// # Panics
    /// With `ValueError` for a name that the function has not.
    #[track_caller]
    pub fn static_argnames<'n>(self, names: impl IntoIterator<Item = &'n str>) -> Self {
        let info = self.inner.fun.info.clone();
        let mut statics = 0;
        for name in names {
            match info.args.iter().position(|known| *known == name) {
                Some(position) => statics |= 1 << position,
                None => raise(Error::Value(diag::static_argname(
                    &info.name,
                    name,
                    info.args,
                    Location::caller(),
                ))),
            }
        }
        self.with(|_, options| options.statics |= statics)
    }

    /// Sets name, place and argument names, as `#[jit]` and `jit_fn!` know them.
    #[doc(hidden)]
    pub fn defined(
        self,
        name: Option<&str>,
        file: &'static str,
        line: u32,
        args: &'static [&'static str],
    ) -> Self {
        self.with(|info, _| {
            if let Some(name) = name {
                info.name = name.into();
            }
            (info.file, info.line, info.defined) = (file, line, !args.is_empty());
            info.args = args;
        })
    }

    /// Sets the name that programs and messages show.
    pub fn name(self, name: &str) -> Self {
        self.with(|info, _| info.name = name.into())
    }

    /// Compiles with another backend; the cache starts empty.
    pub fn with_backend(self, backend: Arc<dyn Backend>) -> Self {
        self.with(|_, options| options.backend = Some(backend))
    }

    /// The backend, if it has one.
    pub fn backend(&self) -> Option<&Arc<dyn Backend>> {
        self.inner.options.backend.as_ref()
    }

    /// Makes it an error to trace the function for more than `count` signatures.
    pub fn max_compiles(self, count: usize) -> Self {
        self.with(|_, options| options.max_compiles = Some(count))
    }

    /// With `true`, calls inside traces record the equations of the body instead of one `pjit`.
    pub fn inline(self, inline: bool) -> Self {
        self.with(|_, options| options.inline = inline)
    }

    /// Makes runs checked: an index out of range, NaN from operands that are not NaN, integer overflow
    /// and integer division by zero become a [`Error::Check`] with the op and the line in the
    /// function, also inside loops, branches and functions that it calls. The first one in program
    /// order counts. Without checks nothing is computed for them.
    ///
    /// ```
    /// # use jaxide_trace::{Array, Error, array, jit};
    /// let f = jit(|x: &Array| x.log()).checked();
    /// assert_eq!(f(&array([1.0])).to_vec::<f32>(), [0.0]);
    /// let error = f.try_call(&array([1.0, -1.0])).unwrap_err();
    /// assert_eq!(error.message(), "nan generated by primitive: log at position (1,)");
    /// ```
    pub fn checked(self) -> Self {
        self.checked_for(Checks::ALL)
    }

    /// [`checked`](Jitted::checked) for some kinds of mistakes only.
    pub fn checked_for(self, checks: Checks) -> Self {
        self.with(|_, options| options.checks = checks)
    }

    /// Number of cached signatures.
    pub fn cache_size(&self) -> usize {
        self.inner.cache.load().len()
    }

    /// How often the function has been traced.
    pub fn trace_count(&self) -> usize {
        self.inner.statistics.traces.load(Ordering::Relaxed)
    }

    /// How often a program has been compiled; inside traces nothing is.
    pub fn compile_count(&self) -> usize {
        self.inner.statistics.compiles.load(Ordering::Relaxed)
    }

    /// Forgets all signatures.
    pub fn clear_cache(&self) {
        self.inner.cache.store(Arc::default());
    }

    /// Why the function was traced, each time.
    pub fn explain(&self) -> Explanation {
        let misses = self.inner.statistics.misses.lock().unwrap_or_else(PoisonError::into_inner);
        Explanation { function: self.inner.fun.info.name.clone(), misses: misses.clone() }
    }

    #[doc(hidden)]
    #[track_caller]
    pub fn try_args(&self, args: P::Args<'_>) -> Result<O> {
        let at = Location::caller();
        catch(|| self.inner.run(args, at))
    }

    #[doc(hidden)]
    #[track_caller]
    pub fn call_args(&self, args: P::Args<'_>) -> O {
        self.inner.run(args, Location::caller()).or_raise()
    }

    #[doc(hidden)]
    #[track_caller]
    pub fn lower_args(&self, args: P::Args<'_>) -> Lowered {
        let at = Location::caller();
        let key = self.inner.key(&args).or_raise();
        let found = self.inner.cache.load().iter().find(|entry| entry.key.same(&key)).cloned();
        let entry = match found {
            Some(entry) => entry,
            None => self.inner.miss(&args, at).or_raise(),
        };
        entry.program.lower(&self.inner.fun.info, self.inner.options.backend.clone())
    }
}
