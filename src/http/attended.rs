//! A super admin's request leaves exactly one record (I9): in the transaction of its work
//! or, where it committed none, here at its end.

use poem::Result;

use crate::db::{PlatformScope, TenantScope};
use crate::error::ApiError;

/// Whoever sees to it that the record is written.
pub(super) struct Attended {
    scope: Option<Scope>,
    refusal: Option<ApiError>,
}

enum Scope {
    Visit(Box<TenantScope>),
    Platform(PlatformScope),
}

impl Attended {
    /// Of a visit to a hotel.
    pub(super) fn visit(scope: TenantScope) -> Self {
        Attended { scope: Some(Scope::Visit(Box::new(scope))), refusal: None }
    }

    /// Of work across hotels.
    pub(super) fn platform(scope: PlatformScope) -> Self {
        Attended { scope: Some(Scope::Platform(scope)), refusal: None }
    }

    /// The same of a request that nothing further inside is to see.
    pub(super) fn refused(mut self, refusal: ApiError) -> Self {
        self.refusal = Some(refusal);
        self
    }

    /// Waits for the answer and sees that the record is there before it is given. If the
    /// record cannot be written, the answer is that.
    pub(super) async fn attend<T>(mut self, answer: impl Future<Output = Result<T>>) -> Result<T> {
        let answer = match self.refusal.take() {
            Some(refusal) => Err(refusal.into()),
            None => answer.await,
        };
        if let Some(scope) = self.scope.take() {
            scope.record_refused().await?;
        }
        answer
    }
}

impl Scope {
    async fn record_refused(&self) -> Result<(), ApiError> {
        match self {
            Scope::Visit(scope) => scope.record_refused().await,
            Scope::Platform(scope) => scope.record_refused().await,
        }
    }
}

/// The client went away or the time was over: what was asked for is on record all the same.
impl Drop for Attended {
    fn drop(&mut self) {
        let (Some(scope), Ok(runtime)) = (self.scope.take(), tokio::runtime::Handle::try_current()) else {
            return;
        };
        runtime.spawn(async move {
            if let Err(error) = scope.record_refused().await {
                tracing::error!(alarm = "access_not_recorded", %error, "a super admin's request left no record");
            }
        });
    }
}
