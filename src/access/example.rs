//! Example answers, for the document.

use poem_openapi::types::Example;
use uuid::Uuid;

use super::{
    AccessExplanation, AccessFinding, AccessLayer, AccessRemedy, AccessRemedyAction, AccessVerdict, AccessWay,
    AccessWayKind,
};
use crate::error::Code;
use crate::shares::Access;

impl Example for AccessExplanation {
    fn example() -> Self {
        let detail = "It is shared with them to read, not to write.";
        let finding = |layer, verdict, detail: &str| AccessFinding { layer, verdict, detail: detail.into() };
        AccessExplanation {
            allowed: false,
            decided_by: AccessLayer::Share,
            explanation: detail.into(),
            code: Some(Code::PermissionDenied.name().into()),
            layers: vec![
                finding(AccessLayer::User, AccessVerdict::Passes, "Their account is active."),
                finding(AccessLayer::Session, AccessVerdict::Passes, "They are signed in."),
                finding(AccessLayer::Organization, AccessVerdict::Passes, "The hotel is active."),
                finding(AccessLayer::Permission, AccessVerdict::Passes, "They hold guests.write by their role Agent."),
                finding(AccessLayer::Scope, AccessVerdict::Open, "Their data scope, own, does not hold it."),
                finding(AccessLayer::Share, AccessVerdict::Refuses, detail),
            ],
            ways: vec![AccessWay {
                kind: AccessWayKind::Share,
                writes: false,
                id: Some(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0006)),
                expires_at: None,
            }],
            remedies: vec![AccessRemedy {
                layer: AccessLayer::Share,
                action: AccessRemedyAction::Share,
                detail: "Share it with them to write; the share they have goes first.".into(),
                role_ids: Vec::new(),
                team_ids: Vec::new(),
                access: Some(Access::Write),
                data_scope: None,
            }],
        }
    }
}
