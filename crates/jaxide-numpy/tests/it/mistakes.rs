//! What wrong arguments of `jnp` say: NumPy's or JAX's words, before anything is computed.

use jaxide_numpy::jnp::{self, Indexing, PadMode, Trim};
use jaxide_trace::{Array, jit};

fn message(f: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(f).expect_err("it should be refused");
    *payload.downcast::<String>().expect("a typed error panics with its text")
}

macro_rules! refusals {
    ($($name:ident: $call:expr => $text:literal;)*) => {$(
        #[test]
        fn $name() {
            let got = message(|| { let _ = $call; });
            assert!(got.contains($text), "expected {:?} in {got:?}", $text);
        }
    )*};
}

fn ones(shape: &[usize]) -> Array {
    jnp::ones(shape)
}

refusals! {
    arange_has_no_step_of_zero: jnp::arange((0, 3, 0)) => "ValueError: division by zero";
    arange_has_no_nan: jnp::arange(f64::NAN) => "cannot convert float NaN to integer";
    arange_is_not_infinite: jnp::arange(f64::INFINITY) => "cannot convert float infinity to integer";
    arange_is_not_too_large: jnp::arange(1e30) => "Maximum allowed size exceeded";
    linspace_has_no_negative_count: jnp::linspace(0, 1, -1)
        => "Number of samples, -1, must be non-negative.";
    zeros_have_no_negative_size: jnp::zeros(-1) => "shape must have every element be nonnegative";
    tril_needs_matrices: jnp::tril(&ones(&[3]), 0)
        => "Argument to jax.numpy.tril must be at least 2D";
    diag_takes_vectors_and_matrices: jnp::diag(&ones(&[2, 2, 2]), 0) => "diag input must be 1d or 2d";
    diagonal_needs_two_dimensions: jnp::diagonal(&ones(&[3]), 0, 0, 1)
        => "diagonal requires an array of at least two dimensions.";
    vander_takes_vectors: jnp::vander(&ones(&[2, 2]), 2, false)
        => "x must be a one-dimensional array";
    meshgrid_takes_vectors: jnp::meshgrid(&[&ones(&[2, 2])], Indexing::Xy)
        => "Arguments to jax.numpy.meshgrid must be 1D";
    axes_are_in_bounds: jnp::flip(&ones(&[3]), 1)
        => "axis 1 is out of bounds for array of dimension 1";
    moved_axes_have_as_many_destinations: jnp::moveaxis(&ones(&[2, 3]), [0, 1], 0)
        => "Inconsistent number of elements: 2 vs 1";
    only_ones_are_squeezed: jnp::squeeze(&ones(&[2, 1]), 0)
        => "cannot select an axis to squeeze out which has size not equal to one";
    pieces_are_equal: jnp::split(&ones(&[5]), 2, 0)
        => "array split does not result in an equal division: rest is 1";
    something_is_stacked: jnp::stack(&[], 0) => "Need at least one array to stack.";
    stacked_arrays_have_one_shape: jnp::stack(&[&ones(&[2]), &ones(&[3])], 0)
        => "All input arrays must have the same shape. Got (2,), (3,).";
    scalars_are_not_concatenated: jnp::concatenate(&[&ones(&[])], 0)
        => "Zero-dimensional arrays cannot be concatenated.";
    shapes_broadcast: jnp::broadcast_shapes(&[&[2], &[3]])
        => "Incompatible shapes for broadcasting: shapes=[(2,), (3,)]";
    rotation_needs_two_dimensions: jnp::rot90(&ones(&[2]), 1, (0, 1))
        => "rot90 requires its first argument to have ndim at least two";
    rotation_needs_two_axes: jnp::rot90(&ones(&[2, 2]), 1, (0, -2)) => "Axes must be different";
    padding_is_not_negative: jnp::pad(&ones(&[2]), -1, PadMode::Constant)
        => "index can't contain negative values";
    empty_axes_have_no_edge: jnp::pad(&ones(&[0]), 1, PadMode::Edge)
        => "Cannot apply 'edge' padding to empty axis";
    deleted_elements_exist: jnp::delete(&ones(&[3]), 5, 0)
        => "index 5 is out of bounds for axis with size 3";
    each_element_has_a_count: jnp::repeat(ones(&[3]), [1, 2], 0)
        => "operands could not be broadcast together";
    divisors_are_integers: jnp::gcd(1.0, 2) => "Arguments to jax.numpy.gcd must be integers.";
    integers_are_not_rounded_to_tens: jnp::round(jnp::array([1, 2]), -1)
        => "integer np.round not implemented for decimals < 0";
    sizes_of_resize_are_not_negative: jnp::resize(&ones(&[2]), -1)
        => "all elements of `new_shape` must be non-negative";
    exponents_are_integers: jnp::ldexp(1.0, 2.0) => "ldexp not supported for input types";
    traced_zeros_are_not_trimmed: jit(|x: &Array| jnp::trim_zeros(x, Trim::Both))(&ones(&[3]))
        => "TracerArrayConversionError";
    traced_counts_are_no_range: jit(|n: &Array| jnp::arange(n))(&jnp::scalar(3))
        => "ConcretizationTypeError";
}

#[test]
fn zeros_at_the_ends_are_trimmed() {
    let x = jnp::array([0, 0, 1, 0, 2, 0]);
    assert_eq!(jnp::trim_zeros(&x, Trim::Both).to_vec::<i32>(), [1, 0, 2]);
    assert_eq!(jnp::trim_zeros(&x, Trim::Front).to_vec::<i32>(), [1, 0, 2, 0]);
    assert_eq!(jnp::trim_zeros(&x, Trim::Back).to_vec::<i32>(), [0, 0, 1, 0, 2]);
    assert_eq!(jnp::trim_zeros(&jnp::array([0, 0]), Trim::Both).size(), 0);
}
