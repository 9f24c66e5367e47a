//! The two hotels that are attacked: an empty table would prove nothing, nor a text without the marker.

use crate::support::repository::read;
use crate::support::{Cluster, connect};

/// What takes its values from a list, is worked out from the rest, or says how something ended that has not.
const WITHOUT_MARKER: &[&str] = &[
    "api_keys.data_scope",
    "api_keys.permissions",
    "audit_log.actor_kind",
    "audit_log.hash",
    "audit_log.outcome",
    "audit_log.previous_hash",
    "conversations.channel",
    "conversations.status",
    "invitations.data_scope",
    "invoice_lines.kind",
    "invoices.currency",
    "invoices.status",
    "invoices.tier",
    "invoices.time_zone",
    "invoices.void_reason",
    "messages.search_language",
    "messages.sender_type",
    "organizations.next_tier",
    "organizations.search_language",
    "organizations.search_languages_before",
    "organizations.subscription_status",
    "organizations.subscription_tier",
    "organizations.suspended_from",
    "organizations.time_zone",
    "properties.time_zone",
    "roles.built_in",
    "roles.permissions",
    "sessions.end_reason",
    "shares.access",
    "subscription_changes.currency",
    "subscription_changes.from_tier",
    "subscription_changes.kind",
    "subscription_changes.to_tier",
    "subscription_overrides.name",
    "subscription_overrides.value",
    "subscription_spans.tier",
    "usage_alerts.resource",
    "usage_counters.resource",
    "usage_days.resource",
    "usage_periods.resource",
    "usage_slots.resource",
    "users.data_scope",
    "users.status",
];

#[tokio::test(flavor = "multi_thread")]
async fn the_two_hotels_have_something_in_every_table_of_hotels() {
    let database = Cluster::get().migrated_database().await;
    let admin = connect(&Cluster::get().superuser(&database)).await;
    admin.batch_execute(&format!("begin; {}", read("sql/attacks/scene/hotels.sql"))).await.unwrap();
    let tables = "select c.oid::regclass::text, a.attname::text from pg_class c
                  join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
                      and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
                  where c.relkind in ('r', 'p') and not c.relispartition
                      and c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
                  order by 1";
    let mut faults = Vec::new();
    let tables = admin.query(tables, &[]).await.unwrap();
    assert!(tables.len() > 30);
    for row in tables {
        let (table, tenant): (String, String) = (row.get(0), row.get(1));
        for hotel in ["own", "rival"] {
            let sql =
                format!("select count(*) from {table} where {tenant} = current_setting('attack.{hotel}')::integer");
            let rows: i64 = admin.query_one(&sql, &[]).await.unwrap().get(0);
            if rows == 0 {
                faults.push(format!("{table} has no row of {hotel}"));
            }
        }
    }
    assert!(faults.is_empty(), "add them to sql/attacks/scene/hotels.sql:\n{}", faults.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_of_the_rivals_that_can_holds_the_marker() {
    let database = Cluster::get().migrated_database().await;
    let admin = connect(&Cluster::get().superuser(&database)).await;
    admin.batch_execute(&format!("begin; {}", read("sql/attacks/scene/hotels.sql"))).await.unwrap();
    let columns = "select c.oid::regclass::text, t.attname::text, a.attname::text from pg_class c
                   join pg_attribute t on t.attrelid = c.oid
                       and t.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
                   join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                       and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'bytea'::regtype, 'text[]'::regtype)
                   where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = 'public'::regnamespace
                   order by 1, 3";
    let mut without = Vec::new();
    for row in admin.query(columns, &[]).await.unwrap() {
        let (table, tenant, column): (String, String, String) = (row.get(0), row.get(1), row.get(2));
        let sql = format!(
            "select coalesce(bool_or({column}::text like any (array[
                 '%' || current_setting('attack.marker') || '%', '%' || current_setting('attack.rival') || '%',
                 '%' || encode(current_setting('attack.marker')::bytea, 'hex') || '%'
             ])), false) from {table} where {tenant} = current_setting('attack.rival')::integer"
        );
        if !admin.query_one(&sql, &[]).await.unwrap().get::<_, bool>(0) {
            without.push(format!("{table}.{column}"));
        }
    }
    assert_eq!(without, WITHOUT_MARKER, "put the marker in, or say here that it does not fit");
}
