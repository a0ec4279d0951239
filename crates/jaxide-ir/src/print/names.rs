//! Names of variables and of hoisted jaxprs.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use crate::{Jaxpr, Param, Var};

/// The identity of a jaxpr during one printing: it does not move or die meanwhile.
pub(super) fn identity(jaxpr: &Jaxpr) -> usize {
    std::ptr::from_ref(jaxpr).addr()
}

/// Words of the grammar that variables are never named, so that text is not ambiguous.
const RESERVED: [&str; 5] = ["in", "inf", "lambda", "let", "nan"];

/// Hands out names in the order of asking: a, b, .., z, ba, bb. A jaxpr that is printed twice has
/// the same names both times.
#[derive(Default)]
pub(super) struct Names {
    vars: HashMap<(usize, Var), Arc<str>>,
    hoisted: HashMap<usize, Arc<str>>,
    taken: HashSet<Arc<str>>,
    next: usize,
}

impl Names {
    /// The name of a variable, a fresh one when it is asked for the first time.
    pub(super) fn var(&mut self, jaxpr: &Jaxpr, var: Var) -> Arc<str> {
        let key = (identity(jaxpr), var);
        if let Some(name) = self.vars.get(&key) {
            return name.clone();
        }
        let name = self.fresh();
        self.vars.insert(key, name.clone());
        name
    }

    /// The name that a variable was given, if it was.
    pub(super) fn known(&self, jaxpr: &Jaxpr, var: Var) -> Option<&str> {
        self.vars.get(&(identity(jaxpr), var)).map(|name| &**name)
    }

    /// The name of a hoisted jaxpr.
    pub(super) fn hoisted(&self, jaxpr: &Jaxpr) -> Option<&Arc<str>> {
        self.hoisted.get(&identity(jaxpr))
    }

    /// From now on the jaxpr is printed as `name`, and no new variable is called that.
    pub(super) fn hoist(&mut self, jaxpr: &Jaxpr, name: Arc<str>) {
        self.taken.insert(name.clone());
        self.hoisted.insert(identity(jaxpr), name);
    }

    fn fresh(&mut self) -> Arc<str> {
        loop {
            let name = spell(self.next);
            self.next += 1;
            if !RESERVED.contains(&&*name) && !self.taken.contains(&*name) {
                return name.into();
            }
        }
    }
}

/// A number in base 26 with the letters as digits, at least one.
fn spell(mut number: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(b'a' + (number % 26) as u8);
        number /= 26;
        if number == 0 {
            break;
        }
    }
    letters.iter().rev().map(|letter| *letter as char).collect()
}

/// The name under which an equation's jaxprs would be hoisted.
pub(super) fn hoisted_name(name: Option<&Param>) -> String {
    let Some(Param::Str(name)) = name else { return "jaxpr".into() };
    let stripped = name.trim_matches(|c| c == '<' || c == '>');
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    let name: String = stripped.chars().map(plain).collect();
    match name.as_bytes().first() {
        None => "jaxpr".into(),
        Some(b'0'..=b'9') => format!("_{name}"),
        Some(_) if RESERVED.contains(&&*name) && name != "lambda" => format!("{name}_"),
        Some(_) => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_z_comes_ba() {
        assert_eq!([0, 25, 26, 27, 26 * 26].map(spell), ["a", "z", "ba", "bb", "baa"]);
    }

    #[test]
    fn hoisted_names_are_words() {
        let name = |text: &str| hoisted_name(Some(&Param::from(text)));
        assert_eq!(name("<lambda>"), "lambda");
        assert_eq!(name("f.<locals>.g"), "f__locals__g");
        assert_eq!(name("3d"), "_3d");
        assert_eq!(hoisted_name(None), "jaxpr");
    }
}
