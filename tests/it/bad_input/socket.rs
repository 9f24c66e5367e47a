//! What only a real socket can send: bodies that do not end, and no HTTP at all.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Scene;

const MEGABYTE: usize = 1 << 20;

/// Sends the head and then the body in pieces, as long as the server takes them, and
/// reads the answer, also when it comes early.
async fn send(address: SocketAddr, head: &str, pieces: usize, piece: &[u8]) -> String {
    let (mut read, mut write) = TcpStream::connect(address).await.unwrap().into_split();
    let head = head.replace('\n', "\r\n").into_bytes();
    let piece = piece.to_vec();
    let writing = tokio::spawn(async move {
        write.write_all(&head).await?;
        for _ in 0..pieces {
            write.write_all(&piece).await?;
        }
        // Kept open: an end of input would be another reason to answer.
        Ok::<_, std::io::Error>(write)
    });
    let mut answer = Vec::new();
    let reading = async {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = read.read(&mut buffer).await {
            answer.extend_from_slice(&buffer[..length]);
            if complete(&answer) {
                break;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(8), reading).await.expect("an answer in time");
    writing.abort();
    String::from_utf8_lossy(&answer).into_owned()
}

fn complete(answer: &[u8]) -> bool {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length =
        head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned));
    body.len() >= length.and_then(|length| length.trim().parse().ok()).unwrap_or(0)
}

fn assert_problem(answer: &str, status: u16, code: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    assert!(
        answer.contains("application/problem+json") && answer.contains(&format!("\"code\":\"{code}\"")),
        "{answer}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_of_20_megabytes_are_refused_with_and_without_a_length() {
    let scene = Scene::new().await;
    let address = scene.plaza.world.serve().await;
    let token = &scene.plaza.admin_token;
    for (method, path) in [("POST", "/v1/guests"), ("PATCH", "/v1/organization"), ("POST", "/v1/auth/login")] {
        let head = format!(
            "{method} {path} HTTP/1.1\nHost: x\nAuthorization: Bearer {token}\nContent-Type: application/json\n"
        );
        let declared = format!("{head}Content-Length: {}\n\n", 20 * MEGABYTE);
        assert_problem(&send(address, &declared, 20, &vec![b' '; MEGABYTE]).await, 413, "body_too_large");
        // Said to be huge and never sent: nobody waits for it.
        assert_problem(&send(address, &declared, 0, b"").await, 413, "body_too_large");
        let chunked = format!("{head}Transfer-Encoding: chunked\n\n");
        let chunk = [b"10000\r\n".to_vec(), vec![b' '; 0x10000], b"\r\n".to_vec()].concat();
        assert_problem(&send(address, &chunked, 320, &chunk).await, 413, "body_too_large");
    }
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_never_come_end_in_a_timeout_and_not_in_a_hang() {
    let scene = Scene::new().await;
    let database = scene.plaza.world.database.clone();
    let world = crate::support::World::on(database, &scene.plaza.world.app_address(), |settings| {
        settings.request_timeout_ms = 300;
    });
    let address = world.serve().await;
    let head = "POST /v1/auth/login HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 100\n\n{";
    assert_problem(&send(address, head, 0, b"").await, 503, "timeout");
    scene.assert_nothing_written().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_too_large_are_refused_over_a_socket_too() {
    let scene = Scene::new().await;
    let address = scene.plaza.world.serve().await;
    let head = format!("GET /v1/guests HTTP/1.1\nHost: x\nX-Padding: {}\n\n", "x".repeat(20_000));
    assert_problem(&send(address, &head, 0, b"").await, 431, "headers_too_large");
    // Beyond what the HTTP library reads at all it answers itself, with the same status.
    let many: String = (0..200).map(|number| format!("X-{number}: 1\n")).collect();
    let answer = send(address, &format!("GET /v1/guests HTTP/1.1\nHost: x\n{many}\n"), 0, b"").await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_http_is_refused_and_the_server_goes_on() {
    let scene = Scene::new().await;
    let address = scene.plaza.world.serve().await;
    for head in [
        "NONSENSE\n\n",
        "GET /v1/guests?search=\0 HTTP/1.1\nHost: x\n\n",
        "GET /v1/guests HTTP/1.1\nHost: x\nX-A: a\0b\n\n",
        "GET /v1/gu ests HTTP/1.1\nHost: x\n\n",
        "POST /v1/auth/login HTTP/1.1\nHost: x\nContent-Length: -1\n\n",
        "POST /v1/auth/login HTTP/1.1\nHost: x\nContent-Length: 1\nContent-Length: 2\n\nab",
        "POST /v1/auth/login HTTP/1.1\nHost: x\nTransfer-Encoding: chunked\nContent-Type: application/json\n\nzz\n",
    ] {
        let answer = send(address, head, 0, b"").await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{head:?}: {answer:?}");
    }
    let answer = send(address, "GET /healthz HTTP/1.1\nHost: x\n\n", 0, b"").await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    scene.assert_nothing_written().await;
}
