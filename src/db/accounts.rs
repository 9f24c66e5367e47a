//! What may be asked of the database before there is a tenant context.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::lease::Params;
use super::{Channel, Database, DbError, FromRow, Heard, Listener, TenantScope};
use crate::tenancy::TenantContext;

/// The questions that find out who is calling or whom to tell, and the scope of an account of
/// one's own.
///
/// A question is a function of `stayzr_lookup` or `stayzr_meter`, sealed by the server for exactly its
/// arguments. What follows from the answer, a session or a new password, is written under
/// row security like everything else, in a scope that holds no permission and sees only
/// what is the user's own; a new user is, in a scope of whoever invited them.
#[derive(Clone)]
pub struct Accounts(Arc<Database>);

impl Accounts {
    /// The accounts of that database.
    pub fn new(database: Arc<Database>) -> Self {
        Accounts(database)
    }

    /// The answer to a question, if it has one. `purpose` and `fields` are what the
    /// function verifies the seal over; the seal goes as the statement's last parameter.
    ///
    /// # Errors
    /// When the database cannot be reached or does not accept our seal.
    pub async fn ask<T: FromRow>(
        &self,
        sql: &'static str,
        purpose: &str,
        fields: &[&str],
        params: Params<'_>,
    ) -> Result<Option<T>, DbError> {
        Ok(self.ask_all(sql, purpose, fields, params).await?.into_iter().next())
    }

    /// All rows of the answer.
    ///
    /// # Errors
    /// As [`Accounts::ask`].
    pub async fn ask_all<T: FromRow>(
        &self,
        sql: &'static str,
        purpose: &str,
        fields: &[&str],
        params: Params<'_>,
    ) -> Result<Vec<T>, DbError> {
        let seal = self.0.sealer().seal(&[&[purpose], fields].concat().join("\n"));
        let mut params: Vec<&(dyn ToSql + Sync)> = params.to_vec();
        params.push(&seal);
        let lease = self.0.lease().await?;
        let rows = lease.query(sql, &params).await?;
        lease.give_back();
        Ok(rows.iter().map(T::from_row).collect::<Result<_, _>>()?)
    }

    /// Listens until what this returns is dropped. Must be called in a runtime.
    pub fn listen(&self, channel: Channel, hear: impl Fn(Heard) + Send + Sync + 'static) -> Listener {
        Listener::start(&self.0, channel, hear)
    }

    /// The scope of a user who is about to sign in, or has proved with a token of one use
    /// to be that user.
    pub fn own_scope(&self, organization_id: i32, user_id: Uuid, origin: &Origin) -> TenantScope {
        let mut context = TenantContext::nobody();
        context.organization_id = organization_id;
        context.user_id = user_id;
        context.request_id = origin.request_id.to_string();
        context.address.clone_from(&origin.address);
        self.0.tenant_scope(context, false, origin.statements.clone())
    }

    /// The scope an invitation is accepted in: that of whoever answers for it.
    ///
    /// This is the one scope with the permissions of somebody who is not calling. It is
    /// safe because nothing in it is the caller's to choose. The context is what the
    /// database tells of the inviter at this moment, and only after the token has proved
    /// that the inviter asked for just this; two fixed statements run in it, which make one
    /// user as the invitation says; and the triggers of the tables hold them to what the
    /// inviter may grant, as if the inviter had called.
    pub(crate) fn inviter_scope(&self, context: TenantContext, origin: &Origin) -> TenantScope {
        self.0.tenant_scope(context, false, origin.statements.clone())
    }
}

/// Where a request comes from: for the audit log and the log line.
#[derive(Debug, Clone)]
pub struct Origin {
    /// The request.
    pub request_id: Arc<str>,
    /// The client's address, or nothing where there is none.
    pub address: String,
    /// Counts the statements of the request.
    pub statements: Arc<AtomicU32>,
}
