//! The fused program: one kernel equation per group, everything in an order that respects all
//! data flow.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    sync::Arc,
};

use indexmap::IndexMap as OrderedMap;
use jaxide_ir::{ArrayType, Atom, Eqn, IdVec, Jaxpr, JaxprBuilder, Result, Var, builder::infer};
use petgraph::graph::{DiGraph, NodeIndex};

use super::{
    group::{Group, Grouping},
    layout::{Kind, kind, operand_map, source},
};
use crate::{IndexMap, Input, Kernel};

/// Replaces the members of groups by kernels.
pub(super) fn rebuild(jaxpr: &Jaxpr, grouping: &Grouping) -> Result<Jaxpr> {
    let mut eqns: Vec<(usize, Eqn)> = Vec::new();
    for (at, eqn) in jaxpr.eqns.iter().enumerate() {
        if grouping.home[at].is_none() && !grouping.absorbed.contains(&at) {
            eqns.push((at, eqn.clone()));
        }
    }
    for (index, group) in grouping.groups.iter().enumerate() {
        let homes = grouping.home.iter().enumerate().filter(|home| *home.1 == Some(index));
        let last = homes.map(|home| home.0).max().unwrap_or(0);
        eqns.push((last, kernel(jaxpr, group, last)?));
    }
    let mut fused = jaxpr.clone();
    fused.eqns = in_order(jaxpr, eqns);
    Ok(fused)
}

/// Kahn's algorithm; among equations that are ready the earliest comes first.
fn in_order(jaxpr: &Jaxpr, eqns: Vec<(usize, Eqn)>) -> Vec<Eqn> {
    let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(eqns.len(), eqns.len() * 2);
    let mut producer: IdVec<Var, Option<usize>> = IdVec::filled(None, jaxpr.vars.len());
    for (index, (_, eqn)) in eqns.iter().enumerate() {
        graph.add_node(());
        eqn.outputs.iter().for_each(|var| producer[*var] = Some(index));
    }
    let mut effect = None;
    let mut by_position: Vec<usize> = (0..eqns.len()).collect();
    by_position.sort_by_key(|index| eqns[*index].0);
    for index in by_position {
        let eqn = &eqns[index].1;
        let sources = eqn.inputs.iter().filter_map(|atom| producer[atom.var()?]);
        for source in sources {
            graph.add_edge(NodeIndex::new(source), NodeIndex::new(index), ());
        }
        if !eqn.effects().is_pure()
            && let Some(previous) = effect.replace(index)
        {
            graph.add_edge(NodeIndex::new(previous), NodeIndex::new(index), ());
        }
    }
    let mut missing: Vec<usize> = graph
        .node_indices()
        .map(|node| graph.neighbors_directed(node, petgraph::Direction::Incoming).count())
        .collect();
    let ready = (0..eqns.len()).filter(|index| missing[*index] == 0);
    let mut heap: BinaryHeap<_> = ready.map(|index| Reverse((eqns[index].0, index))).collect();
    let mut order = Vec::with_capacity(eqns.len());
    while let Some(Reverse((_, index))) = heap.pop() {
        order.push(index);
        for next in graph.neighbors(NodeIndex::new(index)) {
            missing[next.index()] -= 1;
            if missing[next.index()] == 0 {
                heap.push(Reverse((eqns[next.index()].0, next.index())));
            }
        }
    }
    assert_eq!(order.len(), eqns.len(), "groups form no cycle");
    let mut eqns: Vec<Option<Eqn>> = eqns.into_iter().map(|(_, eqn)| Some(eqn)).collect();
    order.into_iter().filter_map(|index| eqns[index].take()).collect()
}

/// The body of a kernel under construction.
struct Body<'j> {
    jaxpr: &'j Jaxpr,
    builder: JaxprBuilder,
    inputs: Vec<Input>,
    operands: Vec<Atom>,
    values: HashMap<Var, Vec<(IndexMap, Atom)>>,
    iotas: OrderedMap<(crate::Expr, jaxide_ir::DType), Atom>,
}

/// The equation of a group.
fn kernel(jaxpr: &Jaxpr, group: &Group, last: usize) -> Result<Eqn> {
    let mut body = Body {
        jaxpr,
        builder: JaxprBuilder::new(),
        inputs: Vec::new(),
        operands: Vec::new(),
        values: HashMap::new(),
        iotas: OrderedMap::new(),
    };
    for member in &group.members {
        body.member(&jaxpr.eqns[*member], group);
    }
    let rank = group.domain.len();
    let identity = IndexMap::identity(rank);
    let results = group.roots.iter().map(|root| body.value(root.value, &identity)).collect();
    let (reduce, out, combine) = match &group.reduce {
        None => (Vec::new(), identity, Vec::new()),
        Some((axes, combine)) => {
            let kept = (0..rank).filter(|dim| !axes.contains(dim)).map(crate::Expr::dim);
            let mut axes = axes.clone();
            axes.sort_unstable();
            (axes, IndexMap::new(kept.collect()), vec![*combine; group.roots.len()])
        }
    };
    let kernel = Kernel {
        domain: group.domain.clone(),
        reduce,
        inputs: body.inputs,
        outputs: vec![out; group.roots.len()],
        combine,
        body: Arc::new(body.builder.finish(results)),
    };
    let types: Vec<ArrayType> = body.operands.iter().map(|atom| jaxpr.ty(*atom)).collect();
    let loc = &jaxpr.eqns[last].loc;
    let (params, _) = infer(kernel.op(), kernel.params(), &types.iter().collect::<Vec<_>>(), loc)?;
    Ok(Eqn {
        op: kernel.op(),
        params,
        inputs: body.operands.into_iter().collect(),
        outputs: group.roots.iter().map(|root| root.result).collect(),
        loc: loc.clone(),
    })
}

impl Body<'_> {
    /// Adds what the body evaluates for an equation, once per map that reads it.
    fn member(&mut self, eqn: &Eqn, group: &Group) {
        let elementwise = kind(self.jaxpr, eqn) == Kind::Elementwise;
        for (result, var) in eqn.outputs.iter().enumerate() {
            let maps = group.reads.get(var).cloned().unwrap_or_default();
            for map in maps {
                let value = if elementwise {
                    self.scalar_op(eqn, &map)
                } else {
                    self.moved(eqn, result, &map, &group.domain)
                };
                self.values.entry(*var).or_default().push((map, value));
            }
        }
    }

    fn scalar_op(&mut self, eqn: &Eqn, map: &IndexMap) -> Atom {
        let out = &self.jaxpr.vars[eqn.outputs[0]];
        let mut operand = |atom: &Atom| {
            let map = operand_map(&self.jaxpr.ty(*atom), out, map);
            self.value(*atom, &map)
        };
        let inputs: Vec<Atom> = eqn.inputs.iter().map(&mut operand).collect();
        let dtype = self.jaxpr.vars[eqn.outputs[0]].dtype;
        let types = [ArrayType::scalar(dtype)].into_iter().collect();
        self.builder.push(eqn.op, eqn.params.clone(), &inputs, types, eqn.loc.clone())[0].into()
    }

    fn moved(&mut self, eqn: &Eqn, result: usize, map: &IndexMap, domain: &[usize]) -> Atom {
        let source = source(self.jaxpr, eqn, result, map, domain)
            .expect("members are read by maps that have a source");
        match source {
            Input::Read(map) => self.value(eqn.inputs[0], &map),
            Input::Iota(expr) => {
                let dtype = self.jaxpr.vars[eqn.outputs[0]].dtype;
                if let Some(atom) = self.iotas.get(&(expr.clone(), dtype)) {
                    return *atom;
                }
                let atom = Atom::Var(self.builder.input(ArrayType::scalar(dtype)));
                self.inputs.push(Input::Iota(expr.clone()));
                self.iotas.insert((expr, dtype), atom);
                atom
            }
        }
    }

    /// The scalar of a variable at a map: a member's result, or a new input of the body.
    fn value(&mut self, atom: Atom, map: &IndexMap) -> Atom {
        let Atom::Var(var) = atom else { return atom };
        let known = self.values.entry(var).or_default();
        if let Some((_, atom)) = known.iter().find(|(known, _)| known == map) {
            return *atom;
        }
        let dtype = self.jaxpr.vars[var].dtype;
        let input = Atom::Var(self.builder.input(ArrayType::scalar(dtype)));
        known.push((map.clone(), input));
        self.inputs.push(Input::Read(map.clone()));
        self.operands.push(atom);
        input
    }
}
