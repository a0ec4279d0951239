//! Signatures of calls: building them on a miss, and comparing and hashing arguments without
//! allocation on a hit.

use std::hash::{Hash, Hasher};

use jaxide_ir::ArrayType;
use smallvec::SmallVec;

use crate::{
    Array,
    array::Repr,
    diag,
    error::{Error, Result},
    func::{FnInfo, Params},
    tree::{StaticKey, Step, Visitor},
};

/// One signature.
pub(super) struct Key {
    pub(super) hash: u64,
    pub(super) config: u8,
    pub(super) parts: Vec<Part>,
}

/// A leaf or a piece of structure, with its path for messages.
pub(super) struct Part {
    pub(super) path: String,
    pub(super) value: Value,
}

pub(super) enum Value {
    /// A traced leaf.
    Type(ArrayType),
    /// Structure, or a static value.
    Static(Box<dyn StaticKey>),
}

impl Value {
    pub(super) fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Type(a), Value::Type(b)) => a.same_including_weak(b),
            (Value::Static(a), Value::Static(b)) => a.dyn_eq(&**b),
            _ => false,
        }
    }
}

impl Key {
    pub(super) fn of<P: Params>(
        args: &P::Args<'_>,
        info: &FnInfo,
        statics: u64,
        config: u8,
    ) -> Result<Key> {
        let mut builder =
            Builder { info, statics, index: 0, steps: vec![], parts: vec![], error: None };
        P::visit(args, &mut builder);
        match builder.error {
            Some(error) => Err(error),
            None => {
                let hash = hash::<P>(args, statics, config);
                Ok(Key { hash, config, parts: builder.parts })
            }
        }
    }

    /// Equality of signatures.
    pub(super) fn same(&self, other: &Key) -> bool {
        self.config == other.config
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(|(a, b)| a.value.same(&b.value))
    }

    /// Whether arguments have this signature.
    #[inline]
    pub(super) fn matches<P: Params>(&self, args: &P::Args<'_>, statics: u64, config: u8) -> bool {
        if self.config != config {
            return false;
        }
        let parts = self.parts.iter();
        let mut matcher = Matcher { parts, same: true, statics, is_static: false };
        P::visit(args, &mut matcher);
        matcher.same && matcher.parts.next().is_none()
    }

    /// Paths of the traced leaves.
    pub(super) fn labels(&self) -> impl Iterator<Item = &str> {
        let traced = |part: &&Part| matches!(part.value, Value::Type(_));
        self.parts.iter().filter(traced).map(|part| part.path.as_str())
    }
}

/// A static array: equal bits and type.
#[derive(Clone)]
struct Bits(Array);

impl Bits {
    fn bytes(&self) -> &[u8] {
        self.0.buffer().map_or(&[], |buffer| buffer.bytes())
    }
}

impl PartialEq for Bits {
    fn eq(&self, other: &Bits) -> bool {
        self.0.aval().same_including_weak(other.0.aval()) && self.bytes() == other.bytes()
    }
}

impl Eq for Bits {}

impl Hash for Bits {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes().hash(state);
    }
}

struct Builder<'a> {
    info: &'a FnInfo,
    statics: u64,
    index: usize,
    steps: Vec<String>,
    parts: Vec<Part>,
    error: Option<Error>,
}

impl Builder<'_> {
    fn push(&mut self, value: Value) {
        self.parts.push(Part { path: self.steps.concat(), value });
    }
}

impl<'s> Visitor<'s> for Builder<'_> {
    fn arg(&mut self, index: usize, plain: Option<&'static str>) {
        self.index = index;
        self.steps = vec![self.info.arg(index)];
        if let Some(ty) = plain
            && self.statics >> index & 1 == 0
            && self.error.is_none()
        {
            let arg = self.info.arg(index);
            let diagnostic = diag::not_an_array(&self.info.name, &arg, index, ty);
            self.error = Some(Error::Type(diagnostic));
        }
    }

    fn leaf(&mut self, leaf: &'s Array) {
        if self.statics >> self.index & 1 == 0 {
            return self.push(Value::Type(leaf.aval().clone()));
        }
        match &leaf.0 {
            Repr::Concrete(_) => self.push(Value::Static(Box::new(Bits(leaf.clone())))),
            Repr::Traced(tracer) => {
                let path = self.steps.concat();
                let diagnostic = diag::traced_static(&self.info.name, &path, tracer);
                self.error.get_or_insert(Error::Value(diagnostic));
            }
        }
    }

    fn aux(&mut self, key: &dyn StaticKey) {
        self.push(Value::Static(key.boxed()));
    }

    fn enter(&mut self, step: Step<'_>) {
        self.steps.push(step.to_string());
    }

    fn exit(&mut self) {
        self.steps.pop();
    }
}

struct Matcher<'k> {
    parts: std::slice::Iter<'k, Part>,
    same: bool,
    statics: u64,
    is_static: bool,
}

impl<'s> Visitor<'s> for Matcher<'_> {
    #[inline]
    fn arg(&mut self, index: usize, _: Option<&'static str>) {
        self.is_static = self.statics >> index & 1 == 1;
    }

    #[inline]
    fn leaf(&mut self, leaf: &'s Array) {
        if self.is_static {
            return match &leaf.0 {
                Repr::Concrete(_) => self.aux(&Bits(leaf.clone())),
                Repr::Traced(_) => self.same = false,
            };
        }
        let part = self.parts.next().map(|part| &part.value);
        self.same &= matches!(part, Some(Value::Type(ty)) if ty.same_including_weak(leaf.aval()));
    }

    #[inline]
    fn aux(&mut self, key: &dyn StaticKey) {
        let part = self.parts.next().map(|part| &part.value);
        self.same &= matches!(part, Some(Value::Static(known)) if known.dyn_eq(key));
    }
}

/// The hash of a call's signature.
pub(super) fn hash<P: Params>(args: &P::Args<'_>, statics: u64, config: u8) -> u64 {
    let mut hashing = Hashing { state: Fx(config as u64), statics, is_static: false };
    P::visit(args, &mut hashing);
    hashing.state.0
}

struct Hashing {
    state: Fx,
    statics: u64,
    is_static: bool,
}

impl<'s> Visitor<'s> for Hashing {
    #[inline]
    fn arg(&mut self, index: usize, _: Option<&'static str>) {
        self.is_static = self.statics >> index & 1 == 1;
    }

    #[inline]
    fn leaf(&mut self, leaf: &'s Array) {
        if self.is_static {
            return Bits(leaf.clone()).hash(&mut self.state);
        }
        let ty = leaf.aval();
        self.state.write_u64(ty.dtype as u64 | (ty.weak as u64) << 8 | (ty.rank() as u64) << 16);
        ty.shape.iter().for_each(|dim| self.state.write_usize(*dim));
    }

    #[inline]
    fn aux(&mut self, key: &dyn StaticKey) {
        key.dyn_hash(&mut self.state);
    }
}

/// A small multiplicative hash; keys are compared in full afterwards.
struct Fx(u64);

impl Hasher for Fx {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(*byte as u64));
    }

    #[inline]
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    #[inline]
    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

/// The traced leaves of a call.
pub(super) struct Dynamic<'s> {
    pub(super) leaves: SmallVec<[&'s Array; 8]>,
    statics: u64,
    is_static: bool,
}

impl Dynamic<'_> {
    pub(super) fn new(statics: u64) -> Self {
        Dynamic { leaves: SmallVec::new(), statics, is_static: false }
    }
}

impl<'s> Visitor<'s> for Dynamic<'s> {
    #[inline]
    fn arg(&mut self, index: usize, _: Option<&'static str>) {
        self.is_static = self.statics >> index & 1 == 1;
    }

    #[inline]
    fn leaf(&mut self, leaf: &'s Array) {
        if !self.is_static {
            self.leaves.push(leaf);
        }
    }
}
