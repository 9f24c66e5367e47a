//! A small release to vary, and databases to migrate with it.

use crate::support::{Cluster, connect};
use stayzr::db::migrate::{self, Drift, MigrateError, Sources, Summary};
use std::sync::OnceLock;
use tokio_postgres::{Client, Config};

const GUESTS: &str = "
create table public.guests (organization_id integer not null, id uuid not null, name text, primary key (organization_id, id));
alter table public.guests enable row level security;
alter table public.guests force row level security;
create table app.seal_keys (id text primary key, inner_pad bytea not null, outer_pad bytea not null, created_at timestamptz not null default now());
";
const ORGANIZATION: &str = "
create or replace function app.organization_id() returns integer language sql stable
as $$ select nullif(current_setting('app.organization_id', true), '')::integer $$;
revoke execute on function app.organization_id() from public;
grant execute on function app.organization_id() to stayzr_app;
";
pub(crate) const TOUCH: &str = "
create or replace function app.touch() returns trigger language plpgsql as $$ begin return new; end $$;
";
pub(crate) const GUESTS_POLICY: &str = "
select app.policy_reset('public.guests');
alter table public.guests alter column organization_id set default app.organization_id();
create policy guests_tenant on public.guests as restrictive for all to stayzr_app
    using (organization_id = (select app.organization_id()));
create policy guests_member on public.guests for all to stayzr_app
    using (organization_id = (select app.organization_id()));
grant select (organization_id, id, name), insert (id, name) on public.guests to stayzr_app;
create or replace trigger guests_touch before update on public.guests for each row execute function app.touch();
";
const ROLES: &str = include_str!("../../../policies/database_roles.sql");

/// The files of a release, to be varied.
#[derive(Clone)]
pub(crate) struct Release {
    pub(crate) migrations: Vec<(&'static str, String)>,
    pub(crate) functions: Vec<(&'static str, String)>,
    pub(crate) policies: Vec<(&'static str, String)>,
    pub(crate) roles: String,
}

impl Release {
    pub(crate) fn first() -> Self {
        Self {
            migrations: vec![
                ("V001__repeatable_files", include_str!("../../../migrations/V001__repeatable_files.sql").into()),
                ("V002__guests", GUESTS.into()),
            ],
            functions: vec![
                ("policy_reset.sql", include_str!("../../../sql/functions/policy_reset.sql").into()),
                ("organization.sql", ORGANIZATION.into()),
                ("touch.sql", TOUCH.into()),
            ],
            policies: vec![
                ("guests.sql", GUESTS_POLICY.into()),
                ("schema_history.sql", include_str!("../../../policies/schema_history.sql").into()),
                ("release.sql", include_str!("../../../policies/release.sql").into()),
            ],
            roles: ROLES.into(),
        }
    }

    pub(crate) fn with_migration(mut self, name: &'static str, text: &str) -> Self {
        self.migrations.push((name, text.into()));
        self
    }

    pub(crate) fn with_policy(mut self, name: &'static str, text: &str) -> Self {
        self.policies.retain(|(other, _)| *other != name);
        self.policies.push((name, text.into()));
        self
    }

    pub(crate) fn with_function(mut self, name: &'static str, text: &str) -> Self {
        self.functions.retain(|(other, _)| *other != name);
        self.functions.push((name, text.into()));
        self
    }

    pub(crate) fn sources(&self) -> Sources {
        fn pairs<'a>(files: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
            files.iter().map(|(name, text)| (*name, text.as_str())).collect()
        }
        Sources::new(&pairs(&self.migrations), &pairs(&self.functions), &pairs(&self.policies), &self.roles)
            .expect("well-formed sources")
    }
}

/// One database and an administrator on it.
pub(crate) struct Database {
    pub(crate) config: Config,
    pub(crate) client: Client,
}

impl Database {
    pub(crate) async fn empty() -> Self {
        static CLUSTER: OnceLock<Cluster> = OnceLock::new();
        Self::empty_on(CLUSTER.get_or_init(Cluster::start)).await
    }

    pub(crate) async fn empty_on(cluster: &Cluster) -> Self {
        let config = cluster.empty_database().await;
        Self { client: connect(&config).await, config }
    }

    pub(crate) async fn migrated() -> Self {
        let mut database = Self::empty().await;
        database.run(&Release::first()).await.expect("a first run");
        database
    }

    pub(crate) async fn run(&mut self, release: &Release) -> Result<Summary, MigrateError> {
        migrate::run(&mut self.client, &release.sources(), &[]).await
    }

    pub(crate) async fn check(&mut self, release: &Release) -> Vec<Drift> {
        migrate::check(&mut self.client, &release.sources()).await.expect("a check")
    }

    /// Each difference from the first release, by its title.
    pub(crate) async fn titles(&mut self) -> Vec<String> {
        self.check(&Release::first()).await.iter().map(Drift::title).collect()
    }

    pub(crate) async fn by_hand(&self, sql: &str) {
        let mut done = self.client.batch_execute(sql).await;
        // The roles are the cluster's, and other tests migrate theirs meanwhile.
        while matches!(&done, Err(error) if error.as_db_error().is_some_and(|error| error.message() == "tuple concurrently updated"))
        {
            done = self.client.batch_execute(sql).await;
        }
        done.expect("the change by hand");
    }

    pub(crate) async fn has(&self, condition: &str) -> bool {
        self.client.query_one(&format!("select {condition}"), &[]).await.expect("a condition").get(0)
    }

    pub(crate) async fn as_app(&self) -> Client {
        // Every test that asks sets the same password, so that they may run at once.
        self.by_hand("alter role stayzr_app password 'fixture'").await;
        let mut config = self.config.clone();
        connect(config.user("stayzr_app").password("fixture")).await
    }

    /// A change by hand is found, by this title, and gone after the next run, which does nothing else.
    pub(crate) async fn finds_and_repairs(&mut self, change: &str, title: &str) {
        self.by_hand(change).await;
        assert_eq!(self.titles().await, [title]);
        let summary = self.run(&Release::first()).await.expect("the run that repairs");
        assert_eq!(summary.repaired.len(), 1, "{summary}");
        assert_eq!(summary.warnings, Vec::<String>::new());
        assert_eq!(self.titles().await, Vec::<String>::new());
        assert!(self.run(&Release::first()).await.expect("a run").is_empty());
    }

    /// A change by hand is found, by this title, and no run makes it disappear or makes it right.
    pub(crate) async fn finds_and_keeps(&mut self, change: &str, title: &str) {
        self.by_hand(change).await;
        assert_eq!(self.titles().await, [title]);
        let summary = self.run(&Release::first()).await.expect("a run");
        assert!(summary.warnings[0].starts_with(title), "{summary}");
        let other = Release::first().with_policy("guests.sql", &format!("{GUESTS_POLICY}-- another text"));
        self.run(&other).await.expect("a run");
        let drifts: Vec<String> = self.check(&other).await.iter().map(Drift::title).collect();
        assert_eq!(drifts, [title], "a run for another reason must not make it right");
    }
}
