//! The outermost layer: one request in, one answer and one log line out.
//!
//! Whatever happens inside, a panic included, the client gets a problem with the
//! request id in it and the log gets one line with the same id. Bodies, headers and
//! query strings are not logged: they hold passwords, tokens and what guests wrote.

use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use futures_util::FutureExt;
use poem::http::{HeaderValue, Method, StatusCode};
use poem::{Endpoint, IntoResponse, Middleware, Request, Response, Result};
use poem_openapi::OperationId;
use uuid::Uuid;

use super::problem::api_error;
use crate::admission::Quota;
use crate::error::ApiError;

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
    /// How many standings, and the plans with them, had to be asked for. None of a hit.
    pub cache_misses: Arc<AtomicU32>,
}

/// See the module.
pub struct Observe;

impl<E: Endpoint> Middleware<E> for Observe {
    type Output = ObserveEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        ObserveEndpoint { inner }
    }
}

/// The endpoint of [`Observe`].
pub struct ObserveEndpoint<E> {
    inner: E,
}

impl<E: Endpoint> Endpoint for ObserveEndpoint<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let record = RequestRecord {
            id: request_id(&request),
            organization_id: Arc::default(),
            quota: Arc::default(),
            statements: Arc::default(),
            cache_misses: Arc::default(),
        };
        let mut line = LogLine {
            record: record.clone(),
            method: request.method().clone(),
            trace_id: trace_id(&request),
            began: Instant::now(),
            outcome: None,
        };
        request.extensions_mut().insert(record.clone());

        let (mut response, operation, cause) = match AssertUnwindSafe(self.inner.call(request)).catch_unwind().await {
            Ok(Ok(output)) => {
                let response = output.into_response();
                let operation = response.data::<OperationId>().map(|operation| operation.0);
                (response, operation, None)
            }
            Ok(Err(error)) => {
                let operation = error.data::<OperationId>().map(|operation| operation.0);
                let error = api_error(&error);
                (error.respond(&record.id), operation, error.cause().map(str::to_owned))
            }
            Err(panic) => {
                let error = ApiError::internal(format!("panic: {}", panic_message(panic.as_ref())));
                (error.respond(&record.id), None, error.cause().map(str::to_owned))
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
        line.outcome = Some(Outcome { status: response.status(), operation, cause });
        Ok(response)
    }
}

struct Outcome {
    status: StatusCode,
    operation: Option<&'static str>,
    cause: Option<String>,
}

/// Written when it is dropped, so that a request whose client went away has its line too.
struct LogLine {
    record: RequestRecord,
    method: Method,
    trace_id: Option<String>,
    began: Instant,
    outcome: Option<Outcome>,
}

impl Drop for LogLine {
    fn drop(&mut self) {
        let duration_ms = self.began.elapsed().as_secs_f64() * 1000.0;
        let organization = self.record.organization_id.get();
        let statements = self.record.statements.load(Ordering::Relaxed);
        let cache_misses = self.record.cache_misses.load(Ordering::Relaxed);
        let (request_id, trace_id, method) = (&*self.record.id, self.trace_id.as_deref(), self.method.as_str());
        let Some(Outcome { status, operation, cause }) = &self.outcome else {
            tracing::info!(request_id, trace_id, method, organization, duration_ms, statements, "client went away");
            return;
        };
        let status = status.as_u16();
        match cause {
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
