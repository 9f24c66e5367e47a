//! `/v1/platform/invoices`

use poem_openapi::OpenApi;
use poem_openapi::param::{Path, Query};
use poem_openapi::payload::Json;
use uuid::Uuid;

use super::{InvoiceReason, PlatformInvoice, store};
use crate::app::Tag;
use crate::auth::Caller;
use crate::db::PlatformScope;
use crate::http::{Body, Found, List, Listed, Refusal, Transition, page::default_limit};
use crate::invoices::InvoiceStatus;

/// The operations on hotels' invoices, by super admins.
pub struct PlatformInvoicesApi;

#[OpenApi(prefix_path = "/v1/platform", tag = "Tag::Platform")]
impl PlatformInvoicesApi {
    /// List the invoices of all hotels
    ///
    /// By number, the last first. Permission: super admin.
    #[oai(path = "/invoices", method = "get", operation_id = "platform_invoices_list")]
    async fn list(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// How many at most.
        #[oai(default = "default_limit", validator(minimum(value = "1"), maximum(value = "200")))]
        limit: Query<u16>,
        /// The `nextCursor` of the page before.
        after: Query<Option<String>>,
        /// Only those of which this became.
        status: Query<Option<InvoiceStatus>>,
        /// Only those of this hotel.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<i32>>,
    ) -> Result<Json<Listed<PlatformInvoice>>, Refusal<List>> {
        Ok(Json(store::list(&scope, status.0, organization_id.0, limit.0, after.as_deref()).await?))
    }

    /// Say that an invoice is paid
    ///
    /// One that is paid stays as it is; one that is void is refused. Permission: super admin.
    #[oai(path = "/invoices/:id/pay", method = "post", operation_id = "platform_invoices_pay")]
    async fn pay(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<Uuid>,
        why: Body<InvoiceReason>,
    ) -> Result<Found<PlatformInvoice>, Refusal<Transition>> {
        Ok(Found::new(store::pay(&scope, id.0, &why.reason).await?))
    }

    /// Make an invoice void
    ///
    /// It is not owed any more, keeps its number, and its period is not invoiced again. One that is void stays as it is;
    /// one that is paid is refused. Permission: super admin.
    #[oai(path = "/invoices/:id/void", method = "post", operation_id = "platform_invoices_void")]
    async fn void(
        &self,
        _caller: Caller,
        scope: PlatformScope,
        /// Which.
        id: Path<Uuid>,
        why: Body<InvoiceReason>,
    ) -> Result<Found<PlatformInvoice>, Refusal<Transition>> {
        Ok(Found::new(store::void(&scope, id.0, &why.reason).await?))
    }
}
