//! What the rival tries, operation by operation. A function has the name of the
//! operation; `isolation.rs` lists them.

use serde_json::{Value, json};
use uuid::Uuid;

pub use super::shares::*;
use stayzr::auth::RefreshSecret;

use super::scene::{Scene, id};
use crate::support::{Call, PASSWORD};

fn with_if_match(call: Call, version: Option<&str>) -> Call {
    match version {
        Some(version) => call.header("If-Match", version),
        None => call,
    }
}

/// A write with Plaza's id and with nobody's, without a version, with any, with Plaza's
/// current one and with one that is not.
pub async fn refused_at_every_version(scene: &Scene, code: &'static str, theirs: &[&str], call: impl Fn(&str) -> Call) {
    let nobody = scene.nobody.to_string();
    for theirs in theirs {
        let current = scene.plaza.get(&call(theirs).path).await.header("etag").to_owned();
        assert!(current.starts_with('"'), "{theirs} is there and has a version");
        for version in [None, Some("*"), Some(&*current), Some("\"99\"")] {
            let (theirs, nobodys) = (with_if_match(call(theirs), version), with_if_match(call(&nobody), version));
            scene.refused(404, code, theirs, nobodys).await;
        }
        // A version that never was one is stale, whoever's row it is said of.
        let odd = Some("W/\"one\"");
        let (theirs, nobodys) = (with_if_match(call(theirs), odd), with_if_match(call(&nobody), odd));
        scene.refused(412, "stale", theirs, nobodys).await;
    }
}

/// A list shows what is Breeze's and nothing else; a cursor of Plaza's is as good as
/// one made up.
pub async fn list_is_ones_own(scene: &Scene, path: &str) {
    let own = scene.breeze(Call::get(path)).await.assert_ok();
    assert_ne!(own["items"], json!([]), "{path} shows Breeze what is Breeze's");
    let joint = if path.contains('?') { '&' } else { '?' };
    let plazas = scene.plaza.get(format!("{path}{joint}limit=1")).await.assert_ok();
    let cursor = plazas["nextCursor"].as_str().expect("Plaza has a second page");
    scene.plaza.get(format!("{path}{joint}limit=1&after={cursor}")).await.assert_ok();
    let at = |cursor: &str| Call::get(format!("{path}{joint}limit=1&after={cursor}"));
    scene.refused(422, "invalid_cursor", at(cursor), at("AAAA")).await;
}

/// A filter by something of Plaza's finds what a filter by something unheard of finds: nothing.
pub async fn filter_finds_nothing(scene: &Scene, theirs: String, nobodys: String) {
    assert_ne!(scene.plaza.get(&theirs).await.assert_ok()["items"], json!([]), "{theirs} finds something at Plaza");
    let (theirs, nobodys) = (scene.breeze(Call::get(theirs)).await, scene.breeze(Call::get(nobodys)).await);
    scene.assert_same(&theirs, &nobodys);
    assert_eq!(theirs.assert_ok()["items"], json!([]));
}

pub async fn health_live(scene: &Scene) {
    scene.assert_same(&scene.breeze(Call::get("/healthz")).await, &scene.stranger(Call::get("/healthz")).await);
}

pub async fn health_ready(scene: &Scene) {
    scene.assert_same(&scene.breeze(Call::get("/readyz")).await, &scene.stranger(Call::get("/readyz")).await);
}

pub async fn auth_keys(scene: &Scene) {
    let keys = || Call::get("/.well-known/jwks.json");
    scene.assert_same(&scene.breeze(keys()).await, &scene.stranger(keys()).await);
}

pub async fn auth_login(scene: &Scene) {
    let call = |slug: &str, email: &str| {
        let body = json!({"organization": slug, "email": email, "password": PASSWORD});
        Call::post("/v1/auth/login", &body)
    };
    let theirs = "admin@grand-plaza.example";
    for (slug, email) in
        [(&*scene.breeze.slug, theirs), ("no-hotel", theirs), (&*scene.plaza.slug, "admin@sea-breeze.example")]
    {
        let nobodys = scene.stranger(call(&scene.breeze.slug, "nobody@nowhere.example")).await;
        let answer = scene.stranger(call(slug, email)).await;
        scene.assert_same(&answer, &nobodys);
        answer.assert_problem(401, "invalid_credentials");
    }
}

pub async fn auth_me(scene: &Scene) {
    let me = scene.breeze(Call::get("/v1/auth/me")).await.assert_ok();
    assert_eq!(me["organization"]["id"], scene.breeze.id);
    assert_eq!(me["user"]["id"], scene.breeze.admin_id.to_string());
    // A token of Breeze's that names a user of Plaza's, as a faulty sign-in might make it.
    let me_as = async |user: Uuid| {
        let claims = scene.world().tokens.claims(user, scene.breeze.id, Uuid::nil(), Uuid::nil());
        let token = format!("Bearer {}", scene.world().tokens.sign(&claims).unwrap());
        scene.stranger(Call::get("/v1/auth/me").header("Authorization", &token)).await
    };
    let answer = me_as(scene.plaza.admin_id).await;
    scene.assert_same(&answer, &me_as(scene.nobody).await);
    answer.assert_problem(401, "unauthenticated");
}

pub async fn auth_refresh(scene: &Scene) {
    let refresh = |token: &str| Call::post("/v1/auth/refresh", &json!({"refreshToken": token}));
    // The same token, said to be Breeze's: its hash is not among Breeze's tokens.
    let moved = RefreshSecret::generate(scene.breeze.id, scene.plaza.admin_id).unwrap();
    let nobodys = RefreshSecret::generate(scene.breeze.id, scene.nobody).unwrap();
    scene.refused(401, "invalid_refresh_token", refresh(moved.reveal()), refresh(nobodys.reveal())).await;
    scene.refused(401, "invalid_refresh_token", refresh(&scene.refresh_token[..20]), refresh("szr_")).await;
}

pub async fn auth_logout(scene: &Scene) {
    scene.ends_only_its_own("/v1/auth/logout").await;
}

pub async fn auth_logout_all(scene: &Scene) {
    scene.ends_only_its_own("/v1/auth/logout-all").await;
}

pub async fn sessions_list(scene: &Scene) {
    let own = scene.breeze(Call::get("/v1/auth/sessions")).await.assert_ok();
    assert!(own["items"].as_array().unwrap().iter().any(|session| session["current"] == true));
}

pub async fn sessions_delete(scene: &Scene) {
    let theirs = scene.plaza.get("/v1/auth/sessions").await.assert_ok()["items"][0]["id"].clone();
    let call = |id: &str| Call::delete(format!("/v1/auth/sessions/{id}"));
    let nobody = scene.nobody.to_string();
    scene.refused(404, "session_not_found", call(theirs.as_str().unwrap()), call(&nobody)).await;
}

pub async fn sessions_clear(scene: &Scene) {
    scene.breeze(Call::delete("/v1/auth/sessions")).await.assert_status(204);
    scene.plaza.get("/v1/auth/me").await.assert_ok();
}

pub async fn audit_log_list(scene: &Scene) {
    for path in ["/v1/audit-log", "/v1/audit-log?resource=users", "/v1/audit-log?outcome=done"] {
        list_is_ones_own(scene, path).await;
    }
    let path = |id: &str| format!("/v1/audit-log?resourceId={id}");
    let (theirs, nobody) = (scene.plaza.agent_id.to_string(), scene.nobody.to_string());
    filter_finds_nothing(scene, path(&theirs), path(&nobody)).await;
    // A hotel's own number is the one id of Plaza's that can be guessed.
    filter_finds_nothing(scene, path(&scene.plaza.id.to_string()), path("0")).await;
}

pub async fn organizations_get(scene: &Scene) {
    let answer = scene.breeze(Call::get("/v1/organization")).await;
    assert_eq!(answer.assert_ok()["id"], scene.breeze.id);
    // Nothing a client sends besides the token chooses the hotel.
    let plaza = scene.plaza.id;
    let named = Call::get("/v1/organization")
        .header("X-Organization-Id", &plaza.to_string())
        .header("X-Tenant-Id", &plaza.to_string());
    scene.assert_same(&scene.breeze(named).await, &answer);
    let named = |id: i32| Call::get(format!("/v1/organization?organizationId={id}"));
    scene.refused(422, "invalid", named(plaza), named(i32::MAX)).await;
}

pub async fn organizations_update(scene: &Scene) {
    let patch = |body: Value| Call::patch("/v1/organization", &body);
    let changed = scene.breeze(patch(json!({"name": "Breeze Anew"}))).await;
    assert_eq!(changed.assert_ok()["name"], "Breeze Anew");
    let named = Call::get("/v1/organization");
    assert_eq!(scene.breeze(named).await.assert_ok()["name"], "Breeze Anew");
    // Plaza's version is stale here, because Breeze's is what counts.
    let version = scene.plaza.get("/v1/organization").await.header("etag").to_owned();
    assert_ne!(version, changed.header("etag"));
    let stale = patch(json!({"name": "Never"})).header("If-Match", &version);
    scene.breeze(stale).await.assert_problem(412, "stale");
    for field in ["id", "organizationId", "tenantId", "slug", "subscriptionTier"] {
        scene.breeze(patch(json!({field: "1"}))).await.assert_problem(422, "invalid");
    }
}

pub async fn users_list(scene: &Scene) {
    list_is_ones_own(scene, "/v1/users").await;
    list_is_ones_own(scene, "/v1/users?sort=fullName").await;
    let (theirs, nobodys) = ("/v1/users?search=admin@grand", "/v1/users?search=admin@none");
    filter_finds_nothing(scene, theirs.into(), nobodys.into()).await;
}

pub async fn users_get(scene: &Scene) {
    let call = |id: Uuid| Call::get(format!("/v1/users/{id}"));
    scene.refused(404, "user_not_found", call(scene.plaza.agent_id), call(scene.nobody)).await;
}

pub async fn users_create(scene: &Scene) {
    // An address taken at Plaza is free at Breeze.
    let body = |email: &str| json!({"email": email, "fullName": "Eve", "password": "correct horse"});
    let made = scene.breeze.post("/v1/users", body("agent@grand-plaza.example")).await.assert_created();
    scene.breeze.patch(format!("/v1/users/{}", id(&made)), json!({"email": "eve@b.example"})).await.assert_ok();
    let with_role = |role: &str| {
        let mut body = body("gus@b.example");
        body["roleIds"] = json!([role]);
        Call::post("/v1/users", &body)
    };
    for role in [&scene.role, &scene.built_in_role] {
        let nobodys = with_role(&scene.nobody.to_string());
        scene.refused(404, "role_not_found", with_role(id(role)), nobodys).await;
    }
    let mut told = body("fay@b.example");
    told["organizationId"] = json!(scene.plaza.id);
    scene.breeze(Call::post("/v1/users", &told)).await.assert_problem(422, "invalid");
}

pub async fn users_update(scene: &Scene) {
    let theirs = scene.plaza.agent_id.to_string();
    for body in [
        json!({"fullName": "Mine"}),
        json!({"isOrgAdmin": true}),
        json!({"status": "disabled"}),
        json!({"dataScope": "own"}),
        json!({"roleIds": []}),
        json!({}),
    ] {
        let call = |id: &str| Call::patch(format!("/v1/users/{id}"), &body);
        refused_at_every_version(scene, "user_not_found", &[&*theirs], call).await;
    }
    let path = format!("/v1/users/{}", scene.breeze.agent_id);
    let with_role = |role: &str| Call::patch(&path, &json!({"roleIds": [role]}));
    for role in [&scene.role, &scene.built_in_role] {
        let nobodys = with_role(&scene.nobody.to_string());
        scene.refused(404, "role_not_found", with_role(id(role)), nobodys).await;
    }
}

/// Neither somebody of Plaza's goes, nor does anything of Breeze's go to them.
pub async fn users_delete(scene: &Scene) {
    let theirs = scene.plaza.agent_id.to_string();
    let heir = scene.breeze.admin_id;
    for query in [String::new(), format!("?handOverTo={heir}")] {
        let call = |id: &str| Call::delete(format!("/v1/users/{id}{query}"));
        for version in [None, Some("*"), Some("\"1\""), Some("\"99\"")] {
            let (theirs, nobodys) = (call(&theirs), call(&scene.nobody.to_string()));
            let (theirs, nobodys) = (with_if_match(theirs, version), with_if_match(nobodys, version));
            scene.refused(404, "user_not_found", theirs, nobodys).await;
        }
    }
    let given = |heir: Uuid| Call::delete(format!("/v1/users/{}?handOverTo={heir}", scene.breeze.agent_id));
    scene.refused(404, "user_not_found", given(scene.plaza.agent_id), given(scene.nobody)).await;
}

pub async fn guests_list(scene: &Scene) {
    for path in ["/v1/guests", "/v1/guests?sort=fullName", "/v1/guests?archived=true"] {
        list_is_ones_own(scene, path).await;
    }
    for (theirs, nobodys) in [("ada@plaza", "ada@none"), ("guest%20ada@plaza", "guest%20ada@none")] {
        let path = |search: &str| format!("/v1/guests?search={search}");
        filter_finds_nothing(scene, path(theirs), path(nobodys)).await;
    }
}

pub async fn guests_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/guests/{id}"));
    for theirs in [&scene.guest, &scene.archived_guest] {
        scene.refused(404, "guest_not_found", call(id(theirs)), call(&scene.nobody.to_string())).await;
    }
}

pub async fn guests_create(scene: &Scene) {
    // An address taken at Plaza is free at Breeze.
    let body = json!({"fullName": "Ada", "email": "ada@plaza-guest.example"});
    let made = scene.breeze.post("/v1/guests", body.clone()).await.assert_created();
    let path = format!("/v1/guests/{}", id(&made));
    scene.breeze.patch(&path, json!({"email": "ada@b.example"})).await.assert_ok();
    let mut told = body;
    told["organizationId"] = json!(scene.plaza.id);
    scene.breeze(Call::post("/v1/guests", &told)).await.assert_problem(422, "invalid");
}

pub async fn guests_update(scene: &Scene) {
    let theirs = [id(&scene.guest), id(&scene.archived_guest)];
    for body in [json!({"fullName": "Mine"}), json!({"preferences": {"pillow": null}}), json!({})] {
        let call = |id: &str| Call::patch(format!("/v1/guests/{id}"), &body);
        refused_at_every_version(scene, "guest_not_found", &theirs, call).await;
    }
}

pub async fn guests_archive(scene: &Scene) {
    let theirs = [id(&scene.guest), id(&scene.archived_guest)];
    refused_at_every_version(scene, "guest_not_found", &theirs, |id| Call::delete(format!("/v1/guests/{id}"))).await;
}

pub async fn conversations_list(scene: &Scene) {
    for path in ["/v1/conversations", "/v1/conversations?sort=-createdAt", "/v1/conversations?channel=whatsapp"] {
        list_is_ones_own(scene, path).await;
    }
    let path = |filter: &str, id: &str| format!("/v1/conversations?{filter}={id}");
    let nobody = scene.nobody.to_string();
    filter_finds_nothing(scene, path("guestId", id(&scene.guest)), path("guestId", &nobody)).await;
    let owner = scene.plaza.agent_id.to_string();
    filter_finds_nothing(scene, path("ownerId", &owner), path("ownerId", &nobody)).await;
}

pub async fn conversations_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/conversations/{id}"));
    for theirs in [&scene.conversation, &scene.archived_conversation] {
        scene.refused(404, "conversation_not_found", call(id(theirs)), call(&scene.nobody.to_string())).await;
    }
}

pub async fn conversations_create(scene: &Scene) {
    let nobody = scene.nobody.to_string();
    for key in [None, Some("Idempotency-Key")] {
        let call = |guest: &str, owner: Option<&str>| {
            let body = json!({"guestId": guest, "ownerId": owner, "channel": "sms"});
            let call = Call::post("/v1/conversations", &body);
            key.map_or(call.clone(), |name| call.header(name, &Uuid::now_v7().to_string()))
        };
        for theirs in [&scene.guest, &scene.archived_guest] {
            scene.refused(404, "guest_not_found", call(id(theirs), None), call(&nobody, None)).await;
        }
        let (own, owner) = (id(&scene.own_guest), scene.plaza.agent_id.to_string());
        scene.refused(404, "user_not_found", call(own, Some(&owner)), call(own, Some(&nobody))).await;
    }
}

pub async fn conversations_update(scene: &Scene) {
    let theirs = [id(&scene.conversation), id(&scene.archived_conversation)];
    for body in [
        json!({"status": "closed"}),
        json!({"subject": "Mine"}),
        json!({"ownerId": null}),
        json!({"teamId": null}),
        json!({}),
    ] {
        let call = |id: &str| Call::patch(format!("/v1/conversations/{id}"), &body);
        refused_at_every_version(scene, "conversation_not_found", &theirs, call).await;
    }
    let path = format!("/v1/conversations/{}", id(&scene.own_conversation));
    let owned_by = |owner: Uuid| Call::patch(&path, &json!({"ownerId": owner}));
    scene.refused(404, "user_not_found", owned_by(scene.plaza.agent_id), owned_by(scene.nobody)).await;
}

pub async fn conversations_archive(scene: &Scene) {
    let theirs = [id(&scene.conversation), id(&scene.archived_conversation)];
    let call = |id: &str| Call::delete(format!("/v1/conversations/{id}"));
    refused_at_every_version(scene, "conversation_not_found", &theirs, call).await;
}

pub async fn api_keys_list(scene: &Scene) {
    scene.breeze.post("/v1/api-keys", json!({"name": "Second", "permissions": ["guests.read"]})).await.assert_created();
    list_is_ones_own(scene, "/v1/api-keys").await;
}

pub async fn api_keys_get(scene: &Scene) {
    let call = |id: &str| Call::get(format!("/v1/api-keys/{id}"));
    scene.refused(404, "api_key_not_found", call(&scene.api_key), call(&scene.nobody.to_string())).await;
}

pub async fn api_keys_create(scene: &Scene) {
    let body = json!({"name": "Mine", "permissions": ["guests.read"]});
    scene.breeze(Call::post("/v1/api-keys", &body)).await.assert_created();
    let mut told = body;
    told["organizationId"] = json!(scene.plaza.id);
    scene.breeze(Call::post("/v1/api-keys", &told)).await.assert_problem(422, "invalid");
}

pub async fn api_keys_revoke(scene: &Scene) {
    let call = |id: &str| Call::delete(format!("/v1/api-keys/{id}"));
    scene.refused(404, "api_key_not_found", call(&scene.api_key), call(&scene.nobody.to_string())).await;
}
