//! Aligned blocks of initialised bytes with a free list per thread. A block is zeroed once, when
//! the system hands it out; recycled blocks hold the bytes that their last owner left. A block may
//! also stand for memory that another library owns.

use std::{
    alloc::{Layout, alloc_zeroed, dealloc},
    any::Any,
    cell::RefCell,
    panic::AssertUnwindSafe,
    ptr::NonNull,
};

use jaxide_ir::Diagnostic;

use crate::diag;

/// Alignment of every block: a cache line, and the widest vector register.
pub(crate) const ALIGN: usize = 64;
/// Bytes that one thread keeps for reuse at the most.
const KEEP_BYTES: usize = 256 << 20;
/// Blocks that one thread keeps in one size class at the most.
const KEEP_BLOCKS: usize = 64;

/// What keeps foreign memory alive.
pub(crate) type Owner = Box<dyn Any + Send + Sync>;

/// `capacity` initialised bytes, or none and a dangling pointer: owned exclusively, or read-only
/// and kept alive by an owner elsewhere.
pub(crate) struct Block {
    ptr: NonNull<u8>,
    capacity: usize,
    /// It is only ever dropped, so that no panic can show it half changed.
    owner: Option<AssertUnwindSafe<Owner>>,
}

// SAFETY: a block owns its memory exclusively or shares it read-only through an owner that is
// `Send` and `Sync`, and plain bytes have no thread affinity.
unsafe impl Send for Block {}
// SAFETY: shared access to a block only reads bytes.
unsafe impl Sync for Block {}

impl Block {
    /// At least `bytes` initialised bytes of arbitrary content; `fresh` tells whether they are zero.
    pub(crate) fn new(bytes: usize) -> Result<(Block, bool), Diagnostic> {
        if bytes == 0 {
            return Ok((Block { ptr: dangling(), capacity: 0, owner: None }, true));
        }
        let (class, capacity) = size_class(bytes).ok_or_else(|| diag::out_of_memory(bytes))?;
        let recycled = FREE.try_with(|free| free.borrow_mut().take(class, capacity));
        if let Ok(Some(ptr)) = recycled {
            return Ok((Block { ptr, capacity, owner: None }, false));
        }
        let layout = layout(capacity).ok_or_else(|| diag::out_of_memory(bytes))?;
        // SAFETY: `layout` has a size above zero, since `capacity >= bytes > 0`.
        let ptr = unsafe { alloc_zeroed(layout) };
        let ptr = NonNull::new(ptr).ok_or_else(|| diag::out_of_memory(bytes))?;
        Ok((Block { ptr, capacity, owner: None }, true))
    }

    /// Memory of another library, for reading.
    ///
    /// # Safety
    /// `ptr` must point to `capacity` initialised bytes that nobody writes while `owner` lives.
    pub(crate) unsafe fn foreign(ptr: NonNull<u8>, capacity: usize, owner: Owner) -> Block {
        Block { ptr, capacity, owner: Some(AssertUnwindSafe(owner)) }
    }

    /// True for memory that must not be written.
    pub(crate) fn is_foreign(&self) -> bool {
        self.owner.is_some()
    }

    pub(crate) fn ptr(&self) -> NonNull<u8> {
        self.ptr
    }

    pub(crate) fn capacity(&self) -> usize {
        self.capacity
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.capacity == 0 || self.owner.is_some() {
            return;
        }
        let (ptr, capacity) = (self.ptr, self.capacity);
        let kept = FREE.try_with(|free| free.borrow_mut().keep(ptr, capacity));
        if !kept.unwrap_or(false) {
            release(ptr, capacity);
        }
    }
}

fn dangling() -> NonNull<u8> {
    NonNull::new(std::ptr::without_provenance_mut(ALIGN)).expect("the alignment is not zero")
}

fn layout(capacity: usize) -> Option<Layout> {
    Layout::from_size_align(capacity, ALIGN).ok()
}

/// Gives memory back to the system. `ptr` must come from [`Block::new`] with this capacity and
/// must not be used again.
fn release(ptr: NonNull<u8>, capacity: usize) {
    let layout = layout(capacity).expect("the block was allocated with this layout");
    // SAFETY: `Block::new` allocated `ptr` with this very layout; the callers, `Block::drop` and
    // `FreeLists::drop`, own it and forget it.
    unsafe { dealloc(ptr.as_ptr(), layout) }
}

/// The size class that holds `bytes`, and its capacity: multiples of 64 up to 256, then four
/// classes between powers of two, so that at most a quarter is wasted.
fn size_class(bytes: usize) -> Option<(usize, usize)> {
    if bytes <= 256 {
        let units = bytes.div_ceil(64).max(1);
        return Some((units - 1, units * 64));
    }
    if bytes > isize::MAX as usize / 2 {
        return None;
    }
    let top = (bytes - 1).ilog2() as usize;
    let step = 1usize << (top - 2);
    let steps = (bytes - (1 << top)).div_ceil(step);
    Some((4 + (top - 8) * 4 + steps - 1, (1 << top) + steps * step))
}

#[derive(Default)]
struct FreeLists {
    classes: Vec<Vec<(NonNull<u8>, usize)>>,
    bytes: usize,
}

impl FreeLists {
    fn take(&mut self, class: usize, capacity: usize) -> Option<NonNull<u8>> {
        let (ptr, found) = self.classes.get_mut(class)?.pop()?;
        debug_assert_eq!(found, capacity, "a size class holds blocks of one capacity");
        self.bytes -= capacity;
        Some(ptr)
    }

    /// True when the list took the block over.
    fn keep(&mut self, ptr: NonNull<u8>, capacity: usize) -> bool {
        let Some((class, _)) = size_class(capacity) else { return false };
        if self.classes.len() <= class {
            self.classes.resize_with(class + 1, Vec::new);
        }
        if self.bytes + capacity > KEEP_BYTES || self.classes[class].len() >= KEEP_BLOCKS {
            return false;
        }
        self.bytes += capacity;
        self.classes[class].push((ptr, capacity));
        true
    }
}

impl Drop for FreeLists {
    fn drop(&mut self) {
        for (ptr, capacity) in self.classes.drain(..).flatten() {
            release(ptr, capacity);
        }
    }
}

thread_local! {
    static FREE: RefCell<FreeLists> = RefCell::new(FreeLists::default());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_classes_are_their_own_class_and_waste_at_most_a_quarter() {
        for bytes in (1..5000).chain([1 << 20, (1 << 20) + 1, (1 << 40) - 1]) {
            let (class, capacity) = size_class(bytes).unwrap();
            assert!(capacity >= bytes && capacity.is_multiple_of(64), "{bytes}: {capacity}");
            assert!(bytes <= 256 || (capacity - bytes) * 4 <= capacity, "{bytes}: {capacity}");
            assert_eq!(size_class(capacity), Some((class, capacity)), "{bytes}");
        }
    }

    #[test]
    fn size_classes_grow_with_their_capacity() {
        let mut last = (0, 64);
        for bytes in 1..100_000 {
            let next = size_class(bytes).unwrap();
            assert!(next == last || (next.0 == last.0 + 1 && next.1 > last.1), "{bytes}");
            last = next;
        }
    }
}
