//! Checked runs: the op `check`, and the rewriting that puts checks behind the equations of a
//! program. What is wrong for which op is in `rules.rs`; how failures are reported is the runtime's
//! business.

mod insert;
mod rules;

use std::{fmt, ops::BitOr};

use jaxide_ir::{
    Arity, ArrayType, Call, DType, Effect, Effects, Handle, Lower, OpDef, OutTypes, Param,
    ParamDef, ParamKind, Params, Result, Rule, RuleCx, Value, diag, rules::Batched,
};

use crate::{
    shape::{batch_front, refuse},
    templates::first_order,
};

pub use insert::insert;

const INTS: ParamKind = ParamKind::Tuple(&ParamKind::Int);

/// Fails the run where a mask is true: the first failure of a run is what its call returns.
///
/// `name` and `at` are the checked op and the user's line. The second operand has the mask's shape:
/// for `index` the indices, whose components along the last dimension are about `axes` of an array of
/// `shape` and start slices of `sizes`; for `overflow` the exact results, which `dtype` cannot hold.
pub static CHECK: OpDef = OpDef {
    params: &[
        ParamDef::required("kind", ParamKind::Symbol(&["div", "index", "nan", "overflow"])),
        ParamDef::required("name", ParamKind::Str),
        ParamDef::optional("at", ParamKind::Optional(&ParamKind::Str), Param::None),
        ParamDef::optional("dtype", ParamKind::Optional(&ParamKind::DType), Param::None),
        ParamDef::optional("shape", INTS, Param::Tuple(Vec::new())),
        ParamDef::optional("axes", INTS, Param::Tuple(Vec::new())),
        ParamDef::optional("sizes", INTS, Param::Tuple(Vec::new())),
    ],
    effects: |_| Effects::of(Effect::Check),
    jvp: Rule::Is(|cx, call, primals, _| {
        bind(cx, call, primals);
        Ok((vec![], vec![]))
    }),
    transpose: Rule::Never("no results"),
    batch: Rule::Is(batch_check),
    ..first_order(
        "check",
        "Fails the run where a mask is true.",
        Arity::AtLeast(1),
        infer_check,
        Lower::Library("rt_check"),
    )
};

fn bind<'b>(cx: &mut dyn RuleCx<'b>, call: &Call<'_>, operands: &[Handle<'b>]) {
    let operands: Vec<&Handle<'b>> = operands.iter().collect();
    Handle::bind(cx.builder(), call.op, call.params.clone(), &operands);
}

fn infer_check(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (mask, kind) = (types[0], call.params.str("kind"));
    if !mask.dtype.is_bool() {
        return Err(diag::operand_dtype(call.op.name, 0, "bool", mask.dtype));
    }
    let expected = if matches!(kind, "index" | "overflow") { 2 } else { 1 };
    if types.len() != expected {
        return Err(diag::arity(call.op.name, &expected.to_string(), types.len()));
    }
    if let Some(value) = types.get(1).filter(|value| value.shape != mask.shape) {
        return Err(diag::shape_mismatch(call.op.name, mask, value));
    }
    match kind {
        "index" => infer_index(call, types)?,
        "overflow" if call.params.is_none("dtype") => {
            return Err(diag::param(call.op.name, "dtype", "a dtype", "None"));
        }
        _ => {}
    }
    Ok(OutTypes::new())
}

/// Refuses indices whose components are not about axes of the shape.
fn infer_index(call: &Call<'_>, types: &[&ArrayType]) -> Result<()> {
    if !types[1].dtype.is_integer() {
        return Err(diag::operand_dtype(call.op.name, 1, "an integer", types[1].dtype));
    }
    let axes = call.params.usizes("axes");
    let components = types[1].shape.last().copied().unwrap_or(1);
    for (what, got) in [("axes", axes.len()), ("sizes", call.params.items("sizes").len())] {
        if got != components {
            let expected = format!("expected {what} for {components} components");
            return Err(refuse(call, format!("{expected}, got {got}")));
        }
    }
    let rank = call.params.items("shape").len();
    match axes.iter().find(|axis| **axis >= rank) {
        Some(axis) => Err(refuse(call, format!("expected axes below {rank}, got {axis}"))),
        None => Ok(()),
    }
}

/// All lanes at once: a check takes arrays of any shape.
fn batch_check<'b>(
    cx: &mut dyn RuleCx<'b>,
    call: &Call<'_>,
    size: usize,
    operands: &[Batched<'b>],
) -> Result<Vec<Batched<'b>>> {
    let operands: Vec<Handle<'b>> = operands.iter().map(|x| batch_front(x, size)).collect();
    bind(cx, call, &operands);
    Ok(vec![])
}

/// Which kinds of mistakes a checked run looks for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Checks(u8);

impl Checks {
    /// Nothing.
    pub const NONE: Checks = Checks(0);
    /// Integers divided by zero.
    pub const DIV: Checks = Checks(1);
    /// Indices out of range, in every index mode.
    pub const INDEX: Checks = Checks(2);
    /// NaN from operands that are not NaN.
    pub const NAN: Checks = Checks(4);
    /// Integer results that their dtype cannot hold.
    pub const OVERFLOW: Checks = Checks(8);
    /// All of them.
    pub const ALL: Checks = Checks(15);

    /// The names of the kinds.
    const NAMES: [(&str, Checks); 4] = [
        ("div", Checks::DIV),
        ("index", Checks::INDEX),
        ("nan", Checks::NAN),
        ("overflow", Checks::OVERFLOW),
    ];

    /// True when nothing is checked.
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }

    /// True when all kinds of `other` are checked.
    pub const fn contains(self, other: Checks) -> bool {
        self.0 & other.0 == other.0
    }

    /// These without those of `other`.
    pub const fn without(self, other: Checks) -> Checks {
        Checks(self.0 & !other.0)
    }

    /// One bit per kind, four of them.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The checks of a text: `1` or `all`, `0` or nothing, or names between commas: `index,nan`.
    /// The error is the part that is none of these.
    ///
    /// # Errors
    /// When a part is no name of a kind.
    ///
    /// ```
    /// use jaxide_lax::check::Checks;
    /// assert_eq!(Checks::parse("index, nan"), Ok(Checks::INDEX | Checks::NAN));
    /// assert_eq!(Checks::parse("1"), Ok(Checks::ALL));
    /// ```
    pub fn parse(text: &str) -> std::result::Result<Checks, String> {
        let kind = |name: &str| match name {
            "1" | "all" => Ok(Checks::ALL),
            "" | "0" => Ok(Checks::NONE),
            name => {
                let row = Checks::NAMES.iter().find(|row| row.0 == name);
                row.map(|row| row.1).ok_or_else(|| name.to_owned())
            }
        };
        text.split(',').try_fold(Checks::NONE, |all, name| Ok(all | kind(name.trim())?))
    }
}

impl BitOr for Checks {
    type Output = Checks;

    fn bitor(self, other: Checks) -> Checks {
        Checks(self.0 | other.0)
    }
}

impl fmt::Debug for Checks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = Checks::NAMES.iter().filter(|row| self.contains(row.1)).map(|row| row.0);
        f.write_str(&names.collect::<Vec<_>>().join(","))
    }
}

/// What a check says of the equation that it is about.
struct Report<'a> {
    kind: &'static str,
    call: &'a Call<'a>,
}

impl Report<'_> {
    fn params(&self) -> Params {
        let at =
            (!self.call.loc.is_unknown()).then(|| Param::Str(self.call.loc.to_string().into()));
        Params::new()
            .with("kind", Param::Symbol(self.kind.into()))
            .with("name", self.call.op.name)
            .with("at", at.unwrap_or(Param::None))
    }

    fn bind(&self, mask: &Handle<'_>) {
        Handle::bind(mask.cx(), &CHECK, self.params(), &[mask]);
    }

    fn overflow<'b>(&self, mask: &Handle<'b>, exact: &Handle<'b>, dtype: DType) {
        let params = self.params().with("dtype", dtype);
        Handle::bind(mask.cx(), &CHECK, params, &[mask, exact]);
    }

    fn index<'b>(&self, mask: &Handle<'b>, indices: &Handle<'b>, bounds: &rules::Bounds) {
        let params = self
            .params()
            .with("shape", bounds.shape.clone())
            .with("axes", bounds.axes.clone())
            .with("sizes", bounds.sizes.clone());
        Handle::bind(mask.cx(), &CHECK, params, &[mask, indices]);
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use jaxide_ir::{Loc, builder::infer};

    use super::*;
    use crate::testing::rule_program;

    #[test]
    fn names_and_numbers_choose_checks() {
        assert_eq!(Checks::parse(""), Ok(Checks::NONE));
        assert_eq!(Checks::parse("0"), Ok(Checks::NONE));
        assert_eq!(Checks::parse("all"), Ok(Checks::ALL));
        assert_eq!(Checks::parse("div,overflow"), Ok(Checks::DIV | Checks::OVERFLOW));
        assert_eq!(Checks::parse("index,nans"), Err("nans".to_owned()));
        assert_eq!(format!("{:?}", Checks::ALL), "div,index,nan,overflow");
    }

    #[test]
    fn a_batch_is_checked_at_once() {
        let index = |list: usize| Param::from([list].as_slice());
        let params = Params::new()
            .with("kind", Param::Symbol("index".into()))
            .with("name", "gather")
            .with("shape", index(5))
            .with("axes", index(0))
            .with("sizes", index(1));
        let types = [DType::Bool, DType::I32].map(|dtype| ArrayType::new(dtype, &[1]));
        let inputs = [types[0].clone(), ArrayType::new(DType::I32, &[1, 3])];
        let jaxpr = rule_program(&CHECK, params, &types, &inputs, |cx, call, inputs| {
            let batched = [(inputs[0], None), (inputs[1], Some(1))];
            batch_check(cx, call, 3, &batched).expect("checks").into_iter().map(|x| x.0).collect()
        });
        expect![[r#"
            { lambda ; a:bool[1] b:i32[1,3]. let
                c:bool[3,1] = broadcast_in_dim[broadcast_dimensions=(1,) shape=(3, 1)] a
                d:i32[3,1] = transpose[permutation=(1, 0)] b
                check[kind=index name=gather shape=(5,) axes=(0,) sizes=(1,)] c d
              in () }"#]]
        .assert_eq(&jaxpr.to_string());
    }

    #[test]
    fn what_is_no_check_is_refused() {
        let refused = |params: Params, dtypes: &[DType]| {
            let types: Vec<ArrayType> =
                dtypes.iter().map(|dtype| ArrayType::new(*dtype, &[2])).collect();
            let types: Vec<&ArrayType> = types.iter().collect();
            let error = infer(&CHECK, params.with("name", "add"), &types, &Loc::unknown());
            error.unwrap_err().message().to_owned()
        };
        let kind = |kind: &str| Params::new().with("kind", Param::Symbol(kind.into()));
        assert_eq!(refused(kind("nan"), &[DType::F32]), "check: operand 0: expected bool, got f32");
        assert_eq!(refused(kind("index"), &[DType::Bool]), "check: expected 2 operands, got 1");
        assert_eq!(
            refused(kind("overflow"), &[DType::Bool, DType::F64]),
            "check: parameter dtype: expected a dtype, got None"
        );
        assert_eq!(
            refused(kind("index"), &[DType::Bool, DType::I32]),
            "check: expected axes for 2 components, got 0"
        );
    }
}
