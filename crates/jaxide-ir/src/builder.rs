//! Building programs equation by equation, with types inferred and checked on the way.

use std::sync::Arc;

use smallvec::SmallVec;

use crate::{
    ArrayType, Atom, Call, Eqn, Id, IdVec, Jaxpr, Loc, OpDef, OutTypes, Params, Result, TensorData,
    Var, diag,
};

/// A program under construction.
#[derive(Clone, Debug, Default)]
pub struct JaxprBuilder {
    jaxpr: Jaxpr,
    loc: Loc,
    /// The position of the equation that defines each variable; inputs and constants have none.
    definitions: Vec<Option<usize>>,
}

impl JaxprBuilder {
    /// An empty program.
    pub fn new() -> JaxprBuilder {
        JaxprBuilder::default()
    }

    /// An empty program whose first inputs have these types, and those inputs.
    pub fn with_inputs(types: &[ArrayType]) -> (JaxprBuilder, Vec<Var>) {
        let mut builder = JaxprBuilder::new();
        let vars = types.iter().map(|ty| builder.input(ty.clone())).collect();
        (builder, vars)
    }

    /// Sets the location of equations that rules add.
    pub fn set_loc(&mut self, loc: Loc) {
        self.loc = loc;
    }

    /// The location of equations that rules add.
    pub fn loc(&self) -> Loc {
        self.loc.clone()
    }

    /// Appends an input.
    pub fn input(&mut self, ty: ArrayType) -> Var {
        let var = self.jaxpr.vars.push(ty);
        self.jaxpr.inputs.push(var);
        var
    }

    /// Adds an input for an array that a closure captured; these stand before the others.
    pub fn captured(&mut self, ty: ArrayType) -> Var {
        let var = self.jaxpr.vars.push(ty);
        self.jaxpr.inputs.insert(self.jaxpr.captured, var);
        self.jaxpr.captured += 1;
        var
    }

    /// Adds baked-in data.
    pub fn constant(&mut self, data: Arc<TensorData>) -> Var {
        let var = self.jaxpr.vars.push(data.ty().clone());
        self.jaxpr.consts.push((var, data));
        var
    }

    /// The type of an atom of this program.
    pub fn ty(&self, atom: Atom) -> ArrayType {
        self.jaxpr.ty(atom)
    }

    /// The equation that defines an atom of this program; `None` for inputs, constants, literals.
    pub fn definition(&self, atom: Atom) -> Option<&Eqn> {
        let at = *self.definitions.get(atom.var()?.index())?;
        self.jaxpr.eqns.get(at?)
    }

    /// The program so far.
    pub fn jaxpr(&self) -> &Jaxpr {
        &self.jaxpr
    }

    /// Appends an equation: checks parameters and operands, infers the result types.
    ///
    /// # Errors
    /// What the op's record refuses, at `loc`.
    pub fn bind(
        &mut self,
        op: &'static OpDef,
        params: Params,
        inputs: &[Atom],
        loc: Loc,
    ) -> Result<SmallVec<[Var; 1]>> {
        let types: SmallVec<[ArrayType; 4]> = inputs.iter().map(|atom| self.ty(*atom)).collect();
        let types: SmallVec<[&ArrayType; 4]> = types.iter().collect();
        let (params, outputs) = infer(op, params, &types, &loc)?;
        Ok(self.push(op, params, inputs, outputs, loc))
    }

    /// Appends an equation whose parameters are checked and whose result types are known.
    pub fn push(
        &mut self,
        op: &'static OpDef,
        params: Params,
        inputs: &[Atom],
        types: OutTypes,
        loc: Loc,
    ) -> SmallVec<[Var; 1]> {
        let outputs: SmallVec<[Var; 1]> =
            types.into_iter().map(|ty| self.jaxpr.vars.push(ty)).collect();
        self.definitions.resize(self.jaxpr.vars.len() - outputs.len(), None);
        self.definitions.resize(self.jaxpr.vars.len(), Some(self.jaxpr.eqns.len()));
        let inputs = SmallVec::from_slice(inputs);
        self.jaxpr.eqns.push(Eqn { op, params, inputs, outputs: outputs.clone(), loc });
        outputs
    }

    /// Splices in all equations of a program; its inputs become `inputs`. Returns its results.
    ///
    /// # Panics
    /// When the number of inputs differs.
    pub fn inline(&mut self, jaxpr: &Jaxpr, inputs: &[Atom]) -> Vec<Atom> {
        assert_eq!(jaxpr.inputs.len(), inputs.len(), "one atom per input of the inlined jaxpr");
        let mut map: IdVec<Var, Option<Atom>> = IdVec::filled(None, jaxpr.vars.len());
        for (var, atom) in jaxpr.inputs.iter().zip(inputs) {
            map[*var] = Some(*atom);
        }
        for (var, data) in &jaxpr.consts {
            map[*var] = Some(self.constant(data.clone()).into());
        }
        for eqn in &jaxpr.eqns {
            let inputs: Vec<Atom> = eqn.inputs.iter().map(|atom| resolve(&map, *atom)).collect();
            let types = eqn.outputs.iter().map(|var| jaxpr.vars[*var].clone()).collect();
            let outputs = self.push(eqn.op, eqn.params.clone(), &inputs, types, eqn.loc.clone());
            for (old, new) in eqn.outputs.iter().zip(outputs) {
                map[*old] = Some(new.into());
            }
        }
        jaxpr.outputs.iter().map(|atom| resolve(&map, *atom)).collect()
    }

    /// The finished program.
    pub fn finish(mut self, outputs: Vec<Atom>) -> Jaxpr {
        self.jaxpr.outputs = outputs;
        self.jaxpr
    }
}

fn resolve(map: &IdVec<Var, Option<Atom>>, atom: Atom) -> Atom {
    match atom {
        Atom::Var(var) => map[var].expect("variables are defined before they are used"),
        literal => literal,
    }
}

/// Checks one application of an op: arity, parameters, operand types. Returns the parameters in
/// declared order with defaults, and the result types.
///
/// # Errors
/// What the op's record refuses, at `loc`.
pub fn infer(
    op: &'static OpDef,
    params: Params,
    types: &[&ArrayType],
    loc: &Loc,
) -> Result<(Params, OutTypes)> {
    if !op.arity.admits(types.len()) {
        return Err(diag::arity(op.name, &op.arity.to_string(), types.len()).at(loc));
    }
    let params = params.check(op.name, op.params).map_err(|error| error.at(loc))?;
    let call = Call { op, params: &params, loc };
    let outputs = (op.infer)(&call, types).map_err(|error| error.at(loc))?;
    Ok((params, outputs))
}
