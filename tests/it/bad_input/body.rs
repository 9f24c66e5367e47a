//! Bodies.

use poem::http::StatusCode;
use serde_json::{Value, json};

use super::Scene;
use crate::support::{Call, World};

const JSON: &str = "application/json";

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_json_are_malformed() {
    let scene = Scene::new().await;
    let deep = format!("{{\"preferences\":{}1{}}}", "{\"a\":".repeat(200), "}".repeat(200));
    let deep_list = format!("{{\"preferences\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    for (call, _) in scene.writes() {
        for body in [
            "",
            " ",
            "{",
            "nonsense",
            "{\"fullName\": }",
            "{'fullName': 'Bo'}",
            "{\"a\":1,}",
            "{} {}",
            "{}x",
            "NaN",
            "{\"fullName\": \"\\ud800\"}",
            "{\"fullName\": \"\\udc00\\ud800\"}",
            "{\"\\ud800\": 1}",
            "{\"fullName\": \"\\x41\"}",
            "{\"fullName\": \"a\nb\"}",
            "{\"fullName\": \"a\0b\"}",
            "{\"preferences\": 1e400}",
            "{\"preferences\": -1e999999999}",
            "{\"preferences\": 01}",
            "\u{feff}{}",
            "fullName=Bo",
            "{\"fullName\":\"A\",\"fullName\":\"B\"}",
            "{\"preferences\":{\"a\":{\"b\":1,\"b\":2}}}",
            &deep,
            &deep_list,
        ] {
            scene.refused(call.clone().body(JSON, body), 400, "malformed_body").await;
        }
        for body in [&b"{\"fullName\": \"\xff\"}"[..], b"\xff\xfe{\x00}\x00", b"{\"fullName\": \"\xc0\x80\"}", b"\x00"]
        {
            scene.refused(call.clone().body(JSON, body), 400, "malformed_body").await;
        }
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_another_content_type_are_unsupported() {
    let scene = Scene::new().await;
    for (call, body) in scene.writes() {
        for content_type in [
            "",
            "text/plain",
            "text/json",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/jsonx",
            "application/problem+json",
            "application/json; charset=utf-16",
            "json",
            "*/*",
            "application/json; charset=latin1",
            "application/json, text/plain",
        ] {
            let call = call.clone().body(content_type, body.to_string());
            scene.refused(call, 415, "unsupported_media_type").await;
        }
        let mut without = call.clone();
        without.body = Some(body.to_string().into_bytes());
        scene.refused(without, 415, "unsupported_media_type").await;
    }
    scene.assert_nothing_written().await;
    for content_type in ["application/merge-patch+json", "Application/JSON; Charset=\"UTF-8\""] {
        let call = Call::patch(scene.guest_path(), &json!(1));
        let call = Call { headers: Vec::new(), ..call }.body(content_type, "{}");
        scene.plaza.call(call).await.assert_ok();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_no_object_are_invalid() {
    let scene = Scene::new().await;
    for (call, body) in scene.writes() {
        for body in [json!([]), json!([body]), json!(null), json!(1), json!("{}"), json!(true)] {
            scene.refused_field(call.clone().json(&body), "").await;
        }
    }
    scene.assert_nothing_written().await;
}

/// Each member in turn is given every type but its own; the answer names it.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_with_a_member_of_another_type_name_the_member() {
    let scene = Scene::new().await;
    let kinds = [json!(5), json!(1.5), json!(true), json!("x"), json!([]), json!({"a": 1})];
    let kind = |value: &Value| std::mem::discriminant(value);
    for (call, body) in scene.writes() {
        for (name, value) in body.as_object().unwrap() {
            for other in kinds.iter().filter(|other| kind(other) != kind(value)) {
                let mut changed = body.clone();
                changed[name] = other.clone();
                scene.refused_field(call.clone().json(&changed), &format!("/{name}")).await;
            }
        }
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_with_an_unknown_member_name_it() {
    let scene = Scene::new().await;
    for (call, body) in scene.writes() {
        for name in ["organizationId", "organization_id", "id", "version", "FullName", "__proto__", "", "a/b~c"] {
            let mut changed = body.clone();
            changed[name] = json!("x");
            let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
            scene.refused_field(call.clone().json(&changed), &pointer).await;
        }
    }
    let long = Call::post("/v1/guests", &json!({"fullName": "A", "phone": "+4915112345678", "x".repeat(5000): 1}));
    let field = scene.refused(long, 422, "invalid").await.json()["errors"][0]["field"].clone();
    assert_eq!(field.as_str().unwrap().chars().count(), 200, "no longer than the document says");
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_without_a_required_member_name_it() {
    let scene = Scene::new().await;
    for (call, body, name) in [
        ("/v1/guests", json!({"email": "bo@example.com"}), "fullName"),
        ("/v1/conversations", json!({"guestId": scene.guest}), "channel"),
        ("/v1/conversations", json!({"channel": "sms"}), "guestId"),
        (&scene.messages_path(), json!({"senderType": "guest"}), "content"),
        ("/v1/users", json!({"email": "a@b", "fullName": "A"}), "password"),
        ("/v1/users", json!({"password": "long enough", "fullName": "A"}), "email"),
    ] {
        scene.refused_field(Call::post(call, &body), &format!("/{name}")).await;
        let mut null = body.clone();
        null[name] = Value::Null;
        scene.refused_field(Call::post(call, &null), &format!("/{name}")).await;
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_with_a_value_out_of_bounds_name_the_member() {
    let scene = Scene::new().await;
    let (guest, messages) = (scene.guest_path(), scene.messages_path());
    let conversation = format!("/v1/conversations/{}", scene.conversation);
    let long = |length: usize| json!("ä".repeat(length));
    let crowd: Value = (0..101).map(|number| (number.to_string(), json!(1))).collect::<serde_json::Map<_, _>>().into();
    for (path, name, value) in [
        (&guest, "fullName", long(201)),
        (&guest, "fullName", json!("")),
        (&guest, "email", json!(format!("{}@example.com", "a".repeat(250)))),
        (&guest, "email", json!("ada")),
        (&guest, "email", json!("a da@example.com")),
        (&guest, "email", json!("ada@exam@ple.com")),
        (&guest, "email", json!("a@b\n")),
        (&guest, "phone", json!("015112345678")),
        (&guest, "phone", json!("+0151")),
        (&guest, "phone", json!("+4915112345678901")),
        (&guest, "phone", json!("+491511234567\n")),
        (&guest, "phone", json!("+٤٩١٥١١٢٣٤٥٦٧٨")),
        (&guest, "language", json!("english")),
        (&guest, "language", json!("en_US")),
        (&guest, "notes", long(10_001)),
        (&guest, "preferences", crowd.clone()),
        (&conversation, "subject", long(201)),
        (&conversation, "subject", json!("")),
        (&conversation, "status", json!("archived")),
        (&conversation, "status", json!("OPEN")),
        (&conversation, "ownerId", json!("not-a-uuid")),
        (&conversation, "ownerId", json!("")),
        (&"/v1/organization".to_owned(), "name", long(201)),
        (&"/v1/organization".to_owned(), "settings", crowd),
    ] {
        scene.refused_field(Call::patch(path, &json!({name: value})), &format!("/{name}")).await;
    }
    for content in [long(10_001), json!("")] {
        scene.refused_field(Call::post(&messages, &json!({"content": content})), "/content").await;
    }
    for password in [json!("short"), long(201)] {
        let body = json!({"email": "a@b.c", "fullName": "A", "password": password});
        scene.refused_field(Call::post("/v1/users", &body), "/password").await;
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_with_nul_anywhere_say_where() {
    let scene = Scene::new().await;
    for (body, field) in [
        (r#"{"fullName": "a\u0000b"}"#, "/fullName"),
        (r#"{"preferences": {"a": [{"b": "\u0000"}]}}"#, "/preferences/a/0/b"),
        (r#"{"preferences": {"a": {"b\u0000": 1}}}"#, "/preferences/a/b\u{fffd}"),
        (r#"{"preferences": {"a/b": "\u0000"}}"#, "/preferences/a~1b"),
        (r#"{"\u0000": 1}"#, "/\u{fffd}"),
    ] {
        scene.refused_field(Call::patch(scene.guest_path(), &json!({})).replace_body(body), field).await;
    }
    for path in ["/v1/guests", "/v1/users", "/v1/conversations", &scene.messages_path(), "/v1/auth/login"] {
        let call = Call::post(path, &json!({})).replace_body(r#"{"x": "\u0000"}"#);
        scene.refused_field(call, "/x").await;
    }
    scene.assert_nothing_written().await;
}

/// What the client sent as a password never comes back, however wrong it was.
#[tokio::test(flavor = "multi_thread")]
async fn bodies_with_a_wrong_password_member_do_not_see_it_again() {
    let world = World::new().await;
    let secret = "7305918264";
    for password in [
        json!(7305918264_u64),
        json!([secret]),
        json!({secret: secret}),
        json!(secret.repeat(30)),
        json!(format!("{secret}\0")),
    ] {
        let body = json!({"organization": "grand-plaza", "email": "a@b.c", "password": password});
        for call in [
            Call::post("/v1/auth/login", &body),
            Call::post("/v1/auth/login", &json!({})).replace_body(&body.to_string().as_bytes()[1..]),
        ] {
            let answer = call.send(&world).await;
            assert!(matches!(answer.status, StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY));
            let text = String::from_utf8_lossy(&answer.body);
            assert!(!text.contains(secret), "{text}");
        }
    }
}
