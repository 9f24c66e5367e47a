//! What somebody else would see, asked without being them.

use super::lease::Params;
use super::{DbError, FromRow, TenantScope};
use crate::error::ApiError;

/// Questions under row security as another member of the asker's hotel.
///
/// The policies answer, and no copy of them. Every question ends in a rollback, so that
/// nothing is ever done in that member's name: no row, no lock that outlives the answer, no
/// record. What it costs is one round trip.
pub struct Trial(TenantScope);

impl Trial {
    pub(super) fn new(scope: TenantScope) -> Self {
        Trial(scope)
    }

    /// The one row of a statement that always has one.
    ///
    /// # Errors
    /// What PostgreSQL refused; 503 when it cannot be reached.
    pub async fn one<T: FromRow>(&self, sql: &'static str, params: Params<'_>) -> Result<T, ApiError> {
        let rows = self.0.undone(sql, params).await?;
        let row = rows.first().ok_or_else(|| ApiError::internal("a statement that always has a row had none"))?;
        T::from_row(row).map_err(|error| DbError::from(error).into())
    }
}
