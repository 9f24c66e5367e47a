//! An attack leaves nothing behind and keeps nobody waiting.

use std::time::{Duration, Instant};

use stayzr::audit::attack::{Outcome, attack_with};
use stayzr::db::Client;

use super::{connections, is_fault, lines};
use crate::support::{Cluster, World, connect};

/// What there is in a server and a database besides rows.
async fn surroundings(admin: &Client) -> Vec<String> {
    let sql = "
        select 'role ' || a::text from pg_authid a
        union all select 'member ' || m::text from pg_auth_members m
        union all select 'setting ' || s::text from pg_db_role_setting s
        union all select 'relation ' || c.oid::regclass || coalesce(c.relacl::text, '') || c.relfilenode
            || c.relrowsecurity || c.relforcerowsecurity || c.relowner
            from pg_class c where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace)
        union all select 'function ' || p.oid::regprocedure || coalesce(p.proacl::text, '') || md5(p.prosrc) from pg_proc p
        union all select 'policy ' || p::text from pg_policy p
        union all select 'schema ' || n::text from pg_namespace n where n.nspname !~ '^pg_'
        union all select 'large object ' || l::text from pg_largeobject_metadata l
        union all select 'sequence ' || s::text from pg_sequences s
        union all select 'slot ' || s.slot_name from pg_replication_slots s
        union all select 'publication ' || p::text from pg_publication p
        union all select 'extension ' || e::text from pg_extension e
        order by 1";
    admin.query(sql, &[]).await.unwrap().iter().map(|row| row.get(0)).collect()
}

/// What an attack must leave as it is.
pub struct Before {
    rows: Vec<(String, String)>,
    surroundings: Vec<String>,
}

impl Before {
    pub async fn of(world: &World) -> Before {
        Before { rows: world.contents().await, surroundings: surroundings(&world.admin().await).await }
    }

    pub async fn assert_unchanged(&self, world: &World) {
        assert_eq!(world.contents().await, self.rows, "the rows of every table");
        // Of roles, those of ours: the server is other tests' as well.
        let ours =
            |line: &&String| !line.starts_with("role ") && !line.starts_with("setting ") || line.contains("stayzr");
        let admin = world.admin().await;
        let after = surroundings(&admin).await;
        let (before, after): (Vec<_>, Vec<_>) =
            (self.surroundings.iter().filter(ours).collect(), after.iter().filter(ours).collect());
        assert!(before.len() > 3000);
        assert_eq!(after, before, "what is there besides rows");
        let locks = "select count(*) from pg_locks where locktype = 'advisory' and database =
                     (select oid from pg_database where datname = current_database())";
        assert_eq!(admin.query_one(locks, &[]).await.unwrap().get::<_, i64>(0), 0);
    }
}

/// Requests that run meanwhile hold locks of their own: no drill waits for them, and the right to wait shows.
#[tokio::test(flavor = "multi_thread")]
async fn an_attack_waits_for_nobody() {
    let database = Cluster::get().migrated_database().await;
    let busy = connect(&Cluster::get().superuser(&database)).await;
    busy.batch_execute(
        "begin; do $$ declare t regclass; begin
             for t in select oid from pg_class
                 where relkind in ('r', 'p') and relnamespace in ('public'::regnamespace, 'app'::regnamespace)
             loop execute format('lock table %s in row exclusive mode', t); end loop;
         end $$",
    )
    .await
    .unwrap();
    let connections = connections(Cluster::get(), &database);
    let started = Instant::now();
    let drills =
        ["definitions", "foreign_keys", "locks", "other_logins", "partitions_and_sequences", "reads", "secrets"];
    let wanted = |name: &str| drills.contains(&name) || name == "truncate" || name == "writes";
    let log = attack_with(&connections, wanted, |_| ()).await.unwrap();
    let faults = lines(&log, is_fault);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    assert!(started.elapsed() < Duration::from_secs(60), "a few thousand waits would be hours");
    let waited = lines(&log, |outcome| matches!(outcome, Outcome::Accepted { seen, .. } if seen.contains("55P03")));
    assert_eq!(waited.len(), 8, "tables that may be locked because they may be deleted from:\n{}", waited.join("\n"));

    // Where the right is there, so is the patience of 20 milliseconds.
    let admin = connect(&Cluster::get().superuser(&database)).await;
    admin.batch_execute("grant truncate on shares to stayzr_app").await.unwrap();
    let log = attack_with(&connections, |name| name == "truncate", |_| ()).await.unwrap();
    let seen = lines(&log, |outcome| matches!(outcome, Outcome::Succeeded { seen } if seen.contains("55P03")));
    assert_eq!(seen.len(), 1, "{seen:?}");
}
