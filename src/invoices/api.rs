//! `/v1/organization/invoices`

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::{Html, Json, Response};
use uuid::Uuid;

use super::{Invoice, InvoiceDetails, InvoiceStatus, page, store};
use crate::app::Tag;
use crate::auth::{Caller, Permission};
use crate::db::TenantScope;
use crate::error::{ApiError, Code};
use crate::http::{Found, Get, List, Listed, Refusal, page::default_limit};

/// The operations on one's own invoices.
pub struct InvoicesApi;

#[OpenApi(prefix_path = "/v1", tag = "Tag::Subscription")]
impl InvoicesApi {
    /// List one's own invoices
    ///
    /// The latest period first. Permission: `subscription.read`.
    #[oai(path = "/organization/invoices", method = "get", operation_id = "invoices_list")]
    async fn list(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those of which this became.
        status: Query<Option<InvoiceStatus>>,
    ) -> Result<Json<Listed<Invoice>>, Refusal<List>> {
        caller.require(Permission::SubscriptionRead)?;
        Ok(Json(store::list(&scope, status.0, limit.0, after.as_deref()).await?))
    }

    /// Get one of one's own invoices
    ///
    /// With its lines, which add up to the total. Permission: `subscription.read`.
    #[oai(path = "/organization/invoices/:id", method = "get", operation_id = "invoices_get")]
    async fn get(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Found<InvoiceDetails>, Refusal<Get>> {
        caller.require(Permission::SubscriptionRead)?;
        Ok(Found::new(store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::InvoiceNotFound))?))
    }

    /// Get one of one's own invoices to print
    ///
    /// A page of HTML that needs nothing else. Permission: `subscription.read`.
    #[oai(path = "/organization/invoices/:id/page", method = "get", operation_id = "invoices_print")]
    async fn print(
        &self,
        caller: Caller,
        scope: TenantScope,
        /// Which.
        id: Path<Uuid>,
    ) -> Result<Response<Html<String>>, Refusal<Get>> {
        caller.require(Permission::SubscriptionRead)?;
        let invoice = store::get(&scope, id.0).await?.ok_or(ApiError::new(Code::InvoiceNotFound))?;
        Ok(Response::new(Html(page::render(&invoice))).header("Content-Security-Policy", page::POLICY))
    }
}
