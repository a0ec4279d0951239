//! Steps that slide windows and kernels over arrays.

use jaxide_ir::{ArrayType, OpDef, Shape, Value};
use jaxide_lax::{
    self as lax, Conv, ConvDims, Select, Val, Window,
    templates::bind1,
    window::{REDUCE_WINDOW_MAX, REDUCE_WINDOW_MIN, REDUCE_WINDOW_SUM, WindowDim},
};

use super::{
    draft::{Draft, Kind, Rule, rule, small},
    elementwise::is_float,
    recipe::Step,
};

pub(super) static RULES: &[Rule] = &[
    rule("integer window", Kind::Jumps, |draft, step, _| {
        let ops: &[&OpDef] = &[&REDUCE_WINDOW_SUM, &REDUCE_WINDOW_MAX, &REDUCE_WINDOW_MIN];
        fold(draft, step, is_integer, ops)
    }),
    rule("float extremum under a window", Kind::Exact, |draft, step, _| {
        fold(draft, step, is_float, &[&REDUCE_WINDOW_MAX, &REDUCE_WINDOW_MIN])
    }),
    rule("choice under a window", Kind::Jumps, choice),
    rule("integer convolution", Kind::Jumps, |draft, step, _| convolution(draft, step, is_integer)),
    rule("float window sum", Kind::Rounds, |draft, step, _| {
        fold(draft, step, is_float, &[&REDUCE_WINDOW_SUM])
    }),
    rule("float convolution", Kind::Rounds, |draft, step, _| convolution(draft, step, is_float)),
];

fn is_integer(ty: &ArrayType) -> bool {
    ty.dtype.is_integer()
}

/// Numbers read off the knobs of a step, one after the other.
struct Knobs {
    left: u64,
}

impl Knobs {
    fn of(step: &Step) -> Knobs {
        // Mixed, so that few knobs give many numbers.
        let seed = step.knobs.iter().fold(0, |all, knob| all << 8 | u64::from(*knob));
        Knobs { left: seed }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.left = self.left.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (self.left >> 33) as usize % limit
    }

    /// 1 most of the time, else 2 or 3.
    fn step(&mut self) -> usize {
        [1, 1, 1, 1, 2, 3][self.below(6)]
    }

    fn padding(&mut self) -> (i64, i64) {
        let mut end = || self.below(5) as i64 - 1;
        (end(), end())
    }
}

fn window(knobs: &mut Knobs, rank: usize) -> Window {
    let dimensions: Vec<usize> = (0..rank).map(|_| 1 + knobs.below(3)).collect();
    let [strides, base_dilation, window_dilation] =
        [(); 3].map(|()| (0..rank).map(|_| knobs.step()).collect::<Vec<_>>());
    let padding = (0..rank).map(|_| knobs.padding()).collect();
    Window { padding, base_dilation, window_dilation, ..Window::new(&dimensions, &strides) }
}

fn places(dims: &[WindowDim]) -> Shape {
    dims.iter().map(WindowDim::places).collect()
}

fn fold(
    draft: &mut Draft<'_>,
    step: &Step,
    fits: impl Fn(&ArrayType) -> bool,
    ops: &[&'static OpDef],
) -> Option<()> {
    let x = draft.take(step.picks[0], fits)?;
    let mut knobs = Knobs::of(step);
    let window = window(&mut knobs, x.ty().rank());
    small(&places(&window.over(&x.ty().shape)))?;
    let op = ops[knobs.below(ops.len())];
    draft.push(bind1(op, window.params(), &[&x]));
    Some(())
}

/// Gathers at the chosen elements, and scatters back where the window is not dilated.
fn choice(draft: &mut Draft<'_>, step: &Step, _: &[Step]) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| is_float(ty) || is_integer(ty))?;
    let ty = x.ty();
    let y =
        draft.take(step.picks[1], |other| other.dtype == ty.dtype && other.shape == ty.shape)?;
    let mut knobs = Knobs::of(step);
    let select = [Select::Ge, Select::Le][knobs.below(2)];
    let mut window = window(&mut knobs, ty.rank());
    if knobs.below(2) == 0 {
        window.base_dilation.fill(1);
        window.window_dilation.fill(1);
    }
    small(&places(&window.over(&ty.shape)))?;
    let gathered = lax::select_and_gather_add(&x, &y, select, &window);
    draft.push(gathered);
    if window.base_dilation.iter().chain(&window.window_dilation).all(|dilation| *dilation == 1) {
        draft.push(lax::select_and_scatter_add(&gathered, &y, select, &window));
    }
    Some(())
}

/// The elements of a value in order as an array of another shape, cut off or followed by zeros.
fn refilled<'b>(x: &Val<'b>, shape: &[usize]) -> Val<'b> {
    let (size, wanted) = (x.ty().size(), shape.iter().product::<usize>());
    let flat = lax::reshape(x, &[size]);
    let zero = x.constant(0.0);
    let cut = lax::pad(&flat, &zero, &[(0, wanted as i64 - size as i64, 0)]);
    lax::reshape(&cut, shape)
}

/// A permutation of the dimensions below `rank`.
fn order(knobs: &mut Knobs, rank: usize) -> Vec<usize> {
    let mut left: Vec<usize> = (0..rank).collect();
    (0..rank).map(|_| left.remove(knobs.below(left.len()))).collect()
}

/// A convolution of any layout with a kernel made of the elements of a second array.
fn convolution(
    draft: &mut Draft<'_>,
    step: &Step,
    fits: impl Fn(&ArrayType) -> bool,
) -> Option<()> {
    let x = draft.take(step.picks[0], |ty| ty.rank() >= 2 && ty.rank() <= 4 && fits(ty))?;
    let ty = x.ty();
    let y = draft.take(step.picks[1], |other| other.dtype == ty.dtype)?;
    let (mut knobs, rank) = (Knobs::of(step), ty.rank());
    let dims = ConvDims {
        lhs_spec: order(&mut knobs, rank),
        rhs_spec: order(&mut knobs, rank),
        out_spec: order(&mut knobs, rank),
    };
    let (batch, features) = (ty.shape[dims.lhs_spec[0]], ty.shape[dims.lhs_spec[1]]);
    let Window { strides, padding, base_dilation, window_dilation, dimensions } =
        window(&mut knobs, rank - 2);
    let mut conv = Conv {
        window_strides: strides,
        padding,
        lhs_dilation: base_dilation,
        rhs_dilation: window_dilation,
        ..Conv::new(dims)
    };
    match knobs.below(3) {
        0 if features % 2 == 0 => conv.feature_group_count = 2,
        1 if batch % 2 == 0 => conv.batch_group_count = 2,
        _ => {}
    }
    let sizes = [
        &[conv.groups() * (1 + knobs.below(18)), features / conv.feature_group_count],
        &dimensions[..],
    ]
    .concat();
    let mut kernel = vec![0; rank];
    conv.dimension_numbers.rhs_spec.iter().zip(&sizes).for_each(|(at, size)| kernel[*at] = *size);
    small(&kernel)?;
    let spatial = conv.spatial(&ty.shape, &kernel);
    if spatial.iter().any(|dim| dim.padded() < 0) {
        return None;
    }
    small(&[&places(&spatial)[..], &[batch, sizes[0]]].concat())?;
    let kernel = refilled(&y, &kernel);
    draft.push(lax::conv_general_dilated(&x, &kernel, &conv));
    Some(())
}
