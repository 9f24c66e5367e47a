//! The shapes of answers, and which errors go with which kind of operation.

use std::marker::PhantomData;

use poem_openapi::payload::Json;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, Registry};
use poem_openapi::types::{ParseFromJSON, ToJSON, Type};
use poem_openapi::{ApiResponse, Object};

use super::conditional::etag;
use crate::error::{ApiError, Problem};
use crate::usage::Allowance;

/// Something with a version and an address of its own.
pub trait Resource {
    /// Its version, which becomes its `ETag`.
    fn version(&self) -> i32;
    /// Its path.
    fn path(&self) -> String;
}

/// 200 with one resource.
#[derive(ApiResponse)]
pub enum Found<T: ParseFromJSON + ToJSON> {
    /// The resource.
    #[oai(status = 200)]
    Found(
        Json<T>,
        /// Its version, for `If-Match`.
        #[oai(header = "ETag")]
        String,
    ),
}

impl<T: ParseFromJSON + ToJSON + Resource> Found<T> {
    /// That resource.
    pub fn new(resource: T) -> Self {
        let tag = etag(resource.version());
        Found::Found(Json(resource), tag)
    }
}

/// 201 with what was created.
#[derive(ApiResponse)]
pub enum Created<T: ParseFromJSON + ToJSON> {
    /// It was created, now or by an earlier request with the same idempotency key.
    #[oai(status = 201)]
    Created(
        Json<T>,
        /// Its version, for `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// Its address.
        #[oai(header = "Location")]
        String,
    ),
}

impl<T: ParseFromJSON + ToJSON + Resource> Created<T> {
    /// That resource.
    pub fn new(resource: T) -> Self {
        let (tag, path) = (etag(resource.version()), resource.path());
        Created::Created(Json(resource), tag, path)
    }
}

/// 201 with what was created; 200 with what would be left, where nothing was to be created.
#[derive(ApiResponse)]
pub enum CreatedOrTried<T: ParseFromJSON + ToJSON> {
    /// It was created, now or by an earlier request with the same idempotency key.
    #[oai(status = 201)]
    Created(
        Json<T>,
        /// Its version, for `If-Match`.
        #[oai(header = "ETag")]
        String,
        /// Its address.
        #[oai(header = "Location")]
        String,
    ),
    /// A dry run: it would be created, and so much of the plan would be left. Nothing was done.
    #[oai(status = 200)]
    Tried(Json<Allowance>),
}

impl<T: ParseFromJSON + ToJSON + Resource> CreatedOrTried<T> {
    /// That resource.
    pub fn created(resource: T) -> Self {
        let (tag, path) = (etag(resource.version()), resource.path());
        CreatedOrTried::Created(Json(resource), tag, path)
    }

    /// Only tried.
    pub fn tried(allowance: Allowance) -> Self {
        CreatedOrTried::Tried(Json(allowance))
    }
}

/// 201 with a secret that is shown once.
#[derive(ApiResponse)]
pub enum Issued<T: ParseFromJSON + ToJSON> {
    /// It was made. Keep what this holds; it cannot be asked for again.
    #[oai(status = 201)]
    Issued(
        Json<T>,
        /// Its address.
        #[oai(header = "Location")]
        String,
    ),
}

/// 204: it is gone.
#[derive(ApiResponse)]
pub enum Deleted {
    /// It is archived. Doing it again changes nothing.
    #[oai(status = 204)]
    Deleted,
}

/// 204: it is gone for good.
#[derive(ApiResponse)]
pub enum Removed {
    /// It is gone.
    #[oai(status = 204)]
    Removed,
}

/// 204: it is as it was asked to be.
#[derive(ApiResponse)]
pub enum Done {
    /// It is so. Doing it again changes nothing.
    #[oai(status = 204)]
    Done,
}

/// 204: it was changed.
#[derive(ApiResponse)]
pub enum Changed {
    /// It was changed.
    #[oai(status = 204)]
    Changed,
}

/// 202: what was asked for happens later, if it does.
#[derive(ApiResponse)]
pub enum Accepted<T: ParseFromJSON + ToJSON> {
    /// It was understood.
    #[oai(status = 202)]
    Accepted(Json<T>),
}

/// One page of a list.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct Listed<T: ParseFromJSON + ToJSON> {
    /// The rows of this page.
    pub items: Vec<T>,
    /// Pass it as `after` to get the next page; null on the last one.
    #[oai(nullable)]
    pub next_cursor: Option<String>,
}

/// Which statuses a kind of operation can fail with.
pub trait Statuses: Send + Sync + 'static {
    /// The statuses, ascending.
    const STATUSES: &'static [u16];
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $statuses:expr;)*) => {
        $($(#[$doc])* pub struct $kind;
        impl Statuses for $kind { const STATUSES: &'static [u16] = &$statuses; })*
    };
}

kinds! {
    /// Needs no token.
    Unguarded [422, 500, 503];
    /// Exchanges a password for a token.
    SignIn [400, 401, 413, 415, 422, 429, 500, 503];
    /// Replaces a secret of one's own.
    Prove [400, 401, 403, 413, 415, 422, 429, 500, 503];
    /// Needs no token, because one was forgotten.
    Recover [400, 413, 415, 422, 429, 500, 503];
    /// Exchanges a token of one use for a place at a hotel.
    Redeem [400, 403, 409, 413, 415, 422, 429, 500, 503];
    /// Does one thing again, without a body.
    Resend [401, 403, 404, 409, 422, 429, 500, 503];
    /// Takes one back, while that is possible.
    Revoke [401, 403, 404, 409, 412, 422, 429, 500, 503];
    /// Reads many.
    List [401, 403, 422, 429, 500, 503];
    /// Reads one.
    Get [401, 403, 404, 422, 429, 500, 503];
    /// Makes one.
    Create [400, 401, 403, 409, 413, 415, 422, 429, 500, 503];
    /// Makes one that refers to another.
    CreateUnder [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];
    /// Changes one.
    Update [400, 401, 403, 404, 409, 412, 413, 415, 422, 429, 500, 503];
    /// Puts one into another state, for a reason.
    Transition [400, 401, 403, 404, 409, 413, 415, 422, 429, 500, 503];
    /// Takes back what was to become of one.
    Withdraw [401, 403, 404, 409, 422, 429, 500, 503];
    /// Ends all of one kind, without naming any.
    Clear [401, 403, 422, 429, 500, 503];
    /// Archives one.
    Archive [401, 403, 404, 412, 422, 429, 500, 503];
    /// Deletes one that others may still refer to.
    Remove [401, 403, 404, 409, 412, 422, 429, 500, 503];
    /// Asks about what exists, with a body, and changes nothing.
    Ask [400, 401, 403, 404, 413, 415, 422, 429, 500, 503];
    /// Says of one that it is taken care of.
    Acknowledge [401, 403, 404, 422, 429, 500, 503];
    /// Joins two that exist, or parts them.
    Link [401, 403, 404, 422, 429, 500, 503];
}

/// An error of an operation of kind `K`, so that the document lists what it can fail with.
pub struct Refusal<K>(ApiError, PhantomData<K>);

impl<K> From<ApiError> for Refusal<K> {
    fn from(error: ApiError) -> Self {
        Refusal(error, PhantomData)
    }
}

impl<K: Statuses> From<Refusal<K>> for poem::Error {
    fn from(refusal: Refusal<K>) -> Self {
        refusal.0.into()
    }
}

impl<K: Statuses> ApiResponse for Refusal<K> {
    fn meta() -> MetaResponses {
        let response = |status: &u16| MetaResponse {
            description: description(*status),
            status: Some(*status),
            status_range: None,
            content: vec![MetaMediaType { content_type: "application/problem+json", schema: Problem::schema_ref() }],
            headers: vec![],
        };
        MetaResponses { responses: K::STATUSES.iter().map(response).collect() }
    }

    fn register(registry: &mut Registry) {
        Problem::register(registry);
    }
}

fn description(status: u16) -> &'static str {
    match status {
        400 => "The body cannot be read as JSON.",
        401 => "The token is missing, expired or not valid; at sign-in, the credentials do not fit.",
        403 => "The permission is missing.",
        404 => "It does not exist, or is another hotel's: the two answers are the same.",
        409 => "It conflicts with something that exists, or with a request still running.",
        412 => "It has changed since it was read.",
        413 => "The body is too large.",
        415 => "The body is not JSON.",
        422 => "Some of the request is not valid; `errors` says what.",
        429 => "Too many requests of the hotel, or attempts; try again after `Retry-After` seconds.",
        500 => "Something went wrong on our side; the log has it under the request id.",
        503 => "The database or the server is busy or away; try again after `Retry-After` seconds.",
        _ => "The request was refused.",
    }
}
