//! Sixty-four connections race from some below the limit: just as many get through.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::sync::Barrier;

use super::{METERED, Scene};
use crate::support::{Answer, Call};

const CONNECTIONS: usize = 64;
/// How many of them there is room for.
const ROOM: i64 = 23;

/// One writes, once all are there; whether it was counted, or what it was told.
async fn race(scene: &Arc<Scene>, resource: &'static str) -> Vec<Result<(), (String, Value)>> {
    let start = Arc::new(Barrier::new(CONNECTIONS));
    let racers = (0..CONNECTIONS).map(|_| {
        let (scene, start) = (scene.clone(), start.clone());
        tokio::spawn(async move {
            let app = scene.app().await;
            app.batch_execute(&scene.begin()).await.unwrap();
            start.wait().await;
            let written = app.batch_execute(&scene.one_more(resource)).await;
            match written {
                Ok(()) => app.batch_execute("commit").await.map_err(|error| panic!("{error:?}")),
                Err(error) => {
                    let refusal = error.as_db_error().unwrap();
                    assert_eq!(refusal.code().code(), "SZ001", "{refusal:?}");
                    assert_eq!(refusal.constraint(), Some(&*format!("{resource}_limit_exceeded")));
                    Err((refusal.message().into(), serde_json::from_str(refusal.detail().unwrap()).unwrap()))
                }
            }
        })
    });
    join_all(racers).await.into_iter().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_connections_get_exactly_what_is_left() {
    let scene = Arc::new(Scene::set().await);
    for (resource, limit) in METERED {
        let unit = if resource == "storage" { 100_000_000 } else { 1 };
        let before = scene.used(resource).await;
        // A gigabyte is ten of the attachments.
        let (value, room) = if resource == "storage" { (2, 20) } else { (before + ROOM, ROOM) };
        scene.allow(limit, value).await;
        let outcomes = race(&scene, resource).await;
        let written = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        assert_eq!(written as i64, room, "{resource}");
        assert_eq!(scene.used(resource).await, before + room * unit, "{resource}");
        for (message, detail) in outcomes.into_iter().filter_map(Result::err) {
            assert_eq!(message, format!("{resource} limit exceeded"));
            assert_eq!(detail["resource"], resource);
            assert_eq!(detail["limit"], before + room * unit);
            assert_eq!(detail["used"], before + room * unit, "nobody is refused while there is room");
            assert_eq!(detail["requested"], unit);
            assert_eq!(detail["periodEnd"].is_string(), resource == "messages");
            assert_eq!(detail["availableIn"].as_array().unwrap().last(), Some(&json!("enterprise")));
        }
    }
    assert_eq!(scene.differences(false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_requests_get_exactly_what_is_left() {
    let scene = Arc::new(Scene::set().await);
    // What is to hold is the database's limit, and not the server's.
    scene.allow("maxConcurrentRequests", CONNECTIONS as i64).await;
    let messages = format!("/v1/conversations/{}/messages", scene.conversation);
    let user =
        |n: usize| json!({"email": format!("u{n}@example.com"), "fullName": "U", "password": "correct horse battery"});
    for (resource, limit) in METERED.into_iter().filter(|(resource, _)| *resource != "storage") {
        let before = scene.used(resource).await;
        scene.allow(limit, before + ROOM).await;
        let answers: Vec<Answer> = join_all((0..CONNECTIONS).map(|n| {
            let call = match resource {
                "users" => Call::post("/v1/users", &user(n)),
                "guests" => Call::post("/v1/guests", &json!({"fullName": "G", "email": format!("g{n}@example.com")})),
                "conversations" => {
                    Call::post("/v1/conversations", &json!({"guestId": scene.guest, "channel": "email"}))
                }
                _ => Call::post(&*messages, &json!({"senderType": "guest", "content": "Hi"})),
            };
            until_answered(&scene, call)
        }))
        .await;
        let written = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(written as i64, ROOM, "{resource}");
        for refused in answers.into_iter().filter(|answer| answer.status != 201) {
            let problem = refused.assert_problem(403, &format!("{resource}_limit_exceeded"));
            assert_eq!(problem["resource"], resource);
            assert_eq!(problem["limit"], before + ROOM);
            assert_eq!((&problem["used"], &problem["requested"]), (&json!(before + ROOM), &json!(1)));
            assert_eq!(problem["periodEnd"].is_string(), resource == "messages");
        }
        assert_eq!(scene.used(resource).await, before + ROOM);
    }
    assert_eq!(scene.differences(false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_in_one_statement_is_one_step() {
    let scene = Scene::set().await;
    let app = scene.app().await;
    scene.allow("maxGuests", 1_000).await;
    let begin = scene.begin();
    // More than is left is nothing at all, and says how much was asked for.
    let refused = app.batch_execute(&format!("{begin} {}", many_guests(1_000))).await.unwrap_err();
    let detail: Value = serde_json::from_str(refused.as_db_error().unwrap().detail().unwrap()).unwrap();
    assert_eq!((&detail["used"], &detail["requested"]), (&json!(1), &json!(1_000)));
    app.batch_execute("rollback").await.unwrap();
    assert_eq!(scene.used("guests").await, 1);
    // Slots that hold a part each do not keep one from having it all.
    app.batch_execute(&format!("{begin} {}; commit", many_guests(3))).await.unwrap();
    app.batch_execute(&format!("{begin} {}; commit", many_guests(996))).await.unwrap();
    assert_eq!(scene.used("guests").await, 1_000);
    assert!(app.batch_execute(&format!("{begin} {}", many_guests(1))).await.is_err());
    app.batch_execute("rollback").await.unwrap();

    // What is archived makes room; what was said does not.
    let archive = "update guests set archived_at = now() where email is not null and full_name = 'G'";
    app.batch_execute(&format!("{begin} {archive}; commit")).await.unwrap();
    assert_eq!(scene.used("guests").await, 1);
    app.batch_execute(&format!("{begin} {}; commit", many_guests(999))).await.unwrap();
    assert_eq!(scene.differences(false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_closed_or_archived_is_given_back_and_what_comes_back_counts() {
    let scene = Scene::set().await;
    let admin = scene.world().admin().await;
    let used = async || {
        let mut used = Vec::new();
        for (resource, _) in METERED {
            used.push(scene.used(resource).await);
        }
        used
    };
    let app = scene.app().await;
    let one_of_each = || METERED.map(|(resource, _)| scene.one_more(resource)).join("; ");
    let before = used().await;
    for _ in 0..2 {
        app.batch_execute(&format!("{} {}; commit", scene.begin(), one_of_each())).await.unwrap();
    }
    let after = used().await;
    let grown: Vec<i64> = after.iter().zip(&before).map(|(after, before)| after - before).collect();
    assert_eq!(grown, [2, 2, 2, 2, 200_000_000]);
    // Row by row, down and up again; then gone, several in a statement.
    for (change, back, resource) in [
        (
            "users set status = 'deleted' where full_name = 'U'",
            "users set status = 'active', deleted_at = null where full_name = 'U'",
            0,
        ),
        (
            "guests set archived_at = now() where full_name = 'G'",
            "guests set archived_at = null where full_name = 'G'",
            1,
        ),
        ("conversations set status = 'closed'", "conversations set status = 'pending'", 2),
        ("attachments set size_bytes = 1", "attachments set size_bytes = 100000000", 4),
    ] {
        admin.batch_execute(&format!("update {change}")).await.unwrap();
        assert!(used().await[resource] < after[resource], "{change}");
        assert_eq!(scene.differences(false).await, [], "{change}");
        admin.batch_execute(&format!("update {back}")).await.unwrap();
        assert_eq!(used().await, after, "{back}");
    }
    let gone = format!(
        "delete from attachments; delete from messages where content = 'Hi';
         delete from conversations where id <> '{}'; delete from guests where full_name = 'G';
         delete from users where full_name = 'U'",
        scene.conversation
    );
    admin.batch_execute(&gone).await.unwrap();
    // What was said counts, whatever became of it.
    let said = after[3];
    assert_eq!(used().await, [before[0], before[1], before[2], said, before[4]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_plan_holds_from_the_moment_it_is_committed() {
    let scene = Scene::set().await;
    let app = scene.app().await;
    let begin = scene.begin();
    let guest = format!("{begin} {}; commit", scene.one_more("guests"));
    // Unlimited: much is spare in every slot.
    app.batch_execute(&guest).await.unwrap();
    let admin = scene.world().admin().await;
    let tier = "update organizations set subscription_tier = $2 where id = $1";
    admin.execute(tier, &[&scene.hotel.id, &"starter"]).await.unwrap();
    app.batch_execute(&format!("{begin} {}; commit", many_guests(998))).await.unwrap();
    let refused = app.batch_execute(&format!("{begin} {}", scene.one_more("guests"))).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "SZ001");
    app.batch_execute("rollback").await.unwrap();
    // More, by an override; less than there is, by another: nothing grows, and nothing is lost.
    scene.allow("maxGuests", 1_001).await;
    app.batch_execute(&format!("{begin} {}; commit", scene.one_more("guests"))).await.unwrap();
    scene.allow("maxGuests", 500).await;
    assert!(app.batch_execute(&format!("{begin} {}", scene.one_more("guests"))).await.is_err());
    app.batch_execute("rollback").await.unwrap();
    let some =
        "update guests set archived_at = now() where id in (select id from guests where archived_at is null limit 10)";
    app.batch_execute(&format!("{begin} {some}; commit")).await.unwrap();
    assert_eq!(scene.used("guests").await, 991);
    let refused = app.batch_execute(&format!("{begin} {}", scene.one_more("guests"))).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "SZ001", "what goes makes no room above the limit");
    app.batch_execute("rollback").await.unwrap();
    // An override that expires takes its allowance with it, by itself.
    let expire = "update subscription_overrides set expires_at = now() + interval '1 second', value = '2000'
                  where organization_id = $1";
    admin.execute(expire, &[&scene.hotel.id]).await.unwrap();
    app.batch_execute(&format!("{begin} {}; commit", scene.one_more("guests"))).await.unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
    let over = app.batch_execute(&format!("{begin} {}", many_guests(10))).await.unwrap_err();
    assert_eq!(over.code().unwrap().code(), "SZ001", "starter allows 1,000");
    app.batch_execute("rollback").await.unwrap();
    assert_eq!(scene.differences(false).await, []);
}

/// Sixty-four at once are more than the server takes; one that is told so comes again.
async fn until_answered(scene: &Scene, call: Call) -> Answer {
    for _ in 0..1000 {
        let answer = scene.hotel.call(call.clone()).await;
        if answer.status != 503 {
            return answer;
        }
    }
    panic!("never answered");
}

fn many_guests(n: u32) -> String {
    format!(
        "insert into guests (email, full_name)
         select gen_random_uuid() || '@example.com', 'G' from generate_series(1, {n})"
    )
}
