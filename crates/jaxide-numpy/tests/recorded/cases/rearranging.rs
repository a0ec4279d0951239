//! Other shapes and orders of elements; repeating, padding, deleting, inserting.

use jaxide_numpy::jnp::{self, Order, PadMode};

use super::{Case, many, one};

/// The two cases of a padding mode, and single rows.
macro_rules! rows {
    (modes: $($name:literal $mode:ident),*; $($row:expr,)*) => {
        &[
            $(
                one(concat!("pad_", $name), |x| {
                    jnp::pad(&x[0], [(2, 1), (0, 3)], PadMode::$mode)
                }),
                one(concat!("pad_", $name, "_ints"), |x| jnp::pad(&x[0], (2, 3), PadMode::$mode)),
            )*
            $($row,)*
        ]
    };
}

pub(super) const CASES: &[Case] = rows! {
    modes: "edge" Edge, "linear_ramp" LinearRamp, "maximum" Maximum, "mean" Mean, "median" Median,
        "minimum" Minimum, "reflect" Reflect, "symmetric" Symmetric, "wrap" Wrap;
    one("reshape", |x| jnp::reshape(&x[0], [4, -1])),
    one("reshape_order", |x| jnp::reshape_order(&x[0], [4, 6], Order::F)),
    one("ravel", |x| jnp::ravel(&x[0])),
    one("ravel_order", |x| jnp::ravel_order(&x[0], Order::F)),
    one("transpose_reversed", |x| jnp::transpose(&x[0], ..)),
    one("transpose_axes", |x| jnp::transpose(&x[0], [1, -1, 0])),
    one("matrix_transpose", |x| jnp::matrix_transpose(&x[0])),
    one("permute_dims", |x| jnp::permute_dims(&x[0], [2, 0, 1])),
    one("swapaxes", |x| jnp::swapaxes(&x[0], 0, -1)),
    one("moveaxis", |x| jnp::moveaxis(&x[0], 0, -1)),
    one("moveaxis_two", |x| jnp::moveaxis(&x[0], [0, 1], [-1, 0])),
    one("rollaxis", |x| jnp::rollaxis(&x[0], 2, 1)),
    one("rollaxis_forward", |x| jnp::rollaxis(&x[0], 0, 3)),
    one("expand_dims", |x| jnp::expand_dims(&x[0], [0, -1])),
    one("squeeze", |x| jnp::squeeze(&x[0], ..)),
    one("squeeze_axis", |x| jnp::squeeze(&x[0], -1)),
    one("broadcast_to", |x| jnp::broadcast_to(&x[0], [2, 3, 4])),
    many("broadcast_arrays", |x| jnp::broadcast_arrays(&[&x[0], &x[1]])),
    many("atleast", |x| {
        vec![jnp::atleast_1d(&x[0]), jnp::atleast_2d(&x[0]), jnp::atleast_3d(&x[0])]
    }),
    many("atleast_of_vector", |x| {
        vec![jnp::atleast_1d(&x[0]), jnp::atleast_2d(&x[0]), jnp::atleast_3d(&x[0])]
    }),
    one("atleast_3d_of_matrix", |x| jnp::atleast_3d(&x[0])),
    one("flip", |x| jnp::flip(&x[0], ..)),
    one("flip_axes", |x| jnp::flip(&x[0], [0, -1])),
    one("fliplr", |x| jnp::fliplr(&x[0])),
    one("flipud", |x| jnp::flipud(&x[0])),
    one("rot90", |x| jnp::rot90(&x[0], 1, (0, 1))),
    one("rot90_thrice", |x| jnp::rot90(&x[0], 3, (1, 2))),
    one("rot90_twice", |x| jnp::rot90(&x[0], -2, (0, 1))),
    one("roll_flat", |x| jnp::roll(&x[0], 2, ..)),
    one("roll_axis", |x| jnp::roll(&x[0], -1, 1)),
    one("roll_axes", |x| jnp::roll(&x[0], [1, 2], [0, -1])),
    one("roll_one_shift", |x| jnp::roll(&x[0], 5, [0, 1])),
    one("roll_by", |x| jnp::roll_by(&x[0], &x[1], 1)),
    one("tile", |x| jnp::tile(&x[0], 2)),
    one("tile_more", |x| jnp::tile(&x[0], [2, 1, 2])),
    one("tile_fewer", |x| jnp::tile(&x[0], [2])),
    one("tile_none", |x| jnp::tile(&x[0], [0, 2])),
    one("repeat_flat", |x| jnp::repeat(&x[0], 2, ..)),
    one("repeat_axis", |x| jnp::repeat(&x[0], 3, 1)),
    one("repeat_counts", |x| jnp::repeat(&x[0], [1, 0, 2], 0)),
    one("repeat_nothing", |x| jnp::repeat(&x[0], 0, 0)),
    one("repeat_total", |x| jnp::repeat_total(&x[0], &x[1], 0, 6)),
    one("repeat_total_cut", |x| jnp::repeat_total(&x[0], &x[1], .., 4)),
    one("repeat_scalar", |x| jnp::repeat(&x[0], 3, ..)),
    one("resize", |x| jnp::resize(&x[0], [3, 5])),
    one("resize_smaller", |x| jnp::resize(&x[0], 2)),
    one("pad", |x| jnp::pad(&x[0], 1, PadMode::Constant)),
    one("pad_pairs", |x| jnp::pad(&x[0], [(1, 0), (0, 2)], PadMode::Constant.value(7))),
    one("pad_values", |x| {
        jnp::pad(&x[0], [(1, 2), (2, 1)], PadMode::Constant.values([(1, 2), (3, 4)]))
    }),
    one("pad_two_values", |x| jnp::pad(&x[0], 1, PadMode::Constant.values([(5, 6)]))),
    one("pad_reflect_far", |x| jnp::pad(&x[0], (7, 9), PadMode::Reflect)),
    one("pad_reflect_odd", |x| jnp::pad(&x[0], (7, 3), PadMode::Reflect.odd())),
    one("pad_reflect_one", |x| jnp::pad(&x[0], (2, 3), PadMode::Reflect)),
    one("pad_symmetric_far", |x| jnp::pad(&x[0], (7, 11), PadMode::Symmetric)),
    one("pad_symmetric_odd", |x| jnp::pad(&x[0], (2, 3), PadMode::Symmetric.odd())),
    one("pad_wrap_far", |x| jnp::pad(&x[0], (7, 11), PadMode::Wrap)),
    one("pad_mean_length", |x| jnp::pad(&x[0], (1, 2), PadMode::Mean.stat_length((2, 3)))),
    one("pad_ramp_to", |x| jnp::pad(&x[0], (2, 3), PadMode::LinearRamp.values([(-4, 5)]))),
    one("pad_empty", |x| jnp::pad(&x[0], (1, 2), PadMode::Empty)),
    one("pad_bools", |x| jnp::pad(&x[0], (1, 1), PadMode::Constant)),
    one("delete_flat", |x| jnp::delete(&x[0], 5, ..)),
    one("delete_columns", |x| jnp::delete(&x[0], [1, -1], 1)),
    one("insert_flat", |x| jnp::insert(&x[0], 2, 9, ..)),
    one("insert_column", |x| jnp::insert(&x[0], 1, 5.0, 1)),
    one("insert_values", |x| jnp::insert(&x[0], 1, &x[1], 0)),
    one("insert_many", |x| jnp::insert(&x[0], [0, 2, 2], &x[1], ..)),
    one("insert_two_columns", |x| jnp::insert(&x[0], [1, -1], &x[1], 1)),
};
