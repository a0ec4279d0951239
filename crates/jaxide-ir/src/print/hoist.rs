//! Which nested jaxprs are printed once, in front of the program: those that occur more than once.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use super::names::{hoisted_name, identity};
use crate::Jaxpr;

/// The shared jaxprs below `root` with their names, in the order in which a breadth-first walk
/// meets them.
pub(super) fn shared(root: &Jaxpr) -> Vec<(&Arc<Jaxpr>, Arc<str>)> {
    let mut found: Vec<(&Arc<Jaxpr>, String)> = Vec::new();
    let mut met = HashSet::new();
    let mut repeated = Vec::new();
    let mut queue = VecDeque::from([root]);
    while let Some(jaxpr) = queue.pop_front() {
        for eqn in &jaxpr.eqns {
            for nested in eqn.params.jaxprs() {
                if met.insert(identity(nested)) {
                    found.push((nested, hoisted_name(eqn.params.get("name"))));
                    queue.push_back(nested);
                } else {
                    repeated.push(nested);
                }
            }
        }
    }
    let shared = with_nested(repeated);
    let mut used = HashMap::new();
    found.retain(|(jaxpr, _)| shared.contains(&identity(jaxpr)));
    found.into_iter().map(|(jaxpr, name)| (jaxpr, unique(name, &mut used))).collect()
}

/// The same with every jaxpr behind those that it holds, so that text refers backwards only.
pub(super) fn inner_first(shared: Vec<(&Arc<Jaxpr>, Arc<str>)>) -> Vec<(&Arc<Jaxpr>, Arc<str>)> {
    let place: HashMap<usize, usize> =
        shared.iter().enumerate().map(|(at, (jaxpr, _))| (identity(jaxpr), at)).collect();
    let mut done = HashSet::new();
    let mut order = Vec::new();
    for (jaxpr, _) in &shared {
        visit(jaxpr, &place, &mut done, &mut order);
    }
    order.into_iter().map(|at| shared[at].clone()).collect()
}

fn visit(
    jaxpr: &Arc<Jaxpr>,
    place: &HashMap<usize, usize>,
    done: &mut HashSet<usize>,
    order: &mut Vec<usize>,
) {
    if !done.insert(identity(jaxpr)) {
        return;
    }
    for nested in jaxpr.eqns.iter().flat_map(|eqn| eqn.params.jaxprs()) {
        visit(nested, place, done, order);
    }
    order.extend(place.get(&identity(jaxpr)));
}

/// What is nested in a jaxpr that occurs twice occurs twice itself.
fn with_nested(mut repeated: Vec<&Arc<Jaxpr>>) -> HashSet<usize> {
    let mut shared = HashSet::new();
    while let Some(jaxpr) = repeated.pop() {
        if shared.insert(identity(jaxpr)) {
            repeated.extend(jaxpr.eqns.iter().flat_map(|eqn| eqn.params.jaxprs()));
        }
    }
    shared
}

/// The name itself, or with the first number that makes it unique.
fn unique(name: String, used: &mut HashMap<String, usize>) -> Arc<str> {
    let mut candidate = name.clone();
    let mut count = used.get(&name).copied().unwrap_or(0);
    while used.contains_key(&candidate) {
        candidate = format!("{name}{count}");
        count += 1;
    }
    used.insert(name, count.max(1));
    used.entry(candidate.clone()).or_insert(1);
    candidate.into()
}
