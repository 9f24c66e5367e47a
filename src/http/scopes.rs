//! The scopes as parameters of handlers.

use std::sync::Arc;

use poem::{FromRequest, Request, RequestBody, Result};

use super::address::ClientAddress;
use super::observe::RequestRecord;
use crate::db::{Origin, PlatformScope, TenantScope};
use crate::error::{ApiError, Code};

/// The scope that [`super::authenticate`] put into the request. A path it does not cover has none,
/// and so no data.
impl<'a> FromRequest<'a> for TenantScope {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        let scope = request.extensions().get::<Arc<TenantScope>>().ok_or(ApiError::new(Code::Unauthenticated))?;
        Ok(scope.share())
    }
}

/// As above, for the super admins' API: on any other path there is none.
impl<'a> FromRequest<'a> for PlatformScope {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        let scope = request.extensions().get::<Arc<PlatformScope>>().ok_or(ApiError::new(Code::PermissionDenied))?;
        Ok(scope.share())
    }
}

/// Where a request that needs no token comes from.
impl<'a> FromRequest<'a> for Origin {
    async fn from_request(request: &'a Request, _body: &mut RequestBody) -> Result<Self> {
        let record = request.extensions().get::<RequestRecord>();
        let record = record.ok_or_else(|| ApiError::internal("the observing layer is missing"))?;
        let address = request.extensions().get::<ClientAddress>().copied().unwrap_or(ClientAddress(None));
        Ok(Origin { request_id: record.id.clone(), address: address.text(), statements: record.statements.clone() })
    }
}
