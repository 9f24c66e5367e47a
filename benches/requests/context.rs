//! The settings of a tenant context, made from outside the library: what a client without [`stayzr::db::TenantScope`]
//! would send.

use stayzr::tenancy::{Sealer, TenantContext};

/// As `src/db` reads it.
pub const SET_CONTEXT: &str = include_str!("../../sql/queries/context/set.sql");

/// The values of [`SET_CONTEXT`], in its order, of a member without teams; good until `expiry`, or for as long as a
/// request's are.
pub fn settings(context: &TenantContext, sealer: &Sealer, expiry: Option<u64>) -> [String; 11] {
    let permissions: Vec<&str> = context.permissions.names().collect();
    let [organization, user, sees_all, permissions] = [
        context.organization_id.to_string(),
        context.user_id.to_string(),
        context.sees_all().to_string(),
        permissions.join(","),
    ];
    let none = String::new;
    let fields = format!("context\n{organization}\n{user}\n\n\n{sees_all}\n\n\n{permissions}");
    let seal = match expiry {
        Some(expiry) => sealer.seal_until(&fields, expiry),
        None => sealer.seal(&fields),
    };
    let request_id = context.request_id.clone();
    [organization, user, none(), none(), sees_all, none(), none(), permissions, request_id, none(), seal]
}
