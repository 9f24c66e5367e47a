//! Why somebody may do something, or why they were refused, and what would change it.
//!
//! Nothing here decides. What a user may do is their standing, as the authentication layer
//! loads it; which rows they see and write the policies answer, asked as that user
//! ([`crate::db::Trial`]); what an operation needs is read in the OpenAPI document. This
//! module puts the answers in the order in which a request meets them and finds the words.

mod api;
mod example;
mod explain;
mod operations;
mod rows;
mod store;

use chrono::{DateTime, Utc};
use poem_openapi::Object;
use poem_openapi::types::Example;
use uuid::Uuid;

pub use api::AccessApi;
pub use operations::Operations;

use crate::auth::Permission;
use crate::error::Code;
use crate::shares::Access;
use crate::text_enum::text_enum;
use crate::users::DataScope;

text_enum! {
    /// What a data scope and shares decide about.
    ResourceKind {
        /// A guest.
        Guest "guest",
        /// A conversation, with its messages.
        Conversation "conversation",
    }
}

impl ResourceKind {
    const ALL: [ResourceKind; 2] = [ResourceKind::Guest, ResourceKind::Conversation];

    /// How its paths begin.
    fn segment(self) -> &'static str {
        match self {
            ResourceKind::Guest => "guests",
            ResourceKind::Conversation => "conversations",
        }
    }

    /// The permissions of which one lets change it, where the data scope or a share does.
    fn written_with(self) -> &'static [Permission] {
        match self {
            ResourceKind::Guest => &[Permission::GuestsWrite],
            ResourceKind::Conversation => {
                &[Permission::ConversationsWrite, Permission::ConversationsAssign, Permission::MessagesSend]
            }
        }
    }

    /// What is said where there is none.
    fn absent(self) -> Code {
        match self {
            ResourceKind::Guest => Code::GuestNotFound,
            ResourceKind::Conversation => Code::ConversationNotFound,
        }
    }
}

/// A guest or a conversation.
#[derive(Debug, Clone, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields)]
pub struct AccessResource {
    /// What it is.
    #[oai(rename = "type")]
    pub kind: ResourceKind,
    /// Which.
    pub id: Uuid,
}

/// Who is asked about, and what of theirs: an operation or a permission, one of the two.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", deny_unknown_fields, example)]
pub struct AccessQuestion {
    /// Who.
    pub user_id: Uuid,
    /// An operation of this document, by its `operationId`.
    #[oai(nullable, validator(min_length = 1, max_length = 100))]
    pub operation: Option<String>,
    /// A permission.
    #[oai(nullable)]
    pub permission: Option<Permission>,
    /// The guest or the conversation in question: the one the operation's path names, or the
    /// guest of a conversation that is to begin. A permission that ends in `.read` asks
    /// whether they see it, any other whether they can change it.
    #[oai(nullable)]
    pub resource: Option<AccessResource>,
}

impl Example for AccessQuestion {
    fn example() -> Self {
        AccessQuestion {
            user_id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0002),
            operation: Some("guests_update".into()),
            permission: None,
            resource: None,
        }
    }
}

text_enum! {
    /// What a request is held against, in the order in which that happens.
    AccessLayer {
        /// The account: whether it is disabled.
        User "user",
        /// Being signed in.
        Session "session",
        /// The hotel: whether it is suspended.
        Organization "organization",
        /// Being a super admin of the platform.
        SuperAdmin "superAdmin",
        /// Being a super admin on a visit to the hotel.
        Visit "visit",
        /// The permission, which roles hold.
        Permission "permission",
        /// The subscription, whose status may leave less than roles give.
        Subscription "subscription",
        /// The feature, which the hotel's plan has.
        Feature "feature",
        /// The data scope: whose guests and conversations they see.
        Scope "scope",
        /// What is shared with them or with a team of theirs.
        Share "share",
        /// A permission to change what they share: nobody shares what they cannot change.
        Write "write",
    }
}

text_enum! {
    /// What a layer says.
    AccessVerdict {
        /// It lets the request through.
        Passes "passes",
        /// It refuses the request.
        Refuses "refuses",
        /// It does not decide: it depends on the request, or another layer has the word.
        Open "open",
    }
}

/// What one layer says.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct AccessFinding {
    /// Which.
    pub layer: AccessLayer,
    /// What it says.
    pub verdict: AccessVerdict,
    /// Why, in a sentence.
    pub detail: String,
}

text_enum! {
    /// What can be done about a refusal.
    AccessRemedyAction {
        /// Set the user's status to `active`.
        EnableUser "enableUser",
        /// The platform lifts the suspension of the hotel.
        ActivateOrganization "activateOrganization",
        /// Give them one of `roleIds`.
        AssignRole "assignRole",
        /// Put the permission into a role, because none has it, and give them that one.
        MakeRole "makeRole",
        /// The subscription becomes active again.
        RenewSubscription "renewSubscription",
        /// A plan that has the feature.
        ChangePlan "changePlan",
        /// Hand it over to them or to one of `teamIds`.
        HandOver "handOver",
        /// Share it with them, for `access`.
        Share "share",
        /// Set their data scope to `dataScope`, or a wider one.
        WidenScope "widenScope",
    }
}

/// Something that would change the answer.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct AccessRemedy {
    /// The layer that would pass then. Where several layers refuse, it takes a remedy of each.
    pub layer: AccessLayer,
    /// What to do.
    pub action: AccessRemedyAction,
    /// The same in a sentence.
    pub detail: String,
    /// The roles that hold the permission, of `assignRole`.
    pub role_ids: Vec<Uuid>,
    /// The teams their data scope holds, of `handOver`.
    pub team_ids: Vec<Uuid>,
    /// What a share has to be good for, of `share`.
    #[oai(nullable)]
    pub access: Option<Access>,
    /// The narrowest data scope that holds it, of `widenScope`.
    #[oai(nullable)]
    pub data_scope: Option<DataScope>,
}

text_enum! {
    /// How somebody comes to see a row.
    AccessWayKind {
        /// They administer the hotel.
        Administrator "administrator",
        /// Their data scope is the whole hotel.
        WholeHotel "wholeHotel",
        /// They take care of it.
        Owner "owner",
        /// A team of theirs takes care of it.
        Team "team",
        /// A team of their department takes care of it.
        Department "department",
        /// It is shared with them or with a team of theirs.
        Share "share",
        /// They see a conversation with the guest. That lets nobody change the guest.
        Conversation "conversation",
    }
}

/// A way in which a row comes into somebody's sight.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase")]
pub struct AccessWay {
    /// How.
    pub kind: AccessWayKind,
    /// Whether it lets them change the row, with the permission.
    pub writes: bool,
    /// The team, the share or the conversation; null where it takes none.
    #[oai(nullable)]
    pub id: Option<Uuid>,
    /// When it ends; null where it does not.
    #[oai(nullable)]
    pub expires_at: Option<DateTime<Utc>>,
}

/// Why.
#[derive(Debug, Object)]
#[oai(rename_all = "camelCase", example)]
pub struct AccessExplanation {
    /// Whether a request of theirs is let through.
    pub allowed: bool,
    /// The first layer that refuses, or the last that passes.
    pub decided_by: AccessLayer,
    /// Why, in a sentence.
    pub explanation: String,
    /// The code of the problem they are answered with; null where they are let through.
    #[oai(nullable)]
    pub code: Option<String>,
    /// Each layer that has a say, in the order in which a request meets them. Those behind
    /// the one that decides are there too, because they would be next.
    pub layers: Vec<AccessFinding>,
    /// How the row comes into their sight, as far as the asker sees it.
    pub ways: Vec<AccessWay>,
    /// What would change a refusal. Whether the asker may do it is another question.
    pub remedies: Vec<AccessRemedy>,
}
