//! Whoever owns the database can write into the log what they like; it shows.

use std::collections::BTreeSet;

use stayzr::db::Client;

use super::verified;
use crate::support::repository::read;
use crate::support::{Hotel, two_hotels};

/// Triggers and foreign keys ask nothing of a superuser who says so.
const UNSEEN: &str = "set local session_replication_role = replica";

/// Gives a record the hash it would have.
const REHASH: &str = "update audit_log a set hash = app.audit_hash(
        previous_hash, organization_id, sequence, id, created_at, actor_user_id, actor_kind, api_key_id, grant_id, address,
        request_id, action, resource, resource_id, reason, outcome, changes
    )";

/// Chains the hotel's records anew, from that one to that one.
fn rechain(hotel: i32, first: i64, last: i64) -> String {
    format!(
        "do $$ declare place bigint; begin for place in {first}..{last} loop
             update audit_log a set previous_hash = b.hash from audit_log b
             where a.organization_id = {hotel} and a.sequence = place
                 and b.organization_id = {hotel} and b.sequence = place - 1;
             {REHASH} where organization_id = {hotel} and sequence = place;
         end loop; end $$"
    )
}

struct Scene {
    admin: Client,
    plaza: Hotel,
    breeze: Hotel,
    /// The place of Plaza's last record.
    end: i64,
}

impl Scene {
    async fn set() -> Scene {
        let (plaza, breeze) = two_hotels().await;
        assert_eq!(verified(&plaza.world).await.1, []);
        let admin = plaza.world.admin().await;
        let end = "select sequence from app.audit_heads where organization_id = $1";
        let end = admin.query_one(end, &[&plaza.id]).await.unwrap().get(0);
        assert!(end > 6, "there is something to alter");
        Scene { admin, plaza, breeze, end }
    }

    /// What the walk finds after these statements, which do not stay: hotel, places, finding.
    async fn finds(&self, tampering: &str) -> Vec<(i32, String)> {
        let tampering = tampering.replace("{plaza}", &self.plaza.id.to_string());
        let begin = format!("begin; {UNSEEN}; {tampering}");
        self.admin.batch_execute(&begin).await.unwrap_or_else(|error| panic!("{tampering}: {error:?}"));
        let rows = self.admin.query(&read("sql/queries/audit_log/verify.sql"), &[]).await.unwrap();
        self.admin.batch_execute("rollback").await.unwrap();
        let mut found: Vec<(i32, String)> = rows
            .iter()
            .map(|row| {
                let place =
                    |name: &str| row.get::<_, Option<i64>>(name).map(|place| format!(" {place}")).unwrap_or_default();
                let finding: String = row.get("finding");
                (row.get("organization_id"), format!("{finding}{}{}", place("sequence"), place("last")))
            })
            .collect();
        found.sort();
        found
    }

    /// It finds exactly this, at Plaza.
    async fn shows(&self, tampering: &str, expected: &[&str]) {
        let expected: Vec<(i32, String)> =
            expected.iter().map(|finding| (self.plaza.id, (*finding).to_owned())).collect();
        assert_eq!(self.finds(tampering).await, expected, "{tampering}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_altered_is_found_whichever_column_it_was() {
    let scene = Scene::set().await;
    let (plaza, breeze) = (scene.plaza.id, scene.breeze.id);
    let altered: &[&str] = &["altered 3"];
    let columns: &[(&str, &str, &[&str])] = &[
        ("sequence", "1000", &["inserted 1000", "removed 3 3"]),
        ("id", "gen_random_uuid()", altered),
        ("created_at", "created_at + interval '1 microsecond'", altered),
        ("actor_user_id", "gen_random_uuid()", altered),
        ("actor_kind", "'user'", altered),
        ("api_key_id", "gen_random_uuid()", altered),
        ("grant_id", "gen_random_uuid()", altered),
        ("address", "'192.0.2.1'", altered),
        ("request_id", "'null'", altered),
        ("action", "action || ' '", altered),
        ("resource", "'guests'", altered),
        ("resource_id", "null", altered),
        ("reason", "'because'", altered),
        ("outcome", "'refused'", altered),
        ("changes", "changes || '{\"x\": null}'", altered),
        ("previous_hash", "sha256('x')", altered),
        ("hash", "sha256('x')", altered),
    ];
    for (column, value, expected) in columns {
        let update =
            format!("update audit_log set {column} = {value} where organization_id = {plaza} and sequence = 3");
        scene.shows(&update, expected).await;
    }
    // Another month, and so another partition.
    let moved = "update audit_log set created_at = created_at + interval '1 year' where organization_id = {plaza} and sequence = 3";
    scene.shows(moved, altered).await;
    // A record given to another hotel is missing in one chain and too many in the other.
    let given =
        format!("update audit_log set organization_id = {breeze} where organization_id = {plaza} and sequence = 3");
    let found = scene.finds(&given).await;
    assert_eq!(found, [(plaza, "removed 3 3".to_owned()), (breeze, "inserted 3".to_owned())]);

    let there = "select attname::text from pg_attribute where attrelid = 'audit_log'::regclass and attnum > 0 and not attisdropped";
    let there: BTreeSet<String> = scene.admin.query(there, &[]).await.unwrap().iter().map(|row| row.get(0)).collect();
    let tried = columns.iter().map(|(column, ..)| (*column).to_owned()).chain(["organization_id".to_owned()]);
    assert_eq!(tried.collect::<BTreeSet<_>>(), there, "every column is tried");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_altered_record_is_found_although_it_was_hashed_again() {
    let scene = Scene::set().await;
    let (plaza, end) = (scene.plaza.id, scene.end);
    let rehash = |place: i64| format!("{REHASH} where organization_id = {plaza} and sequence = {place}");
    let alter = |place: i64| {
        format!(
            "update audit_log set action = 'x' where organization_id = {plaza} and sequence = {place}; {}",
            rehash(place)
        )
    };
    for place in [1, 3, end - 1] {
        scene.shows(&alter(place), &[&*format!("altered {place}")]).await;
    }
    scene.shows(&alter(end), &[&*format!("head differs {end}")]).await;
    scene.shows(&[alter(3), alter(5)].join(";"), &["altered 3", "altered 5"]).await;
    for place in [1, 3] {
        let unchained = format!(
            "update audit_log set previous_hash = sha256('x') where organization_id = {plaza} and sequence = {place}; {}",
            rehash(place)
        );
        scene.shows(&unchained, &[&*format!("altered {place}")]).await;
    }
    // And the ones after it, up to somewhere: there the next one was chained to another.
    scene.shows(&format!("{}; {}", alter(3), rechain(plaza, 4, 5)), &["altered 5"]).await;
    scene.shows(&format!("{}; {}", alter(3), rechain(plaza, 4, end)), &[&*format!("head differs {end}")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_removed_is_found_wherever_it_was() {
    let scene = Scene::set().await;
    let end = scene.end;
    let delete = |which: &str| format!("delete from audit_log where organization_id = {{plaza}} and {which}");
    scene.shows(&delete("sequence = 1"), &["removed 1 1"]).await;
    scene.shows(&delete("sequence = 3"), &["removed 3 3"]).await;
    scene.shows(&delete("sequence between 3 and 5"), &["removed 3 5"]).await;
    scene.shows(&delete("sequence in (2, 4)"), &["removed 2 2", "removed 4 4"]).await;
    scene.shows(&delete(&format!("sequence = {end}")), &[&*format!("removed {end} {end}")]).await;
    scene.shows(&delete(&format!("sequence > {}", end - 2)), &[&*format!("removed {} {end}", end - 1)]).await;
    scene.shows(&delete("true"), &[&*format!("removed 1 {end}")]).await;
    // With the rest moved up, none of them is what was hashed.
    let closed = format!(
        "{}; update audit_log set sequence = sequence - 1 where organization_id = {{plaza}} and sequence > 3",
        delete("sequence = 3")
    );
    let mut moved: Vec<String> = (3..end).map(|place| format!("altered {place}")).collect();
    moved.push(format!("removed {end} {end}"));
    scene.shows(&closed, &moved.iter().map(String::as_str).collect::<Vec<_>>()).await;
    // With those chained anew, the head is ahead of the last one.
    let chained = format!("{closed}; {}", rechain(scene.plaza.id, 3, end - 1));
    scene.shows(&chained, &[&*format!("removed {end} {end}")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_inserted_is_found_whatever_hash_it_was_given() {
    let scene = Scene::set().await;
    let (plaza, end) = (scene.plaza.id, scene.end);
    let mut copies = 0;
    for place in [1, 3, end, end + 1] {
        let like = place.min(end);
        for hash in ["hash", "sha256('x')", "previous_hash"] {
            let insert = format!(
                "insert into audit_log (organization_id, sequence, id, action, resource, previous_hash, hash)
                 select organization_id, {place}, 'ffffffff-0000-7000-8000-000000000000', 'x', 'x', previous_hash, {hash}
                 from audit_log where organization_id = {plaza} and sequence = {like}"
            );
            let expected = format!("inserted {place}");
            scene.shows(&insert, &[&*expected]).await;
            // Hashed as it should be, to the record before the place.
            let chained = format!(
                "{insert}; update audit_log set previous_hash = coalesce(
                     (select hash from audit_log where organization_id = {plaza} and sequence = {place} - 1),
                     decode(repeat('00', 32), 'hex')
                 ) where id = 'ffffffff-0000-7000-8000-000000000000';
                 {REHASH} where id = 'ffffffff-0000-7000-8000-000000000000'"
            );
            scene.shows(&chained, &[&*expected]).await;
            copies += 1;
        }
    }
    assert_eq!(copies, 12);
    // One that makes room for itself moves all the others.
    let room = "update audit_log set sequence = sequence + 1 where organization_id = {plaza} and sequence > 3;
                insert into audit_log (organization_id, sequence, action, resource, previous_hash, hash)
                values ({plaza}, 4, 'x', 'x', sha256('x'), sha256('x'))";
    let found = scene.finds(room).await;
    assert_eq!(found.len() as i64, end - 2, "{found:?}");
    // A record that names the right place and says who it is shows whose it is: the one that was not there.
    let twin = "insert into audit_log (organization_id, sequence, id, created_at, action, resource, previous_hash, hash)
                select organization_id, 3, 'ffffffff-0000-7000-8000-000000000000', created_at, 'x', 'x', previous_hash, hash
                from audit_log where organization_id = {plaza} and sequence = 3";
    scene
        .admin
        .batch_execute(&format!("begin; {UNSEEN}; {}", twin.replace("{plaza}", &plaza.to_string())))
        .await
        .unwrap();
    let rows = scene.admin.query(&read("sql/queries/audit_log/verify.sql"), &[]).await.unwrap();
    scene.admin.batch_execute("rollback").await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].get::<_, uuid::Uuid>("id").to_string(), "ffffffff-0000-7000-8000-000000000000");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_changed_places_are_found() {
    let scene = Scene::set().await;
    let swap = "update audit_log set sequence = 7 - sequence where organization_id = {plaza} and sequence in (3, 4)";
    scene.shows(swap, &["altered 3", "altered 4"]).await;
    let chained = format!("{swap}; {}", rechain(scene.plaza.id, 3, 4));
    scene.shows(&chained, &["altered 4"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_was_moved_is_found() {
    let scene = Scene::set().await;
    let end = scene.end;
    let head = |set: &str| format!("update app.audit_heads set {set} where organization_id = {{plaza}}");
    scene.shows(&head("hash = sha256('x')"), &[&*format!("head differs {end}")]).await;
    scene.shows(&head("sequence = sequence + 2"), &[&*format!("removed {} {}", end + 1, end + 2)]).await;
    scene.shows(&head("sequence = 9223372036854775807"), &[&*format!("removed {} {}", end + 1, i64::MAX)]).await;
    scene.shows(&head("sequence = sequence - 1"), &[&*format!("inserted {end}")]).await;
    scene.shows("delete from app.audit_heads where organization_id = {plaza}", &["head differs"]).await;
}

/// What no walk can find: everything from some record on written anew, the head with it. The hash of the head differs
/// from the one that was filed elsewhere.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_written_anew_is_told_by_the_hash_that_was_filed() {
    let scene = Scene::set().await;
    let (plaza, end) = (scene.plaza.id, scene.end);
    let world = scene.plaza.world.clone();
    let filed = verified(&world).await.0;
    let anew = format!(
        "begin; {UNSEEN}; update audit_log set action = 'x' where organization_id = {plaza} and sequence = 3;
         {}; update app.audit_heads h set hash = a.hash from audit_log a
         where h.organization_id = {plaza} and a.organization_id = {plaza} and a.sequence = {end}; commit",
        rechain(plaza, 3, end)
    );
    scene.admin.batch_execute(&anew).await.unwrap();
    let (heads, faults) = verified(&world).await;
    assert_eq!(faults, []);
    let differ: Vec<i32> =
        heads.iter().zip(&filed).filter(|(now, then)| now != then).map(|(now, _)| now.organization_id).collect();
    assert_eq!(differ, [plaza]);
}
