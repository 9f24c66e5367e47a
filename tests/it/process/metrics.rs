//! The listener of the metrics: none unless asked for, and never that of the API.

use std::net::TcpListener;

use super::{Scratch, Stayzr, free_port, run};
use crate::observability::url;
use crate::support::{SEAL_KEY, World};

fn environment(world: &World) -> Vec<(&'static str, String)> {
    let base64 = |bytes: &[u8]| base64::Engine::encode(&base64::prelude::BASE64_STANDARD, bytes);
    let pem = base64(world.token_pkcs8());
    vec![
        ("STAYZR_APP_DATABASE_URL", url("stayzr_app", &world.database)),
        ("STAYZR_PLATFORM_DATABASE_URL", url("stayzr_platform", &world.database)),
        ("STAYZR_SEAL_KEYS", format!("test:{}", base64(&SEAL_KEY))),
        ("STAYZR_TOKEN_KEY", format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n")),
    ]
}

async fn get(url: String) -> (u16, String) {
    let response = reqwest::get(url).await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn metrics_have_a_listener_of_their_own_where_one_is_asked_for() {
    let (scratch, world) = (Scratch::new(), World::new().await);
    let mut environment = environment(&world);
    let mut silent = Stayzr::start(&scratch, &environment);
    silent.ready().await;
    let (status, body) = get(format!("{}/metrics", silent.base)).await;
    assert!(status == 404 && body.contains("route_not_found"), "{status}: {body}");

    let port = free_port();
    environment.push(("STAYZR_METRICS_LISTEN", format!("127.0.0.1:{port}")));
    let mut counting = Stayzr::start(&scratch, &environment);
    counting.ready().await;
    let (status, body) = get(format!("{}/metrics", counting.base)).await;
    assert!(status == 404 && body.contains("route_not_found"), "never on the public listener: {status}: {body}");
    let (status, body) = get(format!("http://127.0.0.1:{port}/metrics")).await;
    assert_eq!(status, 200);
    assert!(body.contains("stayzr_requests_total{operation=\"health_ready\",status=\"2xx\"} 1\n"), "{body}");
    for path in ["/", "/healthz", "/v1/guests", "/docs", "/openapi.json"] {
        assert_eq!(get(format!("http://127.0.0.1:{port}{path}")).await.0, 404, "{path} is on the other listener");
    }

    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    environment.pop();
    environment.push(("STAYZR_METRICS_LISTEN", taken.local_addr().unwrap().to_string()));
    let (code, said) = run(&["--listen", &format!("127.0.0.1:{}", free_port())], &environment);
    assert!(code == 2 && said.contains("STAYZR_METRICS_LISTEN"), "{code}: {said}");
    counting.signal("-TERM");
    assert_eq!(counting.ended().await.code(), Some(0));
}
