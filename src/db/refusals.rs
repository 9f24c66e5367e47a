//! The records of attempts that nobody got in by, in the platform's own log.

use std::sync::{Arc, OnceLock};

use uuid::Uuid;

use super::lease::Params;
use super::{Database, DbError};
use crate::tenancy::Via;

/// What may be written of a refused request, as `stayzr_platform`: no rows of any hotel
/// come back, only whether there is a record.
///
/// The log is the platform's. The hotel that was asked for must not learn who else there
/// is, and the hotel that asked must not learn that it was a hit.
pub struct RefusalLog {
    database: Arc<Database>,
    /// It never changes, and is looked for among all users.
    platform: OnceLock<i32>,
}

/// Who asked, and from where.
#[derive(Debug, Clone)]
pub struct Asker {
    /// The request.
    pub request_id: Arc<str>,
    /// The client's address, or nothing where there is none.
    pub address: String,
}

impl RefusalLog {
    /// The one of that database.
    pub fn new(database: Arc<Database>) -> Self {
        RefusalLog { database, platform: OnceLock::new() }
    }

    /// Records that somebody of a hotel asked for these ids and was told that there is
    /// nothing, if another hotel has one of them. Tells whether.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn cross_tenant(
        &self,
        asker: &Asker,
        organization_id: i32,
        user_id: Uuid,
        via: Via,
        ids: &[Uuid],
    ) -> Result<bool, DbError> {
        let (kind, key) = match via {
            Via::Session => ("user", None),
            Via::ApiKey(id) => ("api_key", Some(id)),
            Via::Grant(_) => ("super_admin", None),
        };
        let Some(platform) = self.platform().await? else { return Ok(false) };
        let sql = include_str!("../../sql/queries/audit_log/record_cross_tenant.sql");
        let request = &*asker.request_id;
        let params: Params<'_> =
            &[&organization_id, &ids, &user_id, &kind, &key, &asker.address(), &request, &platform];
        self.write(sql, params).await
    }

    /// Records a token or a key that was made up. Tells whether there is a platform to tell.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn forged(&self, asker: &Asker) -> Result<bool, DbError> {
        let nobody: Option<Uuid> = None;
        self.stranger(asker, nobody, "stranger", nobody, "forged_token", "token").await
    }

    /// Records that a visit was gone on with after its end.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub async fn after_visit(&self, asker: &Asker, visitor: Uuid, grant_id: Uuid) -> Result<bool, DbError> {
        self.stranger(asker, Some(visitor), "super_admin", Some(grant_id), "visit_over", "platform_grants").await
    }

    async fn stranger(
        &self,
        asker: &Asker,
        actor: Option<Uuid>,
        kind: &str,
        grant_id: Option<Uuid>,
        action: &str,
        resource: &str,
    ) -> Result<bool, DbError> {
        let Some(platform) = self.platform().await? else { return Ok(false) };
        let (sql, resource_id) =
            (include_str!("../../sql/queries/audit_log/record_stranger.sql"), grant_id.map(|id| id.to_string()));
        let (address, request) = (asker.address(), &*asker.request_id);
        let params: Params<'_> =
            &[&actor, &kind, &grant_id, &address, &request, &action, &resource, &resource_id, &platform];
        self.write(sql, params).await
    }

    async fn write(&self, sql: &'static str, params: Params<'_>) -> Result<bool, DbError> {
        let lease = self.database.platform_lease().await?;
        let rows = lease.query(sql, params).await?;
        lease.give_back();
        Ok(!rows.is_empty())
    }

    async fn platform(&self) -> Result<Option<i32>, DbError> {
        if let Some(known) = self.platform.get() {
            return Ok(Some(*known));
        }
        let lease = self.database.platform_lease().await?;
        let rows = lease.query(include_str!("../../sql/queries/audit_log/platform_organization.sql"), &[]).await?;
        lease.give_back();
        let found: Option<i32> = rows.first().map(|row| row.try_get("id")).transpose()?.flatten();
        Ok(found.map(|id| *self.platform.get_or_init(|| id)))
    }
}

impl Asker {
    fn address(&self) -> Option<&str> {
        Some(&*self.address).filter(|address| !address.is_empty())
    }
}
