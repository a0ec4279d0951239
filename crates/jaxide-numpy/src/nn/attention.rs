//! Dot-product attention.

use std::panic::Location;

use jaxide_ir::DType;
use jaxide_lax::{self as lax, DotDims, DotSide};
use jaxide_trace::{
    Array, Operand,
    promote::{promote_inexact, shape_text},
};

use super::{logsumexp, softmax};
use crate::{diag, jnp::where_};

/// A distance beyond every sequence, which adds to a position without overflow.
const FAR: usize = 1 << 30;

type At = &'static Location<'static>;

/// `softmax(scale query · key) value` along the heads: the mean of the values, weighted by how well
/// queries and keys agree. For masks, bias and the like see [`Attention`].
///
/// Queries have the shape `[B, T, N, H]` (batch, queries, heads, size of a head), keys and values
/// `[B, S, K, H]`, each with or without the batch; `K` divides `N`, and each head of keys serves
/// `N / K` heads of queries. The result has the shape of the queries.
///
/// # Panics
/// As [`Attention::apply`].
#[track_caller]
pub fn dot_product_attention(query: &Array, key: &Array, value: &Array) -> Array {
    Attention::default().apply(query, key, value)
}

/// Options of [`dot_product_attention`].
///
/// ```
/// # use jaxide_numpy::{jnp, nn::Attention};
/// let x = jnp::ones([1, 4, 2, 8]);
/// assert_eq!(Attention::default().causal().apply(&x, &x, &x).shape(), [1, 4, 2, 8]);
/// ```
#[derive(Clone, Default)]
pub struct Attention {
    bias: Option<Array>,
    mask: Option<Array>,
    scale: Option<f64>,
    causal: bool,
    query_lengths: Option<Array>,
    key_value_lengths: Option<Array>,
    window: Option<(usize, usize)>,
}

macro_rules! options {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name(mut self, $name: &Array) -> Attention {
            self.$name = Some($name.clone());
            self
        }
    )*};
}

impl Attention {
    options! {
        /// Added to the scaled products; it broadcasts to `[B, N, T, S]`.
        bias;
        /// Keys count only where it is true; it broadcasts to `[B, N, T, S]`.
        mask;
        /// How many queries of each batch count, as i32: the results of others are 0.
        query_lengths;
        /// How many keys of each batch count, as i32.
        key_value_lengths;
    }

    /// The factor of the products; `1 / sqrt(H)` unless set.
    #[must_use]
    pub fn scale(mut self, scale: f64) -> Attention {
        self.scale = Some(scale);
        self
    }

    /// Each query counts only keys up to its own position.
    #[must_use]
    pub fn causal(mut self) -> Attention {
        self.causal = true;
        self
    }

    /// Each query counts only so many keys before and after its own position.
    #[must_use]
    pub fn window(mut self, before: usize, after: usize) -> Attention {
        self.window = Some((before, after));
        self
    }

    /// The attention.
    ///
    /// # Panics
    /// With `ValueError` when shapes or dtypes do not go together, in JAX's words.
    #[track_caller]
    pub fn apply(&self, query: &Array, key: &Array, value: &Array) -> Array {
        self.run(query, key, value, Location::caller()).0
    }

    /// The attention and the logarithm of the sum of the exponentials of each query's products, of
    /// the shape `[B, T, N]`.
    ///
    /// # Panics
    /// As [`Attention::apply`].
    #[track_caller]
    pub fn apply_with_residual(&self, query: &Array, key: &Array, value: &Array) -> (Array, Array) {
        let (encoded, logits) = self.run(query, key, value, Location::caller());
        let [b, k, g, t] = [0, 1, 2, 3].map(|axis| logits.shape()[axis]);
        let sums = logsumexp(&logits, -1).astype(key.dtype());
        let sums = lax::transpose(&lax::reshape(&sums, &[b, k * g, t]), &[0, 2, 1]);
        let shape = &query.shape()[..query.ndim() - 1];
        (encoded, lax::stop_gradient(&lax::reshape(&sums, shape)))
    }

    /// The attention, and the masked products as `[B, K, N / K, T, S]`.
    #[track_caller]
    fn run(&self, query: &Array, key: &Array, value: &Array, at: At) -> (Array, Array) {
        let shape = query.shape();
        let [query, key, value] = [query, key, value].map(four_dimensional);
        self.check(&query, &key, &value, at);
        let [b, t, n, h] = sizes(&query);
        let [_, s, k, _] = sizes(&key);
        let grouped = lax::reshape(&query, &[b, t, k, n / k, h]);
        let logits = self.logits(&grouped, &key);
        let logits = match self.combined_mask([k, n / k, t, s]) {
            Some(mask) => where_(mask, &logits, large_negative(logits.dtype())),
            None => logits,
        };
        let logits = logits.astype(DType::F32);
        let shares = softmax(&logits, -1).astype(key.dtype());
        let dims = contraction(([0, 1], 4), ([0, 2], 1));
        let encoded = lax::dot_general(&shares, &value, &dims, Some(value.dtype()));
        let mut encoded = lax::transpose(&encoded, &[0, 3, 1, 2, 4]);
        if let Some(lengths) = &self.query_lengths {
            let counted = positions(&[1, t, 1, 1, 1], 1).lt(lengths.reshape([b, 1, 1, 1, 1]));
            encoded = &encoded * counted.astype(encoded.dtype());
        }
        (lax::reshape(&encoded, shape), logits)
    }

    /// Scaled products and bias, as `[B, K, G, T, S]`.
    fn logits(&self, grouped: &Array, key: &Array) -> Array {
        let (k, g, h) = (grouped.shape()[2], grouped.shape()[3], grouped.shape()[4]);
        let dtype = if key.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
        let dims = contraction(([0, 2], 4), ([0, 2], 3));
        let logits = lax::dot_general(grouped, key, &dims, Some(dtype));
        let logits = lax::transpose(&logits, &[0, 1, 3, 2, 4]);
        let scale = self.scale.unwrap_or(1.0 / (h as f64).sqrt());
        let logits = logits * scale;
        match &self.bias {
            Some(bias) => (logits + by_groups(bias, k, g)).astype(dtype),
            None => logits,
        }
    }

    /// All masks together, if there are any.
    fn combined_mask(&self, [k, g, t, s]: [usize; 4]) -> Option<Array> {
        let query = positions(&[1, 1, 1, t, 1], 3);
        let key = positions(&[1, 1, 1, 1, s], 4);
        let lengths = |lengths: &Array| lengths.reshape([-1, 1, 1, 1, 1]);
        let masks = [
            self.mask.as_ref().map(|mask| by_groups(mask, k, g)),
            self.causal.then(|| key.le(&query)),
            self.window.map(|(before, after)| {
                let [before, after] = [before, after].map(|width| width.min(FAR) as i32);
                query.le(&key + before) & query.ge(&key - after)
            }),
            self.query_lengths.as_ref().map(|length| query.lt(lengths(length))),
            self.key_value_lengths.as_ref().map(|length| key.lt(lengths(length))),
        ];
        masks.into_iter().flatten().reduce(|a, b| a & b)
    }

    #[track_caller]
    fn check(&self, query: &Array, key: &Array, value: &Array, at: At) {
        let [b, s, k, h] = sizes(key).map(Some);
        let dtype = Some(key.dtype());
        check("value", value, &[b, s, k, h], dtype, at);
        check("query", query, &[b, None, None, h], dtype, at);
        let any = [None; 4];
        if let Some(mask) = &self.mask {
            check("mask", &four_dimensional(mask), &any, Some(DType::Bool), at);
        }
        if let Some(bias) = &self.bias {
            check("bias", &four_dimensional(bias), &any, None, at);
        }
        for (name, lengths) in [
            ("query_seq_lengths", &self.query_lengths),
            ("key_value_seq_lengths", &self.key_value_lengths),
        ] {
            if let Some(lengths) = lengths {
                check(name, lengths, &[b], Some(DType::I32), at);
            }
        }
        let (heads, groups) = (query.shape()[2], key.shape()[2]);
        if groups == 0 || heads % groups != 0 {
            diag::value(
                format!(
                    "The number of query heads must be a multiple of key/value heads, but got \
                     {heads} vs {groups}"
                ),
                at,
            );
        }
    }
}

#[track_caller]
fn check(name: &str, x: &Array, sizes: &[Option<usize>], dtype: Option<DType>, at: At) {
    if x.ndim() != sizes.len() {
        diag::value(format!("{name} ndim should be {}, but got {}", sizes.len(), x.ndim()), at);
    }
    if let Some(dtype) = dtype
        && dtype != x.dtype()
    {
        let [expected, got] = [dtype, x.dtype()].map(|dtype| dtype.numpy_name());
        diag::value(format!("{name} dtype should be {expected}, but got {got}"), at);
    }
    if sizes.iter().zip(x.shape()).any(|(size, got)| size.is_some_and(|size| size != *got)) {
        let shown: Vec<String> =
            sizes.iter().map(|size| size.map_or("-1".to_owned(), |s| s.to_string())).collect();
        let (shown, got) = (shown.join(", "), shape_text(x.shape()));
        diag::value(format!("{name} shape should be [{shown}]: but got {got}"), at);
    }
}

/// An array with leading dimensions of size 1 up to rank 4.
#[track_caller]
fn four_dimensional(x: &Array) -> Array {
    let missing = 4usize.saturating_sub(x.ndim());
    if missing == 0 { x.clone() } else { x.expand_dims((0..missing).collect::<Vec<_>>()) }
}

#[track_caller]
fn sizes(x: &Array) -> [usize; 4] {
    std::array::from_fn(|axis| x.shape()[axis])
}

/// What broadcasts to `[B, N, T, S]`, broadcasting to `[B, K, N / K, T, S]`.
#[track_caller]
fn by_groups(x: &Array, k: usize, g: usize) -> Array {
    let [b, n, t, s] = sizes(&four_dimensional(x));
    x.reshape(if n == 1 { [b, 1, 1, t, s] } else { [b, k, g, t, s] })
}

#[track_caller]
fn positions(shape: &[usize], axis: usize) -> Array {
    lax::iota((), DType::I32, shape, axis)
}

/// Two batch dimensions and the summed dimension of each side.
fn contraction(lhs: ([usize; 2], usize), rhs: ([usize; 2], usize)) -> DotDims {
    let side =
        |(batch, sum): ([usize; 2], usize)| DotSide { contract: vec![sum], batch: batch.to_vec() };
    DotDims { lhs: side(lhs), rhs: side(rhs) }
}

/// Masked products: far below all others, and finite after softmax's conversion to f32.
#[track_caller]
fn large_negative(dtype: DType) -> Array {
    let [value] = promote_inexact([&(-0.7 * f64::from(f32::MAX)).into_operand()]);
    value.astype(dtype)
}
