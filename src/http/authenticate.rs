//! From the token or the key to the caller and the hotel.
//!
//! Invariant: below `/v1` nothing but signing in is reached without a verified token or
//! key whose standing is good at this moment, and the tenant scope of a request is the
//! one its token or key names.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use poem::http::Method;
use poem::{Endpoint, Middleware, Request, Result};

use super::address::ClientAddress;
use super::attended::Attended;
use super::observe::RequestRecord;
use super::refused::{Attempt, Refused, ids_not_found};
use crate::admission::{Admission, Admitted};
use crate::auth::{
    Actor, ApiKeySecret, Claims, Identity, KeyUse, Standing, Standings, Subject, TokenError, Tokens, UnknownKeys,
};
use crate::db::{Access, Accounts, Channel, Database, Listener, Origin, RefusalLog, TenantScope, Terms};
use crate::error::{ApiError, Code};
use crate::subscriptions::{Feature, Limit, Plan};
use crate::tenancy::{TenantContext, Via};

/// The operations below `/v1` that need no token: who calls them is about to get one.
const UNGUARDED: &[&str] = &[
    "/v1/auth/login",
    "/v1/auth/refresh",
    "/v1/auth/forgot-password",
    "/v1/auth/reset-password",
    "/v1/auth/accept-invitation",
];

/// See the module.
#[derive(Clone)]
pub struct Authenticate(Arc<Layer>);

struct Layer {
    tokens: Arc<Tokens>,
    standings: Arc<Standings>,
    key_use: KeyUse,
    unknown_keys: UnknownKeys,
    refused: Refused,
    database: Arc<Database>,
    admission: Admission,
    trusted_proxies: Vec<IpAddr>,
    /// Hears what other servers change, for as long as the layer lives.
    _listener: Listener,
}

impl Authenticate {
    /// A layer that makes scopes of that database. Begins to listen for changes of
    /// standings, so it must be made in a runtime.
    pub fn new(
        tokens: Arc<Tokens>,
        database: Arc<Database>,
        admission: Admission,
        unknown_keys: UnknownKeys,
        trusted_proxies: Vec<IpAddr>,
    ) -> Self {
        let accounts = Accounts::new(database.clone());
        let standings = Arc::new(Standings::new(accounts.clone()));
        let hearing = standings.clone();
        let listener = Listener::start(&database, Channel::Standing, move |heard| hearing.hear(heard));
        let key_use = KeyUse::new(accounts);
        let refused = Refused::new(RefusalLog::new(database.clone()));
        Authenticate(Arc::new(Layer {
            tokens,
            standings,
            key_use,
            unknown_keys,
            refused,
            database,
            admission,
            trusted_proxies,
            _listener: listener,
        }))
    }
}

impl<E: Endpoint> Middleware<E> for Authenticate {
    type Output = AuthenticateEndpoint<E>;

    fn transform(&self, inner: E) -> Self::Output {
        AuthenticateEndpoint { inner, layer: self.0.clone() }
    }
}

/// The endpoint of [`Authenticate`].
pub struct AuthenticateEndpoint<E> {
    inner: E,
    layer: Arc<Layer>,
}

impl<E: Endpoint> Endpoint for AuthenticateEndpoint<E> {
    type Output = E::Output;

    async fn call(&self, mut request: Request) -> Result<Self::Output> {
        let address = ClientAddress::of(&request, &self.layer.trusted_proxies);
        request.extensions_mut().insert(address);
        let path = request.uri().path();
        if !path.starts_with("/v1/") || UNGUARDED.contains(&path) {
            return self.inner.call(request).await;
        }
        match self.layer.admit(&mut request, address).await? {
            // The place is given up when the answer is there.
            Entered::Member(_place) => {
                let (uri, identity) = (request.uri().clone(), request.extensions().get::<Identity>().cloned());
                let record = request.extensions().get::<RequestRecord>().map(|record| record.id.clone());
                let answer = self.inner.call(request).await;
                if let (Err(error), Some(identity), Some(request_id)) = (&answer, identity, record) {
                    let ids = ids_not_found(error, &uri);
                    if !ids.is_empty() {
                        let attempt = Attempt::NotTheirs { identity: Box::new(identity), ids };
                        self.layer.refused.note(&request_id, address, attempt);
                    }
                }
                answer
            }
            Entered::Attended(visit) => visit.attend(self.inner.call(request)).await,
        }
    }
}

/// How a request got in.
enum Entered {
    /// As one of the hotel's own, with its place among them.
    Member(Admitted),
    /// As a super admin's, that has to leave a record.
    Attended(Attended),
}

/// Who a request says it is from, with the proof checked.
struct Proven {
    organization_id: i32,
    subject: Subject,
    via: Via,
}

/// Somebody whose token or key is good, at the door.
struct Arrival {
    proven: Proven,
    standing: Arc<Standing>,
    record: RequestRecord,
    address: ClientAddress,
}

impl Arrival {
    fn context(&self) -> TenantContext {
        let Arrival { proven, standing, record, address } = self;
        standing.context(proven.organization_id, proven.via, &record.id, &address.text())
    }

    fn identity(&self) -> Identity {
        let Arrival { proven, standing, .. } = self;
        Identity {
            organization_id: proven.organization_id,
            tenant_id: standing.tenant_id,
            user_id: standing.user_id,
            session_id: match proven.subject {
                Subject::Session { session_id, .. } => Some(session_id),
                Subject::ApiKey(_) | Subject::Grant { .. } => None,
            },
            via: proven.via,
            permissions: standing.permissions,
            withheld: standing.withheld,
            plan: standing.plan.clone(),
            is_super_admin: standing.is_super_admin,
        }
    }
}

impl Layer {
    /// Puts the caller and their scope into the request, once there is room for it.
    async fn admit(&self, request: &mut Request, address: ClientAddress) -> Result<Entered, ApiError> {
        let record = request
            .extensions()
            .get::<RequestRecord>()
            .cloned()
            .ok_or_else(|| ApiError::internal("the observing layer is missing"))?;
        let is_platform = is_platform(request.uri().path());
        let (proven, standing) = match bearer(request).ok_or(ApiError::new(Code::Unauthenticated))? {
            key if ApiKeySecret::is_one(key) => {
                self.by_key(key, &record, address).await.map_err(|error| match error.code() {
                    // No key opens the super admins' API, so nobody is told to come back with one.
                    Code::TooManyAttempts if is_platform => ApiError::new(Code::Unauthenticated),
                    _ => error,
                })?
            }
            token => self.by_token(token, &record, address).await?,
        };
        let _ = record.organization_id.set(proven.organization_id);
        if !standing.organization_active {
            return Err(ApiError::new(Code::OrganizationSuspended));
        }
        let arrival = Arrival { proven, standing, record, address };
        match arrival.proven.via {
            Via::Session if is_platform && arrival.standing.is_super_admin => Ok(self.super_admin(request, &arrival)),
            Via::Grant(_) => Ok(self.visitor(request, &arrival, is_platform)),
            Via::Session | Via::ApiKey(_) if is_platform => Err(not_theirs()),
            Via::Session | Via::ApiKey(_) => self.member(request, &arrival).await,
        }
    }

    /// A super admin at work across hotels.
    fn super_admin(&self, request: &mut Request, arrival: &Arrival) -> Entered {
        let access = Arc::new(Access::default());
        let statements = arrival.record.statements.clone();
        let scope = self.database.platform_scope(arrival.context(), only_reads(request), access.clone(), statements);
        let extensions = request.extensions_mut();
        extensions.insert(arrival.identity());
        extensions.insert(access);
        extensions.insert(Arc::new(scope.share()));
        Entered::Attended(Attended::platform(scope))
    }

    /// A super admin on a visit, who has no business at the super admins' API meanwhile.
    fn visitor(&self, request: &mut Request, arrival: &Arrival, is_platform: bool) -> Entered {
        let access = Arc::new(Access::new(arrival.standing.reason.clone()));
        let scope = self.scope(request, arrival).recorded_as(access.clone());
        if is_platform {
            access.name("permission_denied", "route", None);
            return Entered::Attended(Attended::visit(scope).refused(not_theirs()));
        }
        let extensions = request.extensions_mut();
        extensions.insert(arrival.identity());
        extensions.insert(access);
        extensions.insert(Arc::new(scope.share()));
        Entered::Attended(Attended::visit(scope))
    }

    /// One of the hotel's own, who waits for a place. Nothing is made for who gets none.
    async fn member(&self, request: &mut Request, arrival: &Arrival) -> Result<Entered, ApiError> {
        let Arrival { proven, standing, record, address } = arrival;
        let (admitted, quota) = self.admission.admit(proven.organization_id, &standing.plan).await;
        if let Some(quota) = quota {
            let _ = record.quota.set(quota);
        }
        let admitted = admitted?;
        let scope = self.scope(request, arrival).charged_to(admitted.spent());
        let extensions = request.extensions_mut();
        extensions.insert(arrival.identity());
        extensions.insert(Arc::new(scope));
        if let Via::ApiKey(key_id) = proven.via {
            let origin = Origin { request_id: record.id.clone(), address: address.text(), statements: Arc::default() };
            self.key_use.note(proven.organization_id, standing.user_id, key_id, origin);
        }
        Ok(Entered::Member(admitted))
    }

    /// What the caller may reach of their hotel.
    fn scope(&self, request: &Request, arrival: &Arrival) -> TenantScope {
        let statements = arrival.record.statements.clone();
        let scope = self.database.tenant_scope(arrival.context(), only_reads(request), statements);
        scope.under(terms(&arrival.standing.plan, arrival.proven.via))
    }

    async fn by_token(
        &self,
        token: &str,
        record: &RequestRecord,
        address: ClientAddress,
    ) -> Result<(Proven, Arc<Standing>), ApiError> {
        let claims = self.tokens.verify(token).map_err(|error| {
            tracing::debug!(%error, "token refused");
            if let TokenError::Forged(_) = error {
                self.refused.note(&record.id, address, Attempt::Forged);
            }
            ApiError::new(Code::Unauthenticated)
        })?;
        let Some(actor) = &claims.act else {
            let subject = Subject::Session { user_id: claims.sub, session_id: claims.sid };
            let standing = self.standing(claims.org, subject, record).await?;
            return Ok((Proven { organization_id: claims.org, subject, via: Via::Session }, standing));
        };
        self.by_visit(&claims, actor, record).await.inspect_err(|error| {
            if error.code() == Code::Unauthenticated {
                let attempt = Attempt::AfterVisit { visitor: actor.sub, grant_id: actor.grant };
                self.refused.note(&record.id, address, attempt);
            }
        })
    }

    /// A visit is good while the grant lives and the visitor is a super admin who is signed
    /// in: either ends it.
    async fn by_visit(
        &self,
        claims: &Claims,
        actor: &Actor,
        record: &RequestRecord,
    ) -> Result<(Proven, Arc<Standing>), ApiError> {
        let session = Subject::Session { user_id: actor.sub, session_id: claims.sid };
        let home = self.standing(actor.org, session, record).await?;
        if !home.is_super_admin || !home.organization_active {
            return Err(ApiError::new(Code::Unauthenticated));
        }
        let subject = Subject::Grant { grant_id: actor.grant, visitor: actor.sub };
        let standing = self.standing(claims.org, subject, record).await?;
        Ok((Proven { organization_id: claims.org, subject, via: Via::Grant(actor.grant) }, standing))
    }

    async fn by_key(
        &self,
        text: &str,
        record: &RequestRecord,
        address: ClientAddress,
    ) -> Result<(Proven, Arc<Standing>), ApiError> {
        let secret = ApiKeySecret::read(text).ok_or(ApiError::new(Code::Unauthenticated))?;
        let subject = Subject::ApiKey(secret.id());
        let standing = if self.standings.knows(secret.organization_id(), &subject) {
            self.standing(secret.organization_id(), subject, record).await?
        } else {
            self.unknown_keys.check(address.0)?;
            let standing = self.standing(secret.organization_id(), subject, record).await;
            standing.inspect_err(|error| {
                if error.code() == Code::Unauthenticated {
                    self.unknown_keys.count(address.0);
                }
            })?
        };
        let hash = standing.key.as_ref().ok_or(ApiError::new(Code::Unauthenticated))?;
        if !secret.fits(hash) {
            self.refused.note(&record.id, address, Attempt::Forged);
            return Err(ApiError::new(Code::Unauthenticated));
        }
        standing.plan.require(Feature::ApiAccess)?;
        let via = Via::ApiKey(secret.id());
        Ok((Proven { organization_id: secret.organization_id(), subject, via }, standing))
    }

    /// The standing of somebody who may still sign in.
    async fn standing(
        &self,
        organization_id: i32,
        subject: Subject,
        record: &RequestRecord,
    ) -> Result<Arc<Standing>, ApiError> {
        let (standing, asked) = self.standings.get(organization_id, subject).await?;
        record.cache_hits.fetch_add(u32::from(!asked), Ordering::Relaxed);
        record.cache_misses.fetch_add(u32::from(asked), Ordering::Relaxed);
        standing.filter(|standing| standing.user_active).ok_or(ApiError::new(Code::Unauthenticated))
    }
}

/// What the plan says of the hotel's statements. Who visits it does not wait behind it: they come when it is in trouble.
fn terms(plan: &Plan, via: Via) -> Terms {
    let amount = |limit| plan.limit(limit).map(|amount| u64::try_from(amount).unwrap_or_default());
    let connections = amount(Limit::MaxDedicatedConnections).unwrap_or(u64::MAX);
    Terms {
        statement_limit: amount(Limit::MaxStatementSeconds).map(|seconds| Duration::from_secs(seconds.max(1))),
        dedicated_connections: match via {
            Via::Grant(_) => None,
            Via::Session | Via::ApiKey(_) => Some(usize::try_from(connections).unwrap_or(usize::MAX)),
        },
        spent: None,
    }
}

fn not_theirs() -> ApiError {
    ApiError::new(Code::PermissionDenied).detail("This is for super admins' own tokens.")
}

fn only_reads(request: &Request) -> bool {
    matches!(*request.method(), Method::GET | Method::HEAD)
}

/// Whether a path is of the super admins' API.
fn is_platform(path: &str) -> bool {
    path.strip_prefix("/v1/platform").is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The one token of the request. Of two headers each reader may choose another one.
fn bearer(request: &Request) -> Option<&str> {
    let mut values = request.headers().get_all("Authorization").iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return None;
    };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
