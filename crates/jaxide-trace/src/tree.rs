//! Trees: nested data whose leaves are [`Array`]s (JAX's pytrees). Implementations for containers
//! are in `containers.rs`; `#[derive(Tree)]` writes them for structs.

mod containers;

use std::{any::Any, fmt, hash::Hash, hash::Hasher, ops::Deref};

use smallvec::SmallVec;

use crate::Array;

/// One step on the way to a leaf.
#[derive(Clone, Copy)]
pub enum Step<'a> {
    /// `.name`
    Field(&'a str),
    /// `[0]`
    Index(usize),
    /// `["key"]`
    Key(&'a dyn fmt::Debug),
}

impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Step::Field(name) => write!(f, ".{name}"),
            Step::Index(index) => write!(f, "[{index}]"),
            Step::Key(key) => write!(f, "[{key:?}]"),
        }
    }
}

/// A borrowing walk over a tree. It is generic, so that a cached call compiles to straight-line
/// code without allocation.
pub trait Visitor<'s> {
    /// A leaf.
    fn leaf(&mut self, leaf: &'s Array);
    /// A part of the structure: a length, a key, a static value.
    fn aux(&mut self, _key: &dyn StaticKey) {}
    /// The start of an argument; `plain` names the type of one that can only be static.
    fn arg(&mut self, _index: usize, _plain: Option<&'static str>) {}
    /// One step down.
    fn enter(&mut self, _step: Step<'_>) {}
    /// One step up.
    fn exit(&mut self) {}
}

/// Nested data whose leaves are [`Array`]s.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a tree of `Array`s",
    label = "jaxide cannot trace a value of type `{Self}`",
    note = "a traced value is an `Array`, or a tuple, `Vec`, `[_; N]`, `Option`, `HashMap` or `#[derive(Tree)]` struct of them",
    note = "return `Array` rather than `f32` or `bool`: inside `jit` the number is not known yet",
    note = "data that is not an array: mark the argument static (`#[jit(static_argnames = [..])]`), write `#[tree(fixed)]` on the field, or wrap it as `Static<{Self}>`"
)]
pub trait Tree: Sized + Send + Sync + 'static {
    /// Walks over leaves and structure, always in the same order.
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V);
    /// The same structure with other leaves.
    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self;
}

impl Tree for Array {
    #[inline]
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        visitor.leaf(self);
    }

    fn map(&self, f: &mut dyn FnMut(&Array) -> Array) -> Self {
        f(self)
    }
}

/// What keys a compilation besides array types: a view of any `Hash + Eq + Clone` value.
pub trait StaticKey: Any + Send + Sync {
    /// Equality of type and value.
    fn dyn_eq(&self, other: &dyn StaticKey) -> bool;
    /// Feeds the value to a hasher.
    fn dyn_hash(&self, hasher: &mut dyn Hasher);
    /// An owned copy.
    fn boxed(&self) -> Box<dyn StaticKey>;
}

impl<T: Hash + Eq + Clone + Send + Sync + 'static> StaticKey for T {
    fn dyn_eq(&self, other: &dyn StaticKey) -> bool {
        (other as &dyn Any).downcast_ref::<T>().is_some_and(|other| other == self)
    }

    fn dyn_hash(&self, mut hasher: &mut dyn Hasher) {
        self.hash(&mut hasher);
    }

    fn boxed(&self) -> Box<dyn StaticKey> {
        Box::new(self.clone())
    }
}

/// A part of a tree, or an argument, that is not traced but keys the compilation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Static<T>(pub T);

impl<T> Deref for Static<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: Hash + Eq + Clone + Send + Sync + 'static> Tree for Static<T> {
    #[inline]
    fn visit<'s, V: Visitor<'s>>(&'s self, visitor: &mut V) {
        visitor.aux(&self.0);
    }

    fn map(&self, _: &mut dyn FnMut(&Array) -> Array) -> Self {
        self.clone()
    }
}

#[derive(Default)]
struct Leaves<'s>(SmallVec<[&'s Array; 8]>);

impl<'s> Visitor<'s> for Leaves<'s> {
    #[inline]
    fn leaf(&mut self, leaf: &'s Array) {
        self.0.push(leaf);
    }
}

/// The leaves of a tree in order.
pub fn tree_leaves<T: Tree>(tree: &T) -> Vec<Array> {
    let mut leaves = Leaves::default();
    tree.visit(&mut leaves);
    leaves.0.into_iter().cloned().collect()
}

/// The same tree with each leaf replaced by `f` of it.
pub fn tree_map<T: Tree>(mut f: impl FnMut(&Array) -> Array, tree: &T) -> T {
    tree.map(&mut f)
}

/// The same structure with these leaves, in order.
///
/// # Panics
/// When there are fewer than the tree has.
pub(crate) fn rebuild<T: Tree>(template: &T, leaves: Vec<Array>) -> T {
    let mut leaves = leaves.into_iter();
    template.map(&mut |_| leaves.next().expect("one new leaf per leaf of the template"))
}

/// Collects the path of each leaf and each part of the structure below a root.
pub(crate) struct Paths {
    root: String,
    steps: Vec<String>,
    /// One path per leaf.
    pub(crate) leaves: Vec<String>,
    /// Structure: `None` is a leaf.
    pub(crate) structure: Vec<(String, Option<Box<dyn StaticKey>>)>,
}

impl Paths {
    pub(crate) fn of<T: Tree>(root: impl Into<String>, tree: &T) -> Paths {
        let (leaves, structure) = (Vec::new(), Vec::new());
        let mut paths = Paths { root: root.into(), steps: Vec::new(), leaves, structure };
        tree.visit(&mut paths);
        paths
    }

    fn path(&self) -> String {
        format!("{}{}", self.root, self.steps.concat())
    }

    /// Where the structure of another tree first differs from this one.
    pub(crate) fn first_difference(&self, other: &Paths) -> Option<String> {
        let same = |a: &Option<Box<dyn StaticKey>>, b: &Option<Box<dyn StaticKey>>| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => a.dyn_eq(&**b),
            _ => false,
        };
        let mut pairs = self.structure.iter().zip(&other.structure);
        if let Some((a, _)) = pairs.find(|(a, b)| !same(&a.1, &b.1)) {
            return Some(a.0.clone());
        }
        (self.structure.len() != other.structure.len()).then(|| self.root.clone())
    }
}

impl<'s> Visitor<'s> for Paths {
    fn leaf(&mut self, _: &'s Array) {
        self.leaves.push(self.path());
        self.structure.push((self.path(), None));
    }

    fn aux(&mut self, key: &dyn StaticKey) {
        self.structure.push((self.path(), Some(key.boxed())));
    }

    fn enter(&mut self, step: Step<'_>) {
        self.steps.push(step.to_string());
    }

    fn exit(&mut self) {
        self.steps.pop();
    }
}
