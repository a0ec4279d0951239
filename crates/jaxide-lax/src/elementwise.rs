//! Elementwise ops: arithmetic, comparison, logic, transcendentals, conversion.

use jaxide_ir::Value;

pub fn add<V: Value>(_x: &V, _y: &V) -> V { unimplemented!() }
pub fn sub<V: Value>(_x: &V, _y: &V) -> V { unimplemented!() }
pub fn mul<V: Value>(_x: &V, _y: &V) -> V { unimplemented!() }
pub fn div<V: Value>(_x: &V, _y: &V) -> V { unimplemented!() }
pub fn neg<V: Value>(_x: &V) -> V { unimplemented!() }
