//! The program on a server that somebody else runs: addresses and keys come from outside.

use std::fs;

use stayzr::auth::TokenKey;
use tokio_postgres::Config;
use tokio_postgres::config::Host;

use super::{Scratch, Stayzr, free_port, run};
use crate::support::{Cluster, connect, eventually};

/// A URL of that role, with its password in it.
pub fn url(config: &Config) -> String {
    let Some(Host::Unix(directory)) = config.get_hosts().first() else { panic!("not a unix socket") };
    let password = std::str::from_utf8(config.get_password().unwrap()).unwrap();
    let host = directory.to_str().unwrap().replace('/', "%2F");
    let (user, database) = (config.get_user().unwrap(), config.get_dbname().unwrap());
    format!("postgres://{user}:{password}@{host}:5432/{database}?sslmode=disable")
}

/// An existing server: its database, what the service is told, and all the secrets in it.
struct Existing {
    database: String,
    migrate: Vec<(&'static str, String)>,
    serve: Vec<(&'static str, String)>,
    secrets: Vec<String>,
}

async fn existing() -> Existing {
    // The roles and their passwords are the cluster's; the template makes them.
    Cluster::get().migrated_database().await;
    let admin = Cluster::get().empty_database().await;
    let database = admin.get_dbname().unwrap().to_owned();
    let client = connect(&admin).await;
    client
        .batch_execute(&format!("grant connect on database {database} to stayzr_app, stayzr_platform"))
        .await
        .unwrap();
    let pkcs8 = TokenKey::generate_pkcs8().unwrap();
    let base64 = |bytes: &[u8]| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", base64(&pkcs8));
    let seal_key = base64(&[5; 32]);
    let (app, platform) =
        (Cluster::get().config("stayzr_app", &database), Cluster::get().config("stayzr_platform", &database));
    let seal_keys = ("STAYZR_SEAL_KEYS", format!("k1:{seal_key}"));
    let password = |config: &Config| String::from_utf8(config.get_password().unwrap().to_vec()).unwrap();
    Existing {
        database,
        migrate: vec![("STAYZR_DATABASE_URL", url(&admin)), seal_keys.clone()],
        serve: vec![
            ("STAYZR_APP_DATABASE_URL", url(&app)),
            ("STAYZR_PLATFORM_DATABASE_URL", url(&platform)),
            seal_keys,
            ("STAYZR_TOKEN_KEY", pem),
        ],
        secrets: vec![password(&admin), password(&app), password(&platform), seal_key, base64(&pkcs8)],
    }
}

impl Existing {
    #[track_caller]
    fn assert_secret(&self, said: &str) {
        assert!(!self.secrets.iter().any(|secret| said.contains(secret)), "a secret was said:\n{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_existing_server_is_migrated_once_and_served_only_then() {
    let (scratch, existing) = (Scratch::new(), existing().await);
    let migrate = |arguments: &[&str]| {
        let (code, said) = run(&[&["migrate"], arguments].concat(), &existing.migrate);
        existing.assert_secret(&said);
        (code, said)
    };
    let (code, said) = run(&["--listen", &format!("127.0.0.1:{}", free_port())], &existing.serve);
    existing.assert_secret(&said);
    assert_eq!(code, 2, "{said}");
    for migration in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap() {
        let name = migration.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(said.contains(&name), "{name} is missing and not named:\n{said}");
    }

    assert_eq!(migrate(&["--check"]).0, 1, "nothing is there yet");
    let (code, said) = migrate(&["--dry-run"]);
    assert!(code == 0 && said.contains("guests"), "{said}");
    assert_eq!(migrate(&["--check"]).0, 1, "a dry run changes nothing");
    let (code, said) = migrate(&["--demo"]);
    assert!(code == 0 && said.contains("Demo hotels loaded."), "{said}");
    let (code, said) = migrate(&["--demo"]);
    assert!(code == 0 && said.contains("there already"), "{said}");
    let (code, said) = migrate(&["--check"]);
    assert!(code == 0 && said.contains("No drift"), "{said}");

    let mut stayzr = Stayzr::start(&scratch, &existing.serve);
    stayzr.ready().await;
    let guest = stayzr.create_guest("ada@example.com").await;
    assert_eq!(stayzr.guest_status(&guest).await, 200);
    stayzr.signal("-TERM");
    assert_eq!(stayzr.ended().await.code(), Some(0));
    existing.assert_secret(&stayzr.said());

    let client = connect(&Cluster::get().superuser(&existing.database)).await;
    let verify = |variables: &[(&'static str, String)]| {
        let (code, said) = run(&["audit-log", "verify"], variables);
        existing.assert_secret(&said);
        (code, said)
    };
    let (code, said) = verify(&existing.serve);
    let heads = said.lines().filter(|line| line.contains(" records, head ")).count();
    assert!(code == 0 && heads == 3 && said.contains("Every chain is intact."), "{code}: {said}");
    client
        .batch_execute(
            "begin; set local session_replication_role = replica; delete from audit_log where sequence = 3; commit",
        )
        .await
        .unwrap();
    let (code, said) = verify(&existing.serve);
    assert!(
        code == 1 && said.contains("organization 2: removed, 3\n") && said.contains("Faults: 3."),
        "{code}: {said}"
    );
    let (code, said) = verify(&existing.migrate);
    assert!(code == 2 && said.contains("STAYZR_PLATFORM_DATABASE_URL"), "{code}: {said}");
    let app = existing.serve.iter().find(|(name, _)| *name == "STAYZR_APP_DATABASE_URL").unwrap().1.clone();
    let (code, said) = verify(&[("STAYZR_PLATFORM_DATABASE_URL", app)]);
    assert!(code == 2 && said.contains("permission denied"), "who may not read it all cannot say: {code}: {said}");
    // A temporary table could shadow a real one; PostgreSQL lets everybody make them unless told.
    let temporary = "select has_database_privilege('stayzr_app', current_database(), 'temp')";
    assert!(!client.query_one(temporary, &[]).await.unwrap().get::<_, bool>(0));
    client.batch_execute("grant delete on guests to stayzr_app").await.unwrap();
    let (code, said) = migrate(&["--check"]);
    assert!(code == 1 && said.contains("guests"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_come_from_files_too_and_never_go_out() {
    let (scratch, existing) = (Scratch::new(), existing().await);
    let in_files = |variables: &[(&'static str, String)]| -> Vec<(String, String)> {
        variables
            .iter()
            .map(|(name, value)| {
                let file = scratch.0.join(name);
                fs::write(&file, format!("{value}\n")).unwrap();
                (format!("{name}_FILE"), file.display().to_string())
            })
            .collect()
    };
    let borrowed = |variables: &'_ [(String, String)]| -> Vec<(&'static str, String)> {
        variables.iter().map(|(name, value)| (&*name.clone().leak(), value.clone())).collect()
    };
    let (migrate, serve) = (borrowed(&in_files(&existing.migrate)), borrowed(&in_files(&existing.serve)));
    assert_eq!(run(&["migrate", "--demo"], &migrate).0, 0);
    let verbose = [serve.clone(), vec![("STAYZR_LOG", "trace".to_owned())]].concat();
    let mut stayzr = Stayzr::start(&scratch, &verbose);
    stayzr.ready().await;
    let token = stayzr.token().await;
    stayzr.signal("-TERM");
    assert_eq!(stayzr.ended().await.code(), Some(0), "{}", stayzr.said());
    existing.assert_secret(&stayzr.said());
    assert!(!stayzr.said().contains(&token), "a token was said");

    // What is wrong with a secret is said by its name.
    let broken = |name: &'static str, value: &str| {
        let mut variables = existing.serve.clone();
        variables.retain(|(other, _)| *other != name);
        if !value.is_empty() {
            variables.push((name, value.to_owned()));
        }
        let (code, said) = run(&[], &variables);
        existing.assert_secret(&said);
        assert!(code == 2 && said.contains(name), "{name}: {code}: {said}");
        assert!(value.is_empty() || !said.contains(value), "{name}: {said}");
    };
    for name in ["STAYZR_APP_DATABASE_URL", "STAYZR_PLATFORM_DATABASE_URL", "STAYZR_SEAL_KEYS", "STAYZR_TOKEN_KEY"] {
        broken(name, "");
        broken(name, "wr0ng:pa55word");
    }
    broken("STAYZR_APP_DATABASE_URL", "postgres://stayzr_app:pa55word@[::/hotels");
    broken("STAYZR_SEAL_KEYS", "k1:dG9vIHNob3J0");
    let both = [existing.serve.clone(), serve].concat();
    let (code, said) = run(&[], &both);
    assert!(code == 2 && said.contains("are both set"), "{said}");
    let absent = [("STAYZR_TOKEN_KEY_FILE", "/nowhere/key".to_owned())];
    let (code, said) = run(&[], &absent);
    assert!(code == 2 && said.contains("STAYZR_TOKEN_KEY_FILE") && said.contains("/nowhere/key"), "{said}");
}

/// The program tells of alerts: of those too that were raised while it did not run.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_tells_of_alerts_from_its_start_on() {
    let (scratch, existing) = (Scratch::new(), existing().await);
    assert_eq!(run(&["migrate", "--demo"], &existing.migrate).0, 0);
    let client = connect(&Cluster::get().superuser(&existing.database)).await;
    let raise = async |resource: &str| {
        let sql = "insert into usage_alerts (organization_id, id, resource, threshold, maximum, used, period_start, period_end)
                   select id, app.uuid_v7(), $1, 80, 10, 8, now(), now() + interval '1 day'
                   from organizations where slug = 'grand-plaza'";
        assert_eq!(client.execute(sql, &[&resource]).await.unwrap(), 1);
    };
    raise("guests").await;
    let mut stayzr = Stayzr::start(&scratch, &existing.serve);
    stayzr.ready().await;
    let told = async |resource: &str| {
        let waiting = "select count(*) from usage_alerts where mailed_at is null";
        eventually("it is told", async || client.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0).await;
        let line = format!("resource=\"{resource}\"");
        eventually("it is said", async || stayzr.said().contains(&line)).await;
    };
    told("guests").await;
    raise("users").await;
    told("users").await;
    stayzr.signal("-TERM");
    assert_eq!(stayzr.ended().await.code(), Some(0), "{}", stayzr.said());
    let said = stayzr.said();
    // Without an SMTP server the mail goes nowhere, and no address is said.
    assert_eq!(said.matches("an alert is told").count(), 2, "{said}");
    assert_eq!(said.matches("a mail is not sent").count(), 2, "{said}");
    assert!(!said.contains("@grand-plaza"), "{said}");
}

/// A month of Grand Plaza that is over and not invoiced.
async fn let_a_month_pass(client: &stayzr::db::Client) {
    let sql = "update invoice_schedules s
               set month_start = t.at, period_start = t.at, period_end = date_trunc('month', now())
               from (select date_trunc('month', now()) - interval '1 month') t (at), organizations o
               where o.slug = 'grand-plaza' and s.organization_id = o.id";
    assert_eq!(client.execute(sql, &[]).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_invoiced_by_a_command_and_by_every_server() {
    let (scratch, existing) = (Scratch::new(), existing().await);
    assert_eq!(run(&["migrate", "--demo"], &existing.migrate).0, 0);
    let client = connect(&Cluster::get().superuser(&existing.database)).await;
    let numbers = async || -> Vec<i64> {
        let sql = "select coalesce(array_agg(number order by number), '{}') from invoices where status = 'open'";
        client.query_one(sql, &[]).await.unwrap().get(0)
    };
    let close = || run(&["invoices", "close"], &existing.serve);

    let_a_month_pass(&client).await;
    let (code, said) = close();
    assert!(code == 0 && said.contains("Periods closed: 1. Invoices opened: 1."), "{code}: {said}");
    existing.assert_secret(&said);
    let (code, said) = close();
    assert!(code == 0 && said.contains("Periods closed: 0. Invoices opened: 0."), "{code}: {said}");
    assert_eq!(numbers().await, [1]);

    // What cannot be invoiced is told by the exit code, and left as it was.
    let month_before = "update invoice_schedules s
                        set month_start = i.period_start - interval '1 month',
                            period_start = i.period_start - interval '1 month', period_end = i.period_start
                        from invoices i where i.organization_id = s.organization_id";
    assert_eq!(client.execute(month_before, &[]).await.unwrap(), 1);
    client.batch_execute("alter table invoices add constraint broken check (number < 2)").await.unwrap();
    let (code, said) = close();
    assert!(code == 1 && said.contains("Hotels that could not be invoiced: 1."), "{code}: {said}");
    existing.assert_secret(&said);
    assert_eq!(numbers().await, [1]);

    // A server does it from its start on.
    client.batch_execute("alter table invoices drop constraint broken").await.unwrap();
    let mut stayzr = Stayzr::start(&scratch, &existing.serve);
    stayzr.ready().await;
    eventually("it is invoiced", async || numbers().await == [1, 2]).await;
    stayzr.signal("-TERM");
    assert_eq!(stayzr.ended().await.code(), Some(0), "{}", stayzr.said());
}
