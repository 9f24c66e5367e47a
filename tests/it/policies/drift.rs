//! `stayzr audit drift`: an auditor tells what was changed by hand, from the files and since a baseline.

use stayzr::audit::drift::Baseline;
use stayzr::db::migrate::{self, Sources};

use super::auditor;
use crate::support::World;

/// What somebody did by hand, and how an auditor tells it: against the files, and since a baseline.
const CHANGES: [(&str, &str, &str); 6] = [
    ("drop policy guests_tenant on guests", "policy guests_tenant on public.guests", "is gone"),
    ("alter table guests no force row level security", "rls public.guests", "is another"),
    ("grant delete on guests to stayzr_app", "grant public.guests to stayzr_app", "is another"),
    (
        "alter table guests disable trigger guests_usage_added",
        "trigger guests_usage_added on public.guests",
        "is another",
    ),
    (
        "create policy anybody on guests for select to stayzr_app using (true)",
        "policy anybody on public.guests",
        "is new",
    ),
    ("create function app.backdoor() returns integer language sql as 'select 1'", "function app.backdoor()", "is new"),
];

#[tokio::test(flavor = "multi_thread")]
async fn an_auditor_tells_what_differs_from_the_files_and_from_a_baseline() {
    let world = World::new().await;
    let admin = world.admin().await;
    let mut auditor = auditor(&world).await;
    let sources = Sources::embedded().unwrap();
    let drift = migrate::check(&mut auditor, &sources).await.unwrap();
    assert!(drift.is_empty(), "{drift:#?}");
    let before = Baseline::read(&mut auditor).await.unwrap();
    assert!(before.objects["policy"].len() > 50, "{:?}", before.objects.keys());
    // It goes to a file and comes back.
    let text = serde_json::to_string(&before).unwrap();
    assert_eq!(serde_json::from_str::<Baseline>(&text).unwrap(), before);
    assert_eq!(before.changes(&Baseline::read(&mut auditor).await.unwrap()), []);

    for (change, object, how) in CHANGES {
        admin.batch_execute(change).await.unwrap_or_else(|error| panic!("{change}: {error:?}"));
        let drift = migrate::check(&mut auditor, &sources).await.unwrap();
        assert!(drift.iter().any(|drift| drift.title().starts_with(object)), "{change}: {drift:#?}");
        let changes = before.changes(&Baseline::read(&mut auditor).await.unwrap());
        let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
        let title = format!("{object} {how}");
        assert!(told.iter().any(|change| change.lines().next() == Some(&*title)), "{change}:\n{}", told.join("\n"));
    }
    // Each is told, and nothing else.
    let told: Vec<String> = before
        .changes(&Baseline::read(&mut auditor).await.unwrap())
        .iter()
        .map(|change| format!("{} {}", change.kind, change.object))
        .collect();
    let expected: std::collections::BTreeSet<&str> = CHANGES.iter().map(|(_, object, _)| *object).collect();
    assert_eq!(told.iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>(), expected);
}
