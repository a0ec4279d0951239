//! Linear systems with a solver of the user's own.

use std::sync::Arc;

use jaxide_ir::{
    Arity, ArrayType, Call, Handle, Jaxpr, Lower, OpDef, OutTypes, Param, ParamDef, ParamKind,
    Params, Record, RecordDef, Result, Rule, Value,
};
use smallvec::SmallVec;

use super::{bind_closed_call, nested::check_operands, pjit::control};
use crate::{
    Val,
    shape::refuse,
    templates::{handles, vals},
};

const COUNT: ParamKind = ParamKind::Int;
const PROGRAM: ParamKind = ParamKind::Optional(&ParamKind::Jaxpr);

/// Numbers of captured operands of the programs of [`LINEAR_SOLVE_JAXPRS`], in that order.
pub static LINEAR_SOLVE_COUNTS: RecordDef = RecordDef {
    name: "_LinearSolveTuple",
    fields: &[
        ParamDef::required("matvec", COUNT),
        ParamDef::required("vecmat", COUNT),
        ParamDef::required("solve", COUNT),
        ParamDef::required("transpose_solve", COUNT),
    ],
};

/// The programs of [`CUSTOM_LINEAR_SOLVE`].
pub static LINEAR_SOLVE_JAXPRS: RecordDef = RecordDef {
    name: "_LinearSolveTuple",
    fields: &[
        ParamDef::required("matvec", ParamKind::Jaxpr),
        ParamDef::shown("vecmat", PROGRAM, Param::None),
        ParamDef::required("solve", ParamKind::Jaxpr),
        ParamDef::shown("transpose_solve", PROGRAM, Param::None),
    ],
};

/// Solves `matvec(x) = b` by running `solve`. Operands are the captured values of the four programs,
/// then `b`. The other programs are there for differentiation.
pub static CUSTOM_LINEAR_SOLVE: OpDef = OpDef {
    lower: Lower::Decompose(solve),
    dce: Rule::Never("its programs have all parts of the solution"),
    ..control(
        "custom_linear_solve",
        "Solves a linear system by a program that knows how.",
        Arity::AtLeast(0),
        const {
            &[
                ParamDef::required("const_lengths", ParamKind::Record(&LINEAR_SOLVE_COUNTS)),
                ParamDef::required("jaxprs", ParamKind::Record(&LINEAR_SOLVE_JAXPRS)),
            ]
        },
        infer_linear_solve,
    )
};

/// A program of [`CUSTOM_LINEAR_SOLVE`] and how many of its first operands are captured values.
pub type Captures = (Arc<Jaxpr>, usize);

/// The parameters of [`CUSTOM_LINEAR_SOLVE`].
#[derive(Clone, Debug)]
pub struct LinearSolve {
    /// The linear function, of captured values and `x`.
    pub matvec: Captures,
    /// Its transpose, of captured values and `b`; none where reverse differentiation is not asked for.
    pub vecmat: Option<Captures>,
    /// The solver, of captured values and `b`.
    pub solve: Captures,
    /// The solver of the transposed system.
    pub transpose_solve: Option<Captures>,
}

impl LinearSolve {
    /// Reads checked parameters.
    ///
    /// # Panics
    /// When they are not those of the op.
    pub fn of(params: &Params) -> LinearSolve {
        let fields = |name| match params.get(name) {
            Some(Param::Record(record)) => &record.fields,
            _ => panic!("checked parameters have the record {name}"),
        };
        let (counts, jaxprs) = (fields("const_lengths"), fields("jaxprs"));
        let program = |at: usize| match &jaxprs[at] {
            Param::Jaxpr(jaxpr) => {
                let count = usize::try_from(counts[at].as_int("const_lengths"));
                Some((jaxpr.clone(), count.unwrap_or(usize::MAX)))
            }
            _ => None,
        };
        LinearSolve {
            matvec: program(0).expect("the record has a required program"),
            vecmat: program(1),
            solve: program(2).expect("the record has a required program"),
            transpose_solve: program(3),
        }
    }

    /// The parameters of the op.
    pub fn params(&self) -> Params {
        let programs = [
            Some(&self.matvec),
            self.vecmat.as_ref(),
            Some(&self.solve),
            self.transpose_solve.as_ref(),
        ];
        let counts = programs.map(|program| program.map_or(0, |(_, count)| *count).into());
        let jaxprs = programs.map(|program| program.map(|(jaxpr, _)| jaxpr.clone()).into());
        Params::new()
            .with("const_lengths", Record { def: &LINEAR_SOLVE_COUNTS, fields: counts.into() })
            .with("jaxprs", Record { def: &LINEAR_SOLVE_JAXPRS, fields: jaxprs.into() })
    }

    /// Each program with its name, the position of its first captured value among the operands, and
    /// their number; last the position of `b`.
    fn programs(&self) -> (Vec<(&'static str, &Jaxpr, usize, usize)>, usize) {
        let all = [
            ("matvec", Some(&self.matvec)),
            ("vecmat", self.vecmat.as_ref()),
            ("solve", Some(&self.solve)),
            ("transpose_solve", self.transpose_solve.as_ref()),
        ];
        let mut at = 0usize;
        let mut programs = Vec::new();
        for (name, program) in all {
            let Some((jaxpr, count)) = program else { continue };
            programs.push((name, &**jaxpr, at, *count));
            at = at.saturating_add(*count);
        }
        (programs, at)
    }
}

/// Solves a linear system. `operands` are the captured values of `matvec`, `vecmat`, `solve` and
/// `transpose_solve`, then the arrays of the right-hand side; the results have the types of those.
#[track_caller]
pub fn bind_custom_linear_solve<V: Value>(
    cx: V::Cx,
    system: &LinearSolve,
    operands: &[&V],
) -> SmallVec<[V; 1]> {
    V::bind(cx, &CUSTOM_LINEAR_SOLVE, system.params(), operands)
}

fn infer_linear_solve(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let system = LinearSolve::of(call.params);
    let (programs, right) = system.programs();
    if right > types.len() {
        let expected = format!("expected {right} or more operands for const_lengths");
        return Err(refuse(call, format!("{expected}, got {}", types.len())));
    }
    for (name, jaxpr, at, count) in programs {
        let operands = (at..at + count).chain(right..types.len());
        check_operands(call, name, jaxpr, operands.map(|at| (at, types[at])))?;
        let results = jaxpr.out_types();
        if results.iter().ne(types[right..].iter().copied()) {
            let expected = "expected results of the types of the right-hand side";
            return Err(refuse(call, format!("{name}: {expected}")));
        }
    }
    Ok(system.solve.0.out_types().into())
}

/// The solver on its captured values and the right-hand side.
fn solve<'b>(call: &Call<'_>, operands: &[Handle<'b>]) -> Result<Vec<Handle<'b>>> {
    let system = LinearSolve::of(call.params);
    let (programs, right) = system.programs();
    let (.., at, count) =
        programs.into_iter().find(|(name, ..)| *name == "solve").expect("it is there");
    let all = vals(operands);
    let Some(any) = all.first() else { return Ok(Vec::new()) };
    let operands: Vec<&Val<'b>> = all[at..at + count].iter().chain(&all[right..]).collect();
    Ok(handles(bind_closed_call(any.cx(), system.solve.0.clone(), &operands).into_vec()))
}
