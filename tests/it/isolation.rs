//! The wrong tenant, at every operation of the document: the other hotel tries it with
//! real ids of the first and gets exactly what it gets for ids that do not exist, and
//! everything of the first stays as it was.
//!
//! An operation without a case fails here by name. Nothing overwrites the list.

mod access;
mod accounts;
mod cases;
mod invoices;
mod keys;
mod messages;
mod people;
mod permissions;
mod platform;
mod properties;
mod references;
mod scene;
mod shares;
mod subscriptions;
mod usage;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;

use futures_util::FutureExt;

use crate::openapi::operations;
use access::*;
use accounts::*;
use cases::*;
use invoices::*;
use messages::*;
use people::*;
use platform::*;
use properties::*;
use scene::Scene;
use subscriptions::*;
use usage::*;

/// What the rival tries at one operation.
struct Case {
    operation: &'static str,
    run: for<'a> fn(&'a Scene) -> Pin<Box<dyn Future<Output = ()> + 'a>>,
}

macro_rules! cases {
    ($($operation:ident)*) => {
        &[$(Case { operation: stringify!($operation), run: |scene| Box::pin($operation(scene)) }),*]
    };
}

const CASES: &[Case] = cases! {
    access_explain
    analytics_messages
    api_keys_create
    api_keys_get
    api_keys_list
    api_keys_revoke
    audit_log_list
    auth_accept_invitation
    auth_change_password
    auth_forgot_password
    auth_keys
    auth_login
    auth_logout
    auth_logout_all
    auth_me
    auth_refresh
    conversation_shares_create
    conversation_shares_delete
    conversation_shares_list
    auth_reset_password
    auth_switch_back
    conversations_archive
    conversations_create
    conversations_get
    conversations_list
    conversations_update
    departments_create
    departments_delete
    departments_get
    departments_list
    departments_update
    guest_shares_create
    guest_shares_delete
    guest_shares_list
    guests_archive
    guests_create
    guests_get
    guests_list
    guests_update
    health_live
    health_ready
    invitations_create
    invitations_get
    invitations_list
    invitations_resend
    invitations_revoke
    invoices_get
    invoices_list
    invoices_print
    messages_create
    messages_list
    messages_search
    organizations_get
    organizations_update
    platform_audit_get
    platform_audit_log_list
    platform_grants_create
    platform_grants_end
    platform_grants_list
    platform_invoices_list
    platform_invoices_pay
    platform_invoices_void
    platform_organizations_create
    platform_organizations_get
    platform_organizations_list
    platform_organizations_reactivate
    platform_organizations_schedule
    platform_organizations_suspend
    platform_organizations_unschedule
    platform_organizations_update
    platform_subscriptions_get
    platform_subscriptions_override
    platform_subscriptions_restore
    platform_subscriptions_update
    platform_tiers_get
    platform_tiers_list
    platform_tiers_update
    platform_usage_list
    platform_users_list
    properties_archive
    properties_create
    properties_get
    properties_list
    properties_update
    sessions_clear
    sessions_delete
    sessions_list
    roles_create
    roles_delete
    roles_get
    roles_list
    roles_update
    subscription_tiers_list
    subscriptions_get
    subscriptions_update
    team_members_add
    team_members_list
    team_members_remove
    teams_create
    teams_delete
    teams_get
    teams_list
    teams_update
    usage_alerts_acknowledge
    usage_alerts_list
    usage_get
    users_create
    users_delete
    users_get
    users_list
    users_update
};

#[test]
fn every_operation_has_a_case_and_every_case_an_operation() {
    let documented: BTreeSet<String> = operations().into_iter().map(|operation| operation.id).collect();
    let covered: BTreeSet<String> = CASES.iter().map(|case| case.operation.to_owned()).collect();
    let without: Vec<_> = documented.difference(&covered).collect();
    assert!(without.is_empty(), "write a case in tests/it/isolation/cases.rs and list it here: {without:?}");
    let gone: Vec<_> = covered.difference(&documented).collect();
    assert!(gone.is_empty(), "cases for operations that are not in the document: {gone:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_operation_tells_or_changes_anything_of_another_hotel() {
    let scene = Scene::new().await;
    let mut before = scene.everything_of_plaza().await;
    let mut failed = Vec::new();
    for case in CASES {
        let refused = AssertUnwindSafe((case.run)(&scene)).catch_unwind().await.is_ok();
        let after = scene.everything_of_plaza().await;
        if !refused || after != before {
            failed.push(case.operation);
        }
        before = after;
    }
    assert!(failed.is_empty(), "the rival got through, or learned something, at: {failed:?} (see above)");
}
