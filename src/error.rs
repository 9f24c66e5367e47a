//! Every error a client can see: its stable code, its status, and what PostgreSQL
//! said when it caused it.
//!
//! Invariant: nothing of the database reaches a client. A constraint is an error
//! code because [`Code`] names it here; one that is not listed is an internal error.

mod plan;
mod problem;

use std::fmt;

use poem::{IntoResponse, Response, error::ResponseError, http::StatusCode};
use poem_openapi::types::ToJSON;

pub use problem::{Extensions, FieldError, Problem};

use crate::db::DbError;

macro_rules! codes {
    ($($variant:ident $name:literal $status:ident $title:literal;)*) => {
        /// The stable name of an error.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code { $(#[doc = $title] $variant),* }

        impl Code {
            /// Every code there is, for the documentation.
            pub const ALL: &[Code] = &[$(Code::$variant),*];

            /// The name clients compare with.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name),* }
            }

            /// The status that always goes with it.
            pub fn status(self) -> StatusCode {
                match self { $(Code::$variant => StatusCode::$status),* }
            }

            /// One sentence about it.
            pub fn title(self) -> &'static str {
                match self { $(Code::$variant => $title),* }
            }
        }
    };
}

codes! {
    MalformedBody "malformed_body" BAD_REQUEST "The body is not valid JSON";
    MalformedRequest "malformed_request" BAD_REQUEST "The request cannot be read";
    Unauthenticated "unauthenticated" UNAUTHORIZED "A valid access token is needed";
    InvalidCredentials "invalid_credentials" UNAUTHORIZED "Organization, e-mail and password do not fit";
    InvalidRefreshToken "invalid_refresh_token" UNAUTHORIZED "The refresh token is not valid, or not any more";
    PermissionDenied "permission_denied" FORBIDDEN "A permission is missing";
    PermissionEscalation "permission_escalation" FORBIDDEN "Nobody grants what they do not have";
    SessionRequired "session_required" FORBIDDEN "This takes a member who signed in, not an API key or a visitor";
    WrongPassword "wrong_password" FORBIDDEN "The current password is another one";
    VisitRequired "visit_required" FORBIDDEN "This takes the token of a visit";
    OrganizationSuspended "organization_suspended" FORBIDDEN "The hotel is suspended";
    UsersLimitExceeded "users_limit_exceeded" FORBIDDEN "The plan allows no more users";
    GuestsLimitExceeded "guests_limit_exceeded" FORBIDDEN "The plan allows no more guests";
    ConversationsLimitExceeded "conversations_limit_exceeded" FORBIDDEN "The plan allows no more active conversations";
    MessagesLimitExceeded "messages_limit_exceeded" FORBIDDEN "The plan allows no more messages in this period";
    StorageLimitExceeded "storage_limit_exceeded" FORBIDDEN "The plan allows no more storage";
    FeatureNotAvailable "feature_not_available" FORBIDDEN "The feature is not available in the hotel's subscription";
    SubscriptionRestricted "subscription_restricted" FORBIDDEN "The status of the hotel's subscription does not allow this";
    RouteNotFound "route_not_found" NOT_FOUND "There is nothing at this path";
    GuestNotFound "guest_not_found" NOT_FOUND "There is no such guest";
    ShareNotFound "share_not_found" NOT_FOUND "There is no such share";
    UserNotFound "user_not_found" NOT_FOUND "There is no such user";
    DepartmentNotFound "department_not_found" NOT_FOUND "There is no such department";
    TeamNotFound "team_not_found" NOT_FOUND "There is no such team";
    RoleNotFound "role_not_found" NOT_FOUND "There is no such role";
    ConversationNotFound "conversation_not_found" NOT_FOUND "There is no such conversation";
    OrganizationNotFound "organization_not_found" NOT_FOUND "There is no such organization";
    SessionNotFound "session_not_found" NOT_FOUND "There is no such session";
    ApiKeyNotFound "api_key_not_found" NOT_FOUND "There is no such API key";
    PlatformGrantNotFound "platform_grant_not_found" NOT_FOUND "There is no such visit";
    PropertyNotFound "property_not_found" NOT_FOUND "There is no such property";
    TierNotFound "tier_not_found" NOT_FOUND "There is no such tier";
    SubscriptionOverrideNotFound "subscription_override_not_found" NOT_FOUND "There is no such override";
    UsageAlertNotFound "usage_alert_not_found" NOT_FOUND "There is no such alert";
    InvoiceNotFound "invoice_not_found" NOT_FOUND "There is no such invoice";
    InvitationNotFound "invitation_not_found" NOT_FOUND "There is no such invitation";
    MethodNotAllowed "method_not_allowed" METHOD_NOT_ALLOWED "This path has no such method";
    GuestsEmailTaken "guests_email_taken" CONFLICT "Another guest has this e-mail address";
    GuestsPhoneTaken "guests_phone_taken" CONFLICT "Another guest has this phone number";
    UsersEmailTaken "users_email_taken" CONFLICT "Another user has this e-mail address";
    UserOwnsRows "user_owns_rows" CONFLICT "The user still owns guests or conversations that are not handed over";
    LastAdmin "last_admin" CONFLICT "The hotel's last active administrator stays one";
    DepartmentsNameTaken "departments_name_taken" CONFLICT "Another department has this name";
    DepartmentInUse "department_in_use" CONFLICT "Teams still belong to the department";
    TeamsNameTaken "teams_name_taken" CONFLICT "Another team has this name";
    TeamInUse "team_in_use" CONFLICT "Something still belongs to the team";
    RolesNameTaken "roles_name_taken" CONFLICT "Another role has this name";
    RoleBuiltIn "role_built_in" CONFLICT "A built-in role does not change";
    RoleInUse "role_in_use" CONFLICT "Somebody still holds the role";
    PropertiesNameTaken "properties_name_taken" CONFLICT "Another property has this name";
    PropertyArchived "property_archived" CONFLICT "The property is archived";
    ShareExists "share_exists" CONFLICT "It is shared with them already";
    InvitationOpen "invitation_open" CONFLICT "This address has an invitation that is still open";
    InvitationClosed "invitation_closed" CONFLICT "The invitation was accepted or taken back";
    InvitationOutdated "invitation_outdated" CONFLICT "A role or the team that the invitation offers is not there any more";
    ConversationArchived "conversation_archived" CONFLICT "The conversation is archived";
    GuestArchived "guest_archived" CONFLICT "The guest is archived";
    OrganizationsSlugTaken "organizations_slug_taken" CONFLICT "Another hotel has this slug";
    OrganizationIsPlatform "organization_is_platform" CONFLICT "This is the platform's own organization, which stays in service";
    OrganizationInactive "organization_inactive" CONFLICT "The hotel is suspended, and has no other status until it is reactivated";
    SubscriptionClosed "subscription_closed" CONFLICT "The subscription is cancelled or suspended, and does not change that way";
    SubscriptionCurrency "subscription_currency" CONFLICT "The tier is sold in another currency, so nothing can be prorated";
    InvoiceClosed "invoice_closed" CONFLICT "The invoice is paid or void, and does not change any more";
    RequestInProgress "request_in_progress" CONFLICT "The first request with this idempotency key is still running";
    Stale "stale" PRECONDITION_FAILED "The resource has changed since it was read";
    BodyTooLarge "body_too_large" PAYLOAD_TOO_LARGE "The body is too large";
    UnsupportedMediaType "unsupported_media_type" UNSUPPORTED_MEDIA_TYPE "The body must be JSON";
    Invalid "invalid" UNPROCESSABLE_ENTITY "The request is not valid";
    InvalidResetToken "invalid_reset_token" UNPROCESSABLE_ENTITY "The token for a new password is not valid, or not any more";
    InvalidInvitationToken "invalid_invitation_token" UNPROCESSABLE_ENTITY "The token of the invitation is not valid, or not any more";
    InvalidCursor "invalid_cursor" UNPROCESSABLE_ENTITY "The cursor does not belong to this list";
    IdempotencyKeyReused "idempotency_key_reused" UNPROCESSABLE_ENTITY "The idempotency key was used for another request";
    TooManyAttempts "too_many_attempts" TOO_MANY_REQUESTS "Too many attempts";
    RateLimitExceeded "rate_limit_exceeded" TOO_MANY_REQUESTS "The hotel makes more requests than its plan allows";
    ConcurrencyLimitExceeded "concurrency_limit_exceeded" TOO_MANY_REQUESTS "The hotel has more requests at a time than its plan allows";
    DatabaseTimeExceeded "database_time_exceeded" TOO_MANY_REQUESTS "The hotel's requests take more of the database's time than its plan allows";
    HeadersTooLarge "headers_too_large" REQUEST_HEADER_FIELDS_TOO_LARGE "The headers are too large";
    Internal "internal" INTERNAL_SERVER_ERROR "Something went wrong on our side";
    DatabaseUnavailable "database_unavailable" SERVICE_UNAVAILABLE "The database cannot be reached";
    Overloaded "overloaded" SERVICE_UNAVAILABLE "The server is busy";
    NotReady "not_ready" SERVICE_UNAVAILABLE "The server is not ready";
    Timeout "timeout" SERVICE_UNAVAILABLE "The request took too long";
}

/// What a handler or a store fails with.
#[derive(Debug, Clone)]
pub struct ApiError {
    code: Code,
    detail: String,
    fields: Vec<FieldError>,
    extensions: Option<Box<Extensions>>,
    retry_after_seconds: Option<u64>,
    /// The methods a path has, where another was asked for.
    allow: Option<Box<str>>,
    /// For the log only, never for the client.
    cause: Option<Box<str>>,
}

impl ApiError {
    /// An error whose detail is the sentence of its code.
    pub fn new(code: Code) -> Self {
        let retry_after_seconds = (code.status() == StatusCode::SERVICE_UNAVAILABLE).then_some(1);
        ApiError {
            code,
            detail: format!("{}.", code.title()),
            fields: Vec::new(),
            extensions: None,
            retry_after_seconds,
            allow: None,
            cause: None,
        }
    }

    /// The same with a detail of its own. It is shown to the client.
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    /// Another code where it is this one. What a foreign key says of a row that is written
    /// means something else when the row it points at is deleted, and only a store knows which.
    pub(crate) fn instead(self, code: Code, other: Code) -> Self {
        if self.code == code { ApiError::new(other) } else { self }
    }

    /// A refused field: 422 `invalid`.
    pub fn invalid(field: impl Into<String>, detail: impl Into<String>) -> Self {
        let (field, detail) = (field.into(), detail.into());
        let mut error = ApiError::new(Code::Invalid);
        error.detail = if field.is_empty() { detail.clone() } else { format!("{field}: {detail}") };
        error.fields.push(FieldError { field, detail });
        error
    }

    /// 405 with the methods there are.
    pub fn method_not_allowed(allow: impl Into<String>) -> Self {
        let mut error = ApiError::new(Code::MethodNotAllowed);
        error.allow = Some(allow.into().into());
        error
    }

    /// Tells the client when to try again.
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// An internal error. The cause is logged and never shown.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut error = ApiError::new(Code::Internal);
        error.cause = Some(cause.to_string().into());
        error
    }

    /// What went wrong behind it, for the log.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    fn title(&self) -> String {
        match self.extensions.as_deref() {
            Some(Extensions { feature: Some(feature), .. }) => {
                format!("Feature '{feature}' not available in your subscription")
            }
            _ => self.code.title().to_owned(),
        }
    }

    /// The response of this error, for the request of that id.
    pub fn respond(&self, request_id: &str) -> Response {
        let problem = Problem {
            kind: format!("urn:stayzr:problem:{}", self.code.name()),
            title: self.title(),
            status: self.code.status().as_u16(),
            detail: self.detail.clone(),
            instance: format!("urn:stayzr:request:{request_id}"),
            code: self.code.name().into(),
            extensions: self.extensions.as_deref().cloned().unwrap_or_default(),
            errors: (!self.fields.is_empty()).then(|| self.fields.clone()),
        };
        let mut response = Response::builder()
            .status(self.code.status())
            .content_type("application/problem+json")
            .body(problem.to_json_string());
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert("Retry-After", seconds.into());
        }
        if let Some(allow) = self.allow.as_deref().and_then(|allow| poem::http::HeaderValue::from_str(allow).ok()) {
            response.headers_mut().insert("Allow", allow);
        }
        if self.code.status() == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert("WWW-Authenticate", poem::http::HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.code.name(), self.detail)
    }
}

impl std::error::Error for ApiError {}

// The formatter layer answers with the request id; this is what is left where no
// layer is, so it must not be reached.
impl ResponseError for ApiError {
    fn status(&self) -> StatusCode {
        self.code.status()
    }

    fn as_response(&self) -> Response {
        self.respond("unknown").into_response()
    }
}

/// What each constraint a request can run into means to the client.
fn constraint_error(name: &str) -> Option<ApiError> {
    Some(match name {
        "guests_email_taken" => ApiError::new(Code::GuestsEmailTaken),
        "guests_phone_taken" => ApiError::new(Code::GuestsPhoneTaken),
        "users_email_taken" => ApiError::new(Code::UsersEmailTaken),
        "organizations_slug_taken" => ApiError::new(Code::OrganizationsSlugTaken),
        "organizations_tier_unknown" | "organizations_tier_version_unknown" => {
            ApiError::invalid("/tier", "There is no such tier.")
        }
        "organizations_time_zone_unknown" | "properties_time_zone_unknown" => {
            ApiError::invalid("/timeZone", "There is no such time zone.")
        }
        "properties_name_taken" => ApiError::new(Code::PropertiesNameTaken),
        "subscription_closed" => ApiError::new(Code::SubscriptionClosed),
        "subscription_currency" => ApiError::new(Code::SubscriptionCurrency),
        "invoice_closed" => ApiError::new(Code::InvoiceClosed),
        "organization_inactive" => ApiError::new(Code::OrganizationInactive),
        "tier_price_too_fine" => ApiError::invalid("", "A price is finer than its currency."),
        "departments_name_taken" => ApiError::new(Code::DepartmentsNameTaken),
        "teams_name_taken" => ApiError::new(Code::TeamsNameTaken),
        "user_owns_rows" => ApiError::new(Code::UserOwnsRows),
        "last_admin" => ApiError::new(Code::LastAdmin),
        "permission_escalation" => ApiError::new(Code::PermissionEscalation),
        "roles_name_taken" => ApiError::new(Code::RolesNameTaken),
        "roles_manage_alone" => ApiError::invalid("/permissions", "roles.manage goes only together with users.manage."),
        "user_roles_role_unknown" => ApiError::new(Code::RoleNotFound),
        "user_roles_user_unknown" => ApiError::new(Code::UserNotFound),
        "teams_department_unknown" => ApiError::new(Code::DepartmentNotFound),
        "invitation_open" => ApiError::new(Code::InvitationOpen),
        "invitation_outdated" => ApiError::new(Code::InvitationOutdated),
        "invitations_role_unknown" => ApiError::invalid("/roleIds", "There is no such role."),
        "invitations_team_unknown" => ApiError::invalid("/teamId", "There is no such team."),
        // A super admin on a visit is no user of the hotel, and a message of its staff is signed by one.
        "messages_sender_unknown" => {
            ApiError::new(Code::PermissionDenied).detail("Only a member of the hotel writes as its staff.")
        }
        "conversations_guest_unknown" => ApiError::new(Code::GuestNotFound),
        "conversations_team_unknown" | "guests_team_unknown" | "shares_team_unknown" | "team_members_team_unknown" => {
            ApiError::new(Code::TeamNotFound)
        }
        "team_members_user_unknown" => ApiError::new(Code::UserNotFound),
        "conversations_owner_unknown" | "guests_owner_unknown" | "shares_user_unknown" => {
            ApiError::new(Code::UserNotFound)
        }
        "shares_guest_user_taken"
        | "shares_guest_team_taken"
        | "shares_conversation_user_taken"
        | "shares_conversation_team_taken" => ApiError::new(Code::ShareExists),
        "shares_one_grantee" => ApiError::invalid("", "A share is for a user or for a team: for one of them."),
        "shares_expiry_past" => ApiError::invalid("/expiresAt", "This is over already."),
        "search_words_missing" => ApiError::invalid("q", "No word is left to look for."),
        "guests_contact_missing" => ApiError::invalid("", "A guest needs an e-mail address or a phone number."),
        "guests_preferences_large" => ApiError::invalid("/preferences", "They would be larger than 64 KiB together."),
        "organizations_settings_large" => ApiError::invalid("/settings", "They would be larger than 64 KiB together."),
        _ => return None,
    })
}

/// The one table from what PostgreSQL says to what the client hears.
impl From<DbError> for ApiError {
    fn from(error: DbError) -> Self {
        let mut api_error = match &error {
            DbError::PoolExhausted => ApiError::new(Code::Overloaded),
            DbError::Unavailable(_) => ApiError::new(Code::DatabaseUnavailable),
            DbError::Misused(_) => ApiError::new(Code::Internal),
            DbError::Refused { sqlstate, constraint, detail, .. } => match sqlstate.as_str() {
                // Unique, foreign key, check.
                "23505" | "23503" | "23514" => {
                    constraint.as_deref().and_then(constraint_error).unwrap_or_else(|| ApiError::new(Code::Internal))
                }
                "SZ001" => plan::limit_exceeded(detail.as_deref()),
                // app.require_feature, which names what is missing.
                "SZ002" => plan::missing_feature(constraint.as_deref(), detail.as_deref()),
                "SZ006" => plan::restricted(detail.as_deref()),
                // Our own functions refuse with the sentence to tell.
                "SZ003" | "SZ004" | "SZ005" | "SZ007" => {
                    match (constraint.as_deref().and_then(constraint_error), detail) {
                        (Some(error), Some(detail)) => error.detail(detail),
                        (error, _) => error.unwrap_or_else(|| ApiError::new(Code::Internal)),
                    }
                }
                // A policy or a grant said no where the handler had said yes.
                "42501" => ApiError::new(Code::PermissionDenied),
                // Statement or lock timeout, cancelled, deadlock, serialization.
                "57014" | "55P03" | "40P01" | "40001" => ApiError::new(Code::Timeout),
                // Shutting down, starting up, too many connections, a plan outlived by a migration.
                "57P01" | "57P02" | "57P03" | "53300" | "0A000" | "25P03" => ApiError::new(Code::DatabaseUnavailable),
                // A NUL that slipped past the body parser, or text that is no UTF-8.
                "22021" | "22P05" => ApiError::invalid("", "The text holds a character that cannot be stored."),
                _ => ApiError::new(Code::Internal),
            },
        };
        if api_error.code.status().is_server_error() {
            api_error.cause = Some(error.to_string().into());
        }
        api_error
    }
}
