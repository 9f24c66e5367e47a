//! Making a hotel.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{PATH, at, new, refuses};
use crate::platform_grants::two_hotels_and_the_platform;
use crate::support::{Call, PASSWORD, SuperAdmin};

/// How many hotels there are, invitations and roles.
async fn counts(robin: &SuperAdmin) -> (i64, i64, i64) {
    let sql = "select (select count(*) from organizations), (select count(*) from invitations),
                      (select count(*) from roles)";
    let row = robin.world.admin().await.query_one(sql, &[]).await.unwrap();
    (row.get(0), row.get(1), row.get(2))
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_create_makes_a_hotel_that_its_first_administrator_takes_over() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let call = Call::post(PATH, &new("harbour-house")).header("X-Request-Id", "create-01");
    let answer = robin.call(call).await;
    let made = answer.assert_created();
    let id = i32::try_from(made["id"].as_i64().unwrap()).unwrap();
    assert_eq!((answer.header("location"), answer.header("etag")), (&*at(id), "\"1\""));
    assert_eq!((&made["slug"], &made["name"]), (&json!("harbour-house"), &json!("Harbour House")));
    assert_eq!((&made["tier"], &made["status"]), (&json!("starter"), &json!("trialing")));
    assert_eq!((&made["isActive"], &made["deleteAt"]), (&json!(true), &Value::Null));
    assert_eq!((&made["userCount"], &made["lastActivityAt"]), (&json!(0), &Value::Null));
    assert_eq!(robin.get(at(id)).await.assert_ok(), made);

    let world = &robin.world;
    let mail = world.mails.next().await;
    assert_eq!((mail.kind, &*mail.to), ("invitation", "olga@harbour.example"));
    assert_eq!(mail.subject, "Stayzr invites you to Harbour House");
    let token = mail.link.split_once("?token=").unwrap().1.to_owned();

    // One record with all of it, in the new hotel's log, and no secret in it.
    let record = robin.record_of("create-01").await;
    assert_eq!(record["organization_id"], id);
    let changes = record["changes"]["changes"].as_array().unwrap();
    let mut tables: Vec<&str> = changes.iter().map(|change| change["table"].as_str().unwrap()).collect();
    tables.sort_unstable();
    assert_eq!(tables, ["invitations", "organizations", "roles", "roles", "roles", "roles"]);
    assert!(changes.iter().all(|change| change["operation"] == "create"), "{record}");
    let invitation = changes.iter().find(|change| change["table"] == "invitations").unwrap();
    assert_eq!(invitation["changes"]["is_org_admin"], json!({"before": null, "after": true}));
    assert_eq!(invitation["changes"]["invited_by"]["after"], Value::Null);
    assert_eq!(invitation["changes"].get("hash"), None, "{invitation}");
    let all = format!("{:?} {record} {}", answer.headers, String::from_utf8_lossy(&answer.body));
    assert!(!all.contains(&token) && !all.contains("szi_"), "the token is in the mail only");

    let accept = json!({"token": token, "fullName": "Olga Petrenko", "password": PASSWORD});
    Call::post("/v1/auth/accept-invitation", &accept).send(world).await.assert_ok();
    let login = json!({"organization": "harbour-house", "email": "olga@harbour.example", "password": PASSWORD});
    let tokens = Call::post("/v1/auth/login", &login).send(world).await.assert_ok();
    let bearer = format!("Bearer {}", tokens["accessToken"].as_str().unwrap());
    let as_olga = |call: Call| call.header("Authorization", &bearer).send(world);
    let me = as_olga(Call::get("/v1/auth/me")).await.assert_ok();
    assert_eq!((&me["organization"]["id"], &me["user"]["isOrgAdmin"]), (&json!(id), &json!(true)));
    let guest = json!({"fullName": "Ada", "email": "ada@example.com"});
    let guest = as_olga(Call::post("/v1/guests", &guest)).await.assert_created();
    assert_eq!(as_olga(Call::get("/v1/guests")).await.assert_ok()["items"], json!([guest]));
    let roles = as_olga(Call::get("/v1/roles")).await.assert_ok();
    let mut built_in: Vec<_> = roles["items"].as_array().unwrap().iter().map(|r| r["builtIn"].clone()).collect();
    built_in.sort_by_key(ToString::to_string);
    assert_eq!(built_in, ["admin", "agent", "manager", "viewer"]);
    let invitations = as_olga(Call::get("/v1/invitations")).await.assert_ok();
    assert_eq!(invitations["items"][0]["status"], "accepted");
    assert_eq!(invitations["items"][0]["invitedBy"], Value::Null);
    assert_eq!(robin.get(at(id)).await.assert_ok()["userCount"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_create_takes_a_plan_and_a_status() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let mut body = new("harbour-house");
    (body["tier"], body["status"]) = (json!("enterprise"), json!("active"));
    let made = robin.post(PATH, body).await.assert_created();
    assert_eq!((&made["tier"], &made["status"]), (&json!("enterprise"), &json!("active")));
    for slug in ["a", "4", &"a".repeat(63)] {
        robin.post(PATH, new(slug)).await.assert_created();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_organizations_create_refuses_what_makes_no_hotel() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let before = counts(&robin).await;
    let members = [
        ("slug", json!("")),
        ("slug", json!("Harbour")),
        ("slug", json!("-harbour")),
        ("slug", json!("harbour-")),
        ("slug", json!("a b")),
        ("slug", json!("harbour\n")),
        ("slug", json!("a".repeat(64))),
        ("slug", Value::Null),
        ("name", json!("")),
        ("name", json!("n".repeat(201))),
        ("name", json!("Har\0bour")),
        ("tier", json!("platinum")),
        ("tier", json!(7)),
        ("status", json!("suspended")),
        ("status", json!("asleep")),
        ("firstAdmin", Value::Null),
        ("firstAdmin", json!({})),
        ("firstAdmin", json!({"email": "nobody"})),
        ("firstAdmin", json!({"email": "a@b@c"})),
        ("firstAdmin", json!({"email": "two @example.com"})),
        ("firstAdmin", json!({"email": "olga@example.com", "isSuperAdmin": true})),
        ("id", json!(7)),
        ("tenantId", json!("0190a0a0-0000-7000-8000-000000000000")),
        ("isActive", json!(false)),
    ];
    refuses(&robin, |body| Call::post(PATH, body), &new("harbour-house"), &members).await;
    robin.post(PATH, new("grand-plaza")).await.assert_problem(409, "organizations_slug_taken");
    let mut unknown = new("harbour-house");
    unknown["tier"] = json!("platinum");
    let problem = robin.post(PATH, unknown).await.assert_problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "/tier");
    robin.call(Call::post(PATH, &json!({})).replace_body("{")).await.assert_problem(400, "malformed_body");
    assert_eq!(counts(&robin).await, before);
    robin.world.mails.assert_none().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_make_the_same_hotel_at_once_one_does() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let (hotels, invitations, roles) = counts(&robin).await;
    let answers = join_all((0..8).map(|_| robin.post(PATH, new("harbour-house")))).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 201);
    assert_eq!((made.len(), refused.len()), (1, 7));
    for answer in refused {
        answer.assert_problem(409, "organizations_slug_taken");
    }
    assert_eq!(counts(&robin).await, (hotels + 1, invitations + 1, roles + 4));
    robin.world.mails.token_for("olga@harbour.example").await;
    robin.world.mails.assert_none().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_its_invitation_no_hotel_is_made() {
    let (_, _, robin) = two_hotels_and_the_platform().await;
    let (before, admin) = (counts(&robin).await, robin.world.admin().await);
    admin.batch_execute("alter table invitations add constraint full_up check (id is null) not valid").await.unwrap();
    robin.post(PATH, new("harbour-house")).await.assert_problem(500, "internal");
    assert_eq!(counts(&robin).await, before);
    admin.batch_execute("alter table invitations drop constraint full_up").await.unwrap();
    // Nor without its record.
    let full = "alter table audit_log add constraint full_up check (actor_kind <> 'super_admin') not valid";
    admin.batch_execute(full).await.unwrap();
    robin.post(PATH, new("harbour-house")).await.assert_problem(500, "internal");
    assert_eq!(counts(&robin).await, before);
    robin.world.mails.assert_none().await;
    admin.batch_execute("alter table audit_log drop constraint full_up").await.unwrap();
    robin.post(PATH, new("harbour-house")).await.assert_created();
}

/// Neither the super admin's role nor a column default says who invited: only that nobody of the hotel did.
#[tokio::test(flavor = "multi_thread")]
async fn the_platform_neither_reads_a_hash_nor_says_who_invited() {
    use crate::support::{Cluster, connect};
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let platform = connect(&Cluster::get().config("stayzr_platform", &robin.world.database)).await;
    let insert = format!(
        "insert into invitations (organization_id, id, email, hash, expires_at, invited_by)
         values ({}, gen_random_uuid(), 'eve@example.com', sha256(''), now() + interval '1 day', '{}')",
        plaza.id, plaza.admin_id
    );
    for sql in [
        "select hash from invitations",
        "select password_hash from users",
        "update invitations set expires_at = now()",
        "update users set is_super_admin = true",
        "update organizations set slug = 'mine'",
        "update organizations set settings = '{}'",
        "delete from organizations",
        "select setval('organizations_id_seq', 1)",
        &insert,
    ] {
        let refused = platform.batch_execute(sql).await.unwrap_err();
        assert_eq!(refused.code().unwrap().code(), "42501", "{sql}");
    }
}
