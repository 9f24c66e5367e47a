//! The layers in the order in which a request meets them, and their sentences.
//!
//! Invariant: the first layer that refuses decides; where none does, the last that passes.

use super::operations::{Needs, Operation, Target};
use super::store::{Facts, Role, Sight};
use super::{
    AccessExplanation, AccessFinding, AccessLayer, AccessRemedy, AccessRemedyAction, AccessVerdict, AccessWay, rows,
};
use crate::auth::{Member, Permission};
use crate::error::Code;

/// What the layers said so far.
#[derive(Default)]
pub(super) struct Findings {
    layers: Vec<AccessFinding>,
    ways: Vec<AccessWay>,
    remedies: Vec<AccessRemedy>,
    /// What the first that refuses answers with.
    code: Option<Code>,
}

impl Findings {
    fn find(&mut self, layer: AccessLayer, verdict: AccessVerdict, detail: impl Into<String>) {
        self.layers.push(AccessFinding { layer, verdict, detail: detail.into() });
    }

    pub(super) fn passes(&mut self, layer: AccessLayer, detail: impl Into<String>) {
        self.find(layer, AccessVerdict::Passes, detail);
    }

    pub(super) fn open(&mut self, layer: AccessLayer, detail: impl Into<String>) {
        self.find(layer, AccessVerdict::Open, detail);
    }

    pub(super) fn refuses(&mut self, layer: AccessLayer, code: Code, detail: impl Into<String>) {
        self.find(layer, AccessVerdict::Refuses, detail);
        self.code.get_or_insert(code);
    }

    pub(super) fn ways(&mut self, ways: Vec<AccessWay>) {
        self.ways = ways;
    }

    pub(super) fn remedy(&mut self, remedy: AccessRemedy) {
        self.remedies.push(remedy);
    }

    fn conclude(self) -> AccessExplanation {
        let is = |verdict| move |finding: &&AccessFinding| finding.verdict == verdict;
        let refusal = self.layers.iter().find(is(AccessVerdict::Refuses));
        let deciding = refusal.or(self.layers.iter().rfind(is(AccessVerdict::Passes)));
        AccessExplanation {
            allowed: refusal.is_none(),
            // There is always a permission layer, or one that stands in its place.
            decided_by: deciding.map_or(AccessLayer::Permission, |finding| finding.layer),
            explanation: deciding.map(|finding| finding.detail.clone()).unwrap_or_default(),
            code: self.code.map(|code| code.name().to_owned()),
            ways: self.ways,
            remedies: self.remedies,
            layers: self.layers,
        }
    }
}

/// A remedy of that layer which names nothing.
pub(super) fn remedy(layer: AccessLayer, action: AccessRemedyAction, detail: impl Into<String>) -> AccessRemedy {
    let (role_ids, team_ids) = (Vec::new(), Vec::new());
    AccessRemedy { layer, action, detail: detail.into(), role_ids, team_ids, access: None, data_scope: None }
}

pub(super) fn explain(
    operation: &Operation,
    target: Option<Target>,
    member: &Member,
    facts: &Facts,
    sight: Option<&Sight>,
) -> AccessExplanation {
    let mut findings = Findings::default();
    if operation.needs == Needs::Nothing {
        findings.passes(AccessLayer::Permission, "Anybody may do this, without a token.");
        return findings.conclude();
    }
    account(&mut findings, member, facts);
    needs(&mut findings, operation.needs, member, facts);
    if let Some(feature) = &operation.feature {
        has_feature(&mut findings, feature, facts.has_feature);
    }
    if let Some(target) = target {
        rows::explain(&mut findings, target, member, facts, sight);
        let writing = target.kind.written_with();
        // Where the permission that is needed is none to change rows: sharing.
        if target.writes && operation.needs.permission().is_some_and(|needed| !writing.contains(&needed)) {
            holds(&mut findings, AccessLayer::Write, writing, member, &facts.roles);
        }
    }
    findings.conclude()
}

/// What every request with a token is held against.
fn account(findings: &mut Findings, member: &Member, facts: &Facts) {
    let standing = &member.standing;
    if standing.user_active {
        findings.passes(AccessLayer::User, "Their account is active.");
    } else {
        let detail = "Their account is disabled: they cannot sign in, and no token of theirs is accepted.";
        findings.refuses(AccessLayer::User, Code::Unauthenticated, detail);
        let action = AccessRemedyAction::EnableUser;
        findings.remedy(remedy(AccessLayer::User, action, "Set their status to active; they sign in anew."));
    }
    if facts.signed_in {
        findings.passes(AccessLayer::Session, "They are signed in.");
    } else {
        let detail = "They are signed in nowhere at this moment; a request of theirs is refused until they sign in.";
        findings.open(AccessLayer::Session, detail);
    }
    if standing.organization_active {
        findings.passes(AccessLayer::Organization, "The hotel is active.");
    } else {
        let detail = "The hotel is suspended, for everybody who works there.";
        findings.refuses(AccessLayer::Organization, Code::OrganizationSuspended, detail);
        let action = AccessRemedyAction::ActivateOrganization;
        findings.remedy(remedy(AccessLayer::Organization, action, "The platform lifts the suspension."));
    }
}

fn needs(findings: &mut Findings, needs: Needs, member: &Member, facts: &Facts) {
    match needs {
        Needs::Nothing | Needs::Token => findings.passes(AccessLayer::Permission, "Every member may do this."),
        Needs::Session => {
            let detail =
                "Every member who signed in may do this, about their own sessions and password; no API key may.";
            findings.passes(AccessLayer::Permission, detail);
        }
        Needs::Visit => {
            let detail = "This takes the token of a super admin's visit, and theirs is their own.";
            findings.refuses(AccessLayer::Visit, Code::VisitRequired, detail);
        }
        Needs::SuperAdmin if member.standing.is_super_admin => {
            findings.passes(AccessLayer::SuperAdmin, "They are a super admin of the platform.");
        }
        Needs::SuperAdmin => {
            let detail = "This is for super admins of the platform, and nobody at a hotel makes one.";
            findings.refuses(AccessLayer::SuperAdmin, Code::PermissionDenied, detail);
        }
        Needs::Permission(permission) => {
            holds(findings, AccessLayer::Permission, &[permission], member, &facts.roles);
            subscription(findings, permission, member);
        }
    }
}

/// What the status of the subscription leaves of what they hold. Where it leaves everything it has no say.
fn subscription(findings: &mut Findings, permission: Permission, member: &Member) {
    let standing = &member.standing;
    if !standing.withheld.contains(permission) {
        return;
    }
    let layer = AccessLayer::Subscription;
    findings.refuses(layer, Code::SubscriptionRestricted, standing.plan.status.restriction());
    let detail = "The hotel sees to its subscription, until its status is active.";
    findings.remedy(remedy(layer, AccessRemedyAction::RenewSubscription, detail));
}

/// Whether they hold one of the permissions, and by what.
fn holds(findings: &mut Findings, layer: AccessLayer, wanted: &[Permission], member: &Member, roles: &[Role]) {
    let roles: Vec<&Role> = roles.iter().filter(|role| role.has_one_of(wanted)).collect();
    let standing = &member.standing;
    let held = wanted.iter().find(|held| standing.permissions.contains(**held) || standing.withheld.contains(**held));
    if let Some(permission) = held {
        let by_them: Vec<&Role> =
            roles.iter().filter(|role| role.held && role.has_one_of(&[*permission])).copied().collect();
        let by = match &*by_them {
            _ if member.is_org_admin => "as an administrator of the hotel".into(),
            [one] => format!("by their role {}", one.name),
            several => format!("by their roles {}", names(several)),
        };
        return findings.passes(layer, format!("They hold {} {by}.", permission.name()));
    }
    let wanted = wanted.iter().map(|permission| permission.name()).collect::<Vec<_>>().join(" or ");
    let purpose = if layer == AccessLayer::Write { ", which it takes to share what one can change" } else { "" };
    findings.refuses(
        layer,
        Code::PermissionDenied,
        format!("They lack {wanted}{purpose}: no role of theirs holds it."),
    );
    findings.remedy(if roles.is_empty() {
        let detail = format!("No role of the hotel holds {wanted}: put it into one and give them that.");
        remedy(layer, AccessRemedyAction::MakeRole, detail)
    } else {
        let detail = format!("Give them a role that holds {wanted}, one of: {}.", names(&roles));
        let role_ids = roles.iter().map(|role| role.id).collect();
        AccessRemedy { role_ids, ..remedy(layer, AccessRemedyAction::AssignRole, detail) }
    });
}

fn names(roles: &[&Role]) -> String {
    roles.iter().map(|role| &*role.name).collect::<Vec<_>>().join(", ")
}

fn has_feature(findings: &mut Findings, feature: &str, has: bool) {
    let layer = AccessLayer::Feature;
    if has {
        return findings.passes(layer, format!("The hotel's plan has {feature}."));
    }
    findings.refuses(layer, Code::FeatureNotAvailable, format!("The hotel's plan does not have {feature}."));
    let detail = format!("Move the hotel to a plan that has {feature}.");
    findings.remedy(remedy(layer, AccessRemedyAction::ChangePlan, detail));
}
