//! A program while its recipe is followed: values so far, choices among them, the table of rules.

use std::cell::RefCell;

use jaxide_ir::{ArrayType, DType, JaxprBuilder, Scalar, Value};
use jaxide_lax::Val;

use super::{
    control, elementwise, index,
    recipe::{Family, MAX_SIZE, Step},
    reduce, shape, values, window,
};

/// What one step does: `None` when nothing fits.
pub(super) type Apply = for<'b> fn(&mut Draft<'b>, &Step, &[Step]) -> Option<()>;

/// A kind of step.
pub(super) struct Rule {
    pub(super) name: &'static str,
    pub(super) apply: Apply,
    /// How it treats rounding errors.
    pub(super) kind: Kind,
    /// Whether it takes some of the steps that follow into nested programs.
    pub(super) nested: bool,
}

/// How the results of a rule depend on its operands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Engines agree bit for bit, and close operands give close results.
    Exact,
    /// Engines agree bit for bit, but close operands may give distant results.
    Jumps,
    /// Engines differ by rounding.
    Rounds,
}

pub(super) const fn rule(name: &'static str, kind: Kind, apply: Apply) -> Rule {
    Rule { name, apply, kind, nested: false }
}

/// A rule with nested programs.
pub(super) const fn nested(name: &'static str, kind: Kind, apply: Apply) -> Rule {
    Rule { name, apply, kind, nested: true }
}

/// All rules. The position decides what a recipe means, so new ones come last in their slice.
static RULES: &[&[Rule]] =
    &[elementwise::RULES, shape::RULES, reduce::RULES, index::RULES, control::RULES, window::RULES];

fn rules(family: Family) -> Vec<&'static Rule> {
    let all = RULES.iter().flat_map(|rules| rules.iter());
    all.filter(|rule| family == Family::Any || rule.kind != Kind::Rounds).collect()
}

/// The names of the rules of a family.
pub fn rule_names(family: Family) -> Vec<&'static str> {
    rules(family).iter().map(|rule| rule.name).collect()
}

pub(super) struct Draft<'b> {
    pub(super) cx: &'b RefCell<JaxprBuilder>,
    pub(super) family: Family,
    values: Vec<Entry<'b>>,
    /// Of the step under way: whether it took a value with rounding errors, and whether it may.
    tainted: bool,
    kind: Kind,
    /// How many programs this one is nested in.
    pub(super) depth: usize,
}

#[derive(Clone, Copy)]
struct Entry<'b> {
    value: Val<'b>,
    used: bool,
    inexact: bool,
}

impl<'b> Draft<'b> {
    pub(super) fn new(
        cx: &'b RefCell<JaxprBuilder>,
        family: Family,
        values: Vec<Val<'b>>,
    ) -> Draft<'b> {
        let marked = values.into_iter().map(|value| (value, false)).collect();
        Draft::nested(cx, family, marked, 0)
    }

    /// The draft of a nested program, of inputs with and without rounding errors.
    pub(super) fn nested(
        cx: &'b RefCell<JaxprBuilder>,
        family: Family,
        values: Vec<(Val<'b>, bool)>,
        depth: usize,
    ) -> Draft<'b> {
        let entry = |(value, inexact)| Entry { value, used: false, inexact };
        let values = values.into_iter().map(entry).collect();
        Draft { cx, family, values, tainted: false, kind: Kind::Exact, depth }
    }

    /// Follows the steps. A rule of control flow takes some of those behind it into its bodies.
    pub(super) fn run(&mut self, steps: &[Step]) {
        let rules = rules(self.family);
        let mut rest = steps;
        while let [step, behind @ ..] = rest {
            let rule = rules[usize::from(step.rule) % rules.len()];
            let body = control::body_length(rule, step).min(behind.len());
            (self.kind, self.tainted) = (rule.kind, false);
            // A step that fits nothing is skipped.
            let _ = (rule.apply)(self, step, &behind[..body]);
            rest = &behind[body..];
        }
    }

    /// The values that no step used, and the latest; each with whether it has rounding errors.
    pub(super) fn results(&self) -> Vec<(Val<'b>, bool)> {
        let last = self.values.len().saturating_sub(1);
        let kept = |(at, entry): &(usize, &Entry<'b>)| *at == last || !entry.used;
        let kept = self.values.iter().enumerate().filter(kept);
        kept.map(|(_, entry)| (entry.value, entry.inexact)).collect()
    }

    /// The latest value but `pick` whose type fits, and whose errors the rule can bear.
    pub(super) fn take(&mut self, pick: u8, fits: impl Fn(&ArrayType) -> bool) -> Option<Val<'b>> {
        self.take_marked(pick, fits).map(|(value, _)| value)
    }

    /// [`Draft::take`], and whether the value has rounding errors.
    pub(super) fn take_marked(
        &mut self,
        pick: u8,
        fits: impl Fn(&ArrayType) -> bool,
    ) -> Option<(Val<'b>, bool)> {
        let bears = |entry: &Entry<'_>| self.kind != Kind::Jumps || !entry.inexact;
        let fitting: Vec<usize> = (0..self.values.len())
            .rev()
            .filter(|at| bears(&self.values[*at]) && fits(&self.values[*at].value.ty()))
            .collect();
        let at = *fitting.get(usize::from(pick).checked_rem(fitting.len())?)?;
        self.values[at].used = true;
        self.tainted |= self.values[at].inexact;
        Some((self.values[at].value, self.values[at].inexact))
    }

    /// A value that goes with `ty` elementwise: of its dtype, and its shape or rank 0. One time in
    /// four it is a literal.
    pub(super) fn take_partner(&mut self, pick: u8, ty: &ArrayType) -> Option<Val<'b>> {
        if pick % 4 == 3 {
            return Some(self.literal(values::special(ty.dtype, pick / 4)));
        }
        let fits = |other: &ArrayType| {
            other.dtype == ty.dtype && (other.shape == ty.shape || other.rank() == 0)
        };
        self.take(pick / 4 * 3 + pick % 4, fits)
    }

    pub(super) fn literal(&self, value: Scalar) -> Val<'b> {
        Val::literal(self.cx, value)
    }

    pub(super) fn int(&self, dtype: DType, value: i128) -> Val<'b> {
        self.literal(Scalar::int(dtype, value))
    }

    /// Adds a result.
    pub(super) fn push(&mut self, value: Val<'b>) {
        self.push_marked(value, self.tainted || self.kind == Kind::Rounds);
    }

    /// Adds a result that has or has no rounding errors.
    pub(super) fn push_marked(&mut self, value: Val<'b>, inexact: bool) {
        let inexact = inexact && value.ty().dtype.is_inexact();
        self.values.push(Entry { value, used: false, inexact });
    }

    /// The latest value.
    pub(super) fn last(&self) -> Option<Val<'b>> {
        self.values.last().map(|entry| entry.value)
    }
}

/// Whether a shape is small enough.
pub(super) fn small(shape: &[usize]) -> Option<()> {
    let size = shape.iter().try_fold(1usize, |size, dim| size.checked_mul(*dim))?;
    (size <= MAX_SIZE && shape.len() <= 6).then_some(())
}
