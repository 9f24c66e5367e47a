//! Which rows: the data scope, and what is shared beyond it.
//!
//! Whether a row is in sight, and whether it can be written, the policies have said. What
//! is found here is the words for it: what of the row's owner, team and shares fits.

use uuid::Uuid;

use super::explain::{Findings, remedy};
use super::operations::Target;
use super::store::{Facts, Shared, Sight};
use super::{AccessLayer, AccessRemedy, AccessRemedyAction, AccessWay, AccessWayKind, ResourceKind};
use crate::auth::Member;
use crate::error::Code;
use crate::shares::Access;
use crate::users::DataScope;

pub(super) fn explain(findings: &mut Findings, target: Target, member: &Member, facts: &Facts, sight: Option<&Sight>) {
    let scope = AccessLayer::Scope;
    let Some(sight) = sight else {
        if member.standing.data_scope == DataScope::All {
            return findings.passes(scope, "They see the whole hotel.");
        }
        return findings.open(
            scope,
            format!(
                "Which ones is a question of their data scope, {}, and of what is shared with them: ask about one.",
                member.standing.data_scope.as_str()
            ),
        );
    };
    let ways = ways(member, facts);
    let lets_in = if target.writes { sight.writable } else { sight.visible };
    if lets_in {
        passes(findings, target, member, &ways);
    } else {
        refuses(findings, target, member, facts, sight);
    }
    findings.ways(ways);
}

fn way(kind: AccessWayKind, writes: bool, id: Option<Uuid>) -> AccessWay {
    AccessWay { kind, writes, id, expires_at: None }
}

/// Every way in which the row comes into their sight, the widest first.
fn ways(member: &Member, facts: &Facts) -> Vec<AccessWay> {
    let standing = &member.standing;
    let mut ways = Vec::new();
    if member.is_org_admin {
        ways.push(way(AccessWayKind::Administrator, true, None));
    } else if standing.data_scope == DataScope::All {
        ways.push(way(AccessWayKind::WholeHotel, true, None));
    }
    if facts.owner_id == Some(standing.user_id) {
        ways.push(way(AccessWayKind::Owner, true, None));
    }
    if let Some(team) = facts.team_id.filter(|team| standing.team_ids.contains(team)) {
        let own = standing.own_team_ids.contains(&team);
        let kind = if own { AccessWayKind::Team } else { AccessWayKind::Department };
        ways.push(way(kind, true, Some(team)));
    }
    let current = facts.shares.iter().filter(|share| !share.is_over);
    ways.extend(current.map(|share| AccessWay {
        expires_at: share.expires_at,
        ..way(AccessWayKind::Share, share.writes, Some(share.id))
    }));
    ways.extend(facts.conversation_id.map(|id| way(AccessWayKind::Conversation, false, Some(id))));
    ways
}

fn passes(findings: &mut Findings, target: Target, member: &Member, ways: &[AccessWay]) {
    let data_scope = member.standing.data_scope.as_str();
    let first = ways.iter().find(|way| way.writes || !target.writes);
    let detail = match first.map(|way| way.kind) {
        Some(AccessWayKind::Administrator) => "They administer the hotel, and see the whole of it.".into(),
        Some(AccessWayKind::WholeHotel) => "Their data scope, all, is the whole hotel.".into(),
        Some(AccessWayKind::Owner) => "They take care of it themselves.".into(),
        Some(AccessWayKind::Team) => {
            format!("A team of theirs takes care of it, which their data scope, {data_scope}, holds.")
        }
        Some(AccessWayKind::Department) => {
            "A team of their department takes care of it, which their data scope holds.".into()
        }
        Some(AccessWayKind::Conversation) => "They see a conversation with this guest, and so the guest.".into(),
        Some(AccessWayKind::Share) => {
            findings.open(AccessLayer::Scope, not_held(member));
            let access = if target.writes { "write" } else { "read" };
            let ends = first.and_then(|way| way.expires_at);
            let until = ends.map(|end| format!(" until {}", end.to_rfc3339())).unwrap_or_default();
            let detail = format!("It is shared with them, or with a team of theirs, to {access}{until}.");
            return findings.passes(AccessLayer::Share, detail);
        }
        None => "It is in their sight by something that is out of the asker's: a share or a conversation.".into(),
    };
    findings.passes(AccessLayer::Scope, detail);
}

fn not_held(member: &Member) -> String {
    format!("Their data scope, {}, does not hold it.", member.standing.data_scope.as_str())
}

fn refuses(findings: &mut Findings, target: Target, member: &Member, facts: &Facts, sight: &Sight) {
    // A share that is not enough is what they may be thinking of, so it is what refuses.
    let to_read = facts.shares.iter().find(|share| !share.is_over && sight.visible);
    let over = facts.shares.iter().rfind(|share| share.is_over);
    let code = if sight.visible { Code::PermissionDenied } else { target.absent };
    let layer = if to_read.or(over).is_some() { AccessLayer::Share } else { AccessLayer::Scope };
    if layer == AccessLayer::Share {
        findings.open(AccessLayer::Scope, not_held(member));
    }
    let detail = match (to_read, over) {
        (Some(_), _) => "It is shared with them to read, not to write.".into(),
        (None, Some(share)) => {
            let ended = share.expires_at.map(|end| format!(" at {}", end.to_rfc3339())).unwrap_or_default();
            format!("It was shared with them, and the share ran out{ended}.")
        }
        (None, None) if sight.visible && target.kind == ResourceKind::Guest => {
            "They see the guest by a conversation, and that alone lets nobody change the guest.".into()
        }
        (None, None) if sight.visible => "It is in their sight to read, not to write.".into(),
        (None, None) => format!("{} Nothing shares it with them either.", not_held(member)),
    };
    findings.refuses(layer, code, detail);
    remedies(findings, layer, target, member, facts, to_read);
}

fn remedies(
    findings: &mut Findings,
    layer: AccessLayer,
    target: Target,
    member: &Member,
    facts: &Facts,
    to_read: Option<&Shared>,
) {
    let standing = &member.standing;
    let access = if target.writes { Access::Write } else { Access::Read };
    let first = match to_read {
        Some(share) if share.team_id.is_none() => "; the share they have is removed first",
        _ => "",
    };
    let detail = format!("Share it with them, or with a team of theirs, to {}{first}.", access.as_str());
    let action = AccessRemedyAction::Share;
    findings.remedy(AccessRemedy { access: Some(access), ..remedy(layer, action, detail) });

    let teams = if standing.team_ids.is_empty() { "" } else { ", or to a team that their data scope holds" };
    let detail = format!("Hand it over to them{teams}.");
    let action = AccessRemedyAction::HandOver;
    findings.remedy(AccessRemedy { team_ids: standing.team_ids.clone(), ..remedy(layer, action, detail) });

    let narrowest = match facts.team_id {
        Some(team) if standing.own_team_ids.contains(&team) => DataScope::Team,
        Some(team) if member.department_team_ids.contains(&team) => DataScope::Department,
        _ => DataScope::All,
    };
    let detail = format!("Set their data scope to {}.", narrowest.as_str());
    let action = AccessRemedyAction::WidenScope;
    findings.remedy(AccessRemedy { data_scope: Some(narrowest), ..remedy(layer, action, detail) });
}
