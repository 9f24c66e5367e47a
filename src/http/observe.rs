//! The outermost layer: one request in; one answer, one log line and one more in the metrics out.
//!
//! Whatever happens inside, a panic included, the client gets a problem with the
//! request id in it and the log gets one line with the same id. Bodies, headers and
//! query strings are not logged: they hold passwords, tokens and what guests wrote.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};
use poem_openapi::OperationId;
use uuid::Uuid;

use super::problem::api_error;
use crate::admission::Quota;
use crate::error::ApiError;
use crate::metrics::{Ended, Requests};

/// What the layers inside tell the log line.
#[derive(Clone)]
pub struct RequestRecord {
    /// The id, ours or the client's.
    pub id: Arc<str>,
    /// The hotel, once the token is verified.
    pub organization_id: Arc<OnceLock<i32>>,
    /// What the hotel has left of its requests, where its plan limits them.
    pub quota: Arc<OnceLock<Quota>>,
    /// How many statements ran.
    pub statements: Arc<AtomicU32>,
    /// How many standings, and the plans with them, were found in memory.
    pub cache_hits: Arc<AtomicU32>,
    /// How many had to be asked for.
    pub cache_misses: Arc<AtomicU32>,
}

/// See the module. The default counts nothing.
#[derive(Default)]
pub struct Observe {
    requests: Option<Arc<Requests>>,
}

impl Observe {
    /// Tells the requests to who counts them, if anybody does.
    pub fn counting(requests: Option<Arc<Requests>>) -> Self {
        Observe { requests }
    }
}

impl<E: Endpoint> Middleware<E> for Observe {
    type Output = ObserveEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ObserveEndpoint { inner, requests: self.requests.clone() }
    }
}

/// The endpoint of [`Observe`].
pub struct ObserveEndpoint<E> {
    inner: E,
    requests: Option<Arc<Requests>>,
}

impl<E: Endpoint> Endpoint for ObserveEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let record = RequestRecord {
            id: request_id(&request),
            organization_id: Arc::default(),
            quota: Arc::default(),
            statements: Arc::default(),
            cache_hits: Arc::default(),
            cache_misses: Arc::default(),
        };
        let mut line = LogLine {
            record: record.clone(),
            requests: self.requests.clone(),
            method: request.method().clone(),
            trace_id: trace_id(&request),
            began: Instant::now(),
            outcome: None,
        };
        request.extensions_mut().insert(record.clone());

        let (mut response, operation, error) = match AssertUnwindSafe(self.inner.call(request)).catch_unwind().await {
            Ok(Ok(output)) => {
                let response = output.into_response();
                let operation = response.data::<OperationId>().map(|operation| operation.0);
                (response, operation, None)
            }
            Ok(Err(error)) => {
                let operation = error.data::<OperationId>().map(|operation| operation.0);
                let error = api_error(&error);
                (error.respond(&record.id), operation, Some(error))
            }
            Err(panic) => {
                let error = ApiError::internal(format!("panic: {}", panic_message(panic.as_ref())));
                (error.respond(&record.id), None, Some(error))
            }
        };
        if let Ok(id) = HeaderValue::from_str(&record.id) {
            response.headers_mut().insert("X-Request-Id", id);
        }
        if let Some(quota) = record.quota.get() {
            quota.write(response.headers_mut());
        }
        // What a hotel sees is nobody else's: no cache on the way may keep it.
        response.headers_mut().entry("Cache-Control").or_insert(HeaderValue::from_static("no-store"));
        response.headers_mut().insert("X-Content-Type-Options", HeaderValue::from_static("nosniff"));
        line.outcome = Some(Outcome { status: response.status(), operation, error });
        Ok(response)
    }
}

struct Outcome {
    status: StatusCode,
    operation: Option<&'static str>,
    error: Option<ApiError>,
}

/// Written, and the request counted, when it is dropped, so that one whose client went away has its line too.
struct LogLine {
    record: RequestRecord,
    requests: Option<Arc<Requests>>,
    method: Method,
    trace_id: Option<String>,
    began: Instant,
    outcome: Option<Outcome>,
}

impl LogLine {
    fn count(&self, duration: Duration) {
        let Some(requests) = &self.requests else { return };
        requests.count(&Ended {
            operation: self.outcome.as_ref().and_then(|outcome| outcome.operation),
            status: self.outcome.as_ref().map(|outcome| outcome.status.as_u16()),
            code: self.outcome.as_ref().and_then(|outcome| outcome.error.as_ref()).map(ApiError::code),
            organization_id: self.record.organization_id.get().copied(),
            cache_hits: self.record.cache_hits.load(Ordering::Relaxed),
            cache_misses: self.record.cache_misses.load(Ordering::Relaxed),
            duration,
        });
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        let duration = self.began.elapsed();
        self.count(duration);
        let duration_ms = duration.as_secs_f64() * 1000.0;
        let organization = self.record.organization_id.get();
        let statements = self.record.statements.load(Ordering::Relaxed);
        let cache_misses = self.record.cache_misses.load(Ordering::Relaxed);
        let (request_id, trace_id, method) = (&*self.record.id, self.trace_id.as_deref(), self.method.as_str());
        let Some(Outcome { status, operation, error }) = &self.outcome else {
            tracing::info!(request_id, trace_id, method, organization, duration_ms, statements, "client went away");
            return;
        };
        let status = status.as_u16();
        match error.as_ref().and_then(ApiError::cause) {
            Some(cause) if status >= 500 => tracing::error!(
                request_id,
                trace_id,
                method,
                operation,
                organization,
                status,
                duration_ms,
                statements,
                cache_misses,
                cause,
                "request"
            ),
            _ => tracing::info!(
                request_id,
                trace_id,
                method,
                operation,
                organization,
                status,
                duration_ms,
                statements,
                cache_misses,
                "request"
            ),
        }
    }
}

/// The client's `X-Request-Id` where it is harmless, else a new one.
fn request_id(request: &Request) -> Arc<str> {
    let harmless = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    match request.header("X-Request-Id") {
        Some(id) if (8..=64).contains(&id.len()) && id.bytes().all(harmless) => id.into(),
        _ => Uuid::now_v7().to_string().into(),
    }
}

/// The trace of W3C Trace Context (`version-trace-parent-flags`), so that our line is
/// found beside those of whoever called us.
fn trace_id(request: &Request) -> Option<String> {
    let mut parts = request.header("traceparent")?.split('-');
    let (_version, trace) = (parts.next()?, parts.next()?);
    let is_hex = trace.len() == 32 && trace.bytes().all(|byte| byte.is_ascii_hexdigit());
    (is_hex && trace.bytes().any(|byte| byte != b'0')).then(|| trace.to_owned())
}

fn panic_message(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("of an unknown kind")
}
