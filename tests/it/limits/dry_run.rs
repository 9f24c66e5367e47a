//! A dry run tells what a write would be told, and leaves nothing.

use serde_json::{Value, json};

use super::{METERED, Scene};
use crate::support::Call;

impl Scene {
    /// The operation that makes one more.
    fn creation(&self, resource: &str, name: &str) -> (String, Value) {
        let email = format!("{name}@example.com");
        match resource {
            "users" => {
                ("/v1/users".into(), json!({"email": email, "fullName": "U", "password": "correct horse battery"}))
            }
            "guests" => ("/v1/guests".into(), json!({"email": email, "fullName": "G"})),
            "conversations" => ("/v1/conversations".into(), json!({"guestId": self.guest, "channel": "email"})),
            _ => {
                let path = format!("/v1/conversations/{}/messages", self.conversation);
                (path, json!({"senderType": "guest", "content": "Hi"}))
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_is_answered_as_the_write_would_be_and_changes_nothing() {
    let scene = Scene::set().await;
    let resources = METERED.into_iter().filter(|(resource, _)| *resource != "storage");
    for (resource, limit) in resources.clone() {
        let (path, body) = scene.creation(resource, "ada.try");
        let dry = format!("{path}?dryRun=true");
        let used = scene.used(resource).await;
        let unlimited = scene.hotel.post(&dry, body.clone()).await.assert_ok();
        assert_eq!((&unlimited["limit"], &unlimited["remaining"]), (&Value::Null, &Value::Null), "{resource}");

        scene.allow(limit, used + 1).await;
        let before = scene.world().contents().await;
        let allowance = scene.hotel.post(&dry, body.clone()).await.assert_ok();
        let end = allowance["periodEnd"].clone();
        assert_eq!(end.is_string(), resource == "messages");
        assert_eq!(
            allowance,
            json!({"resource": resource, "limit": used + 1, "used": used, "requested": 1, "remaining": 0, "periodEnd": end})
        );
        // An idempotency key is neither looked at nor kept.
        let keyed = Call::post(&dry, &body).header("Idempotency-Key", resource);
        scene.hotel.call(keyed).await.assert_ok();
        assert_eq!(scene.world().contents().await, before, "{resource}");

        scene.hotel.post(&path, body).await.assert_created();
        let (_, another) = scene.creation(resource, "bea.try");
        let mut refusals = Vec::new();
        for path in [&dry, &path] {
            let mut problem = scene
                .hotel
                .post(path, another.clone())
                .await
                .assert_problem(403, &format!("{resource}_limit_exceeded"));
            problem.as_object_mut().unwrap().remove("instance");
            refusals.push(problem);
        }
        assert_eq!(refusals[0], refusals[1]);
        assert_eq!(refusals[0]["availableIn"], json!(["starter", "professional", "enterprise"]));
        assert_eq!(refusals[0]["currentTier"], "enterprise");
    }
    // What would be refused for another reason is.
    let bad = json!({"email": "no address", "fullName": "G"});
    scene.hotel.post("/v1/guests?dryRun=true", bad).await.assert_problem(422, "invalid");
    let gone = json!({"guestId": uuid::Uuid::now_v7(), "channel": "email"});
    scene.allow("maxActiveConversations", 1_000).await;
    scene.hotel.post("/v1/conversations?dryRun=true", gone).await.assert_problem(404, "guest_not_found");
    assert_eq!(scene.differences(false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_payment_is_late_everything_but_users_may_be_added() {
    let scene = Scene::set().await;
    let admin = scene.world().admin().await;
    let late = "update organizations set subscription_status = 'past_due', past_due_since = $2 where id = $1";
    let now = chrono::Utc::now();
    admin.execute(late, &[&scene.hotel.id, &now]).await.unwrap();
    let (path, user) = scene.creation("users", "ada.late");
    let problem = scene.hotel.post(path, user).await.assert_problem(403, "subscription_restricted");
    assert_eq!(problem["subscriptionStatus"], "past_due");
    for resource in ["guests", "conversations", "messages"] {
        let (path, body) = scene.creation(resource, "ada.late");
        scene.hotel.post(path, body).await.assert_created();
    }
    // When the grace is over the database refuses too, whatever permissions are sealed.
    admin.execute(late, &[&scene.hotel.id, &(now - chrono::Duration::days(15))]).await.unwrap();
    let app = scene.app().await;
    for (resource, _) in METERED {
        let refused = app.batch_execute(&format!("{} {}", scene.begin(), scene.one_more(resource))).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "SZ006", "{resource}");
        app.batch_execute("rollback").await.unwrap();
    }
    assert_eq!(scene.differences(false).await, []);
}
