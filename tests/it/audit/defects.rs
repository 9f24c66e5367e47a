//! Seeded defects: each file of `tests/defects` makes the mistakes its check is for, in a copy of the real schema.

use std::collections::BTreeSet;

use stayzr::audit::Catalogue;
use stayzr::db::Client;
use tokio_postgres::Statement;

use super::checks;
use crate::support::World;
use crate::support::repository::{files_in, read, stem};

/// One mistake, and everything that is to be reported of it.
struct Defect {
    name: String,
    at: String,
    /// What other checks rightly say of it as well: an id, and an object or all of them.
    also: Vec<(String, Option<String>)>,
    sql: String,
}

/// A file holds one or more: `-- Defect: …`, `-- At: …`, any number of `-- Also: RLS… …`, and the statements.
fn defects(file: &str, place: impl Fn(&str) -> String) -> Vec<Defect> {
    let text = read(file);
    let parts: Vec<&str> = text.split("-- Defect: ").collect();
    assert!(parts[0].is_empty() && parts.len() > 1, "{file} begins with `-- Defect: …`");
    let defect = |part: &&str| {
        let (name, rest) = part.split_once('\n').unwrap_or_default();
        let field = |field: &'static str| rest.lines().filter_map(move |line| line.strip_prefix(field)).map(&place);
        let also = field("-- Also: ").map(|also| match also.split_once(' ') {
            Some((id, object)) => (id.to_owned(), Some(object.to_owned())),
            None => (also, None),
        });
        let at = field("-- At: ").next().unwrap_or_else(|| panic!("{file}: {name}: `-- At: …` is missing"));
        Defect { name: format!("{file}: {name}"), at, also: also.collect(), sql: rest.to_owned() }
    };
    parts[1..].iter().map(defect).collect()
}

type Found = BTreeSet<(String, String, String)>;

/// The checks, prepared once: they run hundreds of times.
struct Prepared<'a> {
    client: &'a Client,
    statements: Vec<(String, Statement)>,
}

impl Prepared<'_> {
    /// Everything that is found in the transaction as it stands: id, object, finding.
    async fn findings(&self) -> Found {
        self.client.batch_execute("set local search_path = ''").await.unwrap();
        let mut found = Found::new();
        for (id, statement) in &self.statements {
            let rows = self.client.query(statement, &[]).await.unwrap_or_else(|error| panic!("{id}: {error:?}"));
            found.extend(rows.iter().map(|row| (id.clone(), row.get("object"), row.get("finding"))));
        }
        found
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_check_reports_its_defects_and_no_other_check_does() {
    let world = World::new().await;
    let admin = world.admin().await;
    let version: String = admin.query_one("show server_version", &[]).await.unwrap().get(0);
    let place = |text: &str| text.replace("{database}", &world.database).replace("{server_version}", &version);
    let catalogue = Catalogue::embedded().unwrap();
    // With the path the checks run with: a statement that was prepared with another is planned anew each time.
    admin.batch_execute("set jit = off; begin; set local search_path = ''").await.unwrap();
    let mut statements = Vec::new();
    for check in catalogue.checks() {
        let Some(sql) = &check.sql else { continue };
        statements
            .push((check.id.clone(), admin.prepare(sql).await.unwrap_or_else(|e| panic!("{}: {e:?}", check.name))));
    }
    let prepared = Prepared { client: &admin, statements };
    let healthy = prepared.findings().await;
    admin.batch_execute("rollback").await.unwrap();
    assert_eq!(healthy, Found::new(), "a healthy database");

    let mut faults = Vec::new();
    let mut tried = 0;
    for file in checks() {
        let id = &catalogue.get(stem(&file)).unwrap().id;
        for defect in defects(&format!("tests/defects/{}.sql", stem(&file)), place) {
            tried += 1;
            // Roles belong to the whole cluster, so nothing of this is ever committed.
            admin.batch_execute("begin").await.unwrap();
            admin.batch_execute(&defect.sql).await.unwrap_or_else(|error| panic!("{}: {error:?}", defect.name));
            let found = prepared.findings().await;
            admin.batch_execute("rollback").await.unwrap();
            if !found.iter().any(|(check, object, _)| check == id && *object == defect.at) {
                faults.push(format!("{}\n    {id} does not report {}", defect.name, defect.at));
            }
            let named = |check: &String, object: &String| {
                check == id && *object == defect.at
                    || defect.also.iter().any(|(id, at)| id == check && at.as_ref().is_none_or(|at| at == object))
            };
            for (check, object, finding) in found.iter().filter(|(check, object, _)| !named(check, object)) {
                faults.push(format!("{}\n    not named there: {check} {object} {finding}", defect.name));
            }
            for (also, at) in &defect.also {
                let reported = |(check, object, _): &(String, String, String)| {
                    check == also && at.as_ref().is_none_or(|at| at == object)
                };
                if !found.iter().any(reported) {
                    faults.push(format!("{}\n    named and not reported: {also} {at:?}", defect.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
    eprintln!("{tried} defects, {} checks", checks().len());
}

#[test]
fn every_check_has_a_defect_and_every_defect_a_check() {
    let names = |files: Vec<String>| files.iter().map(|file| stem(file).to_owned()).collect::<BTreeSet<_>>();
    let (checks, defects) = (names(checks()), names(files_in("tests/defects")));
    let missing: Vec<_> = checks.difference(&defects).collect();
    assert!(missing.is_empty(), "nothing in tests/defects shows that these can fail: {missing:?}");
    let idle: Vec<_> = defects.difference(&checks).collect();
    assert!(idle.is_empty(), "tests/defects breaks the database for checks that are not there: {idle:?}");
}
