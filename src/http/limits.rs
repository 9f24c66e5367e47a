//! How long a request may take and how large it may be.

use std::time::Duration;

use poem::{Endpoint, Middleware, Request, Result};

use crate::error::{ApiError, Code};

/// Refuses what is too large before any work, and ends what takes too long.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the first byte of the body to the answer.
    pub request_timeout: Duration,
    /// Of a body, in bytes.
    pub body_bytes_max: usize,
    /// Of all headers together, names and values, in bytes.
    pub header_bytes_max: usize,
}

/// What the body parser may read, in bytes; put into the request.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

impl<E: Endpoint> Middleware<E> for Limits {
    type Output = LimitsEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        LimitsEndpoint { inner, limits: *self }
    }
}

/// The endpoint of [`Limits`].
pub struct LimitsEndpoint<E> {
    inner: E,
    limits: Limits,
}

impl<E: Endpoint> Endpoint for LimitsEndpoint<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<Self::Output> {
        let header_bytes: usize = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
        if header_bytes > self.limits.header_bytes_max {
            return Err(ApiError::new(Code::HeadersTooLarge).into());
        }
        let declared = request.header("Content-Length").and_then(|length| length.parse::<usize>().ok());
        if declared.is_some_and(|length| length > self.limits.body_bytes_max) {
            return Err(ApiError::new(Code::BodyTooLarge).into());
        }
        request.extensions_mut().insert(BodyLimit(self.limits.body_bytes_max));
        tokio::time::timeout(self.limits.request_timeout, self.inner.call(request))
            .await
            .unwrap_or_else(|_| Err(ApiError::new(Code::Timeout).into()))
    }
}
