//! The other roles: what they may not do either.

use super::{Outcome, Scene, TENANT_TABLES, attempt};
use crate::support::{Cluster, connect};

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_sees_no_row_of_a_hotel() {
    let scene = Scene::set().await;
    let auditor = connect(&Cluster::get().config("stayzr_auditor", &scene.plaza.world.database)).await;
    let context = scene.at_plaza().statements();
    for table in TENANT_TABLES.iter().chain(&["app.seal_keys"]) {
        for sql in [
            format!("begin; select count(*) from {table}"),
            format!("begin; {context} select count(*) from {table}"),
            format!("begin; set local row_security = off; select count(*) from {table}"),
        ] {
            assert_eq!(attempt(&auditor, &sql).await, Outcome::refused("42501"), "{sql}");
        }
    }
    for sql in ["set role stayzr_app", "set role stayzr_owner", "select app.organization_id()"] {
        assert_eq!(attempt(&auditor, sql).await, Outcome::refused("42501"), "{sql}");
    }
    // What an auditor is there for.
    assert!(matches!(attempt(&auditor, "select polname from pg_policy").await, Outcome::Rows(1..)));
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_holds_a_right_that_no_file_gives_for_a_reason() {
    let scene = Scene::set().await;
    let admin = scene.plaza.world.admin().await;
    // Whoever bypasses row security holds what is listed here and nothing more.
    let granted = "select grantee.rolname || ' ' || privilege.name || ' ' || c.oid::regclass
                   from pg_class c
                   cross join pg_roles grantee
                   cross join (values ('insert'), ('update'), ('select'), ('references')) as privilege (name)
                   where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
                       and c.relkind in ('r', 'p', 'v', 'm')
                       and grantee.rolname in ('stayzr_platform', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing')
                       and has_any_column_privilege(grantee.oid, c.oid, privilege.name)
                   union all
                   select grantee.rolname || ' ' || privilege.name || ' ' || c.oid::regclass
                   from pg_class c
                   cross join pg_roles grantee
                   cross join (values ('delete'), ('truncate'), ('trigger')) as privilege (name)
                   where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
                       and c.relkind in ('r', 'p', 'v', 'm')
                       and grantee.rolname in (
                           'stayzr_platform', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing', 'stayzr_app',
                           'stayzr_auditor'
                       )
                       and has_table_privilege(grantee.oid, c.oid, privilege.name)
                   order by 1";
    let held: Vec<String> = admin.query(granted, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(
        held,
        [
            "stayzr_app delete departments",
            "stayzr_app delete idempotency_keys",
            "stayzr_app delete roles",
            "stayzr_app delete shares",
            "stayzr_app delete team_members",
            "stayzr_app delete teams",
            "stayzr_app delete user_roles",
            "stayzr_billing insert audit_log",
            "stayzr_billing insert invoice_lines",
            "stayzr_billing insert invoice_schedules",
            "stayzr_billing insert invoices",
            "stayzr_billing insert subscription_changes",
            "stayzr_billing insert subscription_spans",
            "stayzr_billing select app.invoice_numbers",
            "stayzr_billing select feature_usage",
            "stayzr_billing select invoice_lines",
            "stayzr_billing select invoice_schedules",
            "stayzr_billing select invoices",
            "stayzr_billing select organizations",
            "stayzr_billing select subscription_changes",
            "stayzr_billing select subscription_overrides",
            "stayzr_billing select subscription_spans",
            "stayzr_billing select subscription_tier_versions",
            "stayzr_billing select subscription_tiers",
            "stayzr_billing select usage_counters",
            "stayzr_billing select usage_periods",
            "stayzr_billing select usage_slots",
            "stayzr_billing select users",
            "stayzr_billing update app.invoice_numbers",
            "stayzr_billing update invoice_schedules",
            "stayzr_billing update invoices",
            "stayzr_billing update organizations",
            "stayzr_billing update subscription_spans",
            "stayzr_lookup select api_keys",
            "stayzr_lookup select conversations",
            "stayzr_lookup select guests",
            "stayzr_lookup select invitations",
            "stayzr_lookup select messages",
            "stayzr_lookup select organizations",
            "stayzr_lookup select platform_grants",
            "stayzr_lookup select roles",
            "stayzr_lookup select sessions",
            "stayzr_lookup select shares",
            "stayzr_lookup select subscription_overrides",
            "stayzr_lookup select subscription_tier_versions",
            "stayzr_lookup select subscription_tiers",
            "stayzr_lookup select team_members",
            "stayzr_lookup select teams",
            "stayzr_lookup select user_roles",
            "stayzr_lookup select users",
            "stayzr_meter insert usage_alerts",
            "stayzr_meter insert usage_counters",
            "stayzr_meter insert usage_days",
            "stayzr_meter insert usage_periods",
            "stayzr_meter insert usage_slots",
            "stayzr_meter select attachments",
            "stayzr_meter select conversations",
            "stayzr_meter select feature_usage",
            "stayzr_meter select guests",
            "stayzr_meter select messages",
            "stayzr_meter select organizations",
            "stayzr_meter select subscription_overrides",
            "stayzr_meter select subscription_tier_versions",
            "stayzr_meter select subscription_tiers",
            "stayzr_meter select usage_alerts",
            "stayzr_meter select usage_counters",
            "stayzr_meter select usage_days",
            "stayzr_meter select usage_periods",
            "stayzr_meter select usage_slots",
            "stayzr_meter select users",
            "stayzr_meter update usage_alerts",
            "stayzr_meter update usage_counters",
            "stayzr_meter update usage_days",
            "stayzr_meter update usage_periods",
            "stayzr_meter update usage_slots",
            "stayzr_platform delete subscription_overrides",
            "stayzr_platform insert audit_log",
            "stayzr_platform insert invitations",
            "stayzr_platform insert organizations",
            "stayzr_platform insert platform_grants",
            "stayzr_platform insert roles",
            "stayzr_platform insert subscription_changes",
            "stayzr_platform insert subscription_overrides",
            "stayzr_platform insert subscription_tier_versions",
            "stayzr_platform select api_keys",
            "stayzr_platform select app.audit_heads",
            "stayzr_platform select audit_log",
            "stayzr_platform select conversations",
            "stayzr_platform select departments",
            "stayzr_platform select feature_usage",
            "stayzr_platform select guests",
            "stayzr_platform select invitations",
            "stayzr_platform select invoice_lines",
            "stayzr_platform select invoice_schedules",
            "stayzr_platform select invoices",
            "stayzr_platform select organizations",
            "stayzr_platform select platform_grants",
            "stayzr_platform select properties",
            "stayzr_platform select roles",
            "stayzr_platform select sessions",
            "stayzr_platform select shares",
            "stayzr_platform select subscription_changes",
            "stayzr_platform select subscription_overrides",
            "stayzr_platform select subscription_tier_versions",
            "stayzr_platform select subscription_tiers",
            "stayzr_platform select teams",
            "stayzr_platform select usage_counters",
            "stayzr_platform select usage_days",
            "stayzr_platform select usage_periods",
            "stayzr_platform select usage_slots",
            "stayzr_platform select users",
            "stayzr_platform update invoices",
            "stayzr_platform update organizations",
            "stayzr_platform update platform_grants",
            "stayzr_platform update subscription_overrides",
            "stayzr_platform update subscription_tiers",
        ]
    );

    let members = "select roleid::regrole || ' has ' || member::regrole from pg_auth_members
                   where roleid::regrole::text ~ '^stayzr' or member::regrole::text ~ '^stayzr' order by 1";
    let members: Vec<String> = admin.query(members, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    assert_eq!(
        members,
        ["stayzr_billing has stayzr_owner", "stayzr_lookup has stayzr_owner", "stayzr_meter has stayzr_owner"]
    );

    let mighty = "select rolname::text from pg_roles where rolname ~ '^stayzr'
                  and (rolsuper or rolcreaterole or rolcreatedb or rolreplication
                       or rolbypassrls
                           and rolname not in ('stayzr_platform', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing')
                       or rolcanlogin
                           and rolname in ('stayzr_owner', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing'))";
    assert!(admin.query(mighty, &[]).await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_role_writes_nothing_it_has_no_grant_for() {
    let scene = Scene::set().await;
    let platform = connect(&Cluster::get().config("stayzr_platform", &scene.plaza.world.database)).await;
    for table in TENANT_TABLES {
        for sql in [
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
            format!("update {table} set created_at = now()"),
        ] {
            assert_eq!(attempt(&platform, &sql).await, Outcome::refused("42501"), "{sql}");
        }
    }
    for sql in ["set role stayzr_owner", "set role stayzr_app", "select * from app.seal_keys", "create temp table t ()"]
    {
        assert_eq!(attempt(&platform, sql).await, Outcome::refused("42501"), "{sql}");
    }
}
