//! A member of the hotel who is asked about and does not call.

use std::sync::atomic::Ordering;

use uuid::Uuid;

use super::standing::OfMember;
use super::{Permission, Standing};
use crate::db::{Accounts, Origin, TenantScope, Trial};
use crate::error::ApiError;
use crate::tenancy::Via;

/// The members of a hotel, for who manages its users.
#[derive(Clone)]
pub struct Members(Accounts);

/// What decides what a member may do and see, at this moment.
pub struct Member {
    /// As it would be with a session of theirs.
    pub standing: Standing,
    /// Whether they administer the hotel.
    pub is_org_admin: bool,
    /// The teams a data scope of `department` would expand to.
    pub department_team_ids: Vec<Uuid>,
}

impl Members {
    /// Those of that database.
    pub fn new(accounts: Accounts) -> Self {
        Members(accounts)
    }

    /// The member of that id in the asker's hotel. Never from memory: an explanation is of
    /// how things are. Counted for the log line: no scope does it.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn get(&self, scope: &TenantScope, user_id: Uuid, origin: &Origin) -> Result<Option<Member>, ApiError> {
        origin.statements.fetch_add(1, Ordering::Relaxed);
        let sql = include_str!("../../sql/queries/auth/user_standing.sql");
        let organization_id = scope.context().organization_id;
        let fields = [&*organization_id.to_string(), &*user_id.to_string()];
        let found: Option<OfMember> = self.0.ask(sql, "user_standing", &fields, &[&organization_id, &user_id]).await?;
        Ok(found.map(|member| Member {
            is_org_admin: member.is_org_admin,
            // The standing takes them where the data scope is of that kind.
            department_team_ids: member.department_team_ids.clone(),
            standing: member.standing(user_id),
        }))
    }
}

impl Member {
    /// What they would see, and could write if they held those permissions too. Only so is
    /// the answer about the row apart from the answer about permissions, which is found by
    /// itself.
    pub fn trial(&self, scope: &TenantScope, assumed: &[Permission]) -> Trial {
        let asker = scope.context();
        let mut context = self.standing.context(asker.organization_id, Via::Session, &asker.request_id, &asker.address);
        context.permissions = assumed.iter().fold(context.permissions, |held, permission| held.with(*permission));
        scope.try_as(context)
    }
}
