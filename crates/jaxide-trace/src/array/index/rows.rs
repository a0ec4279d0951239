//! An array as its slices along the leading axis.

use std::{panic::Location, vec};

use jaxide_lax::shape;

use crate::{
    Array, diag,
    error::{Error, OrRaise},
};

impl Array {
    /// The slices along the leading axis, without that axis.
    ///
    /// ```
    /// # use jaxide_trace::array;
    /// let x = array([[1, 2], [3, 4]]);
    /// let sums: Vec<i32> = x.rows().map(|row| row.sum().item()).collect();
    /// assert_eq!(sums, [3, 7]);
    /// for row in &x {
    ///     assert_eq!(row.shape(), [2]);
    /// }
    /// ```
    ///
    /// # Panics
    /// With `TypeError` for arrays of rank 0.
    #[track_caller]
    pub fn rows(&self) -> vec::IntoIter<Array> {
        let at = Location::caller();
        let rows = match self.shape().first() {
            None => Err(Error::Type(diag::array_data("iteration over a 0-d array", at))),
            Some(0) => Ok(Vec::new()),
            Some(_) => Ok(shape::unstack(self, 0).into_vec()),
        };
        rows.or_raise().into_iter()
    }
}

/// The slices along the leading axis, as [`Array::rows`].
impl IntoIterator for &Array {
    type Item = Array;
    type IntoIter = vec::IntoIter<Array>;

    #[track_caller]
    fn into_iter(self) -> Self::IntoIter {
        self.rows()
    }
}
