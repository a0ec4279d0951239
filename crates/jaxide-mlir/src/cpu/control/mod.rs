//! Control flow as `scf` regions: bodies are lowered in place, values of rank 0 are carried in
//! registers, arrays in memory that the loop owns.

pub mod cond;
pub mod scan;
pub mod while_loop;

use jaxide_ir::ArrayType;

use super::program::{OpCall, Place, ProgramCx, Slot};
use crate::emit::Val;

/// A loop's carry: which values are in registers and where the others are.
pub(super) struct Carry {
    types: Vec<ArrayType>,
    /// The memory of arrays; nothing for rank 0.
    places: Vec<Option<Place>>,
    /// The initial values of those in registers.
    pub(super) inits: Vec<Val>,
}

impl Carry {
    /// Takes the initial values, the operands of `call` from `first` on, into memory of the loop:
    /// a dying operand's own, else the result's, else a copy.
    pub(super) fn start(
        cx: &mut ProgramCx<'_>,
        call: &OpCall<'_>,
        first: usize,
        count: usize,
    ) -> Carry {
        let types = call.in_types[first..first + count].to_vec();
        let mut places = Vec::new();
        let mut inits = Vec::new();
        for (at, ty) in types.iter().enumerate() {
            match call.ins[first + at] {
                Slot::Scalar(val) => {
                    inits.push(val);
                    places.push(None);
                }
                Slot::Array(from) => {
                    // A constant or another carry in the same memory is read later on.
                    let slot = call.ins[first + at];
                    let sharing = call.ins.iter().filter(|other| cx.same_memory(slot, **other));
                    let over = if sharing.count() == 1 { &[first + at][..] } else { &[] };
                    let place = cx.out_over(call, at, over);
                    cx.e.copy(place.ptr, from.ptr, ty.bytes());
                    places.push(Some(place));
                }
            }
        }
        Carry { types, places, inits }
    }

    /// The carry as inputs of a body: `registers` are the values of rank 0.
    pub(super) fn slots(
        &self,
        cx: &mut ProgramCx<'_>,
        registers: &[Val],
        may_overwrite: bool,
    ) -> Vec<Slot> {
        let mut registers = registers.iter();
        let slot = |place: &Option<Place>| match place {
            Some(place) if may_overwrite => Slot::Array(cx.lent(place.ptr)),
            Some(place) => Slot::Array(cx.foreign(place.ptr)),
            None => Slot::Scalar(*registers.next().expect("one register per value of rank 0")),
        };
        self.places.iter().map(slot).collect()
    }

    /// Puts a body's results into the carry and returns those of rank 0. A result that lies in
    /// another carry's memory is saved before that is overwritten.
    pub(super) fn step(&self, cx: &mut ProgramCx<'_>, results: &[Slot]) -> Vec<Val> {
        let carried: Vec<Val> = self.places.iter().flatten().map(|place| place.ptr).collect();
        let mut sources = Vec::new();
        let mut saved = Vec::new();
        for (at, slot) in results.iter().enumerate() {
            let (Slot::Array(from), Some(to)) = (slot, self.places[at]) else {
                sources.push(None);
                continue;
            };
            if from.ptr != to.ptr && carried.contains(&from.ptr) {
                let copy = cx.temporary(self.types[at].bytes());
                cx.e.copy(copy.ptr, from.ptr, self.types[at].bytes());
                saved.push(copy);
                sources.push(Some(copy));
            } else {
                sources.push(Some(*from));
            }
        }
        for (at, source) in sources.iter().enumerate() {
            if let (Some(from), Some(to)) = (source, self.places[at]) {
                cx.e.copy(to.ptr, from.ptr, self.types[at].bytes());
            }
        }
        saved.into_iter().for_each(|place| cx.release(place));
        release(cx, results);
        results.iter().filter_map(|slot| slot.register()).collect()
    }

    /// The results of the loop.
    pub(super) fn results(&self, registers: &[Val]) -> Vec<Slot> {
        let mut registers = registers.iter();
        let slot = |place: &Option<Place>| match place {
            Some(place) => Slot::Array(*place),
            None => Slot::Scalar(*registers.next().expect("one register per value of rank 0")),
        };
        self.places.iter().map(slot).collect()
    }

    pub(super) fn types(&self) -> &[ArrayType] {
        &self.types
    }
}

/// Operands as inputs of a nested program, which must not overwrite them.
pub(super) fn borrowed(cx: &mut ProgramCx<'_>, slots: &[Slot]) -> Vec<Slot> {
    let slot = |slot: &Slot| match slot {
        Slot::Array(place) => Slot::Array(cx.foreign(place.ptr)),
        register => *register,
    };
    slots.iter().map(slot).collect()
}

/// Frees the memory of a nested program's results after they were copied.
pub(super) fn release(cx: &mut ProgramCx<'_>, slots: &[Slot]) {
    slots.iter().filter_map(|slot| slot.place()).for_each(|place| cx.release(place));
}
