//! What an equation does besides computing its results.

/// One kind of side effect. Effects are ordered among themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Prints during the run.
    Print = 1,
    /// May stop the run with an error.
    Check = 2,
}

/// A set of effects.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Effects(u8);

impl Effects {
    /// No effect: the equation may be dropped, merged and moved.
    pub const NONE: Effects = Effects(0);

    /// The set of one effect.
    pub const fn of(effect: Effect) -> Effects {
        Effects(effect as u8)
    }

    /// Both sets together.
    pub const fn union(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }

    /// True when there is no effect.
    pub const fn is_pure(self) -> bool {
        self.0 == 0
    }

    /// True when the effect is in the set.
    pub const fn contains(self, effect: Effect) -> bool {
        self.0 & effect as u8 != 0
    }
}
