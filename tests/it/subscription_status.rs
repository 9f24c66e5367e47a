//! What the status of a subscription allows: at the API, and in the database to whoever comes
//! with the permissions that the server seals then.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::forged::{Context, Outcome, attempt};
use crate::support::{Answer, Call, Hotel, eventually, two_hotels};

/// What a status leaves of what roles give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leaves {
    Everything,
    Reading,
    Subscription,
}

/// Each status, and what it is set with.
const STATUSES: &[(&str, &str, Leaves)] = &[
    ("trialing", "subscription_status = 'trialing'", Leaves::Everything),
    ("active", "subscription_status = 'active'", Leaves::Everything),
    ("past_due", "subscription_status = 'past_due'", Leaves::Everything),
    (
        "past_due",
        "subscription_status = 'past_due', past_due_since = now() - interval '13 days 23 hours'",
        Leaves::Everything,
    ),
    ("past_due", "subscription_status = 'past_due', past_due_since = now() - interval '14 days'", Leaves::Reading),
    ("suspended", "subscription_status = 'suspended'", Leaves::Subscription),
    ("cancelled", "subscription_status = 'cancelled'", Leaves::Reading),
    // Cancelled for a moment that has come, whatever the column says.
    ("cancelled", "subscription_status = 'active', cancel_at = now() - interval '1 second'", Leaves::Reading),
    ("suspended", "subscription_status = 'suspended', cancel_at = now() - interval '1 second'", Leaves::Subscription),
];

/// Sets it, and waits until the server has heard.
async fn set(hotel: &Hotel, columns: &str, leaves: Leaves) {
    let admin = hotel.world.admin().await;
    let back = "update organizations set subscription_status = 'active', cancel_at = null where id = $1";
    admin.execute(back, &[&hotel.id]).await.unwrap();
    admin.execute(&format!("update organizations set {columns} where id = $1"), &[&hotel.id]).await.unwrap();
    let heard = async || {
        let held = permissions(hotel).await;
        let may = |name: &str| held.contains(name);
        let now = match (may("guests.write"), may("guests.read")) {
            (true, _) => Leaves::Everything,
            (false, true) => Leaves::Reading,
            (false, false) => Leaves::Subscription,
        };
        now == leaves
    };
    eventually(&format!("{columns} leaves {leaves:?}"), heard).await;
}

/// What the server seals for the administrator.
async fn permissions(hotel: &Hotel) -> String {
    let me = hotel.get("/v1/auth/me").await.assert_ok();
    let names = me["permissions"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    names.collect::<Vec<_>>().join(",")
}

fn reads() -> Vec<Call> {
    [
        "/v1/guests",
        "/v1/conversations",
        "/v1/users",
        "/v1/organization",
        "/v1/properties",
        "/v1/audit-log",
        "/v1/analytics/messages",
    ]
    .map(Call::get)
    .into()
}

fn writes(hotel: &Hotel) -> Vec<Call> {
    vec![
        Call::post("/v1/guests", &json!({"fullName": "Ada", "email": format!("{}@example.com", Uuid::now_v7())})),
        Call::post("/v1/departments", &json!({"name": Uuid::now_v7()})),
        Call::post("/v1/properties", &json!({"name": Uuid::now_v7()})),
        Call::post("/v1/roles", &json!({"name": Uuid::now_v7(), "permissions": []})),
        Call::patch("/v1/organization", &json!({"name": "Renamed"})),
        Call::patch(format!("/v1/users/{}", hotel.agent_id), &json!({"fullName": "Renamed"})),
        Call::post("/v1/access/explain", &json!({"userId": hotel.agent_id, "operation": "guests_list"})),
    ]
}

#[track_caller]
fn assert_restricted(answer: &Answer, status: &str) {
    let mut problem = answer.assert_problem(403, "subscription_restricted");
    let detail = problem["detail"].as_str().unwrap().to_owned();
    let words = match status {
        "past_due" => "overdue",
        other => other,
    };
    assert!(detail.contains(words), "{status}: {detail}");
    for member in ["instance", "detail"] {
        problem.as_object_mut().unwrap().remove(member);
    }
    assert_eq!(
        problem,
        json!({
            "type": "urn:stayzr:problem:subscription_restricted",
            "title": "The status of the hotel's subscription does not allow this",
            "status": 403,
            "code": "subscription_restricted",
            "subscriptionStatus": status,
        })
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn each_status_lets_through_what_the_table_says() {
    let (plaza, breeze) = two_hotels().await;
    let robin = plaza.world.platform().await;
    let visit = robin.visit(&plaza, true).await;
    let app = plaza.world.app_client().await;
    for (status, columns, leaves) in STATUSES {
        set(&plaza, columns, *leaves).await;
        for (calls, passes) in
            [(reads(), *leaves != Leaves::Subscription), (writes(&plaza), *leaves == Leaves::Everything)]
        {
            for call in calls {
                let what = format!("{columns}: {} {}", call.method, call.path);
                let answer = plaza.call(call).await;
                if passes {
                    assert!(answer.status.is_success(), "{what}: {}", answer.json());
                } else {
                    assert_restricted(&answer, status);
                }
            }
        }
        // Signing in, and one's own account.
        plaza.sign_in("agent").await;
        plaza.get("/v1/auth/sessions").await.assert_ok();
        // Who lacks the permission anyway is told that, and not about money.
        let denied = Call::post("/v1/departments", &json!({"name": "Mine"}));
        plaza.call_as_agent(denied).await.assert_problem(403, "permission_denied");
        // A visitor helps whatever it is, and the rival works on.
        visit.post("/v1/departments", json!({"name": Uuid::now_v7()})).await.assert_created();
        breeze.post("/v1/departments", json!({"name": Uuid::now_v7()})).await.assert_created();

        // By hand, with the permissions that the server seals.
        let context = Context::of(&plaza.world.sealer(), &plaza, plaza.admin_id, &permissions(&plaza).await);
        for sql in [
            "insert into guests (full_name, email) values ('Ada', 'by-hand@example.com')",
            "insert into departments (name) values ('By hand')",
            "insert into properties (name) values ('By hand')",
        ] {
            let outcome = attempt(&app, &format!("begin; {} {sql}", context.statements())).await;
            let expected = if *leaves == Leaves::Everything { Outcome::Rows(1) } else { Outcome::refused("42501") };
            assert_eq!(outcome, expected, "{columns}: {sql}");
        }
        let sql = "update organizations set name = 'By hand'";
        let outcome = attempt(&app, &format!("begin; {} {sql}", context.statements())).await;
        assert_eq!(outcome, Outcome::Rows(u64::from(*leaves == Leaves::Everything)), "{columns}: {sql}");
    }
}

/// The days of grace end by themselves: nobody writes anything, and the server hears nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_grace_of_a_payment_ends_by_itself() {
    let (plaza, _) = two_hotels().await;
    let almost = "subscription_status = 'past_due', past_due_since = now() - interval '14 days' + interval '3 seconds'";
    set(&plaza, almost, Leaves::Everything).await;
    let department = || Call::post("/v1/departments", &json!({"name": Uuid::now_v7()}));
    plaza.call(department()).await.assert_created();
    eventually("the grace ends", async || plaza.call(department()).await.status == 403).await;
    assert_restricted(&plaza.call(department()).await, "past_due");
    plaza.get("/v1/guests").await.assert_ok();
    set(&plaza, "subscription_status = 'active'", Leaves::Everything).await;
    plaza.call(department()).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn when_a_payment_became_due_is_kept_by_the_table() {
    let (plaza, breeze) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let since = async |hotel: &Hotel| -> Option<f64> {
        let sql =
            "select extract(epoch from now() - past_due_since)::double precision from organizations where id = $1";
        admin.query_one(sql, &[&hotel.id]).await.unwrap().get(0)
    };
    let update = async |columns: &str| {
        admin.execute(&format!("update organizations set {columns} where id = $1"), &[&plaza.id]).await.unwrap();
    };
    assert_eq!(since(&plaza).await, None);
    update("subscription_status = 'past_due'").await;
    assert!(since(&plaza).await.unwrap() < 60.0);
    // Said again, and other changes, do not begin it anew.
    update("past_due_since = now() - interval '5 days'").await;
    update("subscription_status = 'past_due', name = 'Renamed'").await;
    assert!(since(&plaza).await.unwrap() > 4.9 * 86_400.0);
    update("subscription_status = 'active'").await;
    assert_eq!(since(&plaza).await, None);
    update("past_due_since = now()").await;
    assert_eq!(since(&plaza).await, None, "nothing is due while it is active");
    update("subscription_status = 'past_due'").await;
    assert!(since(&plaza).await.unwrap() < 60.0, "a new one begins anew");
    assert_eq!(since(&breeze).await, None);
    let made = "insert into organizations (slug, name, subscription_status) values ('third', 'Third', 'past_due')
                returning past_due_since is not null";
    assert!(admin.query_one(made, &[]).await.unwrap().get::<_, bool>(0));
}

/// A key does no more than its maker may, and its maker no more than the subscription allows.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_restricted_as_its_maker_is() {
    let (plaza, _) = two_hotels().await;
    let key: Value = plaza
        .post("/v1/api-keys", json!({"name": "Key", "permissions": ["guests.read", "guests.write"]}))
        .await
        .assert_created();
    let with_key = async |call: Call| {
        let secret = format!("Bearer {}", key["secret"].as_str().unwrap());
        call.header("Authorization", &secret).send(&plaza.world).await
    };
    let guest =
        || Call::post("/v1/guests", &json!({"fullName": "Ada", "email": format!("{}@b.example", Uuid::now_v7())}));
    with_key(guest()).await.assert_created();
    set(&plaza, "subscription_status = 'cancelled'", Leaves::Reading).await;
    eventually("the key is restricted", async || with_key(guest()).await.status == 403).await;
    assert_restricted(&with_key(guest()).await, "cancelled");
    with_key(Call::get("/v1/guests")).await.assert_ok();
    // What the key itself lacks is no matter of the subscription.
    let department = Call::post("/v1/departments", &json!({"name": "Mine"}));
    with_key(department).await.assert_problem(403, "permission_denied");
}
