//! Steps whose places are known only at run time.

use jaxide_ir::{ArrayType, Value};
use jaxide_lax as lax;
use jaxide_lax::Val;

use super::{
    draft::{Draft, Kind, Rule, rule},
    recipe::Step,
};

pub(super) static RULES: &[Rule] = &[
    rule("dynamic_slice", Kind::Exact, dynamic_slice),
    rule("dynamic_update_slice", Kind::Exact, dynamic_update_slice),
];

/// Start indices of one dtype: run-time values where there are any, else literals in and out of range.
fn starts<'b>(draft: &mut Draft<'b>, step: &Step, rank: usize) -> Option<Vec<Val<'b>>> {
    let scalar = |ty: &ArrayType| ty.rank() == 0 && ty.dtype.is_integer();
    let first = match draft.take(step.picks[1], scalar) {
        Some(first) => first,
        None => draft.int(jaxide_ir::DType::I32, i128::from(step.knobs[2]) - 1),
    };
    let dtype = first.ty().dtype;
    let mut all = vec![first];
    while all.len() < rank {
        let knob = step.knobs[3].wrapping_mul(all.len() as u8);
        all.push(draft.int(dtype, i128::from(knob % 5)));
    }
    all.truncate(rank);
    Some(all)
}

fn dynamic_slice(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let shape = x.ty().shape;
    let starts = starts(draft, step, shape.len())?;
    let less = |size: &usize| size - usize::from(step.knobs[0]) % (size + 1);
    let sizes: Vec<usize> = shape.iter().map(less).collect();
    draft.push(lax::dynamic_slice(&x, &starts.iter().collect::<Vec<_>>(), &sizes));
    Some(())
}

fn dynamic_update_slice(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 1)?;
    let ty = x.ty();
    let within = |other: &ArrayType| {
        other.dtype == ty.dtype
            && other.rank() == ty.rank()
            && other.shape.iter().zip(&ty.shape).all(|(size, of)| size <= of)
    };
    let update = draft.take(step.picks[2], within)?;
    let starts = starts(draft, step, ty.rank())?;
    draft.push(lax::dynamic_update_slice(&x, &update, &starts.iter().collect::<Vec<_>>()));
    Some(())
}
