//! Parameter lists of 0 to 8 parameters.
//!
//! Two details make real call syntax work. The erased function type has one lifetime per argument,
//! so that `&*f` is an `impl Fn(&Array, &Array)`. And a user's function is bounded twice: the first
//! bound lets rustc infer the parameter list, the second lets us call it with any lifetimes.

use std::{panic::Location, sync::Arc};

use super::{FnInfo, Fun, Function, Param};
use crate::{Array, tree::Visitor};

/// A parameter list `(P0, P1, ..)` of 0 to 8 [`Param`]s.
pub trait Params: 'static {
    /// The arguments of one call.
    type Args<'a>;
    /// The owned form that a trace keeps.
    type Owned: 'static;
    /// `dyn Fn(P0, P1, ..) -> O + Send + Sync`.
    type Dyn<'f, O: 'f>: ?Sized + Send + Sync + 'f;
    /// The number of parameters.
    const LEN: usize;
    /// Boxes a function of the argument tuple as one of the arguments.
    fn erase<'f, O: 'f>(
        f: impl for<'a> Fn(Self::Args<'a>) -> O + Send + Sync + 'f,
    ) -> Arc<Self::Dyn<'f, O>>;
    /// Calls a boxed function.
    fn apply<'f, O: 'f>(f: &Self::Dyn<'f, O>, args: Self::Args<'_>) -> O;
    /// Walks over leaves and structure of all arguments.
    fn visit<'s, V: Visitor<'s>>(args: &'s Self::Args<'_>, visitor: &mut V);
    /// Owned copies with other leaves; `f` gets the position of the argument as well.
    fn own(args: &Self::Args<'_>, f: &mut dyn FnMut(usize, &Array) -> Array) -> Self::Owned;
    /// The arguments of owned copies.
    fn lend(owned: &Self::Owned) -> Self::Args<'_>;
}

macro_rules! arity {
    ($len:literal; $($param:ident $arg:ident $index:tt $life:lifetime),*) => {
        #[allow(unused_variables, clippy::unused_unit, reason = "the empty list does nothing")]
        impl<$($param: Param),*> Params for ($($param,)*) {
            type Args<'a> = ($($param::Item<'a>,)*);
            type Owned = ($($param::Owned,)*);
            type Dyn<'f, O: 'f> =
                dyn for<$($life),*> Fn($($param::Item<$life>),*) -> O + Send + Sync + 'f;
            const LEN: usize = $len;

            fn erase<'f, O: 'f>(
                f: impl for<'a> Fn(Self::Args<'a>) -> O + Send + Sync + 'f,
            ) -> Arc<Self::Dyn<'f, O>> {
                Arc::new(move |$($arg: $param::Item<'_>),*| f(($($param::shrink($arg),)*)))
            }

            #[inline]
            fn apply<'f, O: 'f>(f: &Self::Dyn<'f, O>, ($($arg,)*): Self::Args<'_>) -> O {
                f($($arg),*)
            }

            #[inline]
            fn visit<'s, V: Visitor<'s>>(args: &'s Self::Args<'_>, visitor: &mut V) {
                $(
                    visitor.arg($index, $param::PLAIN);
                    $param::visit(&args.$index, visitor);
                )*
            }

            fn own(
                args: &Self::Args<'_>,
                f: &mut dyn FnMut(usize, &Array) -> Array,
            ) -> Self::Owned {
                ($($param::own(&args.$index, &mut |leaf| f($index, leaf)),)*)
            }

            fn lend(owned: &Self::Owned) -> Self::Args<'_> {
                ($($param::lend(&owned.$index),)*)
            }
        }

        impl<'f, Func, $($param: Param,)* O: 'f> Function<'f, ($($param,)*), O> for Func
        where
            Func: Fn($($param),*) -> O
                + for<'a> Fn($($param::Item<'a>),*) -> O
                + Send
                + Sync
                + 'f,
        {
            fn into_fun(self, at: &'static Location<'static>) -> Fun<'f, ($($param,)*), O> {
                Fun {
                    call: Arc::new(move |$($arg: $param::Item<'_>),*| {
                        self($($param::shrink($arg)),*)
                    }),
                    info: FnInfo::of::<Func>(at),
                }
            }
        }

        crate::jit::call_methods!($($param $arg),*);
    };
}

arity!(0;);
arity!(1; A a 0 'l0);
arity!(2; A a 0 'l0, B b 1 'l1);
arity!(3; A a 0 'l0, B b 1 'l1, C c 2 'l2);
arity!(4; A a 0 'l0, B b 1 'l1, C c 2 'l2, D d 3 'l3);
arity!(5; A a 0 'l0, B b 1 'l1, C c 2 'l2, D d 3 'l3, E e 4 'l4);
arity!(6; A a 0 'l0, B b 1 'l1, C c 2 'l2, D d 3 'l3, E e 4 'l4, F g 5 'l5);
arity!(7; A a 0 'l0, B b 1 'l1, C c 2 'l2, D d 3 'l3, E e 4 'l4, F g 5 'l5, G h 6 'l6);
arity!(8; A a 0 'l0, B b 1 'l1, C c 2 'l2, D d 3 'l3, E e 4 'l4, F g 5 'l5, G h 6 'l6, H i 7 'l7);
