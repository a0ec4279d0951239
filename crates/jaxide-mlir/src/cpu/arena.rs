//! The layout of a program's temporaries in one scratch buffer, decided while the program is
//! lowered: areas are taken and given back in the order of the program, so that what is dead is
//! used again.

/// Alignment of every area: a cache line.
const ALIGN: usize = 64;

/// An area of the scratch buffer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Area {
    /// Bytes from the start of the buffer.
    pub offset: usize,
    bytes: usize,
}

/// The scratch buffer under construction.
#[derive(Debug, Default)]
pub struct Arena {
    top: usize,
    /// Free areas by offset; neighbours are joined.
    free: Vec<Area>,
}

impl Arena {
    /// Bytes that the buffer needs.
    pub fn bytes(&self) -> usize {
        self.top
    }

    /// Takes the smallest free area that is large enough, or new space.
    pub fn take(&mut self, bytes: usize) -> Area {
        let bytes = bytes.next_multiple_of(ALIGN);
        let fits = self.free.iter().enumerate().filter(|(_, area)| area.bytes >= bytes);
        if let Some((at, _)) = fits.min_by_key(|(_, area)| area.bytes) {
            let whole = self.free[at];
            if whole.bytes == bytes {
                self.free.remove(at);
            } else {
                self.free[at] = Area { offset: whole.offset + bytes, bytes: whole.bytes - bytes };
            }
            return Area { offset: whole.offset, bytes };
        }
        let offset = self.top;
        self.top += bytes;
        Area { offset, bytes }
    }

    /// Gives an area back.
    pub fn give(&mut self, area: Area) {
        if area.bytes == 0 {
            return;
        }
        let at = self.free.partition_point(|free| free.offset < area.offset);
        self.free.insert(at, area);
        self.join(at);
        if at > 0 {
            self.join(at - 1);
        }
    }

    fn join(&mut self, at: usize) {
        let Some(next) = self.free.get(at + 1).copied() else { return };
        if self.free[at].offset + self.free[at].bytes == next.offset {
            self.free[at].bytes += next.bytes;
            self.free.remove(at + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn areas_given_back_are_joined_and_used_again() {
        let mut arena = Arena::default();
        let (a, b) = (arena.take(100), arena.take(64));
        arena.take(1);
        arena.give(a);
        arena.give(b);
        assert_eq!(arena.take(192).offset, 0);
        assert_eq!(arena.bytes(), 256);
    }
}
