//! The tenant context of one request.

use uuid::Uuid;

use super::Sealer;
use crate::auth::Permissions;
use crate::users::DataScope;

/// Who is asking, for which hotel. Made from a verified token and nothing else.
#[derive(Debug, Clone)]
pub struct TenantContext {
    /// The hotel. Every row the request reads or writes is this one's.
    pub organization_id: i32,
    /// The member of the hotel who is asking.
    pub user_id: Uuid,
    /// The super admin behind the request, if there is one.
    pub actor_id: Option<Uuid>,
    /// The grant or the API key it comes by; neither for a member who signed in.
    pub via: Via,
    /// Whose rows the user sees; what the database enforces of it are the teams below.
    pub data_scope: DataScope,
    /// The teams the user's data scope expands to.
    pub team_ids: Vec<Uuid>,
    /// The teams the user is a member of: what is shared with one is shared with them.
    pub own_team_ids: Vec<Uuid>,
    /// What the user may do.
    pub permissions: Permissions,
    /// The request, for the audit log.
    pub request_id: String,
    /// Where the request comes from, for the audit log.
    pub address: String,
}

/// How a request comes to act in a hotel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Via {
    /// By the user's own session.
    #[default]
    Session,
    /// By a grant that lets a super admin visit.
    Grant(Uuid),
    /// By an API key of the hotel.
    ApiKey(Uuid),
}

impl Via {
    /// As `app.grant_id` and `app.api_key_id` read it.
    fn to_setting(self) -> String {
        match self {
            Via::Session => String::new(),
            Via::Grant(id) => format!("grant:{id}"),
            Via::ApiKey(id) => format!("key:{id}"),
        }
    }
}

/// The context as PostgreSQL is told it: the seal, and below it a line for each field.
#[derive(Debug, Clone)]
pub struct SealedContext(String);

impl SealedContext {
    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TenantContext {
    /// A context of nobody, to ask whether the database accepts our seal.
    pub(crate) fn nobody() -> Self {
        TenantContext {
            organization_id: 0,
            user_id: Uuid::nil(),
            actor_id: None,
            via: Via::Session,
            data_scope: DataScope::Own,
            team_ids: Vec::new(),
            own_team_ids: Vec::new(),
            permissions: Permissions::none(),
            request_id: String::new(),
            address: String::new(),
        }
    }

    /// Whether the user's data scope is the whole hotel.
    pub fn sees_all(&self) -> bool {
        self.data_scope == DataScope::All
    }

    /// The context with the seal on it, which is good from now on for as long as a request takes.
    pub fn sealed(&self, sealer: &Sealer) -> SealedContext {
        self.sealed_by(|text| sealer.seal(text))
    }

    /// The same, good until then, in seconds since 1970.
    pub fn sealed_until(&self, sealer: &Sealer, expiry_seconds: u64) -> SealedContext {
        self.sealed_by(|text| sealer.seal_until(text, expiry_seconds))
    }

    /// Invariant: no field holds a line feed, because the seal is made over the fields one to a line (see
    /// `sql/functions/context.sql`). Numbers, UUIDs and the closed list of permissions cannot; of what came with the
    /// request the first line counts.
    fn sealed_by(&self, seal: impl FnOnce(&str) -> String) -> SealedContext {
        let listed = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
        let text = [
            "context",
            &self.organization_id.to_string(),
            &self.user_id.to_string(),
            &self.actor_id.map(|id| id.to_string()).unwrap_or_default(),
            &self.via.to_setting(),
            if self.sees_all() { "true" } else { "false" },
            &listed(&self.team_ids),
            &listed(&self.own_team_ids),
            &self.permissions.to_setting(),
            first_line(&self.request_id),
            first_line(&self.address),
        ]
        .join("\n");
        SealedContext(seal(&text) + &text["context".len()..])
    }
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or_default()
}
