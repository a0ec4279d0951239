//! [`Tree`] for the containers of the standard library.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Debug,
    hash::{BuildHasher, Hash},
};

use super::{Step, Tree, Visitor};
use crate::Array;

fn visit_items<'s, T: Tree, V: Visitor<'s>>(items: &'s [T], visitor: &mut V) {
    for (index, item) in items.iter().enumerate() {
        visitor.enter(Step::Index(index));
        item.visit(visitor);
        visitor.exit();
    }
}

impl<T: Tree> Tree for Vec<T> {
    #[inline]
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        visitor.aux(&self.len());
        visit_items(self, visitor);
    }

    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
        self.iter().map(|item| item.map(f)).collect()
    }
}

impl<T: Tree, const N: usize> Tree for [T; N] {
    #[inline]
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        visit_items(self, visitor);
    }

    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
        std::array::from_fn(|index| self[index].map(f))
    }
}

impl<T: Tree> Tree for Option<T> {
    #[inline]
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        visitor.aux(&self.is_some());
        if let Some(item) = self {
            item.visit(visitor);
        }
    }

    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
        self.as_ref().map(|item| item.map(f))
    }
}

impl<T: Tree> Tree for Box<T> {
    #[inline]
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        (**self).visit(visitor);
    }

    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
        Box::new((**self).map(f))
    }
}

/// Leaves in key order: the order of a `HashMap`'s own walk changes from run to run.
impl<K, T, S> Tree for HashMap<K, T, S>
where
    K: Hash + Ord + Clone + Debug + Send + Sync + 'static,
    T: Tree,
    S: BuildHasher + Default + Send + Sync + 'static,
{
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        visitor.aux(&self.len());
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        entries.into_iter().for_each(|(key, item)| visit_entry(key, item, visitor));
    }

    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_by_key(|(key, _)| *key);
        entries.into_iter().map(|(key, item)| (key.clone(), item.map(f))).collect()
    }
}

impl<K, T> Tree for BTreeMap<K, T>
where
    K: Hash + Ord + Clone + Debug + Send + Sync + 'static,
    T: Tree,
{
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        visitor.aux(&self.len());
        self.iter().for_each(|(key, item)| visit_entry(key, item, visitor));
    }

    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
        self.iter().map(|(key, item)| (key.clone(), item.map(f))).collect()
    }
}

fn visit_entry<'s, K, T, V>(key: &'s K, item: &'s T, visitor: &mut V)
where
    K: Hash + Eq + Clone + Debug + Send + Sync + 'static,
    T: Tree,
    V: Visitor<'s>,
{
    visitor.aux(key);
    visitor.enter(Step::Key(key));
    item.visit(visitor);
    visitor.exit();
}

macro_rules! tuples {
    ($(($($item:ident $index:tt),*))*) => {$(
        impl<$($item: Tree),*> Tree for ($($item,)*) {
            #[inline]
            #[allow(unused_variables, reason = "the empty tuple has nothing to visit")]
            fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
                $(
                    visitor.enter(Step::Index($index));
                    self.$index.visit(visitor);
                    visitor.exit();
                )*
            }

            #[allow(unused_variables, clippy::unused_unit, reason = "the empty tuple maps to itself")]
            fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
                ($(self.$index.map(f),)*)
            }
        }
    )*};
}

tuples! {
    ()
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6)
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7)
}
