//! First values of parameters: recipes that take a key and a shape, as `jax.nn.initializers` has
//! them.

use std::panic::Location;

use jaxide_ir::{DType, Scalar, Value};
use jaxide_lax as lax;
use jaxide_trace::{Array, Shape, config};

use crate::{
    axes::{axes_of, axis_of},
    diag,
    jnp::{moveaxis, zeros_of},
    random::{self, AnyKey},
    shape::sizes,
};

/// How values are distributed whose variance [`variance_scaling`] chooses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Distribution {
    /// Normal, without values beyond two standard deviations.
    TruncatedNormal,
    /// Normal.
    Normal,
    /// Uniform.
    Uniform,
}

/// Which size of a weight the variance is divided by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fan {
    /// The number of inputs of one output.
    In,
    /// The number of outputs of one input.
    Out,
    /// The mean of both.
    Average,
    /// The geometric mean of both.
    GeometricAverage,
}

/// A recipe for values.
///
/// ```
/// use jaxide_numpy::{nn::initializers, random};
/// let weights = initializers::glorot_uniform().init(&random::key(0), [3, 4]);
/// assert_eq!(weights.shape(), [3, 4]);
/// ```
#[derive(Clone, Debug)]
pub struct Initializer(Recipe);

#[derive(Clone, Debug)]
enum Recipe {
    Constant(f64),
    Uniform { scale: f64 },
    Normal { stddev: f64 },
    TruncatedNormal { stddev: f64, lower: f64, upper: f64 },
    Scaled(Scaled),
    Orthogonal { scale: f64, column_axis: isize },
    DeltaOrthogonal { scale: f64, column_axis: isize },
}

/// Parameters of variance scaling.
#[derive(Clone, Debug)]
struct Scaled {
    scale: f64,
    fan: Fan,
    distribution: Distribution,
    in_axes: Vec<i64>,
    out_axes: Vec<i64>,
    batch_axes: Vec<i64>,
}

/// Zeros.
pub fn zeros() -> Initializer {
    constant(0.0)
}

/// Ones.
pub fn ones() -> Initializer {
    constant(1.0)
}

/// One value everywhere.
pub fn constant(value: f64) -> Initializer {
    Initializer(Recipe::Constant(value))
}

/// Uniform values from 0 to `scale`; JAX's default is 0.01.
pub fn uniform(scale: f64) -> Initializer {
    Initializer(Recipe::Uniform { scale })
}

/// Normal values of this standard deviation; JAX's default is 0.01.
pub fn normal(stddev: f64) -> Initializer {
    Initializer(Recipe::Normal { stddev })
}

/// Normal values from `lower` to `upper`, in units of the standard deviation `stddev` of those before
/// truncation; JAX's defaults are 0.01, -2 and 2.
pub fn truncated_normal(stddev: f64, lower: f64, upper: f64) -> Initializer {
    Initializer(Recipe::TruncatedNormal { stddev, lower, upper })
}

/// Weights that are `scale` times a matrix with orthonormal columns, or rows where these are fewer;
/// `column_axis` is the axis of the columns, all others together are the rows. JAX's defaults are 1
/// and -1.
pub fn orthogonal(scale: f64, column_axis: isize) -> Initializer {
    Initializer(Recipe::Orthogonal { scale, column_axis })
}

/// Kernels `[.., inputs, outputs]` of a convolution over one to three dimensions that are
/// [`orthogonal`] at the middle and 0 elsewhere (Xiao et al. 2018).
pub fn delta_orthogonal(scale: f64, column_axis: isize) -> Initializer {
    Initializer(Recipe::DeltaOrthogonal { scale, column_axis })
}

/// Values of variance `scale / fan`, where the last axis counts outputs and the one before inputs.
/// [`Initializer::in_axes`] and its like choose other axes.
pub fn variance_scaling(scale: f64, fan: Fan, distribution: Distribution) -> Initializer {
    let (in_axes, out_axes, batch_axes) = (vec![-2], vec![-1], Vec::new());
    let scaled = Scaled { scale, fan, distribution, in_axes, out_axes, batch_axes };
    Initializer(Recipe::Scaled(scaled))
}

macro_rules! scalings {
    ($($(#[$doc:meta])* $name:ident = $scale:literal, $fan:ident, $distribution:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name() -> Initializer {
            variance_scaling($scale, Fan::$fan, Distribution::$distribution)
        }
    )*};
}

scalings! {
    /// Glorot and Bengio (2010), uniform; also called Xavier's.
    glorot_uniform = 1.0, Average, Uniform;
    /// Glorot and Bengio (2010), normal.
    glorot_normal = 1.0, Average, TruncatedNormal;
    /// LeCun et al. (1998), uniform.
    lecun_uniform = 1.0, In, Uniform;
    /// LeCun et al. (1998), normal.
    lecun_normal = 1.0, In, TruncatedNormal;
    /// He et al. (2015), uniform; also called Kaiming's.
    he_uniform = 2.0, In, Uniform;
    /// He et al. (2015), normal.
    he_normal = 2.0, In, TruncatedNormal;
}

pub use self::{
    glorot_normal as xavier_normal, glorot_uniform as xavier_uniform, he_normal as kaiming_normal,
    he_uniform as kaiming_uniform,
};

macro_rules! axes {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, axes: &[i64]) -> Initializer {
            if let Recipe::Scaled(scaled) = &mut self.0 {
                scaled.$name = axes.to_vec();
            }
            self
        }
    )*};
}

impl Initializer {
    axes! {
        /// The axes that count inputs, for variance scaling; others have none.
        in_axes;
        /// The axes that count outputs, for variance scaling; others have none.
        out_axes;
        /// The axes that count neither, for variance scaling; others have none.
        batch_axes;
    }

    /// Values of a shape and the default dtype.
    ///
    /// # Panics
    /// As [`Initializer::init_of`].
    #[track_caller]
    pub fn init(&self, key: &impl AnyKey, shape: impl Shape) -> Array {
        let dtype = if config::x64_enabled() { DType::F64 } else { DType::F32 };
        self.init_of(key, shape, dtype)
    }

    /// Values of a shape and dtype.
    ///
    /// # Panics
    /// With `TypeError` when `key` is no key; for variance scaling and the orthogonal recipes with
    /// `ValueError` when the shape lacks the axes.
    #[track_caller]
    pub fn init_of(&self, key: &impl AnyKey, shape: impl Shape, dtype: DType) -> Array {
        let at = Location::caller();
        let shape = sizes(shape, at);
        let literal = |value: f64| Array::literal((), Scalar::float(dtype, value));
        match &self.0 {
            Recipe::Constant(value) => lax::broadcast_in_dim(&literal(*value), &shape, &[]),
            Recipe::Uniform { scale } => {
                random::uniform_of(key, &shape[..], 0.0, 1.0, dtype) * literal(*scale)
            }
            Recipe::Normal { stddev } => {
                random::normal_of(key, &shape[..], dtype) * literal(*stddev)
            }
            Recipe::TruncatedNormal { stddev, lower, upper } => {
                let values = random::truncated_normal_of(key, *lower, *upper, &shape[..], dtype);
                values * literal(*stddev)
            }
            Recipe::Scaled(scaled) => {
                let variance = literal(scaled.scale / scaled.fan_of(&shape, at));
                scaled.distribution.draw(key, &shape, dtype, &variance)
            }
            Recipe::Orthogonal { scale, column_axis } => {
                orthogonal_of(key, &shape, *column_axis, &literal(*scale), at)
            }
            Recipe::DeltaOrthogonal { scale, column_axis } => {
                delta_orthogonal_of(key, &shape, *column_axis, &literal(*scale), at)
            }
        }
    }
}

/// An orthogonal matrix times `scale`, of its dtype, in a shape.
#[track_caller]
fn orthogonal_of(
    key: &impl AnyKey,
    shape: &[usize],
    column_axis: isize,
    scale: &Array,
    at: &'static Location<'static>,
) -> Array {
    if shape.len() < 2 {
        diag::value("orthogonal initializer requires at least a 2D shape".into(), at);
    }
    let axis = axis_of(column_axis, shape.len(), at);
    if shape.contains(&0) {
        return zeros_of(shape, scale.dtype());
    }
    let mut moved = shape.to_vec();
    let columns = moved.remove(axis);
    let rows = moved.iter().product();
    moved.push(columns);
    let q = random::orthogonal_of(key, rows, (), columns, scale.dtype());
    scale * moveaxis(&q.reshape(moved), -1, axis)
}

/// An orthogonal matrix times `scale` in the middle of a kernel of zeros.
#[track_caller]
fn delta_orthogonal_of(
    key: &impl AnyKey,
    shape: &[usize],
    column_axis: isize,
    scale: &Array,
    at: &'static Location<'static>,
) -> Array {
    let [places @ .., inputs, outputs] = shape else {
        diag::value("Delta orthogonal initializer requires a 3D, 4D or 5D shape.".into(), at)
    };
    if !(1..=3).contains(&places.len()) {
        diag::value("Delta orthogonal initializer requires a 3D, 4D or 5D shape.".into(), at);
    }
    if outputs < inputs {
        diag::value("`fan_in` must be less or equal than `fan_out`. ".into(), at);
    }
    let matrix = orthogonal_of(key, &[*inputs, *outputs], column_axis, scale, at);
    let middle = |size: &usize| (size.saturating_sub(1)) / 2;
    let mut config: Vec<(i64, i64, i64)> = places
        .iter()
        .map(|size| (middle(size) as i64, (size - middle(size)) as i64 - 1, 0))
        .collect();
    config.extend([(0, 0, 0); 2]);
    let zero = Array::literal((), Scalar::zero(scale.dtype()));
    let single: Vec<usize> = [&vec![1; places.len()][..], &[*inputs, *outputs]].concat();
    lax::pad(&matrix.reshape(single), &zero, &config)
}

impl Distribution {
    #[track_caller]
    fn draw(self, key: &impl AnyKey, shape: &[usize], dtype: DType, variance: &Array) -> Array {
        match self {
            Distribution::TruncatedNormal => {
                // The standard deviation of a normal distribution cut at two of its own.
                let cut = Array::literal((), Scalar::float(dtype, 0.879_625_661_034_239_8));
                let values = random::truncated_normal_of(key, -2, 2, shape, dtype);
                values * (variance.sqrt() / cut)
            }
            Distribution::Normal => random::normal_of(key, shape, dtype) * variance.sqrt(),
            Distribution::Uniform => {
                random::uniform_of(key, shape, -1.0, 1.0, dtype) * (variance * 3.0).sqrt()
            }
        }
    }
}

impl Scaled {
    /// What the variance is divided by.
    #[track_caller]
    fn fan_of(&self, shape: &[usize], at: &'static Location<'static>) -> f64 {
        if self.in_axes == [-2] && shape.len() <= 1 {
            let message = format!(
                "Can't compute input and output sizes of a {}-dimensional weights tensor with \
                 default in_axis. Must be at least 2D or specify in_axis explicitly.",
                shape.len()
            );
            diag::value(message, at);
        }
        let product = |axes: &[i64]| -> f64 {
            let axes = axes_of(axes, shape.len(), at);
            axes.into_iter().map(|axis| shape[axis] as f64).product()
        };
        let [inputs, outputs] = [&self.in_axes, &self.out_axes].map(|axes| product(axes));
        let all: f64 = shape.iter().map(|size| *size as f64).product();
        let field = all / inputs / outputs / product(&self.batch_axes);
        let (fan_in, fan_out) = (inputs * field, outputs * field);
        match self.fan {
            Fan::In => fan_in,
            Fan::Out => fan_out,
            Fan::Average => (fan_in + fan_out) / 2.0,
            Fan::GeometricAverage => (fan_in * fan_out).sqrt(),
        }
    }
}
