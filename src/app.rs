//! Configuration in, endpoint out. The command and the tests both call it.

use std::sync::Arc;

use poem::endpoint::make_sync;
use poem::http::Method;
use poem::web::Redirect;
use poem::{Endpoint, EndpointExt, IntoEndpoint, IntoResponse, Request, Response, Route, get};
use poem_openapi::{LicenseObject, OpenApiService, Tags};

use crate::access::{AccessApi, Operations};
use crate::admission::Admission;
use crate::analytics::AnalyticsApi;
use crate::api_keys::ApiKeysApi;
use crate::audit_log::AuditLogApi;
use crate::auth::{
    AcceptanceApi, Attempts, AuthApi, Members, Passwords, RecoveryApi, TokenError, TokenGrant, TokenKey, Tokens,
    UnknownKeys,
};
use crate::config::{Secrets, Settings};
use crate::conversation_shares::ConversationSharesApi;
use crate::conversations::ConversationsApi;
use crate::db::{Accounts, Catalogs, Database, PoolProbe, ReadinessProbe, parse_url};
use crate::departments::DepartmentsApi;
use crate::guest_shares::GuestSharesApi;
use crate::guests::GuestsApi;
use crate::http::Contract;
use crate::http::authenticate::Authenticate;
use crate::http::document::{pretty, publish};
use crate::http::health::HealthApi;
use crate::http::metrics_page::metrics_page;
use crate::http::observe::Observe;
use crate::invitations::InvitationsApi;
use crate::invoices::InvoicesApi;
use crate::mail::Mailer;
use crate::messages::MessagesApi;
use crate::metrics::Metrics;
use crate::organizations::OrganizationsApi;
use crate::platform_audit::{Audits, PlatformAuditApi};
use crate::platform_audit_log::PlatformAuditLogApi;
use crate::platform_grants::PlatformGrantsApi;
use crate::platform_invoices::PlatformInvoicesApi;
use crate::platform_organizations::PlatformOrganizationsApi;
use crate::platform_subscriptions::PlatformSubscriptionsApi;
use crate::platform_tiers::PlatformTiersApi;
use crate::platform_usage::PlatformUsageApi;
use crate::platform_users::PlatformUsersApi;
use crate::properties::PropertiesApi;
use crate::roles::RolesApi;
use crate::sessions::SessionsApi;
use crate::subscription_tiers::SubscriptionTiersApi;
use crate::subscriptions::SubscriptionsApi;
use crate::team_members::TeamMembersApi;
use crate::teams::TeamsApi;
use crate::tenancy::{SealKey, Sealer};
use crate::usage::UsageApi;
use crate::usage_alerts::UsageAlertsApi;
use crate::users::UsersApi;

/// The chapters of the document.
#[derive(Tags)]
pub enum Tag {
    /// Signing in, and who one is.
    Auth,
    /// One's own hotel.
    Organization,
    /// The houses of the hotel.
    Properties,
    /// What the hotel pays for, and may use.
    Subscription,
    /// The people who work at the hotel.
    Users,
    /// Parts of the hotel that teams belong to.
    Departments,
    /// People who share guests and conversations.
    Teams,
    /// Named sets of permissions.
    Roles,
    /// Keys for the hotel's programs.
    ApiKeys,
    /// The people the hotel talks to.
    Guests,
    /// Threads, each with one guest on one channel.
    Conversations,
    /// What was said.
    Messages,
    /// Figures about the hotel's work.
    Analytics,
    /// Why somebody may do something, or may not.
    Access,
    /// Who did what.
    Audit,
    /// What is shown to whom beyond their data scope.
    Shares,
    /// Super admins' work across hotels.
    Platform,
    /// Probes.
    Operations,
}

/// Why the application cannot be put together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct AppError(String);

/// Tuples in a tuple, because there is no end to the nouns and an end to the tuples.
type Apis = (
    (HealthApi, AuthApi, RecoveryApi, AcceptanceApi, SessionsApi),
    (OrganizationsApi, UsersApi, DepartmentsApi, TeamsApi, TeamMembersApi, RolesApi, InvitationsApi, ApiKeysApi),
    (GuestsApi, GuestSharesApi, ConversationsApi, ConversationSharesApi, MessagesApi),
    (AccessApi, AuditLogApi, PropertiesApi, AnalyticsApi, SubscriptionsApi, SubscriptionTiersApi),
    (PlatformGrantsApi, PlatformOrganizationsApi, PlatformUsersApi, PlatformAuditLogApi, PlatformAuditApi),
    (PlatformTiersApi, PlatformSubscriptionsApi),
    (UsageApi, UsageAlertsApi, PlatformUsageApi),
    (InvoicesApi, PlatformInvoicesApi),
);

/// The whole API, with its layers. Nothing is counted.
///
/// # Errors
/// When the settings do not fit each other or there are no random bytes.
pub fn endpoint(
    settings: &Settings,
    database: Arc<Database>,
    tokens: Arc<Tokens>,
    mailer: Mailer,
) -> Result<impl Endpoint<Output = Response> + 'static, AppError> {
    counted_endpoint(settings, database, tokens, mailer, Metrics::off())
}

/// The same, counting its requests there.
///
/// # Errors
/// As [`endpoint`].
pub fn counted_endpoint(
    settings: &Settings,
    database: Arc<Database>,
    tokens: Arc<Tokens>,
    mailer: Mailer,
    metrics: Metrics,
) -> Result<impl Endpoint<Output = Response> + 'static, AppError> {
    let operations = Operations::default();
    let service = service(settings, database.clone(), tokens.clone(), mailer, operations.clone())?;
    let document = publish(&service.spec());
    operations.learn(&document).map_err(AppError)?;
    let contract = Contract::of(&document);
    let requests = metrics.requests(contract.operations());
    let document = pretty(&document);
    let page = docs_page(&service, &document);
    let routes = Route::new()
        .at("/docs", get(make_sync(move |_| poem::web::Html(page.clone()))))
        .at(
            "/openapi.json",
            get(make_sync(move |_| poem::Response::builder().content_type("application/json").body(document.clone()))),
        )
        // What is nested at the root would win over a route at "/".
        .nest("/", service.into_endpoint().around(front_page));
    let routes = routes.with(contract);
    // What is left of the time is for the request itself.
    let admission = Admission::new(settings.limits().request_timeout / 2);
    let unknown_keys = UnknownKeys::new(settings.login_attempts_per_address);
    let authenticate = Authenticate::new(tokens, database, admission, unknown_keys, settings.trusted_proxies.clone());
    Ok(routes.with(authenticate).with(settings.limits()).with(Observe::counting(requests)))
}

/// What is counted there, at `/metrics`. For a listener of its own: nobody is asked who they are.
pub fn metrics_endpoint(metrics: Metrics, database: Arc<Database>) -> impl Endpoint<Output = Response> + 'static {
    Route::new().at("/metrics", get(metrics_page(metrics, PoolProbe::new(database)))).map_to_response()
}

/// The OpenAPI document of this release.
///
/// # Errors
/// When there are no random bytes.
pub fn document() -> Result<String, AppError> {
    // No connection is opened for it, so any address does.
    let settings = Settings::default();
    let nowhere = parse_url("no database", "postgres://nobody@localhost/nowhere").map_err(say)?;
    let seal_key = SealKey::new("none", vec![0; 32]).map_err(say)?;
    let sealer = Sealer::new(&[seal_key]).map_err(say)?;
    let database = Database::new(&nowhere, &nowhere, sealer, &settings.database()).map_err(say)?;
    let key = TokenKey::generate_pkcs8().and_then(|key| TokenKey::from_pkcs8(&key)).map_err(say)?;
    let tokens = Tokens::new(vec![key], settings.access_token_lifetime()).map_err(say)?;
    // Nobody is written to either.
    let mailer = Mailer::from_settings(&settings, &Secrets::default(), true);
    let service = service(&settings, Arc::new(database), Arc::new(tokens), mailer, Operations::default())?;
    Ok(pretty(&publish(&service.spec())))
}

fn service(
    settings: &Settings,
    database: Arc<Database>,
    tokens: Arc<Tokens>,
    mailer: Mailer,
    operations: Operations,
) -> Result<OpenApiService<Apis, ()>, AppError> {
    let passwords = Passwords::new(settings.password_hashes_at_a_time).map_err(AppError)?;
    let accounts = Accounts::new(database.clone());
    let attempts = || Arc::new(Attempts::new(settings.login_attempts_per_account, settings.login_attempts_per_address));
    let (login_attempts, recovery_attempts) = (attempts(), attempts());
    let access = AccessApi { members: Members::new(accounts.clone()), operations };
    let grant = TokenGrant::new(tokens.clone(), accounts.clone(), settings.session_lifetime());
    let recovery = RecoveryApi {
        accounts: accounts.clone(),
        passwords: passwords.clone(),
        attempts: login_attempts.clone(),
        recovery_attempts: recovery_attempts.clone(),
        mailer: mailer.clone(),
        token_lifetime: settings.reset_token_lifetime(),
    };
    let acceptance = AcceptanceApi {
        accounts: accounts.clone(),
        passwords: passwords.clone(),
        grant: grant.clone(),
        attempts: recovery_attempts,
    };
    let auth =
        AuthApi { accounts, passwords: passwords.clone(), grant, tokens: tokens.clone(), attempts: login_attempts };
    let invitations = InvitationsApi { mailer: mailer.clone(), lifetime: settings.invitation_lifetime() };
    let platform_organizations =
        PlatformOrganizationsApi { mailer, invitation_lifetime: settings.invitation_lifetime() };
    let audits = Arc::new(Audits::new(Catalogs::new(database.clone())).map_err(say)?);
    let apis = (
        (HealthApi { probe: ReadinessProbe::new(database) }, auth, recovery, acceptance, SessionsApi),
        (
            OrganizationsApi,
            UsersApi { passwords },
            DepartmentsApi,
            TeamsApi,
            TeamMembersApi,
            RolesApi,
            invitations,
            ApiKeysApi,
        ),
        (GuestsApi, GuestSharesApi, ConversationsApi, ConversationSharesApi, MessagesApi),
        (access, AuditLogApi, PropertiesApi, AnalyticsApi, SubscriptionsApi, SubscriptionTiersApi),
        (
            PlatformGrantsApi { tokens },
            platform_organizations,
            PlatformUsersApi,
            PlatformAuditLogApi,
            PlatformAuditApi { audits },
        ),
        (PlatformTiersApi, PlatformSubscriptionsApi),
        (UsageApi, UsageAlertsApi, PlatformUsageApi),
        (InvoicesApi, PlatformInvoicesApi),
    );
    Ok(OpenApiService::new(apis, "Stayzr", env!("CARGO_PKG_VERSION"))
        .description(include_str!("../openapi/introduction.md"))
        // Wherever the document was fetched from.
        .server("/")
        .license(LicenseObject::new("MIT").url("https://opensource.org/license/mit")))
}

/// The page, with its scripts and the document in it: it needs no network.
///
/// poem-openapi fills in the document as it derives it; readers are to see the
/// published one.
fn docs_page(service: &OpenApiService<Apis, ()>, document: &str) -> String {
    let page = service.swagger_ui_html().replace(&service.spec(), document);
    page.replace("<title>Swagger UI</title>", "<title>Stayzr API</title>")
}

/// The root leads to the documentation.
async fn front_page(api: Arc<impl Endpoint>, request: Request) -> poem::Result<Response> {
    match (request.uri().path(), request.method()) {
        ("/", &Method::GET | &Method::HEAD) => Ok(Redirect::temporary("/docs").into_response()),
        _ => api.call(request).await.map(IntoResponse::into_response),
    }
}

fn say(error: impl std::fmt::Display) -> AppError {
    AppError(error.to_string())
}

impl From<TokenError> for AppError {
    fn from(error: TokenError) -> Self {
        say(error)
    }
}
