//! Headers.

use serde_json::json;

use super::Scene;
use crate::support::Call;

#[tokio::test(flavor = "multi_thread")]
async fn idempotency_keys_that_are_empty_long_or_unreadable_are_refused() {
    let scene = Scene::new().await;
    for (call, body) in scene.writes().into_iter().filter(|(call, _)| call.method == "POST") {
        let call = call.json(&body);
        for key in ["", &"k".repeat(256), "schlüssel", "\u{1F511}", "a\tb\u{80}"] {
            scene.refused_field(call.clone().header("Idempotency-Key", key), "Idempotency-Key").await;
        }
        let twice = call.clone().header("Idempotency-Key", "k-1").header("Idempotency-Key", "k-2");
        scene.refused_field(twice, "Idempotency-Key").await;
    }
    scene.assert_nothing_written().await;
    let body = json!({"fullName": "Bo", "email": "bo@example.com"});
    let longest = Call::post("/v1/guests", &body).header("Idempotency-Key", &"k".repeat(255));
    scene.plaza.call(longest).await.assert_created();
}

/// A precondition that cannot hold or cannot be read never lets a write through.
#[tokio::test(flavor = "multi_thread")]
async fn if_match_garbage_changes_nothing() {
    let scene = Scene::new().await;
    let calls = || {
        let patches = scene.writes().into_iter().filter(|(call, _)| call.method == "PATCH");
        let archives = [scene.guest_path(), format!("/v1/conversations/{}", scene.conversation)].map(Call::delete);
        patches.map(|(call, body)| call.json(&body)).chain(archives)
    };
    for call in calls() {
        for tag in [
            "",
            "1",
            "garbage",
            "\"",
            "\"\"",
            "\"1",
            "1\"",
            "\"x\"",
            "W/\"1\"",
            "W/\"2\"",
            "\"01\"",
            "\"+1\"",
            "\"-1\"",
            "\"1.0\"",
            "\"2147483648\"",
            "\"99999999999999999999\"",
            "**",
            "\"*\"",
            "\" 1\"",
            "null",
        ] {
            scene.refused(call.clone().header("If-Match", tag), 412, "stale").await;
        }
        scene.refused_field(call.clone().header("If-Match", "\"1\u{fc}\""), "If-Match").await;
        let twice = call.clone().header("If-Match", "\"1\"").header("If-Match", "\"1\"");
        scene.refused_field(twice, "If-Match").await;
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_too_large_are_refused_before_anything_else() {
    let scene = Scene::new().await;
    for call in [Call::get("/v1/guests"), Call::get("/healthz"), Call::post("/v1/auth/login", &json!({}))] {
        let call = call.header("X-Padding", &"x".repeat(17_000));
        call.send(&scene.plaza.world).await.assert_problem(431, "headers_too_large");
    }
    let many =
        (0..60).fold(Call::get("/v1/guests"), |call, number| call.header(&format!("X-{number}"), &"x".repeat(300)));
    scene.refused(many, 431, "headers_too_large").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn request_ids_that_could_forge_a_log_line_are_replaced() {
    let scene = Scene::new().await;
    let call = |id: &str| Call::get("/v1/guests").header("X-Request-Id", id);
    assert_eq!(scene.plaza.call(call("good-id_0.1")).await.header("x-request-id"), "good-id_0.1");
    for id in ["short", "has space", "a\"quote\"", "{\"json\":1}", &"x".repeat(65), "über-alles"] {
        let answer = scene.plaza.call(call(id)).await;
        assert!(answer.header("x-request-id").parse::<uuid::Uuid>().is_ok(), "{id}");
    }
}
