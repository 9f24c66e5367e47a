//! Paths, queries, cursors and methods.

use poem::http::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Scene;
use crate::support::{Call, Hotel};

const LISTS: [&str; 3] = ["/v1/guests", "/v1/users", "/v1/conversations"];

#[tokio::test(flavor = "multi_thread")]
async fn queries_with_a_value_out_of_range_name_the_parameter() {
    let scene = Scene::new().await;
    let messages = scene.messages_path();
    for list in LISTS.iter().copied().chain([messages.as_str()]) {
        for limit in ["0", "201", "-1", "1e9", "99999999999999999999", "1.5", "", "ten", "0x10", "%20", "١٠", "65537"]
        {
            let limit = if limit.is_ascii() { limit.to_owned() } else { "%D9%A1".to_owned() };
            scene.refused_field(Call::get(format!("{list}?limit={limit}")), "limit").await;
        }
    }
    for (query, field) in [
        ("/v1/guests?sort=name", "sort"),
        ("/v1/guests?sort=-createdAt,fullName", "sort"),
        ("/v1/guests?archived=maybe", "archived"),
        ("/v1/guests?archived=", "archived"),
        ("/v1/guests?search=", "search"),
        ("/v1/guests?language=e", "language"),
        ("/v1/users?status=gone", "status"),
        ("/v1/users?sort=-FullName", "sort"),
        ("/v1/conversations?status=Open", "status"),
        ("/v1/conversations?channel=fax", "channel"),
        ("/v1/conversations?ownerId=me", "ownerId"),
        ("/v1/conversations?guestId=", "guestId"),
        ("/v1/conversations?guestId=0", "guestId"),
    ] {
        scene.refused_field(Call::get(query), field).await;
    }
    let long = "a".repeat(201);
    scene.refused_field(Call::get(format!("/v1/guests?search={long}")), "search").await;
    scene.assert_nothing_written().await;
}

/// In the words of the document, not of a parser.
#[tokio::test(flavor = "multi_thread")]
async fn queries_with_a_value_that_does_not_fit_say_what_would() {
    let scene = Scene::new().await;
    for (query, detail) in [
        ("/v1/guests?limit=ten", "limit: This must be a whole number from 1 to 200."),
        ("/v1/guests?limit=201", "limit: This must be a whole number from 1 to 200."),
        ("/v1/guests?archived=maybe", "archived: This must be true or false."),
        ("/v1/guests?language=e", "language: This must have 2 to 35 characters."),
        ("/v1/conversations?ownerId=me", "ownerId: This must be a UUID."),
        ("/v1/organization/invoices?status=draft", "status: This must be one of: open, paid, void."),
        ("/v1/audit-log?from=yesterday", "from: This must be a time as RFC 3339 writes it."),
        ("/v1/analytics/messages?from=2026", "from: This must be a day, as in 2026-01-31."),
    ] {
        let answer = scene.refused(Call::get(query), 422, "invalid").await;
        assert_eq!(answer.json()["detail"], detail, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_with_unknown_or_repeated_parameters_name_them() {
    let scene = Scene::new().await;
    let get = |query: &str| Call::get(query);
    for (call, field) in [
        (get("/v1/guests?Limit=5"), "Limit"),
        (get("/v1/guests?serach=ada"), "serach"),
        (get("/v1/guests?status=open"), "status"),
        (get("/v1/conversations?owner_id=x"), "owner_id"),
        (get("/v1/guests?limit=5&limit=6"), "limit"),
        (get("/v1/guests?limit=5&%6Cimit=6"), "limit"),
        (get("/v1/guests?=5"), ""),
        (get("/v1/guests?search[]=5"), "search[]"),
        (get("/v1/organization?id=1"), "id"),
        (get("/v1/auth/me?x"), "x"),
        (get("/healthz?x=1"), "x"),
        (get("/.well-known/jwks.json?x=1"), "x"),
        (get(&format!("{}?limit=1", scene.guest_path())), "limit"),
        (Call::post("/v1/guests?notify=true", &json!({"fullName": "Bo", "email": "b@o"})), "notify"),
        (Call::patch(format!("{}?force=1", scene.guest_path()), &json!({"notes": "n"})), "force"),
        (Call::delete(format!("{}?force=1", scene.guest_path())), "force"),
        (Call::post("/v1/auth/login?x=1", &json!({})), "x"),
    ] {
        scene.refused_field(call, field).await;
    }
    scene.assert_nothing_written().await;
    scene.plaza.get("/v1/guests?").await.assert_ok();
    scene.plaza.get("/v1/guests?limit=5&&sort=fullName&").await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn queries_that_hold_nul_or_no_utf8_name_the_parameter() {
    let scene = Scene::new().await;
    for list in ["/v1/guests", "/v1/users"] {
        for value in ["%00", "a%00b", "%FF", "%C0%80", "%ED%A0%80", "a%C3"] {
            scene.refused_field(Call::get(format!("{list}?search={value}")), "search").await;
            scene.refused_field(Call::get(format!("{list}?after={value}")), "after").await;
            scene.refused_field(Call::get(format!("{list}?limit={value}")), "limit").await;
        }
        scene.refused_field(Call::get(format!("{list}?%FF=1")), "").await;
    }
    // What is escaped twice is text like any other, and so is a wild character of LIKE.
    for value in ["%2500", "%25", "_", "%5C", "%", "%zz", "%27%3B--"] {
        let found = scene.plaza.get(format!("/v1/guests?search={value}")).await.assert_ok();
        assert_eq!(found["items"], json!([]), "{value}");
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_with_no_uuid_name_the_parameter() {
    let scene = Scene::new().await;
    for id in
        ["1", "me", "%00", "%FF", "null", "00000000-0000-0000-0000-00000000000g", &"a".repeat(3000), "'%20or%201=1"]
    {
        for path in [format!("/v1/guests/{id}"), format!("/v1/users/{id}"), format!("/v1/conversations/{id}")] {
            scene.refused_field(Call::get(&path), "id").await;
            scene.refused_field(Call::patch(&path, &json!({})), "id").await;
        }
        scene.refused_field(Call::delete(format!("/v1/guests/{id}")), "id").await;
        let messages = format!("/v1/conversations/{id}/messages");
        scene.refused_field(Call::get(&messages), "id").await;
        scene.refused_field(Call::post(&messages, &json!({"content": "x"})), "id").await;
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_lead_nowhere_are_not_found() {
    let scene = Scene::new().await;
    let id = Uuid::now_v7();
    for path in ["/v1/nothing", "/v1", "/v2/guests", "/v1/guests/", "/v1/Guests", "/nothing", "/v1/organizations"] {
        scene.refused(Call::get(path), 404, "route_not_found").await;
    }
    scene.refused(Call::get(format!("/v1/guests/{id}/messages")), 404, "route_not_found").await;
    scene.refused(Call::get(format!("/v1/conversations/{id}/messages/{id}")), 404, "route_not_found").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn methods_a_path_does_not_have_are_answered_with_those_it_has() {
    let scene = Scene::new().await;
    let (guest, messages) = (scene.guest_path(), scene.messages_path());
    for (path, allow) in [
        ("/v1/guests", "GET, HEAD, POST"),
        (&guest, "GET, HEAD, PATCH, DELETE"),
        ("/v1/organization", "GET, HEAD, PATCH"),
        (&messages, "GET, HEAD, POST"),
        ("/v1/auth/login", "POST"),
        ("/v1/auth/me", "GET, HEAD"),
        ("/healthz", "GET, HEAD"),
        ("/docs", "GET, HEAD"),
        ("/openapi.json", "GET, HEAD"),
    ] {
        let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"];
        for method in methods.into_iter().filter(|method| !allow.split(", ").any(|allowed| allowed == *method)) {
            let call = Call::new(Method::from_bytes(method.as_bytes()).unwrap(), path).json(&json!({}));
            let answer = scene.refused(call, 405, "method_not_allowed").await;
            assert_eq!(answer.header("allow"), allow, "{method} {path}");
        }
    }
    let head = scene.plaza.call(Call::new(Method::HEAD, "/v1/guests")).await;
    assert_eq!((head.status.as_u16(), head.body.len()), (200, 0));
    scene.assert_nothing_written().await;
}

async fn cursor(hotel: &Hotel, path: &str) -> String {
    hotel.get(path).await.assert_ok()["nextCursor"].as_str().expect("a second page").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_fit_the_list_the_hotel_and_the_filters_they_were_made_for() {
    let scene = Scene::new().await;
    for hotel in [&scene.plaza, &scene.breeze] {
        for name in ["bo", "cy", "di"] {
            let guest = hotel.create_guest(&format!("{name}@example.com")).await;
            let conversation = hotel.create_conversation(&guest).await;
            hotel.create_message(&conversation, "one").await;
            hotel.create_message(&conversation, "two").await;
        }
    }
    let conversations = scene.plaza.get("/v1/conversations").await.assert_ok();
    let talk =
        |index: usize| format!("/v1/conversations/{}/messages", conversations["items"][index]["id"].as_str().unwrap());
    let lists = [
        "/v1/guests?limit=1".to_owned(),
        "/v1/guests?limit=1&sort=fullName".to_owned(),
        "/v1/guests?limit=1&archived=true".to_owned(),
        "/v1/guests?limit=1&search=g".to_owned(),
        "/v1/guests?limit=1&language=en".to_owned(),
        "/v1/users?limit=1".to_owned(),
        "/v1/users?limit=1&status=active".to_owned(),
        "/v1/conversations?limit=1".to_owned(),
        "/v1/conversations?limit=1&sort=-createdAt".to_owned(),
        "/v1/conversations?limit=1&channel=whatsapp".to_owned(),
        format!("{}?limit=1", talk(0)),
        format!("{}?limit=1", talk(1)),
    ];
    for (index, list) in lists.iter().enumerate() {
        let cursor = cursor(&scene.plaza, list).await;
        for (other_index, other) in lists.iter().enumerate() {
            let call = Call::get(format!("{other}&after={cursor}"));
            if index == other_index {
                scene.plaza.call(call).await.assert_ok();
            } else {
                scene.refused(call, 422, "invalid_cursor").await;
            }
        }
    }
    for list in &lists[..10] {
        let theirs = cursor(&scene.breeze, list).await;
        scene.refused(Call::get(format!("{list}&after={theirs}")), 422, "invalid_cursor").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn cursors_with_anything_changed_are_refused() {
    let scene = Scene::new().await;
    scene.plaza.create_guest("bo@example.com").await;
    let cursor = cursor(&scene.plaza, "/v1/guests?limit=1").await;
    let mut wrong = vec![
        String::new(),
        "x".into(),
        "null".into(),
        "%20".into(),
        format!("{cursor}="),
        format!("{cursor}AAAA"),
        cursor[1..].to_owned(),
        cursor.to_lowercase(),
        "A".repeat(3000),
        format!("{cursor}{}", "A".repeat(3000)),
        "AAAAAAAAAAAAAAAAAAAAAA".into(),
    ];
    for position in 0..cursor.len() {
        let other = if cursor.as_bytes()[position] == b'A' { "B" } else { "A" };
        wrong.push(format!("{}{other}{}", &cursor[..position], &cursor[position + 1..]));
    }
    for wrong in wrong {
        scene.refused(Call::get(format!("/v1/guests?limit=1&after={wrong}")), 422, "invalid_cursor").await;
    }
    let page = scene.plaza.get(format!("/v1/guests?limit=1&after={cursor}")).await.assert_ok();
    assert_eq!(page["nextCursor"], Value::Null);
}
