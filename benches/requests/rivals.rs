//! The same API answered in other ways: same layers, same token check, same types and JSON; only how the statement
//! reaches PostgreSQL differs.

use chrono::{DateTime, Utc};
use deadpool_postgres::{Manager, ManagerConfig, Pool, PoolError, RecyclingMethod};
use poem_openapi::OpenApi;
use poem_openapi::param::{Header, Path, Query};
use poem_openapi::payload::Json;
use stayzr::auth::{Caller, Permission};
use stayzr::conversations::{Channel, Conversation, ConversationSort, ConversationStatus};
use stayzr::db::{DbError, FromRow, TenantScope};
use stayzr::error::{ApiError, Code};
use stayzr::guests::Guest;
use stayzr::http::{Body, Create, Created, Found, Get, List, Listed, Page, Refusal};
use stayzr::messages::{FoundMessage, Message, NewMessage};
use stayzr::tenancy::Sealer;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Config, NoTls, Row};
use uuid::Uuid;

use crate::Failure;
use crate::context::SET_CONTEXT;

type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// How a statement reaches PostgreSQL.
pub enum Way {
    /// One prepared statement that names the organization itself, as a role that row security does not bind.
    Unguarded,
    /// The same transaction as ours with each of its four messages awaited.
    FourTrips(Sealer),
}

/// The API of the benchmark's workloads, that way.
pub struct Rival {
    way: Way,
    pool: Pool,
}

impl Rival {
    pub fn new(way: Way, config: Config, connections: usize) -> Result<Self, Failure> {
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(config, NoTls, manager_config);
        Ok(Rival { way, pool: Pool::builder(manager).max_size(connections).build()? })
    }

    /// The rows of a statement. `unguarded` takes `own` after `params`.
    async fn rows(
        &self,
        scope: &TenantScope,
        begin: &'static str,
        (guarded, unguarded): (&'static str, &'static str),
        params: Params<'_>,
        own: Params<'_>,
    ) -> Result<Vec<Row>, ApiError> {
        let connection = self.pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => ApiError::from(DbError::from(error)),
            other => ApiError::internal(other),
        })?;
        let rows = match &self.way {
            Way::Unguarded => {
                let statement = connection.prepare_cached(unguarded).await.map_err(DbError::from)?;
                connection.query(&statement, &[params, own].concat()).await
            }
            Way::FourTrips(sealer) => {
                let context = scope.context().sealed(sealer);
                let context: Params<'_> = &[&context.as_str()];
                async {
                    connection.execute(&connection.prepare_cached(begin).await?, &[]).await?;
                    connection.execute(&connection.prepare_cached(SET_CONTEXT).await?, context).await?;
                    let rows = connection.query(&connection.prepare_cached(guarded).await?, params).await?;
                    connection.execute(&connection.prepare_cached("commit").await?, &[]).await?;
                    Ok(rows)
                }
                .await
            }
        };
        Ok(rows.map_err(DbError::from)?)
    }

    async fn read<T: FromRow>(
        &self,
        scope: &TenantScope,
        sql: (&'static str, &'static str),
        params: Params<'_>,
    ) -> Result<Vec<T>, ApiError> {
        let own: Params = &[&scope.context().organization_id];
        read(&self.rows(scope, "begin read only", sql, params, own).await?)
    }
}

fn read<T: FromRow>(rows: &[Row]) -> Result<Vec<T>, ApiError> {
    rows.iter().map(|row| T::from_row(row).map_err(|error| DbError::from(error).into())).collect()
}

/// A conversation and the time it is listed by.
struct ListedConversation(Conversation, DateTime<Utc>);

impl FromRow for ListedConversation {
    fn from_row(row: &Row) -> Result<Self, tokio_postgres::Error> {
        Ok(ListedConversation(Conversation::from_row(row)?, row.try_get("activity_at")?))
    }
}

/// A pair of statements that answer the same.
macro_rules! both {
    ($guarded:literal, $unguarded:literal) => {
        (include_str!(concat!("../../sql/queries/", $guarded)), include_str!(concat!("unguarded/", $unguarded)))
    };
}

#[OpenApi(prefix_path = "/v1")]
impl Rival {
    /// As `guests_get`.
    #[oai(path = "/guests/:id", method = "get", operation_id = "guests_get")]
    async fn guest(&self, caller: Caller, scope: TenantScope, id: Path<Uuid>) -> Result<Found<Guest>, Refusal<Get>> {
        caller.require(Permission::GuestsRead)?;
        let guests = self.read(&scope, both!("guests/get.sql", "guests_get.sql"), &[&id.0]).await?;
        Ok(Found::new(guests.into_iter().next().ok_or(ApiError::new(Code::GuestNotFound))?))
    }

    /// As `messages_list`.
    #[oai(path = "/conversations/:id/messages", method = "get", operation_id = "messages_list")]
    async fn messages(
        &self,
        caller: Caller,
        scope: TenantScope,
        id: Path<Uuid>,
        #[oai(default = "stayzr::http::page::default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<Message>>, Refusal<Get>> {
        caller.require(Permission::ConversationsRead)?;
        let page = Page::<DateTime<Utc>>::open(&scope, "messages_list", &id.0, limit.0, after.as_deref())?;
        let params: Params = &[&id.0, &page.rows(), &page.after_key(), &page.after_id()];
        let messages: Vec<Message> = self.read(&scope, both!("messages/list.sql", "messages_list.sql"), params).await?;
        Ok(Json(page.close(messages, |message| (message.created_at, message.id), |message| message)))
    }

    /// As `conversations_list`.
    #[oai(path = "/conversations", method = "get", operation_id = "conversations_list")]
    #[allow(clippy::too_many_arguments)] // As many as the real one reads.
    async fn conversations(
        &self,
        caller: Caller,
        scope: TenantScope,
        #[oai(default = "stayzr::http::page::default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        after: Query<Option<String>>,
        status: Query<Option<ConversationStatus>>,
        channel: Query<Option<Channel>>,
        #[oai(name = "ownerId")] owner: Query<Option<Uuid>>,
        #[oai(name = "guestId")] guest: Query<Option<Uuid>>,
        #[oai(default = "latest_activity")] sort: Query<ConversationSort>,
    ) -> Result<Json<Listed<Conversation>>, Refusal<List>> {
        caller.require(Permission::ConversationsRead)?;
        let filter = (sort.0, &status.0, &channel.0, &owner.0, &guest.0);
        let page = Page::<DateTime<Utc>>::open(&scope, "conversations_list", &filter, limit.0, after.as_deref())?;
        let (key, id) = (page.after_key(), page.after_id());
        let params: Params = &[&page.rows(), &key, &id, &status.0, &channel.0, &owner.0, &guest.0];
        let rows: Vec<ListedConversation> =
            self.read(&scope, both!("conversations/list.sql", "conversations_list.sql"), params).await?;
        let position = |row: &ListedConversation| (row.1, row.0.id);
        Ok(Json(page.close(rows, position, |row| row.0)))
    }

    /// As `messages_search`.
    #[oai(path = "/messages/search", method = "get", operation_id = "messages_search")]
    async fn search(
        &self,
        caller: Caller,
        scope: TenantScope,
        #[oai(validator(min_length = 1, max_length = 200))] q: Query<String>,
        #[oai(default = "stayzr::http::page::default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        after: Query<Option<String>>,
    ) -> Result<Json<Listed<FoundMessage>>, Refusal<List>> {
        caller.require(Permission::ConversationsRead)?;
        let wanted = q.0.as_str();
        let page = Page::<DateTime<Utc>>::open(&scope, "messages_search", &wanted, limit.0, after.as_deref())?;
        let params: Params = &[&wanted, &page.rows(), &page.after_key(), &page.after_id()];
        let sql = both!("messages/search.sql", "../../search/without.sql");
        let found: Vec<FoundMessage> = self.read(&scope, sql, params).await?;
        Ok(Json(page.close(found, |found| (found.message.created_at, found.message.id), |found| found)))
    }

    /// As `messages_create`.
    #[oai(path = "/conversations/:id/messages", method = "post", operation_id = "messages_create")]
    async fn post(
        &self,
        caller: Caller,
        scope: TenantScope,
        id: Path<Uuid>,
        #[oai(name = "Idempotency-Key")] _key: Header<Option<String>>,
        message: Body<NewMessage>,
    ) -> Result<Created<Message>, Refusal<Create>> {
        caller.require(Permission::MessagesSend)?;
        let params: Params = &[&id.0, &message.sender_type, &message.content];
        let own: Params = &[&scope.context().organization_id, &scope.context().user_id];
        let sql = both!("messages/create.sql", "messages_create.sql");
        let messages = read(&self.rows(&scope, "begin", sql, params, own).await?)?;
        Ok(Created::new(messages.into_iter().next().ok_or(ApiError::new(Code::ConversationNotFound))?))
    }
}

fn latest_activity() -> ConversationSort {
    ConversationSort::LatestActivity
}
