//! The families of cases. One line each, in alphabetical order.

use crate::harness::{Case, Family};

macro_rules! families {
    ($($name:ident),* $(,)?) => {
        $(mod $name;)*

        /// All families.
        pub(crate) const FAMILIES: &[Family] =
            &[$(Family { name: stringify!($name), cases: $name::CASES }),*];
    };
}

families! {
    contracting,
    creation,
    elementwise,
    fft,
    indexing,
    joining,
    linalg,
    nn,
    ordering,
    random,
    rearranging,
    reducing,
    sampled,
}

/// A case with one result.
const fn one(name: &'static str, run: fn(&[jaxide_trace::Array]) -> jaxide_trace::Array) -> Case {
    Case { name, run: crate::harness::Run::One(run) }
}

/// A case with two results.
const fn pair(
    name: &'static str,
    run: fn(&[jaxide_trace::Array]) -> (jaxide_trace::Array, jaxide_trace::Array),
) -> Case {
    Case { name, run: crate::harness::Run::Pair(run) }
}

/// A case with any number of results.
const fn many(
    name: &'static str,
    run: fn(&[jaxide_trace::Array]) -> Vec<jaxide_trace::Array>,
) -> Case {
    Case { name, run: crate::harness::Run::Many(run) }
}
