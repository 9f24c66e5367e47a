//! The caller of an operation.

use poem::Request;
use poem_openapi::SecurityScheme;
use poem_openapi::auth::Bearer;

use super::{Claims, Permission, Permissions};
use crate::error::{ApiError, Code};

/// Who calls and what they may do. An operation that takes a `Caller` needs a token,
/// and its document says so.
#[derive(SecurityScheme)]
#[oai(ty = "bearer", rename = "accessToken", bearer_format = "JWT", checker = "authenticated")]
pub struct Caller(Identity);

/// What the authentication layer found out about the caller.
#[derive(Debug, Clone)]
pub struct Identity {
    /// What the token says.
    pub claims: Claims,
    /// What follows from it.
    pub permissions: Permissions,
}

/// The layer in front has verified the token; a path it does not cover has no caller.
async fn authenticated(request: &Request, _token: Bearer) -> Option<Identity> {
    request.extensions().get::<Identity>().cloned()
}

impl Caller {
    /// What the token says.
    pub fn claims(&self) -> &Claims {
        &self.0.claims
    }

    /// What the caller may do.
    pub fn permissions(&self) -> Permissions {
        self.0.permissions
    }

    /// Goes on only with the permission. The policies ask again where it matters.
    ///
    /// # Errors
    /// 403 `permission_denied`, with the name of the permission.
    pub fn require(&self, permission: Permission) -> Result<(), ApiError> {
        if self.0.permissions.contains(permission) {
            return Ok(());
        }
        let name = permission.name();
        Err(ApiError::new(Code::PermissionDenied).detail(format!("This needs the permission {name}.")))
    }
}
