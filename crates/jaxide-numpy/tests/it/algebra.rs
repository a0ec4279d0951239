//! What wrong arguments of `jnp::linalg` and `jnp::fft` say: JAX's words, before anything is computed.

use jaxide_numpy::jnp::{
    self,
    fft::{self, along},
    linalg::{self, Norm},
};
use jaxide_trace::Array;

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
    determinants_are_of_squares: linalg::det(&ones(&[2, 3]))
        => "Argument to _det() must have shape [..., n, n], got (2, 3)";
    logarithms_of_determinants_are_of_squares: linalg::slogdet(&ones(&[3]))
        => "Argument to slogdet() must have shape [..., n, n], got (3,)";
    inverses_are_of_squares: linalg::inv(&ones(&[2, 3]))
        => "Argument to inv must have shape [..., n, n], got (2, 3).";
    systems_have_matrices: linalg::solve(&ones(&[3]), &ones(&[3]))
        => "left hand array must be at least two dimensional; got a.shape=(3,)";
    systems_fit: linalg::solve(&ones(&[3, 3]), &ones(&[2]))
        => "expected shapes that fit (m,m),(m)->(m) after broadcasting, got (3, 3) and (2,)";
    stacks_of_vectors_are_no_right_hand_side: linalg::solve(&ones(&[2, 3, 3]), &ones(&[2, 3]))
        => "To recover this behavior, use solve(a, b[..., None]).squeeze(-1).";
    factors_are_of_matrices: linalg::svd(&ones(&[3]), true)
        => "Input 0 to svd must have rank at least 2, but got shape=(3,)";
    matrices_have_few_orders: linalg::norm(&ones(&[2, 2]), 5, ..)
        => "Invalid order '5' for matrix norm.";
    vectors_have_no_nuclear_norm: linalg::norm(&ones(&[2, 2]), Norm::Nuclear, 0)
        => "Invalid order 'nuc' for vector norm.";
    norms_have_one_or_two_axes: linalg::norm(&ones(&[2, 2, 2]), 2, ..)
        => "Improper number of axes for norm: axis=(0, 1, 2).";
    conditions_are_of_matrices: linalg::cond(&ones(&[2]), 1)
        => "jnp.linalg.cond: input array must be at least 2D; got arr.shape=(2,)";
    powers_are_of_matrices: linalg::matrix_power(&ones(&[3]), 2)
        => "1-dimensional array given. Array must be at least two-dimensional";
    powers_are_of_squares: linalg::matrix_power(&ones(&[2, 3]), 2)
        => "Last 2 dimensions of the array must be square";
    chains_fit: linalg::multi_dot(&[&ones(&[2, 3]), &ones(&[2, 3])])
        => "multi_dot: last dimension of each array must match first dimension";
    crossed_vectors_have_three_components: linalg::cross(&ones(&[2]), &ones(&[3]), 0)
        => "but they have x1.shape[axis]=2 and x2.shape[axis]=3";
    equations_have_one_height: linalg::lstsq(&ones(&[3, 2]), &ones(&[2]))
        => "Leading dimensions of input arrays must match";
    inverted_tensors_are_square: linalg::tensorinv(&ones(&[2, 3]), 1)
        => "tensorinv is only possible when the product of the first `ind` dimensions equals";
    transformed_sizes_are_positive: fft::fft(&ones(&[4]), along(..).n(0))
        => "Shape should be positive.";
    transformed_axes_are_in_bounds: fft::fft(&ones(&[4]), 1)
        => "axis 1 is out of bounds for array of dimension 1";
    transformed_axes_differ: fft::fftn(&ones(&[4]), [0, 0])
        => "jax.numpy.fft.fftn does not support repeated axes. Got axes [0, 0].";
    each_axis_has_a_size: fft::fftn(&ones(&[2, 2]), along([0, 1]).s(2))
        => "Shape and axes have different lengths.";
    two_axes_are_transformed: fft::fft2(&ones(&[2, 2, 2]), [0, 1, 2])
        => "jax.numpy.fft.fft2 only supports 2 axes. Got axes = [0, 1, 2].";
    one_axis_is_transformed: fft::fft(&ones(&[2, 2]), [0, 1])
        => "jax.numpy.fft.fft does not support multiple axes. Please use jax.numpy.fft.fftn.";
    real_transforms_are_of_reals: fft::rfft(&fft::fft(&ones(&[2]), ..), ..)
        => "only real valued inputs supported for rfft";
}
