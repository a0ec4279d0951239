//! Which equations go into which kernel.

use std::collections::{BTreeSet, HashMap, HashSet};

use jaxide_ir::{Atom, Eqn, Id, IdVec, Jaxpr, Var};

use super::layout::{Kind, is_cheap, is_view, kind, operand_map, source};
use crate::{Combine, IndexMap, Input};

/// Equations in one kernel, at most: code size and compile time grow with it.
const MAX_MEMBERS: usize = 256;

/// Distinct reads in one kernel, at most.
const MAX_READS: usize = 64;

/// The equations of one kernel.
#[derive(Debug)]
pub(super) struct Group {
    /// Iteration space.
    pub(super) domain: Vec<usize>,
    /// For a reduction: the reduced dimensions and how results are joined.
    pub(super) reduce: Option<(Vec<usize>, Combine)>,
    /// Results, with the variable whose element each iteration stores or joins.
    pub(super) roots: Vec<Root>,
    /// Equations that the body evaluates.
    pub(super) members: BTreeSet<usize>,
    /// By which maps each variable is read, members' results included.
    pub(super) reads: HashMap<Var, Vec<IndexMap>>,
}

/// One result of a kernel.
#[derive(Debug)]
pub(super) struct Root {
    /// The variable that the kernel defines.
    pub(super) result: Var,
    /// What the body evaluates for it, by the identity map.
    pub(super) value: Atom,
}

/// All kernels of a program.
#[derive(Debug, Default)]
pub(super) struct Grouping {
    /// The kernels.
    pub(super) groups: Vec<Group>,
    /// For each equation the kernel that defines its result, if one does.
    pub(super) home: Vec<Option<usize>>,
    /// Equations that are not needed by themselves: each use has its own copy.
    pub(super) absorbed: HashSet<usize>,
    /// Why producers stayed outside.
    pub(super) refusals: Vec<String>,
}

struct Forming<'j> {
    jaxpr: &'j Jaxpr,
    kinds: Vec<Kind>,
    users: IdVec<Var, Vec<usize>>,
    is_result: IdVec<Var, bool>,
    /// Values made of scalars and indices alone, by few cheap ops.
    weightless: HashSet<Var>,
    /// Kernels that each equation is a member of.
    inside: Vec<Vec<usize>>,
    out: Grouping,
}

impl Grouping {
    /// True when the program stays as it is.
    pub(super) fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.absorbed.is_empty()
    }

    /// Groups the equations of a program; nested programs are not looked at.
    pub(super) fn of(jaxpr: &Jaxpr) -> Grouping {
        let mut forming = Forming::new(jaxpr);
        for at in (0..jaxpr.eqns.len()).rev() {
            forming.place(at);
        }
        forming.out
    }
}

impl<'j> Forming<'j> {
    fn new(jaxpr: &'j Jaxpr) -> Forming<'j> {
        let mut users = IdVec::filled(Vec::new(), jaxpr.vars.len());
        let mut is_result = IdVec::filled(false, jaxpr.vars.len());
        for (at, eqn) in jaxpr.eqns.iter().enumerate() {
            for var in eqn.inputs.iter().filter_map(|atom| atom.var()) {
                users[var].push(at);
            }
        }
        for var in jaxpr.outputs.iter().filter_map(|atom| atom.var()) {
            is_result[var] = true;
        }
        users_once(&mut users);
        let kinds: Vec<Kind> = jaxpr.eqns.iter().map(|eqn| kind(jaxpr, eqn)).collect();
        let weightless = weightless(jaxpr, &kinds);
        let count = jaxpr.eqns.len();
        let out = Grouping { home: vec![None; count], ..Grouping::default() };
        Forming { jaxpr, kinds, users, is_result, weightless, inside: vec![vec![]; count], out }
    }

    fn eqn(&self, at: usize) -> &'j Eqn {
        &self.jaxpr.eqns[at]
    }

    /// Decides for one equation; its users are decided already.
    fn place(&mut self, at: usize) {
        match self.kinds[at] {
            Kind::Other => {}
            Kind::Reduce(combine) => self.seed_reduce(at, combine),
            Kind::Elementwise | Kind::Layout => self.place_producer(at),
        }
    }

    fn place_producer(&mut self, at: usize) {
        let outputs = &self.eqn(at).outputs;
        let external = outputs.iter().any(|var| self.is_result[*var]);
        let mut everywhere = !external;
        let users: BTreeSet<usize> =
            outputs.iter().flat_map(|var| self.users[*var].iter().copied()).collect();
        let mut groups = BTreeSet::new();
        for user in &users {
            everywhere &= !self.inside[*user].is_empty();
            // A user that is absorbed and has a kernel of its own besides is in both lists.
            groups.extend(self.inside[*user].iter().copied());
            everywhere &= self.out.home[*user].is_some() || self.out.absorbed.contains(user);
        }
        let free = self.kinds[at] == Kind::Layout
            || outputs.iter().all(|var| self.weightless.contains(var));
        if free || (everywhere && groups.len() == 1) {
            let joined = groups.iter().filter(|group| self.join(at, **group)).count();
            if everywhere && joined == groups.len() && joined > 0 {
                self.out.absorbed.insert(at);
                return;
            }
            if users.is_empty() && !external {
                self.out.absorbed.insert(at);
                return;
            }
        } else if self.join_as_result(at, &groups) {
            return;
        }
        self.seed_map(at);
    }

    fn seed_map(&mut self, at: usize) {
        let eqn = self.eqn(at);
        if self.kinds[at] == Kind::Layout && (is_view(self.jaxpr, eqn) || eqn.outputs.len() > 1) {
            return;
        }
        let result = eqn.outputs[0];
        let domain = self.jaxpr.vars[result].shape.to_vec();
        let identity = IndexMap::identity(domain.len());
        let roots = vec![Root { result, value: result.into() }];
        let reads = HashMap::from([(result, vec![identity])]);
        let group = Group { domain, reduce: None, roots, members: BTreeSet::new(), reads };
        self.out.groups.push(group);
        let index = self.out.groups.len() - 1;
        if self.join(at, index) {
            self.out.home[at] = Some(index);
        } else {
            self.out.groups.pop();
        }
    }

    fn seed_reduce(&mut self, at: usize, combine: Combine) {
        let eqn = self.eqn(at);
        let operand = eqn.inputs[0];
        let domain = self.jaxpr.ty(operand).shape.to_vec();
        let mut reads = HashMap::new();
        if let Some(var) = operand.var() {
            reads.insert(var, vec![IndexMap::identity(domain.len())]);
        }
        let roots = vec![Root { result: eqn.outputs[0], value: operand }];
        let reduce = Some((eqn.params.usizes("axes"), combine));
        self.out.groups.push(Group { domain, reduce, roots, members: BTreeSet::new(), reads });
        let index = self.out.groups.len() - 1;
        self.inside[at].push(index);
        self.out.home[at] = Some(index);
    }

    /// Makes an equation a member of a group, if the maps by which it is read there allow it.
    fn join(&mut self, at: usize, index: usize) -> bool {
        let operands = match self.operand_reads(at, index) {
            Ok(operands) => operands,
            Err(reason) => {
                let name = self.eqn(at).op.name;
                self.out.refusals.push(format!("{name} (equation {at}): {reason}"));
                return false;
            }
        };
        let group = &mut self.out.groups[index];
        group.members.insert(at);
        for (var, map) in operands {
            let maps = group.reads.entry(var).or_default();
            if !maps.contains(&map) {
                maps.push(map);
            }
        }
        self.inside[at].push(index);
        true
    }

    /// What the equation would read in the group.
    fn operand_reads(&self, at: usize, index: usize) -> Result<Vec<(Var, IndexMap)>, &'static str> {
        let group = &self.out.groups[index];
        let eqn = self.eqn(at);
        if group.members.len() >= MAX_MEMBERS || group.reads.len() >= MAX_READS {
            return Err("the kernel is large enough");
        }
        let mut reads = Vec::new();
        for (result, var) in eqn.outputs.iter().enumerate() {
            let maps = group.reads.get(var).map(Vec::as_slice).unwrap_or_default();
            if self.kinds[at] == Kind::Elementwise {
                let free = self.weightless.contains(var);
                if maps.len() > 1 && !free {
                    return Err("the kernel reads it at several places and would compute it twice");
                }
                if !maps.iter().all(IndexMap::is_total) {
                    return Err("the kernel pads it");
                }
            }
            for map in maps {
                self.reads_by(eqn, at, result, map, &group.domain, &mut reads)?;
            }
        }
        Ok(reads)
    }

    fn reads_by(
        &self,
        eqn: &Eqn,
        at: usize,
        result: usize,
        map: &IndexMap,
        domain: &[usize],
        reads: &mut Vec<(Var, IndexMap)>,
    ) -> Result<(), &'static str> {
        if self.kinds[at] == Kind::Layout {
            let source =
                source(self.jaxpr, eqn, result, map, domain).ok_or("the index needs a division")?;
            let operand = eqn.inputs.first().and_then(|atom| atom.var());
            if let (Input::Read(map), Some(var)) = (source, operand) {
                reads.push((var, map));
            }
            return Ok(());
        }
        for var in eqn.inputs.iter().filter_map(|atom| atom.var()) {
            let out = &self.jaxpr.vars[eqn.outputs[0]];
            reads.push((var, operand_map(&self.jaxpr.vars[var], out, map)));
        }
        Ok(())
    }

    /// Makes an equation a member of a user's group and its result one of the group's results.
    fn join_as_result(&mut self, at: usize, groups: &BTreeSet<usize>) -> bool {
        let result = self.eqn(at).outputs[0];
        for index in groups {
            let group = &self.out.groups[*index];
            let rank = group.domain.len();
            let identity = group.reduce.is_none()
                && self.jaxpr.vars[result].shape[..] == group.domain[..]
                && group
                    .reads
                    .get(&result)
                    .is_some_and(|maps| maps.len() == 1 && maps[0].is_identity(rank));
            if !identity || group.roots.len() >= MAX_READS || self.leads_back(result, *index) {
                continue;
            }
            if self.join(at, *index) {
                self.out.groups[*index].roots.push(Root { result, value: result.into() });
                self.out.home[at] = Some(*index);
                return true;
            }
        }
        false
    }

    /// True when a path leads from the variable through equations outside of the group into it.
    fn leads_back(&self, from: Var, index: usize) -> bool {
        let mut seen = HashSet::new();
        let mut stack = vec![from];
        let mut visited = HashSet::new();
        while let Some(var) = stack.pop() {
            for user in &self.users[var] {
                let first = var == from;
                for group in &self.inside[*user] {
                    if *group == index {
                        if first {
                            continue;
                        }
                        return true;
                    }
                    if seen.insert(*group) {
                        stack.extend(self.out.groups[*group].roots.iter().map(|root| root.result));
                    }
                }
                let alone = self.out.home[*user].is_none() && !self.out.absorbed.contains(user);
                if alone && visited.insert(*user) {
                    stack.extend(self.eqn(*user).outputs.iter().copied());
                }
            }
        }
        false
    }
}

fn users_once(users: &mut IdVec<Var, Vec<usize>>) {
    for index in 0..users.len() {
        users[Var::from_index(index)].dedup();
    }
}

/// Values that cost nothing to compute again.
fn weightless(jaxpr: &Jaxpr, kinds: &[Kind]) -> HashSet<Var> {
    const DEPTH: usize = 4;
    let mut depth: HashMap<Var, usize> = HashMap::new();
    for (at, eqn) in jaxpr.eqns.iter().enumerate() {
        let operand = |atom: &Atom| match atom {
            Atom::Var(var) if jaxpr.vars[*var].rank() > 0 => depth.get(var).copied(),
            _ => Some(0),
        };
        let inputs: Option<Vec<usize>> = eqn.inputs.iter().map(operand).collect();
        let Some(inputs) = inputs else { continue };
        let below = inputs.into_iter().max().unwrap_or(0);
        let own = match kinds[at] {
            Kind::Layout => below,
            Kind::Elementwise if is_cheap(jaxpr, eqn) && below < DEPTH => below + 1,
            _ => continue,
        };
        depth.extend(eqn.outputs.iter().map(|var| (*var, own)));
    }
    depth.into_keys().collect()
}
