//! From the token to the caller and the hotel.
//!
//! Invariant: below `/v1` nothing but signing in is reached without a verified token,
//! and the tenant scope of a request is the one its token names.

use std::sync::Arc;

use poem::http::Method;
use poem::{Endpoint, FromRequest, Middleware, Request, RequestBody, Result};

use super::observe::RequestRecord;
use crate::auth::{Identity, Permissions, Tokens};
use crate::db::{Database, TenantScope};
use crate::error::{ApiError, Code};
use crate::tenancy::{TenantContext, Via};

/// The one operation below `/v1` that needs no token.
const LOGIN: &str = "/v1/auth/login";

/// See the module.
#[derive(Clone)]
pub struct Authenticate {
    /// Verifies tokens.
    pub tokens: Arc<Tokens>,
    /// Makes scopes.
    pub database: Arc<Database>,
}

impl<E: Endpoint> Middleware<E> for Authenticate {
    type Output = AuthenticateEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        AuthenticateEndpoint { inner, layer: self.clone() }
    }
}

/// The endpoint of [`Authenticate`].
pub struct AuthenticateEndpoint<E> {
    inner: E,
    layer: Authenticate,
}

impl<E: Endpoint> Endpoint for AuthenticateEndpoint<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<Self::Output> {
        let path = request.uri().path();
        if path.starts_with("/v1/") && path != LOGIN {
            self.layer.admit(&mut request)?;
        }
        self.inner.call(request).await
    }
}

impl Authenticate {
    fn admit(&self, request: &mut Request) -> Result<(), ApiError> {
        let claims = bearer(request).ok_or(ApiError::new(Code::Unauthenticated)).and_then(|token| {
            self.tokens.verify(token).map_err(|error| {
                tracing::debug!(%error, "token refused");
                ApiError::new(Code::Unauthenticated)
            })
        })?;
        let record = request
            .extensions()
            .get::<RequestRecord>()
            .cloned()
            .ok_or_else(|| ApiError::internal("the observing layer is missing"))?;
        let _ = record.organization_id.set(claims.org);

        let permissions = Permissions::of_member(claims.adm);
        let context = TenantContext {
            organization_id: claims.org,
            user_id: claims.sub,
            actor_id: None,
            via: Via::Session,
            sees_all: true,
            team_ids: Vec::new(),
            own_team_ids: Vec::new(),
            permissions,
            request_id: record.id.to_string(),
            address: String::new(),
        };
        let read_only = matches!(*request.method(), Method::GET | Method::HEAD);
        let scope = self.database.tenant_scope(context, read_only, record.statements);
        request.extensions_mut().insert(Arc::new(scope));
        request.extensions_mut().insert(Identity { claims, permissions });
        Ok(())
    }
}

/// The one token of the request. Of two headers each reader may choose another one.
fn bearer(request: &Request) -> Option<&str> {
    let mut values = request.headers().get_all("Authorization").iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The scope that this layer put into the request. A path it does not cover has none,
/// and so no data.
impl<'a> FromRequest<'a> for TenantScope {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        let scope = request.extensions().get::<Arc<TenantScope>>().ok_or(ApiError::new(Code::Unauthenticated))?;
        Ok(scope.share())
    }
}
