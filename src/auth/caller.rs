//! The caller of an operation.

use std::sync::Arc;

use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;
use uuid::Uuid;

use super::{Permission, Permissions};
use crate::error::{ApiError, Code};
use crate::subscriptions::{Feature, Plan};
use crate::tenancy::Via;

/// Who calls and what they may do. An operation that takes a `Caller` needs a token,
/// and its document says so.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "accessToken", bearer_format = "JWT", checker = "authenticated")]
pub struct Caller(Identity);

/// What the authentication layer found out about the caller.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The hotel.
    pub organization_id: i32,
    /// The hotel's public identifier.
    pub tenant_id: Uuid,
    /// The user; behind an API key, its maker.
    pub user_id: Uuid,
    /// The session, where the caller signed in.
    pub session_id: Option<Uuid>,
    /// How the caller comes to act in the hotel.
    pub via: Via,
    /// What the caller may do.
    pub permissions: Permissions,
    /// What they could do if the subscription's status allowed it.
    pub withheld: Permissions,
    /// The plan of the hotel.
    pub plan: Arc<Plan>,
    /// Whether the caller is a super admin of the platform.
    pub is_super_admin: bool,
}

/// The layer in front has verified the token or the key; a path it does not cover has no caller.
async fn authenticated(request: &Request, _token: Bearer) -> Option<Identity> {
    request.extensions().get::<Identity>().cloned()
}

impl Caller {
    /// The user; behind an API key, its maker.
    pub fn user_id(&self) -> Uuid {
        self.0.user_id
    }

    /// The visit, where the caller is a super admin in a hotel.
    pub fn grant_id(&self) -> Option<Uuid> {
        match self.0.via {
            Via::Grant(id) => Some(id),
            Via::Session | Via::ApiKey(_) => None,
        }
    }

    /// The visit of a visitor.
    ///
    /// # Errors
    /// 403 `visit_required` for everybody else.
    pub fn require_visit(&self) -> Result<Uuid, ApiError> {
        self.grant_id().ok_or(ApiError::new(Code::VisitRequired))
    }

    /// The session of a caller who signed in.
    ///
    /// # Errors
    /// 403 `session_required` for an API key and on a visit.
    pub fn session_id(&self) -> Result<Uuid, ApiError> {
        self.0.session_id.ok_or(ApiError::new(Code::SessionRequired))
    }

    /// What the caller may do.
    pub fn permissions(&self) -> Permissions {
        self.0.permissions
    }

    /// Goes on only where the hotel's plan has the feature. The database asks again where a
    /// row depends on it.
    ///
    /// # Errors
    /// 403 `feature_not_available`, with the tier and the tiers that have the feature.
    pub fn require_feature(&self, feature: Feature) -> Result<(), ApiError> {
        self.0.plan.require(feature)
    }

    /// Goes on only with the permission. The policies ask again where it matters.
    ///
    /// # Errors
    /// 403 `permission_denied`, with the name of the permission; 403 `subscription_restricted`
    /// where the caller holds it and the status of the hotel's subscription withholds it.
    pub fn require(&self, permission: Permission) -> Result<(), ApiError> {
        if self.0.permissions.contains(permission) {
            return Ok(());
        }
        if self.0.withheld.contains(permission) {
            return Err(ApiError::subscription_restricted(self.0.plan.status));
        }
        let name = permission.name();
        Err(ApiError::new(Code::PermissionDenied).detail(format!("This needs the permission {name}.")))
    }
}
