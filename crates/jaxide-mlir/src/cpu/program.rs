//! Lowering of whole programs to one function: where values live, in which order equations are
//! lowered, and what becomes of memory that is dead. What single ops mean is in the files beside
//! this one.
//!
//! A value of rank 0 is an SSA value. An array is a pointer to dense memory that belongs to a
//! *root*: an argument, a result, or an area of the scratch buffer. Several arrays may be views of
//! one root. A root that the program owns and that has no further use may be overwritten by the
//! op that uses it last.

use jaxide_ir::{ArrayType, Atom, DType, Eqn, IdVec, Jaxpr, Result, Var};

use super::{
    arena::{Area, Arena},
    scalar,
    table::Rules,
};
use crate::emit::{Elem, Emitter, I64, Ty, Val};

/// Where a value is.
#[derive(Clone, Copy, Debug)]
pub enum Slot {
    /// In a register.
    Scalar(Val),
    /// In memory.
    Array(Place),
}

/// An array in memory, dense and row-major.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The first element.
    pub ptr: Val,
    root: usize,
}

#[derive(Debug)]
struct Root {
    /// The program may overwrite it once it is dead.
    owned: bool,
    /// Uses still to come.
    uses: usize,
    area: Option<Area>,
}

/// The state of a lowering.
pub struct ProgramCx<'r> {
    /// The builder.
    pub e: Emitter,
    /// Whether a product and a sum may be rounded once.
    pub contract: bool,
    rules: &'r Rules,
    arena: Arena,
    scratch: Val,
    status: Option<usize>,
    roots: Vec<Root>,
}

/// One equation with its operands, for a lowering rule.
pub struct OpCall<'a> {
    /// The equation.
    pub eqn: &'a Eqn,
    /// Types of the operands.
    pub in_types: Vec<ArrayType>,
    /// Types of the results.
    pub out_types: Vec<ArrayType>,
    /// The operands.
    pub ins: Vec<Slot>,
    /// Where results are wanted, if somewhere.
    dests: Vec<Option<Place>>,
}

/// Emits the code of an equation and returns its results, one slot each: in a register for rank 0,
/// else in memory from [`ProgramCx::out`] or a view of an operand.
pub type LowerFn = fn(&mut ProgramCx<'_>, &OpCall<'_>) -> Result<Vec<Slot>>;

impl<'r> ProgramCx<'r> {
    /// A lowering whose temporaries lie behind the pointer `scratch`.
    pub fn new(e: Emitter, scratch: Val, rules: &'r Rules, contract: bool) -> ProgramCx<'r> {
        let (arena, roots) = (Arena::default(), Vec::new());
        ProgramCx { e, contract, rules, arena, scratch, status: None, roots }
    }

    /// Makes room for the status that library calls share: 32 bits behind `scratch` that the
    /// program's caller clears before a run and reads after it. It comes before all else, since no
    /// other value may lie there at any time.
    pub fn reserve_status(&mut self) {
        self.status = Some(self.arena.take(4).offset);
    }

    /// The address of the status.
    ///
    /// # Panics
    /// Without [`ProgramCx::reserve_status`].
    pub fn status(&mut self) -> Val {
        let offset = self.status.expect("a program with library calls has a status");
        self.scratch_at(offset)
    }

    /// Where the status lies behind `scratch`, if the program has one.
    pub fn status_offset(&self) -> Option<usize> {
        self.status
    }

    fn scratch_at(&mut self, offset: usize) -> Val {
        let offset = self.e.index(offset as i64);
        self.e.element(self.scratch, offset, Ty { elem: Elem::Int(8), lanes: 0 })
    }

    /// Bytes behind `scratch` that the program needs.
    pub fn scratch_bytes(&self) -> usize {
        self.arena.bytes()
    }

    fn root(&mut self, owned: bool, area: Option<Area>) -> usize {
        self.roots.push(Root { owned, uses: 0, area });
        self.roots.len() - 1
    }

    /// Memory that nobody may overwrite: an argument, a result, a constant.
    pub fn foreign(&mut self, ptr: Val) -> Place {
        let root = self.root(false, None);
        Place { ptr, root }
    }

    /// Memory that may be overwritten when it is dead and that its maker frees: a loop's carry.
    pub fn lent(&mut self, ptr: Val) -> Place {
        let root = self.root(true, None);
        Place { ptr, root }
    }

    /// New memory in the scratch buffer. It is freed after its last use, or by
    /// [`ProgramCx::release`].
    pub fn temporary(&mut self, bytes: usize) -> Place {
        let area = self.arena.take(bytes);
        let ptr = self.scratch_at(area.offset);
        let root = self.root(true, Some(area));
        Place { ptr, root }
    }

    /// Frees memory that was never bound to a variable.
    pub fn release(&mut self, place: Place) {
        if let Some(area) = self.roots[place.root].area.take() {
            self.arena.give(area);
        }
    }

    /// Takes over the memory of an operand that dies with this equation, so that it outlives it.
    pub fn adopt(&mut self, call: &OpCall<'_>, operand: usize) -> Option<Place> {
        let Slot::Array(place) = call.ins[operand] else { return None };
        if !self.dies(call, operand) {
            return None;
        }
        let area = self.roots[place.root].area.take();
        self.roots[place.root].owned = false;
        let root = self.root(true, area);
        Some(Place { ptr: place.ptr, root })
    }

    /// True when the operand's memory belongs to the program and this equation uses it last.
    pub fn dies(&self, call: &OpCall<'_>, operand: usize) -> bool {
        let Slot::Array(place) = call.ins[operand] else { return false };
        let here = call.ins.iter().filter(|slot| slot.root() == Some(place.root)).count();
        let root = &self.roots[place.root];
        root.owned && root.uses == here
    }

    /// Memory for a result: where it is wanted, else a new temporary.
    pub fn out(&mut self, call: &OpCall<'_>, result: usize) -> Place {
        match call.dests[result] {
            Some(place) => place,
            None => self.temporary(call.out_types[result].bytes()),
        }
    }

    /// Memory for a result that may be that of the operands given, where they die here and have
    /// its size. The caller sees to it that elements are read before they are overwritten.
    pub fn out_over(&mut self, call: &OpCall<'_>, result: usize, over: &[usize]) -> Place {
        if call.dests[result].is_some() {
            return self.out(call, result);
        }
        let bytes = call.out_types[result].bytes();
        for operand in over {
            if call.in_types[*operand].bytes() != bytes || bytes == 0 {
                continue;
            }
            if let Some(place) = self.adopt(call, *operand) {
                return place;
            }
        }
        self.out(call, result)
    }

    /// True when two slots share memory.
    pub fn same_memory(&self, a: Slot, b: Slot) -> bool {
        a.root().is_some() && a.root() == b.root()
    }

    /// The element at a position: the value itself for a register.
    pub fn read(&mut self, slot: Slot, dtype: DType, position: Val) -> Val {
        match slot {
            Slot::Scalar(val) => val,
            Slot::Array(place) => self.load(place.ptr, dtype, position, 0),
        }
    }

    /// Elements in memory, as one value or a vector.
    pub fn load(&mut self, ptr: Val, dtype: DType, position: Val, lanes: u32) -> Val {
        let memory = memory_type(dtype);
        let address = self.e.element(ptr, position, memory);
        let value = self.e.load(address, memory.with_lanes(lanes), dtype.size());
        if !dtype.is_bool() {
            return value;
        }
        self.e.op("arith.trunci", &[value], Ty::of(dtype).with_lanes(lanes), &[])
    }

    /// Writes an element, or a vector of them.
    pub fn store(&mut self, value: Val, ptr: Val, dtype: DType, position: Val) {
        let memory = memory_type(dtype);
        let address = self.e.element(ptr, position, memory);
        let lanes = self.e.ty(value).lanes;
        let value = if dtype.is_bool() {
            self.e.op("arith.extui", &[value], memory.with_lanes(lanes), &[])
        } else {
            value
        };
        self.e.store(value, address, dtype.size());
    }

    /// The array that starts `elements` into memory of a dtype, not to be overwritten.
    pub fn part(&mut self, place: Place, dtype: DType, elements: Val) -> Place {
        let ptr = self.e.element(place.ptr, elements, memory_type(dtype));
        self.foreign(ptr)
    }

    /// Puts a value into memory, unless it is there.
    pub fn write(&mut self, slot: Slot, ty: &ArrayType, to: Place) {
        let zero = self.e.index(0);
        match slot {
            Slot::Scalar(val) => self.store(val, to.ptr, ty.dtype, zero),
            Slot::Array(place) if place.ptr == to.ptr => {}
            Slot::Array(place) => self.e.copy(to.ptr, place.ptr, ty.bytes()),
        }
    }

    /// The value of an atom of rank 0, or the place of an array.
    fn slot(&mut self, env: &IdVec<Var, Option<Slot>>, atom: Atom) -> Slot {
        match atom {
            Atom::Var(var) => env[var].expect("variables are defined before they are used"),
            Atom::Literal(known) => Slot::Scalar(scalar::literal(&mut self.e, known.value, 0)),
        }
    }

    /// Lowers a program in place. `dests` are places where array results are wanted; a result may
    /// still come to lie elsewhere, and the caller writes it over.
    ///
    /// # Errors
    /// An op without lowering.
    pub fn program(
        &mut self,
        jaxpr: &Jaxpr,
        ins: &[Slot],
        dests: &[Option<Place>],
    ) -> Result<Vec<Slot>> {
        self.program_with(jaxpr, ins, &[], dests)
    }

    /// The same for an outermost program, with the places of its baked-in data.
    ///
    /// # Errors
    /// An op without lowering.
    pub fn program_with(
        &mut self,
        jaxpr: &Jaxpr,
        ins: &[Slot],
        consts: &[(Var, Slot)],
        dests: &[Option<Place>],
    ) -> Result<Vec<Slot>> {
        let uses = count_uses(jaxpr);
        // The caller frees the destinations, so results in them have no memory of their own.
        let dests: Vec<Option<Place>> =
            dests.iter().map(|dest| dest.map(|place| self.foreign(place.ptr))).collect();
        let wanted = wanted(jaxpr, &dests);
        let mut env: IdVec<Var, Option<Slot>> = IdVec::filled(None, jaxpr.vars.len());
        for (var, slot) in consts {
            self.bind(&mut env, &uses, *var, *slot);
        }
        for (var, slot) in jaxpr.inputs.iter().zip(ins) {
            self.bind(&mut env, &uses, *var, *slot);
        }
        for eqn in &jaxpr.eqns {
            self.equation(jaxpr, eqn, &mut env, &uses, &wanted)?;
        }
        Ok(jaxpr.outputs.iter().map(|atom| self.slot(&env, *atom)).collect())
    }

    fn bind(
        &mut self,
        env: &mut IdVec<Var, Option<Slot>>,
        uses: &IdVec<Var, usize>,
        var: Var,
        slot: Slot,
    ) {
        env[var] = Some(slot);
        if let Some(root) = slot.root() {
            self.roots[root].uses += uses[var];
            self.free_if_dead(root);
        }
    }

    fn free_if_dead(&mut self, root: usize) {
        if self.roots[root].uses == 0
            && let Some(area) = self.roots[root].area.take()
        {
            self.arena.give(area);
        }
    }

    fn equation(
        &mut self,
        jaxpr: &Jaxpr,
        eqn: &Eqn,
        env: &mut IdVec<Var, Option<Slot>>,
        uses: &IdVec<Var, usize>,
        wanted: &IdVec<Var, Option<Place>>,
    ) -> Result<()> {
        self.e.set_loc(&eqn.loc);
        let call = OpCall {
            eqn,
            in_types: eqn.inputs.iter().map(|atom| jaxpr.ty(*atom)).collect(),
            out_types: eqn.outputs.iter().map(|var| jaxpr.vars[*var].clone()).collect(),
            ins: eqn.inputs.iter().map(|atom| self.slot(env, *atom)).collect(),
            dests: eqn.outputs.iter().map(|var| wanted[*var]).collect(),
        };
        let rule = self.rules.find(eqn.op).ok_or_else(|| crate::diag::unsupported_op(eqn.op.name));
        let results =
            rule.and_then(|rule| rule(self, &call)).map_err(|error| error.at(&eqn.loc))?;
        // Results are bound while the operands still count, so that a view keeps its memory.
        for (var, slot) in eqn.outputs.iter().zip(results) {
            self.bind(env, uses, *var, slot);
        }
        for root in call.ins.iter().filter_map(|slot| slot.root()) {
            self.roots[root].uses -= 1;
            self.free_if_dead(root);
        }
        Ok(())
    }

    /// Loop counters, comparisons and other 64-bit arithmetic.
    pub fn i64_op(&mut self, name: &str, a: Val, b: Val) -> Val {
        self.e.op(name, &[a, b], I64, &[])
    }

    /// `a * factor`, without work for 0 and 1.
    pub fn scaled(&mut self, a: Val, factor: i64) -> Val {
        match factor {
            0 => self.e.index(0),
            1 => a,
            _ => {
                let factor = self.e.index(factor);
                self.i64_op("arith.muli", a, factor)
            }
        }
    }

    /// `a + b`.
    pub fn sum(&mut self, a: Val, b: Val) -> Val {
        let zero = self.e.index(0);
        match (a == zero, b == zero) {
            (true, _) => b,
            (_, true) => a,
            _ => self.i64_op("arith.addi", a, b),
        }
    }
}

impl Slot {
    fn root(&self) -> Option<usize> {
        if let Slot::Array(place) = self { Some(place.root) } else { None }
    }

    /// The value of rank 0.
    pub fn register(self) -> Option<Val> {
        if let Slot::Scalar(val) = self { Some(val) } else { None }
    }

    /// The memory of an array.
    pub fn place(self) -> Option<Place> {
        if let Slot::Array(place) = self { Some(place) } else { None }
    }
}

impl OpCall<'_> {
    /// The same equation on other operands, for a lowering that prepares them for another's.
    pub fn with_operands(&self, ins: Vec<Slot>, in_types: Vec<ArrayType>) -> OpCall<'_> {
        let (out_types, dests) = (self.out_types.clone(), self.dests.clone());
        OpCall { eqn: self.eqn, in_types, out_types, ins, dests }
    }

    /// Where a result is wanted.
    pub fn dest(&self, result: usize) -> Option<Place> {
        self.dests[result]
    }
}

/// The type of an element in memory: a bool takes a byte.
pub fn memory_type(dtype: DType) -> Ty {
    if dtype.is_bool() { Ty { elem: Elem::Int(8), lanes: 0 } } else { Ty::of(dtype) }
}

fn count_uses(jaxpr: &Jaxpr) -> IdVec<Var, usize> {
    let mut uses = IdVec::filled(0, jaxpr.vars.len());
    let inputs = jaxpr.eqns.iter().flat_map(|eqn| eqn.inputs.iter());
    for var in inputs.chain(&jaxpr.outputs).filter_map(|atom| atom.var()) {
        uses[var] += 1;
    }
    uses
}

/// Where the definition of each variable should put it: results at their destination, and what a
/// result is a view of as well.
fn wanted(jaxpr: &Jaxpr, dests: &[Option<Place>]) -> IdVec<Var, Option<Place>> {
    let mut wanted: IdVec<Var, Option<Place>> = IdVec::filled(None, jaxpr.vars.len());
    for (atom, dest) in jaxpr.outputs.iter().zip(dests) {
        if let Some(var) = atom.var()
            && wanted[var].is_none()
        {
            wanted[var] = *dest;
        }
    }
    for eqn in jaxpr.eqns.iter().rev() {
        let operand = eqn.inputs.first().and_then(|atom| atom.var());
        if let (true, Some(operand)) = (super::shape::is_view(jaxpr, eqn), operand)
            && wanted[operand].is_none()
        {
            wanted[operand] = wanted[eqn.outputs[0]];
        }
    }
    wanted
}
