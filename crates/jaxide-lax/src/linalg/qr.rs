//! QR factors, and products of the Householder reflectors that they are made of.

use jaxide_ir::{
    ArrayType, Call, DType, Diagnostic, OpDef, OutTypes, Param, ParamDef, ParamKind, Params,
    Result, Rule, Value, diag,
};
use smallvec::smallvec;

use super::{library_op, stack};
use crate::{
    shape::{refuse, sized_type, tuple_text},
    templates::{all_weak, bind1, check_same_dtype},
};

/// `R` on and above the diagonal, and the Householder reflectors whose product is `Q`: reflector `i`
/// is `I - tau v v^H`, where `v` is zero above row `i`, one there, and stored below the diagonal of
/// column `i`.
pub static GEQRF: OpDef = OpDef {
    jvp: Rule::Never("JAX has no derivative of reflectors"),
    ..library_op("geqrf", "Householder QR factors.", "rt_geqrf", 1, &[], infer_geqrf)
};

/// The QR factors of `x[.., m, n]`: `R` with the reflectors below its diagonal, and the `tau` of each
/// of the `min(m, n)` reflectors.
#[track_caller]
pub fn geqrf<V: Value>(x: &V) -> (V, V) {
    let mut results = V::bind(x.cx(), &GEQRF, Params::new(), &[x]).into_iter();
    let mut next = || results.next().expect("geqrf has two results");
    (next(), next())
}

fn infer_geqrf(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, [m, n]) = stack(call, 0, types[0])?;
    let taus = [batch, &[m.min(n)]].concat();
    Ok(smallvec![types[0].clone(), sized_type(call, types[0].dtype, &taus, types[0].weak)?])
}

/// As [`GEQRF`], with columns exchanged so that the diagonal of `R` descends in size. Columns whose
/// entry in the second operand is not zero go to the front. The second result has the place, from 1,
/// of each column in the operand.
pub static GEQP3: OpDef = OpDef {
    jvp: Rule::Never("JAX has no derivative of reflectors"),
    ..library_op("geqp3", "Householder QR factors, pivoted.", "rt_geqp3", 2, &[], infer_geqp3)
};

/// The QR factors of the columns of `x[.., m, n]` in an order of descending norms: the first result
/// as of [`geqrf`], the order counted from 1, and the `tau`. Columns with a nonzero entry in
/// `jpvt[.., n]`, of `i32`, come first.
#[track_caller]
pub fn geqp3<V: Value>(x: &V, jpvt: &V) -> (V, V, V) {
    let mut results = V::bind(x.cx(), &GEQP3, Params::new(), &[x, jpvt]).into_iter();
    let mut next = || results.next().expect("geqp3 has three results");
    (next(), next(), next())
}

fn infer_geqp3(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, [m, n]) = stack(call, 0, types[0])?;
    if types[1].dtype != DType::I32 {
        return Err(diag::operand_dtype(call.op.name, 1, "i32", types[1].dtype));
    }
    if types[1].shape[..] != [batch, &[n]].concat() {
        return Err(unfit(call, types));
    }
    let taus = sized_type(call, types[0].dtype, &[batch, &[m.min(n)]].concat(), false)?;
    Ok(smallvec![types[0].clone().with_weak(false), types[1].clone().with_weak(false), taus])
}

/// The leading columns of the product of reflectors as [`GEQRF`] represents them.
pub static HOUSEHOLDER_PRODUCT: OpDef = OpDef {
    jvp: Rule::Never("JAX has no derivative of reflectors"),
    ..library_op(
        "householder_product",
        "The product of Householder reflectors.",
        "rt_householder_product",
        2,
        &[],
        infer_product,
    )
};

/// The first `n` columns of the product of the reflectors in `a[.., m, n]` with `taus[.., k]`; no
/// more columns than rows, and no more reflectors than columns.
#[track_caller]
pub fn householder_product<V: Value>(a: &V, taus: &V) -> V {
    bind1(&HOUSEHOLDER_PRODUCT, Params::new(), &[a, taus])
}

fn infer_product(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (_, [m, n]) = reflectors(call, types)?;
    if m < n {
        let expected = "expected at least as many rows as columns";
        return Err(refuse(call, format!("{expected}, got shape {}", tuple_text(&types[0].shape))));
    }
    Ok(smallvec![types[0].clone().with_weak(all_weak(types))])
}

/// The stack of reflectors in the first two operands, of one dtype with all others.
fn reflectors<'t>(call: &Call<'_>, types: &[&'t ArrayType]) -> Result<(&'t [usize], [usize; 2])> {
    let (batch, [m, n]) = stack(call, 0, types[0])?;
    check_same_dtype(call, types)?;
    match &types[1].shape[..] {
        [other @ .., k] if other == batch && *k <= m.min(n) => Ok((batch, [m, n])),
        _ => Err(unfit(call, types)),
    }
}

fn unfit(call: &Call<'_>, types: &[&ArrayType]) -> Diagnostic {
    let shapes: Vec<String> = types.iter().map(|ty| tuple_text(&ty.shape)).collect();
    refuse(call, format!("expected shapes that fit, got {}", shapes.join(", ")))
}

/// Multiplies a matrix by the product `Q` of reflectors as [`GEQRF`] represents them, or by its
/// conjugate transpose, from the left or from the right.
pub static ORMQR: OpDef = OpDef {
    jvp: Rule::Never("JAX has no derivative of reflectors"),
    ..library_op(
        "ormqr",
        "Multiplies by Householder reflectors.",
        "rt_ormqr",
        3,
        const {
            &[
                ParamDef::required("left", ParamKind::Bool),
                ParamDef::required("transpose", ParamKind::Bool),
            ]
        },
        infer_ormqr,
    )
};

/// `Q c` where `left`, else `c Q`, for the product `Q` of the reflectors in `a[.., m, n]` with
/// `taus[.., k]`; with `transpose` by the conjugate transpose of `Q`.
#[track_caller]
pub fn ormqr<V: Value>(a: &V, taus: &V, c: &V, left: bool, transpose: bool) -> V {
    let params = Params::new().with("left", left).with("transpose", transpose);
    bind1(&ORMQR, params, &[a, taus, c])
}

fn infer_ormqr(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, [m, _]) = reflectors(call, types)?;
    let (other, [rows, columns]) = stack(call, 2, types[2])?;
    if batch != other || m != if call.params.bool("left") { rows } else { columns } {
        return Err(unfit(call, types));
    }
    Ok(smallvec![types[2].clone().with_weak(all_weak(types))])
}

/// `x = Q R`, or `x` with its columns in the order of the third result, with unitary `Q` and upper
/// triangular `R`.
pub static QR: OpDef = OpDef {
    jvp: Rule::Todo("needs the rule of Walter and Lehmann"),
    ..library_op(
        "qr",
        "QR factors.",
        "rt_qr",
        1,
        const {
            &[
                ParamDef::required("full_matrices", ParamKind::Bool),
                ParamDef::optional("pivoting", ParamKind::Bool, Param::Bool(false)),
            ]
        },
        infer_qr,
    )
};

/// The QR factors of `x[.., m, n]`: `Q[.., m, k]` with orthonormal columns and the upper triangular
/// `R[.., k, n]`, where `k` is `m` with `full_matrices`, else `min(m, n)`.
#[track_caller]
pub fn qr<V: Value>(x: &V, full_matrices: bool) -> (V, V) {
    let params = Params::new().with("full_matrices", full_matrices);
    let mut results = V::bind(x.cx(), &QR, params, &[x]).into_iter();
    let mut next = || results.next().expect("qr has two results");
    (next(), next())
}

/// As [`qr`], of the columns of `x` in an order, the third result, that makes the diagonal of `R`
/// descend in size.
#[track_caller]
pub fn qr_pivoted<V: Value>(x: &V, full_matrices: bool) -> (V, V, V) {
    let params = Params::new().with("full_matrices", full_matrices).with("pivoting", true);
    let mut results = V::bind(x.cx(), &QR, params, &[x]).into_iter();
    let mut next = || results.next().expect("pivoted qr has three results");
    (next(), next(), next())
}

fn infer_qr(call: &Call<'_>, types: &[&ArrayType]) -> Result<OutTypes> {
    let (batch, [m, n]) = stack(call, 0, types[0])?;
    let k = if call.params.bool("full_matrices") { m } else { m.min(n) };
    let of = |dtype: DType, shape: &[usize]| {
        sized_type(call, dtype, &[batch, shape].concat(), types[0].weak && dtype != DType::I32)
    };
    let dtype = types[0].dtype;
    let mut results: OutTypes = smallvec![of(dtype, &[m, k])?, of(dtype, &[k, n])?];
    if call.params.bool("pivoting") {
        results.push(of(DType::I32, &[n])?);
    }
    Ok(results)
}
