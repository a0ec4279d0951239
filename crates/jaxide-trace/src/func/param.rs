//! What one parameter of a user's function may be.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Debug,
    hash::{BuildHasher, Hash},
};

use crate::{
    Array,
    tree::{Static, Step, Tree, Visitor},
};

/// One parameter: `&T` or `T` with `T: Tree`, `&[T]`, `Static<T>`, or a plain number or text, which
/// can only be static.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a parameter of a jaxide function",
    label = "not an array, a tree of arrays, or static data",
    note = "take `&Array` (or `&T` with `#[derive(Tree)] struct T`), or `Static<T>` for data that keys the compilation"
)]
pub trait Param: 'static {
    /// The owned form that a trace keeps.
    type Owned: 'static;
    /// The form that the function takes.
    type Item<'a>;
    /// The type's name where it can only be static.
    const PLAIN: Option<&'static str> = None;
    /// Walks over leaves and structure.
    fn visit<'s, V: Visitor<'s>>(item: &'s Self::Item<'_>, visitor: &mut V);
    /// An owned copy with other leaves.
    fn own(item: &Self::Item<'_>, f: &mut dyn FnMut(&Array) -> Array) -> Self::Owned;
    /// The argument form of an owned copy.
    fn lend(owned: &Self::Owned) -> Self::Item<'_>;
    /// Covariance, which generic code cannot see: an item may be used for a shorter time.
    fn shrink<'s, 'l: 's>(item: Self::Item<'l>) -> Self::Item<'s>;
}

impl<T: Tree> Param for &'static T {
    type Owned = T;
    type Item<'a> = &'a T;

    #[inline]
    fn visit<'s, V: Visitor<'s>>(item: &'s &T, visitor: &mut V) {
        (**item).visit(visitor);
    }

    fn own(item: &&T, f: &mut dyn FnMut(&Array) -> Array) -> T {
        item.map(f)
    }

    fn lend(owned: &T) -> &T {
        owned
    }

    fn shrink<'s, 'l: 's>(item: &'l T) -> &'s T {
        item
    }
}

impl<T: Tree> Param for &'static [T] {
    type Owned = Vec<T>;
    type Item<'a> = &'a [T];

    fn visit<'s, V: Visitor<'s>>(item: &'s &[T], visitor: &mut V) {
        visitor.aux(&item.len());
        for (index, item) in item.iter().enumerate() {
            visitor.enter(Step::Index(index));
            item.visit(visitor);
            visitor.exit();
        }
    }

    fn own(item: &&[T], f: &mut dyn FnMut(&Array) -> Array) -> Vec<T> {
        item.iter().map(|item| item.map(f)).collect()
    }

    fn lend(owned: &Vec<T>) -> &[T] {
        owned
    }

    fn shrink<'s, 'l: 's>(item: &'l [T]) -> &'s [T] {
        item
    }
}

/// Implements [`Param`] for a tree taken by value; `#[derive(Tree)]` emits one for its struct. (A
/// blanket implementation for every `T: Tree` would overlap the one for `&T`.)
#[doc(hidden)]
#[macro_export]
macro_rules! param_by_value {
    ([$($generics:tt)*] $ty:ty $(where $($bounds:tt)*)?) => {
        impl<$($generics)*> $crate::Param for $ty $(where $($bounds)*)? {
            type Owned = $ty;
            type Item<'a> = $ty;

            #[inline]
            fn visit<'s, V: $crate::Visitor<'s>>(item: &'s $ty, visitor: &mut V) {
                $crate::Tree::visit(item, visitor);
            }

            fn own(item: &$ty, f: &mut dyn FnMut(&$crate::Array) -> $crate::Array) -> $ty {
                $crate::Tree::map(item, f)
            }

            fn lend(owned: &$ty) -> $ty {
                $crate::Tree::map(owned, &mut |leaf| leaf.clone())
            }

            #[allow(unused_lifetimes, reason = "an owned value has none to shrink")]
            fn shrink<'s, 'l: 's>(item: $ty) -> $ty {
                item
            }
        }
    };
}

param_by_value!([] Array);
param_by_value!([T: Tree] Vec<T>);
param_by_value!([T: Tree] Option<T>);
param_by_value!([T: Tree, const N: usize] [T; N]);
param_by_value!([T: Hash + Eq + Clone + Send + Sync + 'static] Static<T>);
param_by_value!([K, T: Tree, S] HashMap<K, T, S> where
    K: Hash + Ord + Clone + Debug + Send + Sync + 'static,
    S: BuildHasher + Default + Send + Sync + 'static);
param_by_value!([K, T: Tree] BTreeMap<K, T> where
    K: Hash + Ord + Clone + Debug + Send + Sync + 'static);
param_by_value!([]());
param_by_value!([A: Tree] (A,));
param_by_value!([A: Tree, B: Tree] (A, B));
param_by_value!([A: Tree, B: Tree, C: Tree] (A, B, C));
param_by_value!([A: Tree, B: Tree, C: Tree, D: Tree] (A, B, C, D));

/// Plain numbers and texts: static only. Floats are keyed by their bits.
macro_rules! plain {
    ($($ty:ty: |$value:ident| $key:expr),* $(,)?) => {$(
        impl Param for $ty {
            type Owned = $ty;
            type Item<'a> = $ty;
            const PLAIN: Option<&'static str> = Some(stringify!($ty));

            #[inline]
            fn visit<'s, V: Visitor<'s>>(item: &'s $ty, visitor: &mut V) {
                let $value = item;
                visitor.aux(&$key);
            }

            fn own(item: &$ty, _: &mut dyn FnMut(&Array) -> Array) -> $ty {
                item.clone()
            }

            fn lend(owned: &$ty) -> $ty {
                owned.clone()
            }

            #[allow(unused_lifetimes, reason = "an owned value has none to shrink")]
            fn shrink<'s, 'l: 's>(item: $ty) -> $ty {
                item
            }
        }
    )*};
}

plain! {
    bool: |x| *x,
    i8: |x| *x,
    i16: |x| *x,
    i32: |x| *x,
    i64: |x| *x,
    isize: |x| *x,
    u8: |x| *x,
    u16: |x| *x,
    u32: |x| *x,
    u64: |x| *x,
    usize: |x| *x,
    f32: |x| x.to_bits(),
    f64: |x| x.to_bits(),
    char: |x| *x,
    String: |x| x.clone(),
}

impl Param for &'static str {
    type Owned = String;
    type Item<'a> = &'a str;
    const PLAIN: Option<&'static str> = Some("&str");

    fn visit<'s, V: Visitor<'s>>(item: &'s &str, visitor: &mut V) {
        visitor.aux(&(*item).to_string());
    }

    fn own(item: &&str, _: &mut dyn FnMut(&Array) -> Array) -> String {
        (*item).to_string()
    }

    fn lend(owned: &String) -> &str {
        owned
    }

    fn shrink<'s, 'l: 's>(item: &'l str) -> &'s str {
        item
    }
}
