//! What a caller may do and see at this moment, as the database tells it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_postgres::Row;
use uuid::Uuid;

use super::Permissions;
use crate::db::{Accounts, DbError, FromRow};
use crate::subscriptions::Plan;
use crate::tenancy::{TenantContext, Via};
use crate::users::DataScope;

/// Whose standing is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A user, by a session.
    Session {
        /// The user.
        user_id: Uuid,
        /// The session; it has to be that user's.
        session_id: Uuid,
    },
    /// Whoever made an API key.
    ApiKey(Uuid),
    /// A super admin on a visit.
    Grant {
        /// The grant of the visit.
        grant_id: Uuid,
        /// The super admin; it has to be their grant.
        visitor: Uuid,
    },
}

/// The standing of a caller in one hotel.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The user; behind a key, its maker.
    pub user_id: Uuid,
    /// The hotel's public identifier.
    pub tenant_id: Uuid,
    /// Whether the hotel may be used at all.
    pub organization_active: bool,
    /// Whether the user is neither disabled nor deleted.
    pub user_active: bool,
    /// Whether the user is a super admin of the platform.
    pub is_super_admin: bool,
    /// What they may do.
    pub permissions: Permissions,
    /// What their roles would let them do and the status of the hotel's subscription does not.
    pub withheld: Permissions,
    /// Whose rows they see.
    pub data_scope: DataScope,
    /// The teams that scope expands to.
    pub team_ids: Vec<Uuid>,
    /// The teams they are a member of.
    pub own_team_ids: Vec<Uuid>,
    /// Of a key: its hash.
    pub key: Option<Vec<u8>>,
    /// Of a visit: why.
    pub reason: Option<String>,
    /// The plan of the hotel.
    pub plan: Arc<Plan>,
    /// When the session, the key or the grant expires, or the plan becomes another.
    pub ends_at: Option<Instant>,
}

impl Standing {
    /// Asks the database. `None` when the session or key does not exist, or not any more.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn load(
        accounts: &Accounts,
        organization_id: i32,
        subject: Subject,
    ) -> Result<Option<Standing>, DbError> {
        let organization = organization_id.to_string();
        match subject {
            Subject::Session { user_id, session_id } => {
                let sql = include_str!("../../sql/queries/auth/session_standing.sql");
                let fields = [&*organization, &user_id.to_string(), &session_id.to_string()];
                let params: [&(dyn postgres_types::ToSql + Sync); 3] = [&organization_id, &user_id, &session_id];
                let found: Option<OfMember> = accounts.ask(sql, "session_standing", &fields, &params).await?;
                Ok(found.map(|member| member.standing(user_id)))
            }
            Subject::ApiKey(key_id) => {
                let sql = include_str!("../../sql/queries/auth/api_key_standing.sql");
                let fields = [&*organization, &key_id.to_string()];
                let found: Option<OfKey> =
                    accounts.ask(sql, "api_key_standing", &fields, &[&organization_id, &key_id]).await?;
                Ok(found.map(OfKey::standing))
            }
            Subject::Grant { grant_id, visitor } => {
                let sql = include_str!("../../sql/queries/auth/grant_standing.sql");
                let fields = [&*organization, &grant_id.to_string(), &visitor.to_string()];
                let params: [&(dyn postgres_types::ToSql + Sync); 3] = [&organization_id, &grant_id, &visitor];
                let found: Option<OfVisit> = accounts.ask(sql, "grant_standing", &fields, &params).await?;
                Ok(found.map(|visit| visit.standing(visitor)))
            }
        }
    }

    /// The context of a request with this standing.
    pub fn context(&self, organization_id: i32, via: Via, request_id: &str, address: &str) -> TenantContext {
        TenantContext {
            organization_id,
            user_id: self.user_id,
            actor_id: matches!(via, Via::Grant(_)).then_some(self.user_id),
            via,
            data_scope: self.data_scope,
            team_ids: self.team_ids.clone(),
            own_team_ids: self.own_team_ids.clone(),
            permissions: self.permissions,
            request_id: request_id.to_owned(),
            address: address.to_owned(),
        }
    }
}

/// The first of the moments in so many seconds.
fn ends_at(seconds_left: [Option<f64>; 2]) -> Option<Instant> {
    let left = seconds_left.into_iter().flatten().reduce(f64::min)?;
    Some(Instant::now() + Duration::from_secs_f64(left.clamp(0.0, 1e9)))
}

/// A member's standing as `app.member_standing` tells it.
pub(super) struct OfMember {
    seconds_left: Option<f64>,
    tenant_id: Uuid,
    organization_active: bool,
    user_active: bool,
    pub(super) is_org_admin: bool,
    is_super_admin: bool,
    permissions: Permissions,
    data_scope: DataScope,
    own_team_ids: Vec<Uuid>,
    /// The teams of the departments of their own teams, and those themselves.
    pub(super) department_team_ids: Vec<Uuid>,
    plan: Plan,
}

impl OfMember {
    pub(super) fn standing(self, user_id: Uuid) -> Standing {
        let team_ids = match self.data_scope {
            DataScope::Own | DataScope::All => Vec::new(),
            DataScope::Team => self.own_team_ids.clone(),
            DataScope::Department => self.department_team_ids,
        };
        Standing {
            user_id,
            tenant_id: self.tenant_id,
            organization_active: self.organization_active,
            user_active: self.user_active,
            is_super_admin: self.is_super_admin,
            // Whatever their roles say, the subscription may allow less.
            permissions: self.permissions.and(self.plan.permissions),
            withheld: self.permissions.without(self.plan.permissions),
            data_scope: self.data_scope,
            team_ids,
            own_team_ids: self.own_team_ids,
            key: None,
            reason: None,
            ends_at: ends_at([self.seconds_left, self.plan.seconds_left]),
            plan: Arc::new(self.plan),
        }
    }
}

impl FromRow for OfMember {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let (status, held): (&str, Vec<&str>) = (row.try_get("user_status")?, row.try_get("permissions")?);
        let is_org_admin: bool = row.try_get("is_org_admin")?;
        Ok(OfMember {
            seconds_left: row.try_get("seconds_left")?,
            tenant_id: row.try_get("tenant_id")?,
            organization_active: row.try_get("organization_active")?,
            user_active: status == "active",
            is_org_admin,
            is_super_admin: row.try_get("is_super_admin")?,
            permissions: if is_org_admin { Permissions::all() } else { Permissions::named(held) },
            data_scope: if is_org_admin { DataScope::All } else { row.try_get("data_scope")? },
            own_team_ids: row.try_get("own_team_ids")?,
            department_team_ids: row.try_get("department_team_ids")?,
            plan: row.try_get("plan")?,
        })
    }
}

/// A key's standing: its own limits and its maker's.
struct OfKey {
    hash: Vec<u8>,
    user_id: Uuid,
    permissions: Permissions,
    data_scope: DataScope,
    maker: OfMember,
}

impl OfKey {
    /// What both the key and its maker may do and see.
    fn standing(self) -> Standing {
        let mut maker = self.maker;
        maker.permissions = maker.permissions.and(self.permissions);
        maker.data_scope = maker.data_scope.narrower(self.data_scope);
        Standing { key: Some(self.hash), ..maker.standing(self.user_id) }
    }
}

impl FromRow for OfKey {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        let held: Vec<&str> = row.try_get("key_permissions")?;
        Ok(OfKey {
            hash: row.try_get("hash")?,
            user_id: row.try_get("user_id")?,
            permissions: Permissions::named(held),
            data_scope: row.try_get("key_data_scope")?,
            maker: OfMember::from_row(row)?,
        })
    }
}

/// A visit as `app.grant_standing` tells it.
struct OfVisit {
    seconds_left: f64,
    tenant_id: Uuid,
    can_write: bool,
    reason: String,
    plan: Plan,
}

impl OfVisit {
    /// A visitor sees the whole hotel, whether it is suspended or not.
    fn standing(self, visitor: Uuid) -> Standing {
        Standing {
            user_id: visitor,
            tenant_id: self.tenant_id,
            organization_active: true,
            user_active: true,
            is_super_admin: true,
            permissions: if self.can_write { Permissions::all() } else { Permissions::reading() },
            withheld: Permissions::none(),
            data_scope: DataScope::All,
            team_ids: Vec::new(),
            own_team_ids: Vec::new(),
            key: None,
            reason: Some(self.reason),
            ends_at: ends_at([Some(self.seconds_left), self.plan.seconds_left]),
            plan: Arc::new(self.plan),
        }
    }
}

impl FromRow for OfVisit {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(OfVisit {
            seconds_left: row.try_get("seconds_left")?,
            tenant_id: row.try_get("tenant_id")?,
            can_write: row.try_get("can_write")?,
            reason: row.try_get("reason")?,
            plan: row.try_get("plan")?,
        })
    }
}
