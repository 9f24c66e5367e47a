//! What the API answered, and what a test makes of it.

use poem::Response;
use poem::http::{HeaderMap, StatusCode};
use serde_json::Value;

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub(super) async fn read(mut response: Response) -> Answer {
        let body = response.take_body().into_vec().await.expect("a body");
        Answer { status: response.status(), headers: response.headers().clone(), body }
    }

    /// The body as JSON; null where there is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// A header, or the empty string.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Everything of an answer that a client sees but what names this very request, or counts it: two answers that are
    /// equal here tell the same.
    pub fn without_request_id(&self) -> (StatusCode, Vec<(String, String)>, String) {
        let id = self.header("x-request-id").to_owned();
        let headers = self
            .headers
            .iter()
            .filter(|(name, _)| *name != "x-request-id" && !name.as_str().starts_with("ratelimit"))
            .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        (self.status, headers, String::from_utf8_lossy(&self.body).replace(&id, "<request id>"))
    }

    #[track_caller]
    pub fn assert_status(&self, status: u16) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status.as_u16(), status, "body: {body}");
        self.json()
    }

    #[track_caller]
    pub fn assert_ok(&self) -> Value {
        self.assert_status(200)
    }

    #[track_caller]
    pub fn assert_created(&self) -> Value {
        self.assert_status(201)
    }

    /// A problem of that status and code, whole and well formed.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) -> Value {
        let problem = self.assert_status(status);
        assert_eq!(self.header("content-type"), "application/problem+json");
        assert_eq!(problem["code"], code, "problem: {problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:stayzr:problem:{code}"));
        assert_eq!(problem["instance"], format!("urn:stayzr:request:{}", self.header("x-request-id")));
        assert!(problem["title"].is_string() && problem["detail"].is_string(), "problem: {problem}");
        problem
    }
}
