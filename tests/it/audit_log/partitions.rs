//! A month has a partition of its own, a record without one a place all the same, and what was there before
//! the log became a chain is in it.

use stayzr::db::{Client, migrate};

use super::verified;
use crate::support::{Cluster, World, connect, two_hotels};

/// Where the record of that action is.
async fn place(admin: &Client, action: &str) -> String {
    let sql = "select tableoid::regclass::text from audit_log where action = $1";
    admin.query_one(sql, &[&action]).await.unwrap().get(0)
}

async fn make(admin: &Client) -> Vec<String> {
    let platform = "begin; set local role stayzr_platform";
    admin.batch_execute(platform).await.unwrap();
    let made = admin.query("select app.make_audit_partitions()", &[]).await.unwrap();
    admin.batch_execute("commit").await.unwrap();
    made.iter().map(|row| row.get(0)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_lands_in_its_month_and_a_month_without_a_partition_in_the_default() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let insert = "insert into audit_log (organization_id, action, resource, created_at)
                  values ($1, $2, 'x', date_trunc('month', now() at time zone 'UTC') at time zone 'UTC' + $3::text::interval)";
    let months = "select to_char(now() at time zone 'UTC', '\"app.audit_log_\"YYYY_MM'),
                         to_char((now() at time zone 'UTC') - interval '1 month', '\"app.audit_log_\"YYYY_MM')";
    let row = admin.query_one(months, &[]).await.unwrap();
    let (this_month, last_month): (String, String) = (row.get(0), row.get(1));
    // Whatever the session's time zone: a month begins when it does in UTC.
    admin.batch_execute("set time zone 'Pacific/Kiritimati'").await.unwrap();
    for (action, offset, partition) in [
        ("begins", "0 seconds", &*this_month),
        ("just before", "-1 microseconds", "app.audit_log_default"),
        ("in a hundred years", "100 years", "app.audit_log_default"),
    ] {
        admin.execute(insert, &[&plaza.id, &action, &offset]).await.unwrap();
        assert_eq!(place(&admin, action).await, partition, "{action}");
    }
    assert_ne!(this_month, last_month);
    assert_eq!(verified(&plaza.world).await.1, [], "one chain runs through all partitions");
    assert_eq!(make(&admin).await, Vec::<String>::new(), "all of them are there");
}

#[tokio::test(flavor = "multi_thread")]
async fn partitions_are_made_for_a_year_ahead_and_are_closed() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let all = "select count(*) from pg_class where relispartition and relkind = 'r' and relname ~ '^audit_log_[0-9]'";
    assert_eq!(admin.query_one(all, &[]).await.unwrap().get::<_, i64>(0), 13);
    let later = "select to_char((now() at time zone 'UTC') + interval '12 months', '\"audit_log_\"YYYY_MM')";
    let later: String = admin.query_one(later, &[]).await.unwrap().get(0);
    admin.batch_execute(&format!("drop table app.{later}")).await.unwrap();
    admin.batch_execute("set time zone 'America/Los_Angeles'").await.unwrap();
    assert_eq!(make(&admin).await, std::slice::from_ref(&later));
    // It is the same as it was, and closed like the others.
    let same = "select count(distinct (c.relrowsecurity, c.relforcerowsecurity, c.relowner, c.relacl::text,
                    (select count(*) from pg_trigger t where t.tgrelid = c.oid),
                    (select count(*) from pg_index i where i.indrelid = c.oid)))
                from pg_class c where c.relispartition and c.relkind = 'r'";
    assert_eq!(admin.query_one(same, &[]).await.unwrap().get::<_, i64>(0), 1);
    let bound = "select pg_get_expr(relpartbound, oid) from pg_class where relname = $1";
    admin.batch_execute("set time zone 'UTC'").await.unwrap();
    let bound: String = admin.query_one(bound, &[&later]).await.unwrap().get(0);
    let begins = later.trim_start_matches("audit_log_").replace('_', "-");
    assert!(bound.starts_with(&format!("FOR VALUES FROM ('{begins}-01 00:00:00+00')")), "{bound}");

    // Nobody made it in time, and records of that month came: they stay where they are, and nothing fails.
    admin.batch_execute(&format!("drop table app.{later}")).await.unwrap();
    let insert = "insert into audit_log (organization_id, action, resource, created_at)
                  values ($1, 'late', 'x', now() + interval '12 months')";
    admin.execute(insert, &[&plaza.id]).await.unwrap();
    assert_eq!(make(&admin).await, Vec::<String>::new());
    assert_eq!(place(&admin, "late").await, "app.audit_log_default");
    assert_eq!(verified(&plaza.world).await.1, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn migrate_makes_partitions_once_and_they_are_no_drift() {
    let world = World::new().await;
    let sources = migrate::Sources::embedded().unwrap();
    let mut admin = world.admin().await;
    assert_eq!(migrate::check(&mut admin, &sources).await.unwrap(), []);
    let again = migrate::run(&mut admin, &sources, &[]).await.unwrap();
    assert!(again.is_empty(), "{again}");
    let later = "select to_char((now() at time zone 'UTC') + interval '12 months', '\"audit_log_\"YYYY_MM')";
    let later: String = admin.query_one(later, &[]).await.unwrap().get(0);
    admin.batch_execute(&format!("drop table app.{later}")).await.unwrap();
    assert_eq!(migrate::check(&mut admin, &sources).await.unwrap(), [], "one less is none either");
    let run = migrate::run(&mut admin, &sources, &[]).await.unwrap();
    assert_eq!(run.partitions_made, std::slice::from_ref(&later));
    assert!(run.to_string().contains(&format!("partitions: {later} (1)")), "{run}");
    assert_eq!(migrate::check(&mut admin, &sources).await.unwrap(), []);
    // A right on one is drift, and so is a policy file that runs again after its trigger was dropped.
    admin.batch_execute(&format!("grant select on app.{later} to stayzr_app")).await.unwrap();
    assert_eq!(migrate::check(&mut admin, &sources).await.unwrap().len(), 1);
    admin.batch_execute(&format!("revoke all on app.{later} from stayzr_app")).await.unwrap();
    admin.batch_execute("drop trigger audit_log_chain on audit_log").await.unwrap();
    let run = migrate::run(&mut admin, &sources, &[]).await.unwrap();
    assert_eq!(run.repaired, ["policies/audit_log.sql"]);
    admin.batch_execute("alter policy audit_log_reader on audit_log using (true)").await.unwrap();
    let run = migrate::run(&mut admin, &sources, &[]).await.unwrap();
    assert_eq!(run.repaired, ["policies/audit_log.sql"], "also while the trigger is there");
    assert_eq!(migrate::check(&mut admin, &sources).await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_from_before_the_chain_are_its_beginning() {
    // The roles and their passwords are the cluster's; the template makes them.
    Cluster::get().migrated_database().await;
    let config = Cluster::get().empty_database().await;
    let database = config.get_dbname().unwrap().to_owned();
    let mut admin = connect(&config).await;
    let release = migrate::Sources::embedded().unwrap();
    let mut before = release.clone();
    before.migrations.retain(|migration| migration.version() < 16);
    before.functions.retain(|file| file.path.ends_with("/policy_reset.sql"));
    before.policies.retain(|file| file.path.ends_with("/release.sql") || file.path.ends_with("/schema_history.sql"));
    migrate::run(&mut admin, &before, &[]).await.unwrap();
    let old = "insert into organizations (slug, name) values ('grand-plaza', 'Plaza'), ('sea-breeze', 'Breeze');
               insert into audit_log (organization_id, id, actor_user_id, request_id, action, resource, resource_id, changes, created_at)
               select o.id, gen_random_uuid(), case when n % 2 = 0 then gen_random_uuid() end, case when n % 3 = 0 then 'r-' || n end,
                   'users_update', 'users', n::text, jsonb_build_object('n', n, 'zoë', null),
                   -- Out of order, over some months, some at the same moment, up to the edges of them.
                   '2026-03-01 00:00:00+00'::timestamptz + (n * 37 % 100) * interval '1 day' - (n % 2) * interval '1 microsecond'
               from organizations o cross join generate_series(1, 200) n";
    admin.batch_execute(old).await.unwrap();
    let columns = "organization_id, id, actor_user_id, request_id, action, resource, resource_id, changes, created_at";
    let rows = format!(
        "select md5(string_agg(({columns})::text, '|' order by organization_id, created_at, id)) from audit_log"
    );
    let kept: String = admin.query_one(&rows, &[]).await.unwrap().get(0);

    migrate::run(&mut admin, &release, &[]).await.unwrap();
    assert_eq!(migrate::check(&mut admin, &release).await.unwrap(), []);
    assert_eq!(admin.query_one(&rows, &[]).await.unwrap().get::<_, String>(0), kept);
    let elsewhere = "select count(*) from app.audit_log_default";
    assert_eq!(admin.query_one(elsewhere, &[]).await.unwrap().get::<_, i64>(0), 0, "each month has its partition");
    let order = "select count(*) from (
                     select sequence, row_number() over (partition by organization_id order by created_at, id) as place,
                         actor_kind, actor_user_id
                     from audit_log
                 ) a where sequence <> place or (actor_user_id is null) <> (actor_kind = 'administrator')";
    assert_eq!(admin.query_one(order, &[]).await.unwrap().get::<_, i64>(0), 0);

    // And it goes on from there.
    let next =
        "insert into users (organization_id, email, full_name) select id, 'a@example.com', 'A' from organizations";
    admin.batch_execute(next).await.unwrap();
    let platform = || Cluster::get().config("stayzr_platform", &database);
    admin.batch_execute(&format!("grant connect on database {database} to stayzr_platform")).await.unwrap();
    let mut heads = Vec::new();
    let mut client = connect(&platform()).await;
    let faults = stayzr::audit_log::verify(
        &mut client,
        |head| heads.push((head.records, head.sequence)),
        |fault| {
            panic!("{fault}");
        },
    );
    assert_eq!(faults.await.unwrap(), 0);
    assert_eq!(heads, [(201, 201), (201, 201)]);
}
