//! `docs/op-status.md`: one row per op, and what is still to do.

use std::{collections::BTreeMap, fmt::Write};

use jaxide_ir::{OpDef, Rule, TypeClass};

use super::{GENERATED, filetests, missing_classes};
use crate::engine::Engine;

const HEAD: &str = "
# Ops

One row per op of every dialect.
The first three columns and the rules come from the op's record, `eval` and `cpu` from the tables of the interpreter and of the compiler.
A rule is there (`yes`), cannot be (`-`, with the reason in the record), or is still to be written (`todo`, with the reason below).
`but complex` says that the engine runs the op on all of its element types but those.

| op | summary | dtypes | eval | cpu | jvp | transpose | batch | filetest |
|---|---|---|---|---|---|---|---|---|
";

pub(super) fn text() -> String {
    let registry = crate::registry();
    let mut text = format!("{GENERATED}{HEAD}");
    for op in registry.ops() {
        text.push_str(&row(op));
    }
    text.push_str("\n## Still to do\n\n");
    let todos: Vec<String> = registry.ops().flat_map(todos).collect();
    if todos.is_empty() {
        text.push_str("Nothing: every record has its rules.\n");
    }
    text.extend(todos);
    text.push_str("\n## Why a rule cannot be\n\n");
    text.extend(nevers(registry.ops()));
    text
}

fn row(op: &'static OpDef) -> String {
    let mut row = String::new();
    let engine = |engine| engine_cell(op, engine);
    write!(row, "| `{}` | {} | {} ", op.name, op.summary, class_names(op.classes))
        .and_then(|()| write!(row, "| {} | {} ", engine(Engine::Eval), engine(Engine::Cpu)))
        .and_then(|()| write!(row, "| {} | {} ", state(&op.jvp), state(&op.transpose)))
        .and_then(|()| write!(row, "| {} ", state(&op.batch)))
        .and_then(|()| writeln!(row, "| {} |", filetests(op).map_or("-", |_| "yes")))
        .expect("writing to a string cannot fail");
    row
}

fn engine_cell(op: &'static OpDef, engine: Engine) -> String {
    let missing = missing_classes(op, engine);
    let all = if op.classes.is_empty() { 5 } else { op.classes.len() };
    match missing.len() {
        0 => "yes".to_owned(),
        count if count == all => "-".to_owned(),
        _ => format!("but {}", class_names(&missing)),
    }
}

fn state<F>(rule: &Rule<F>) -> &'static str {
    match rule {
        Rule::Is(_) => "yes",
        Rule::Never(_) => "-",
        Rule::Todo(_) => "todo",
    }
}

fn class_names(classes: &[TypeClass]) -> String {
    if classes.is_empty() || classes.len() == 5 {
        return "all".to_owned();
    }
    let name = |class: &TypeClass| match class {
        TypeClass::Bool => "bool",
        TypeClass::SignedInt => "int",
        TypeClass::UnsignedInt => "uint",
        TypeClass::Float => "float",
        TypeClass::Complex => "complex",
    };
    classes.iter().map(name).collect::<Vec<_>>().join(" ")
}

/// The reason of each rule of an op in the given state, by the rule's name.
fn reasons(
    op: &OpDef,
    pick: fn(State) -> Option<&'static str>,
) -> Vec<(&'static str, &'static str)> {
    let states = [
        ("jvp", State::of(&op.jvp)),
        ("transpose", State::of(&op.transpose)),
        ("batch", State::of(&op.batch)),
        ("partial_eval", State::of(&op.partial_eval)),
        ("dce", State::of(&op.dce)),
    ];
    states.into_iter().filter_map(|(name, state)| Some((name, pick(state)?))).collect()
}

enum State {
    Is,
    Never(&'static str),
    Todo(&'static str),
}

impl State {
    fn of<F>(rule: &Rule<F>) -> State {
        match rule {
            Rule::Is(_) => State::Is,
            Rule::Never(reason) => State::Never(reason),
            Rule::Todo(reason) => State::Todo(reason),
        }
    }
}

fn todos(op: &'static OpDef) -> Vec<String> {
    let todo = |state| if let State::Todo(reason) = state { Some(reason) } else { None };
    let line = |(rule, reason)| format!("* `{}` {rule}: {reason}\n", op.name);
    reasons(op, todo).into_iter().map(line).collect()
}

/// One line per rule and reason, with the ops that it holds for.
fn nevers(ops: impl Iterator<Item = &'static OpDef>) -> Vec<String> {
    let never = |state| if let State::Never(reason) = state { Some(reason) } else { None };
    let mut groups: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for op in ops {
        for found in reasons(op, never) {
            groups.entry(found).or_default().push(format!("`{}`", op.name));
        }
    }
    // These two hold for every op without nested programs.
    let shared = [jaxide_lax::templates::FIRST_ORDER, jaxide_lax::templates::NO_NESTED];
    let groups = groups.into_iter().filter(|((_, reason), _)| !shared.contains(reason));
    groups
        .map(|((rule, reason), ops)| format!("* {rule}: {reason}: {}\n", ops.join(", ")))
        .collect()
}
