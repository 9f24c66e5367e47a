//! The tenant context of one request.

use uuid::Uuid;

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
    /// The request, for the audit log. It decides nothing, so the seal leaves it out.
    pub request_id: String,
    /// Where the request comes from, for the audit log. Outside the seal as well.
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

/// The context as the settings hold it.
///
/// Invariant: no field holds a line feed, because the seal is made over the fields
/// one to a line (see `sql/functions/context.sql`). Numbers, UUIDs and the closed
/// list of permissions cannot.
#[derive(Debug)]
pub(crate) struct ContextFields {
    pub(crate) organization_id: String,
    pub(crate) user_id: String,
    pub(crate) actor_id: String,
    pub(crate) via: String,
    pub(crate) sees_all: &'static str,
    pub(crate) team_ids: String,
    pub(crate) own_team_ids: String,
    pub(crate) permissions: String,
}

impl ContextFields {
    /// The text the seal is made over.
    pub(crate) fn sealed_text(&self) -> String {
        [
            "context",
            &self.organization_id,
            &self.user_id,
            &self.actor_id,
            &self.via,
            self.sees_all,
            &self.team_ids,
            &self.own_team_ids,
            &self.permissions,
        ]
        .join("\n")
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

    pub(crate) fn fields(&self) -> ContextFields {
        let listed = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
        ContextFields {
            organization_id: self.organization_id.to_string(),
            user_id: self.user_id.to_string(),
            actor_id: self.actor_id.map(|id| id.to_string()).unwrap_or_default(),
            via: self.via.to_setting(),
            sees_all: if self.sees_all() { "true" } else { "false" },
            team_ids: listed(&self.team_ids),
            own_team_ids: listed(&self.own_team_ids),
            permissions: self.permissions.to_setting(),
        }
    }
}
