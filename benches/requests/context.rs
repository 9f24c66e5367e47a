//! The settings of a tenant context, made from outside the library: what a client without [`stayzr::db::TenantScope`]
//! would send.

use stayzr::tenancy::{Sealer, TenantContext};

/// As `src/db` reads it.
pub const SET_CONTEXT: &str = include_str!("../../sql/queries/context/set.sql");

/// The values of [`SET_CONTEXT`], in its order; good until `expiry`, or for as long as a request's are.
pub fn settings(context: &TenantContext, sealer: &Sealer, expiry: Option<u64>) -> [String; 8] {
    let team_ids: Vec<String> = context.team_ids.iter().map(ToString::to_string).collect();
    let permissions: Vec<&str> = context.permissions.names().collect();
    let [organization, user, actor, sees_all, teams, permissions] = [
        context.organization_id.to_string(),
        context.user_id.to_string(),
        context.actor_id.map(|id| id.to_string()).unwrap_or_default(),
        context.sees_all.to_string(),
        team_ids.join(","),
        permissions.join(","),
    ];
    let fields = format!("context\n{organization}\n{user}\n{actor}\n{sees_all}\n{teams}\n{permissions}");
    let seal = match expiry {
        Some(expiry) => sealer.seal_until(&fields, expiry),
        None => sealer.seal(&fields),
    };
    [organization, user, actor, sees_all, teams, permissions, context.request_id.clone(), seal]
}
