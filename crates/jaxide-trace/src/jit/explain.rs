//! Why a function was traced again: typed reasons, counters and limits.

use std::{
    fmt,
    sync::{Arc, PoisonError, atomic::Ordering},
};

use jaxide_ir::ArrayType;

use super::{
    Options, Statistics,
    key::{Key, Value},
    log,
};
use crate::{
    config, diag,
    error::{Error, Result},
    func::FnInfo,
};

/// What a new signature has that the closest known one has not.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reason {
    /// No signature was known: the first call, or the cache was cleared.
    NeverSeen,
    /// An argument has another dtype or shape.
    Type {
        /// Its name or position, and the path of the leaf.
        argument: String,
        /// Its type in the known signature.
        before: ArrayType,
        /// Its type in this call.
        now: ArrayType,
    },
    /// An argument differs only in being weakly typed.
    WeakType {
        /// Its name or position, and the path of the leaf.
        argument: String,
        /// Whether it is weak in this call.
        now: bool,
    },
    /// A static value, a length or a key differs.
    Static {
        /// The argument's name or position, and the path.
        argument: String,
    },
    /// The arguments have another structure.
    Structure,
    /// The settings of [`crate::config`] differ.
    Config,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reason::NeverSeen => f.write_str("no signature is known"),
            Reason::Type { argument, before, now } => {
                write!(f, "argument {argument}: {before} before, {now} now")
            }
            Reason::WeakType { argument, now } => {
                let (before, now) = if *now { ("strong", "weak") } else { ("weak", "strong") };
                write!(f, "argument {argument}: {before} type before, {now} type now")
            }
            Reason::Static { argument } => {
                write!(f, "argument {argument}: another static value or structure")
            }
            Reason::Structure => f.write_str("the arguments have another structure"),
            Reason::Config => f.write_str("the configuration differs"),
        }
    }
}

/// One trace of a function.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheMiss {
    /// Counts from 1.
    pub trace: usize,
    /// How this signature differs from the closest one known then.
    pub reasons: Vec<Reason>,
}

/// All traces of a function, for people.
#[derive(Clone, Debug)]
pub struct Explanation {
    pub(super) function: Arc<str>,
    /// In order; only the last [`Explanation::KEPT`] are kept.
    pub misses: Vec<CacheMiss>,
}

impl Explanation {
    /// How many traces are remembered.
    pub const KEPT: usize = 64;
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} traces", self.function, self.misses.last().map_or(0, |m| m.trace))?;
        for miss in &self.misses {
            write!(f, "\n  trace {}: {}", miss.trace, text(&miss.reasons))?;
        }
        Ok(())
    }
}

fn text(reasons: &[Reason]) -> String {
    reasons.iter().map(Reason::to_string).collect::<Vec<_>>().join("; ")
}

/// Counts and explains a miss, and refuses it where that was asked for.
pub(super) fn admit(
    info: &FnInfo,
    options: &Options,
    statistics: &Statistics,
    key: &Key,
    previous: &[&Key],
) -> Result<()> {
    // Among equally close signatures the latest is the one that the user remembers.
    let differences = previous.iter().rev().map(|known| reasons(known, key));
    let reasons = differences.min_by_key(Vec::len).unwrap_or_else(|| vec![Reason::NeverSeen]);
    let why = text(&reasons);
    if config::settings().forbid_compiles {
        let limit = "inside a scope that forbids it";
        return Err(Error::Recompilation(diag::recompiled(info, limit, &why)));
    }
    if let Some(count) = options.max_compiles
        && statistics.traces.load(Ordering::Relaxed) >= count
    {
        let times = if count == 1 { "once".to_owned() } else { format!("{count} times") };
        let limit = format!("which is limited to {times}");
        return Err(Error::Recompilation(diag::recompiled(info, &limit, &why)));
    }
    let trace = statistics.traces.fetch_add(1, Ordering::Relaxed) + 1;
    log::tracing(&info.name, &why);
    let mut misses = statistics.misses.lock().unwrap_or_else(PoisonError::into_inner);
    if misses.len() == Explanation::KEPT {
        misses.remove(0);
    }
    misses.push(CacheMiss { trace, reasons });
    Ok(())
}

fn reasons(known: &Key, new: &Key) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if known.config != new.config {
        reasons.push(Reason::Config);
    }
    if known.parts.len() != new.parts.len() {
        reasons.push(Reason::Structure);
        return reasons;
    }
    for (before, now) in known.parts.iter().zip(&new.parts) {
        let argument = now.path.clone();
        match (&before.value, &now.value) {
            (before, now) if before.same(now) => {}
            (Value::Type(before), Value::Type(now)) if before == now => {
                reasons.push(Reason::WeakType { argument, now: now.weak });
            }
            (Value::Type(before), Value::Type(now)) => {
                let (before, now) = (before.clone(), now.clone());
                reasons.push(Reason::Type { argument, before, now });
            }
            (Value::Static(_), Value::Static(_)) => reasons.push(Reason::Static { argument }),
            _ => reasons.push(Reason::Structure),
        }
    }
    reasons
}
