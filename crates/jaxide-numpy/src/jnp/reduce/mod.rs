//! Functions that reduce axes.

mod moments;
mod nan;
mod quantiles;
mod reductions;

pub use moments::{average, average_with, mean, std, var};
pub use nan::{nanargmax, nanargmin, nanmax, nanmean, nanmin, nanprod, nanstd, nansum, nanvar};
pub use quantiles::{
    Interpolation, median, nanmedian, nanpercentile, nanquantile, percentile, quantile,
};
pub use reductions::{all, any, argmax, argmin, count_nonzero, max, min, prod, ptp, sum};

/// NumPy's other names.
pub use self::{max as amax, min as amin};
