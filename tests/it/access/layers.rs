//! Each layer that refuses, what would change it, and that it does.

use serde_json::{Value, json};

use super::{Member, actions, check, guest_resource, id, remedy};
use crate::support::{Call, eventually, two_hotels};

fn verdict<'a>(why: &'a Value, layer: &str) -> &'a Value {
    let mut layers = why["layers"].as_array().unwrap().iter();
    layers.find(|finding| finding["layer"] == layer).map_or(&Value::Null, |finding| &finding["verdict"])
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_account_is_told_before_everything_else() {
    let (plaza, _) = two_hotels().await;
    let mut nora = Member::join(&plaza, "viewer", "all", &[]).await;
    let (question, call) = (json!({"operation": "guests_list"}), Call::get("/v1/guests"));
    let why = nora.expect(question.clone(), call.clone(), "permission", None).await;
    assert_eq!(why["explanation"], "They hold guests.read by their role Viewer.");
    assert_eq!(verdict(&why, "session"), "passes");

    plaza.patch(nora.path(), json!({"status": "disabled"})).await.assert_ok();
    let why = nora.expect(question.clone(), call.clone(), "user", Some("unauthenticated")).await;
    assert_eq!(actions(&why), ["enableUser"]);
    assert_eq!(verdict(&why, "session"), "open", "being disabled signs out");
    // What would refuse next is told as well.
    let why = nora.why(json!({"operation": "guests_create"})).await;
    assert_eq!((&why["decidedBy"], actions(&why)), (&json!("user"), vec!["enableUser", "assignRole"]));

    plaza.patch(nora.path(), json!({"status": "active"})).await.assert_ok();
    let why = nora.why(question.clone()).await;
    assert_eq!((&why["allowed"], verdict(&why, "session")), (&json!(true), &json!("open")));
    nora.token = plaza.fresh_token(nora.id).await;
    nora.expect(question, call, "permission", None).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_permission_is_told_with_the_roles_that_hold_it() {
    let (plaza, _) = two_hotels().await;
    let nora = Member::join(&plaza, "viewer", "all", &[]).await;
    let guest = plaza.create_guest("ada@example.com").await;
    let path = format!("/v1/guests/{}", id(&guest));
    let call = Call::patch(&path, &json!({"notes": "Seen"}));
    let question = json!({"operation": "guests_update", "resource": guest_resource(&guest)});
    let why = nora.expect(question.clone(), call.clone(), "permission", Some("permission_denied")).await;
    // The data scope is another matter, and would let them.
    assert_eq!((verdict(&why, "scope"), actions(&why)), (&json!("passes"), vec!["assignRole"]));
    let same = nora.why(json!({"permission": "guests.write", "resource": guest_resource(&guest)})).await;
    assert_eq!(same, why, "asked by the permission");
    let roles = remedy(&why, "assignRole")["roleIds"].as_array().unwrap().clone();
    assert_eq!(roles.len(), 3, "admin, manager and agent: {why:#}");
    for role in roles {
        plaza.patch(nora.path(), json!({"roleIds": [role]})).await.assert_ok();
        nora.expect(question.clone(), call.clone(), "scope", None).await;
    }
    // Several roles that hold it are all named.
    let body = json!({"name": "Desk", "permissions": ["guests.write"]});
    let desk = plaza.post("/v1/roles", body).await.assert_created();
    let agent = plaza.walk("/v1/roles", 50).await.into_iter().find(|role| role["builtIn"] == "agent").unwrap();
    plaza.patch(nora.path(), json!({"roleIds": [desk["id"], agent["id"]]})).await.assert_ok();
    let why = nora.why(json!({"permission": "guests.write"})).await;
    assert_eq!(why["layers"][3]["detail"], "They hold guests.write by their roles Agent, Desk.");
    plaza.patch(nora.path(), json!({"roleIds": [], "isOrgAdmin": true})).await.assert_ok();
    let why = nora.why(json!({"permission": "guests.write"})).await;
    assert_eq!(why["layers"][3]["detail"], "They hold guests.write as an administrator of the hotel.");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_without_the_feature_is_told() {
    let (plaza, _) = two_hotels().await;
    let nora = Member::join(&plaza, "admin", "all", &[]).await;
    let call = Call::post("/v1/api-keys", &json!({"name": "Key", "permissions": ["guests.read"]}));
    let question = json!({"operation": "api_keys_create"});
    nora.expect(question.clone(), call.clone(), "feature", None).await;
    let admin = plaza.world.admin().await;
    let tier = "update organizations set subscription_tier = $2 where id = $1";
    admin.execute(tier, &[&plaza.id, &"starter"]).await.unwrap();
    let why = nora.expect(question.clone(), call.clone(), "feature", Some("feature_not_available")).await;
    assert_eq!(actions(&why), ["changePlan"]);
    admin.execute(tier, &[&plaza.id, &"professional"]).await.unwrap();
    nora.expect(question, call, "feature", None).await;
}

/// A subscription that only reads lets nobody ask; a super admin on a visit can.
#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_that_leaves_less_than_roles_give_is_told() {
    let (plaza, _) = two_hotels().await;
    let visit = plaza.world.platform().await.visit(&plaza, true).await;
    let nora = Member::join(&plaza, "agent", "all", &[]).await;
    let guest = plaza.create_guest("ada@example.com").await;
    let path = format!("/v1/guests/{}", id(&guest));
    let admin = plaza.world.admin().await;
    let ask = async |operation: &str| {
        let question = json!({"operation": operation, "resource": guest_resource(&guest)});
        let why = visit.call(nora.question(question)).await.assert_ok();
        check(&why);
        why
    };
    let set = "update organizations set subscription_status = $2 where id = $1";
    admin.execute(set, &[&plaza.id, &"cancelled"]).await.unwrap();
    let why = ask("guests_update").await;
    assert_eq!((&why["decidedBy"], &why["code"]), (&json!("subscription"), &json!("subscription_restricted")));
    assert_eq!((verdict(&why, "permission"), actions(&why)), (&json!("passes"), vec!["renewSubscription"]));
    assert_eq!(verdict(&why, "scope"), "passes", "the row is theirs to write: {why:#}");
    let change = || Call::patch(&path, &json!({"notes": "Seen"}));
    let restricted = async || nora.call(change()).await.json()["code"] == "subscription_restricted";
    eventually("what is explained happens", restricted).await;
    // To read, it has no say.
    let why = ask("guests_get").await;
    assert_eq!((&why["allowed"], verdict(&why, "subscription")), (&json!(true), &Value::Null), "{why:#}");
    nora.call(Call::get(&path)).await.assert_ok();
    // What no role gives, no subscription takes.
    let question = json!({"operation": "departments_create"});
    let why = visit.call(nora.question(question)).await.assert_ok();
    assert_eq!((&why["decidedBy"], verdict(&why, "subscription")), (&json!("permission"), &Value::Null), "{why:#}");
    admin.execute(set, &[&plaza.id, &"active"]).await.unwrap();
    assert_eq!(ask("guests_update").await["allowed"], true);
    eventually("it is let through", async || nora.call(change()).await.status == 200).await;
}

/// Nobody of a suspended hotel can ask; a super admin on a visit can.
#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_hotel_is_told_to_who_visits_it() {
    let (plaza, _) = two_hotels().await;
    let robin = plaza.world.platform().await;
    let visit = robin.visit(&plaza, true).await;
    let nora = Member::join(&plaza, "agent", "all", &[]).await;
    let guest = plaza.create_guest("ada@example.com").await;
    let admin = plaza.world.admin().await;
    let active = "update organizations set is_active = $2 where id = $1";
    let question = json!({"operation": "guests_get", "resource": guest_resource(&guest)});
    for (is_active, decided_by, code) in
        [(false, "organization", json!("organization_suspended")), (true, "scope", json!(null))]
    {
        admin.execute(active, &[&plaza.id, &is_active]).await.unwrap();
        let call = nora.question(question.clone()).header("X-Request-Id", &format!("ask-{is_active}"));
        let why = visit.call(call).await.assert_ok();
        check(&why);
        assert_eq!((&why["decidedBy"], &why["code"]), (&json!(decided_by), &code), "{why:#}");
        assert_eq!(actions(&why).is_empty(), is_active, "{why:#}");
        // On record once, in the visitor's name.
        let records = robin.records_of(&format!("ask-{is_active}")).await;
        assert_eq!(records.len(), 1, "{records:?}");
        assert_eq!((&records[0]["action"], &records[0]["outcome"]), (&json!("access_explain"), &json!("done")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_for_super_admins_and_what_is_for_everybody_is_told() {
    let (plaza, _) = two_hotels().await;
    let robin = plaza.world.platform().await;
    let nora = Member::join(&plaza, "admin", "all", &[]).await;
    for (operation, call, decided_by, code) in [
        ("platform_grants_list", Call::get("/v1/platform/grants"), "superAdmin", Some("permission_denied")),
        ("auth_switch_back", Call::post("/v1/auth/switch-back", &json!({})), "visit", Some("visit_required")),
        ("auth_me", Call::get("/v1/auth/me"), "permission", None),
        ("sessions_list", Call::get("/v1/auth/sessions"), "permission", None),
        ("auth_keys", Call::get("/.well-known/jwks.json"), "permission", None),
    ] {
        let why = nora.expect(json!({"operation": operation}), call, decided_by, code).await;
        assert_eq!(actions(&why), Vec::<&str>::new(), "nobody at the hotel can change it");
    }
    let body = json!({"userId": robin.id, "operation": "platform_grants_list"});
    let why = robin.home.post("/v1/access/explain", body).await.assert_ok();
    assert_eq!((&why["allowed"], &why["decidedBy"]), (&json!(true), &json!("superAdmin")));
}

/// Every operation of the document can be asked about.
#[tokio::test(flavor = "multi_thread")]
async fn every_operation_and_every_permission_has_an_explanation() {
    let (plaza, _) = two_hotels().await;
    let nora = Member::join(&plaza, "agent", "team", &[]).await;
    for operation in crate::openapi::operations() {
        let why = nora.why(json!({"operation": operation.id})).await;
        check(&why);
        if let Some(permission) = operation.permission() {
            let layers = why["layers"].as_array().unwrap();
            let detail = layers.iter().find(|layer| layer["layer"] == "permission").unwrap()["detail"].to_string();
            assert!(detail.contains(&permission), "{}: {why:#}", operation.id);
        }
    }
    for permission in stayzr::auth::Permission::ALL {
        check(&nora.why(json!({"permission": permission.name()})).await);
    }
}
