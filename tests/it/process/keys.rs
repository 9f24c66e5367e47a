//! `stayzr keys rotate`, beside a server that runs.

use std::fs;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::{PATIENCE, Scratch, Stayzr, run};

/// The key a token says it is signed with.
fn key_of(token: &str) -> String {
    let header = BASE64_URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

impl Stayzr {
    async fn published(&self) -> Vec<String> {
        let url = format!("{}/.well-known/jwks.json", self.base);
        let keys: Value = reqwest::get(url).await.unwrap().json().await.unwrap();
        keys["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
    }

    /// Once it publishes that many keys: which.
    async fn publishes(&self, number: usize, with: &str) -> Vec<String> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let keys = self.published().await;
            if keys.len() == number && keys.iter().any(|key| key == with) {
                return keys;
            }
            assert!(Instant::now() < deadline, "{keys:?}\n{}", self.said());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        let response = reqwest::Client::new().post(format!("{}{path}", self.base)).json(&body).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    async fn sign_in(&self) -> Value {
        let body =
            json!({"organization": "grand-plaza", "email": "admin@grand-plaza.example", "password": "stayzr-demo"});
        self.post("/v1/auth/login", body).await
    }

    async fn status_of(&self, token: &str) -> u16 {
        let request = reqwest::Client::new().get(format!("{}/v1/guests?limit=1", self.base)).bearer_auth(token);
        request.send().await.unwrap().status().as_u16()
    }
}

/// What a line of the command says of a key: `New <id> …`.
fn told(said: &str, word: &str) -> Option<String> {
    said.lines().find_map(|line| line.strip_prefix(word)).map(|rest| rest.split_whitespace().next().unwrap().to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_takes_over_while_the_server_runs_and_forgetting_ends_what_others_signed() {
    let scratch = Scratch::new();
    let mut stayzr = Stayzr::embedded(&scratch);
    stayzr.ready().await;
    let data = [("STAYZR_DATA_DIR", scratch.data_dir().display().to_string())];
    let first = stayzr.sign_in().await["accessToken"].as_str().unwrap().to_owned();
    assert_eq!(stayzr.published().await, [key_of(&first)]);

    // Published at once, and not signing.
    let (code, said) = run(&["keys", "rotate"], &data);
    let (new, kept) = (told(&said, "New").unwrap(), told(&said, "Kept").unwrap());
    assert_eq!((code, &kept), (0, &key_of(&first)), "{said}");
    assert_eq!(stayzr.publishes(2, &new).await, [new.clone(), kept.clone()]);
    assert_eq!(key_of(stayzr.sign_in().await["accessToken"].as_str().unwrap()), kept);
    let (code, said) = run(&["keys", "rotate", "--overlap-seconds", "0"], &data);
    assert!(code == 2 && said.contains("there is a new key already"), "{said}");

    // Its time has come: it signs, and what the old one signed is good.
    let file = scratch.data_dir().join("secrets/token_key");
    let pem = fs::read_to_string(&file).unwrap();
    let since = pem.lines().find(|line| line.starts_with("Signs-From:")).unwrap();
    fs::write(&file, pem.replace(since, "Signs-From: 2026-01-01T00:00:00Z")).unwrap();
    let deadline = Instant::now() + PATIENCE;
    let signed = loop {
        let tokens = stayzr.sign_in().await;
        if key_of(tokens["accessToken"].as_str().unwrap()) == new {
            break tokens;
        }
        assert!(Instant::now() < deadline, "{}", stayzr.said());
        tokio::time::sleep(Duration::from_secs(1)).await;
    };
    let second = signed["accessToken"].as_str().unwrap();
    assert_eq!((stayzr.status_of(&first).await, stayzr.status_of(second).await), (200, 200));

    // A file that is none changes nothing.
    let good = fs::read(&file).unwrap();
    fs::write(&file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n").unwrap();
    let (code, said) = run(&["keys", "rotate"], &data);
    assert!(code == 2 && said.contains("token_key") && said.contains("key 1 is not"), "{said}");
    while !stayzr.said().contains("those before stay") {
        assert!(Instant::now() < deadline, "{}", stayzr.said());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(stayzr.status_of(&first).await, 200);
    fs::write(&file, good).unwrap();

    // Both tokens are remembered as verified, and refused all the same.
    let (code, said) = run(&["keys", "rotate", "--forget-old"], &data);
    let last = told(&said, "New").unwrap();
    assert!(code == 0 && said.matches("Dropped").count() == 2, "{said}");
    stayzr.publishes(1, &last).await;
    assert_eq!((stayzr.status_of(&first).await, stayzr.status_of(second).await), (401, 401));
    let refreshed = stayzr.post("/v1/auth/refresh", json!({"refreshToken": signed["refreshToken"]})).await;
    let third = refreshed["accessToken"].as_str().unwrap();
    assert_eq!((key_of(third), stayzr.status_of(third).await), (last, 200));
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let secrets: Vec<String> = fs::read_to_string(&file).unwrap().lines().map(str::to_owned).collect();
    let key = &secrets[secrets.iter().position(|line| line.starts_with("-----BEGIN")).unwrap() + 1];
    assert!(!said.contains(key) && !stayzr.said().contains(key), "a secret was said");
}

#[test]
fn keys_that_are_in_no_file_are_not_rotated() {
    let scratch = Scratch::new();
    let nowhere = ("STAYZR_DATA_DIR", scratch.data_dir().display().to_string());
    let (code, said) = run(&["keys", "rotate"], std::slice::from_ref(&nowhere));
    assert!(code == 2 && said.contains("secrets/token_key"), "{said}");
    let key = stayzr::auth::TokenKey::generate_pkcs8().unwrap();
    let base64 = base64::prelude::BASE64_STANDARD.encode(&key);
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{base64}\n-----END PRIVATE KEY-----\n");
    let (code, said) = run(&["keys", "rotate"], &[("STAYZR_TOKEN_KEY", pem)]);
    assert!(code == 2 && said.contains("STAYZR_TOKEN_KEY_FILE") && !said.contains(&base64), "{said}");
}
