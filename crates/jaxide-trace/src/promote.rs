//! Type promotion and broadcasting of operands, exactly as JAX's lattice has them.
//!
//! JAX narrows every 64-bit dtype unless x64 is on. Here a 64-bit dtype is only there because the
//! user asked for it, so it is kept: if an operand has 64 bits, JAX's x64 table counts, else its
//! x32 table.

use std::{panic::Location, sync::LazyLock};

use jaxide_ir::{DType, Params, Scalar, Shape, Value};
use jaxide_lax::{elementwise, shape};

use crate::{
    Array,
    array::default_int,
    config, diag,
    error::{Error, OrRaise},
};

/// A node of JAX's promotion lattice: a dtype, or a kind of plain numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Node {
    Strong(DType),
    WeakInt,
    WeakFloat,
    WeakComplex,
}

const NODES: [Node; 18] = [
    Node::Strong(DType::Bool),
    Node::Strong(DType::U8),
    Node::Strong(DType::U16),
    Node::Strong(DType::U32),
    Node::Strong(DType::U64),
    Node::Strong(DType::I8),
    Node::Strong(DType::I16),
    Node::Strong(DType::I32),
    Node::Strong(DType::I64),
    Node::Strong(DType::BF16),
    Node::Strong(DType::F16),
    Node::Strong(DType::F32),
    Node::Strong(DType::F64),
    Node::Strong(DType::C64),
    Node::Strong(DType::C128),
    Node::WeakInt,
    Node::WeakFloat,
    Node::WeakComplex,
];

/// The edges upwards from each node, by position in [`NODES`].
const EDGES: [&[usize]; 18] = {
    const WEAK_INT: usize = 15;
    const WEAK_FLOAT: usize = 16;
    const WEAK_COMPLEX: usize = 17;
    [
        &[WEAK_INT],
        &[2, 6],
        &[3, 7],
        &[4, 8],
        &[WEAK_FLOAT],
        &[6],
        &[7],
        &[8],
        &[WEAK_FLOAT],
        &[11],
        &[11],
        &[12, 13],
        &[14],
        &[14],
        &[],
        &[1, 5],
        &[9, 10, WEAK_COMPLEX],
        &[13],
    ]
};

/// Least upper bounds, by positions in [`NODES`].
static JOINS: LazyLock<[[u8; 18]; 18]> = LazyLock::new(|| {
    let above: Vec<u32> = (0..18).map(above).collect();
    std::array::from_fn(|a| {
        std::array::from_fn(|b| {
            let common = above[a] & above[b];
            let least = (0..18).find(|node| common & 1 << node != 0 && above[*node] == common);
            least.expect("JAX's promotion lattice has least upper bounds") as u8
        })
    })
});

/// The nodes at or above a node, as bits.
fn above(node: usize) -> u32 {
    EDGES[node].iter().fold(1 << node, |bits, next| bits | above(*next))
}

impl Node {
    fn of(dtype: DType, weak: bool) -> Node {
        match dtype {
            _ if !weak || dtype.is_bool() => Node::Strong(dtype),
            _ if dtype.is_integer() => Node::WeakInt,
            _ if dtype.is_float() => Node::WeakFloat,
            _ => Node::WeakComplex,
        }
    }

    fn position(self) -> usize {
        NODES.iter().position(|node| *node == self).expect("every dtype is a node")
    }

    fn join(self, other: Node) -> Node {
        NODES[JOINS[self.position()][other.position()] as usize]
    }

    /// The dtype and weak flag; `wide` keeps 64-bit dtypes.
    fn dtype(self, wide: bool) -> (DType, bool) {
        let (dtype, weak) = match self {
            Node::Strong(dtype) => (dtype, false),
            Node::WeakInt => (DType::I64, true),
            Node::WeakFloat => (DType::F64, true),
            Node::WeakComplex => (DType::C128, true),
        };
        (if wide { dtype } else { narrow(dtype) }, weak)
    }
}

fn narrow(dtype: DType) -> DType {
    match dtype {
        DType::I64 => DType::I32,
        DType::U64 => DType::U32,
        DType::F64 => DType::F32,
        DType::C128 => DType::C64,
        other => other,
    }
}

fn is_wide(dtype: DType) -> bool {
    narrow(dtype) != dtype
}

/// The dtype that operands of these dtypes and weak flags are promoted to, and whether it is weak.
///
/// ```
/// # use jaxide_trace::{DType, promote::result_type};
/// assert_eq!(result_type(&[(DType::I8, false), (DType::F32, true)]), (DType::F32, true));
/// assert_eq!(result_type(&[(DType::BF16, false), (DType::F32, true)]), (DType::BF16, false));
/// ```
///
/// # Panics
/// Without operands.
pub fn result_type(operands: &[(DType, bool)]) -> (DType, bool) {
    let wide = config::x64_enabled() || operands.iter().any(|(dtype, _)| is_wide(*dtype));
    let nodes = operands.iter().map(|(dtype, weak)| Node::of(*dtype, *weak));
    let join = nodes.reduce(Node::join).expect("promotion needs an operand");
    join.dtype(wide)
}

/// The dtype that arrays are promoted to. Plain numbers count by their kind alone.
pub fn result_type_of(arrays: &[&Array]) -> (DType, bool) {
    let operand = |array: &&Array| match (array.number(), array.aval().weak) {
        (Some(_), true) => (narrow(array.dtype()), true),
        (_, weak) => (array.dtype(), weak),
    };
    result_type(&arrays.iter().map(operand).collect::<Vec<_>>())
}

/// The array with another dtype and weak flag; numbers stay numbers.
#[track_caller]
pub fn convert(array: &Array, dtype: DType, weak: bool) -> Array {
    if let Some(number) = array.number() {
        let at = Location::caller();
        let fits = |dtype| number.convert(dtype).as_int() == number.as_int();
        if let Some(value) = number.as_int()
            && dtype.is_integer()
            && !fits(dtype)
            && !fits(DType::I32)
        {
            return Err(Error::Value(diag::overflow(value, dtype, at))).or_raise();
        }
        return Array::plain(number, dtype, weak);
    }
    if array.dtype() == dtype && array.aval().weak == weak {
        return array.clone();
    }
    if dtype.is_bool() && array.dtype().is_complex() {
        let zero = Array::literal((), Scalar::zero(array.dtype()));
        return elementwise::ne(array, &zero);
    }
    let params = Params::new().with("new_dtype", dtype).with("weak_type", weak);
    Array::bind((), &elementwise::CONVERT_ELEMENT_TYPE, params, &[array]).remove(0)
}

/// Arrays converted to their common dtype.
#[track_caller]
pub fn promote_dtypes<const N: usize>(arrays: [&Array; N]) -> [Array; N] {
    promote_by(arrays, |dtype, weak| (dtype, weak))
}

/// Arrays converted to their common dtype, or to the default integers where that is bool.
#[track_caller]
pub fn promote_numeric<const N: usize>(arrays: [&Array; N]) -> [Array; N] {
    promote_by(arrays, |dtype, weak| match dtype {
        DType::Bool => (default_int(), false),
        _ => (dtype, weak),
    })
}

/// Arrays converted to their common dtype, or to floats where that is none.
#[track_caller]
pub fn promote_inexact<const N: usize>(arrays: [&Array; N]) -> [Array; N] {
    promote_by(
        arrays,
        |dtype, weak| {
            if dtype.is_inexact() { (dtype, weak) } else { float_of(dtype, weak) }
        },
    )
}

/// Arrays converted to what becomes of their common dtype and weak flag.
#[track_caller]
fn promote_by<const N: usize>(
    arrays: [&Array; N],
    change: fn(DType, bool) -> (DType, bool),
) -> [Array; N] {
    let (dtype, weak) = result_type_of(&arrays);
    let (dtype, weak) = change(dtype, weak);
    let mut out = arrays.map(Array::clone);
    for array in &mut out {
        *array = convert(array, dtype, weak);
    }
    out
}

/// The float dtype that integers become in division and transcendental functions: f32; with x64 on,
/// f64 for 32- and 64-bit integers.
fn float_of(dtype: DType, weak: bool) -> (DType, bool) {
    let wide = is_wide(dtype) || config::x64_enabled() && (weak || dtype.bits() >= 64);
    (if wide { DType::F64 } else { DType::F32 }, weak && !dtype.is_bool())
}

/// The shape that these shapes broadcast to, if they do.
pub fn broadcast_shapes(shapes: &[&[usize]]) -> Option<Shape> {
    let rank = shapes.iter().map(|shape| shape.len()).max().unwrap_or(0);
    let mut out = Shape::from_elem(1, rank);
    for shape in shapes {
        let offset = rank - shape.len();
        for (axis, size) in shape.iter().enumerate() {
            let dim = &mut out[offset + axis];
            match (*dim, *size) {
                (_, 1) => {}
                (1, size) => *dim = size,
                (dim, size) if dim == size => {}
                _ => return None,
            }
        }
    }
    Some(out)
}

/// The array with a shape that it broadcasts to.
#[track_caller]
pub(crate) fn broadcast_to(array: &Array, sizes: &[usize]) -> Array {
    if array.shape() == sizes {
        return array.clone();
    }
    let offset = sizes.len() - array.ndim();
    let dims: Vec<usize> = (offset..sizes.len()).collect();
    shape::broadcast_in_dim(array, sizes, &dims)
}

/// Arrays broadcast against each other; those of rank 0 are left to the op.
#[track_caller]
pub fn broadcast<const N: usize>(op: &str, arrays: [&Array; N]) -> [Array; N] {
    let at = Location::caller();
    let shapes = arrays.map(|array| array.shape());
    let Some(common) = broadcast_shapes(&shapes) else {
        let shown: Vec<String> = shapes.iter().map(|shape| shape_text(shape)).collect();
        return Err(Error::Type(diag::broadcast(op, &shown.join(", "), at))).or_raise();
    };
    let mut out = arrays.map(Array::clone);
    for array in &mut out {
        if array.ndim() > 0 {
            *array = broadcast_to(array, &common);
        }
    }
    out
}

/// A shape as Python prints it: `(3,)`.
pub fn shape_text(shape: &[usize]) -> String {
    let dims: Vec<String> = shape.iter().map(usize::to_string).collect();
    if shape.len() == 1 { format!("({},)", dims[0]) } else { format!("({})", dims.join(", ")) }
}
