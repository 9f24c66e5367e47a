//! `/v1/auth` and the public keys

mod passwords;

use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Value, json};
use stayzr::config::Settings;
use uuid::Uuid;

use crate::support::{Answer, Call, Hotel, PASSWORD, World, two_hotels};

async fn sign_in(world: &World, organization: &str, email: &str, password: &str) -> Answer {
    let body = json!({"organization": organization, "email": email, "password": password});
    Call::post("/v1/auth/login", &body).send(world).await
}

/// One way to fail for each reason there is, on `plaza`; the agent gets disabled and
/// the hotel `closed` is made and closed for it.
async fn failures(plaza: &Hotel) -> Vec<(&'static str, [&'static str; 3])> {
    let closed = plaza.world.hotel("closed").await;
    let admin = plaza.world.admin().await;
    admin.execute("update organizations set is_active = false where id = $1", &[&closed.id]).await.unwrap();
    admin.execute("update users set status = 'disabled' where id = $1", &[&plaza.agent_id]).await.unwrap();
    let no_password = "insert into users (organization_id, email, full_name) values ($1, 'new@example.com', 'New')";
    admin.execute(no_password, &[&plaza.id]).await.unwrap();
    vec![
        ("unknown organization", ["nowhere", "admin@grand-plaza.example", PASSWORD]),
        ("another organization", ["sea-breeze", "admin@grand-plaza.example", PASSWORD]),
        ("unknown e-mail", ["grand-plaza", "nobody@grand-plaza.example", PASSWORD]),
        ("wrong password", ["grand-plaza", "admin@grand-plaza.example", "stayzr-test"]),
        ("disabled user", ["grand-plaza", "agent@grand-plaza.example", PASSWORD]),
        ("no password yet", ["grand-plaza", "new@example.com", PASSWORD]),
        ("inactive organization", ["closed", "admin@closed.example", PASSWORD]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_login_gives_a_token_that_the_public_key_verifies() {
    let (plaza, breeze) = two_hotels().await;
    let answer = sign_in(&plaza.world, "grand-plaza", "Admin@Grand-Plaza.example", PASSWORD).await;
    let token = answer.assert_ok();
    assert_eq!(token["tokenType"], "Bearer");
    assert_eq!(token["expiresIn"], 900);
    let token = token["accessToken"].as_str().unwrap();

    let keys = Call::get("/.well-known/jwks.json").send(&plaza.world).await.assert_ok();
    let header = decode_header(token).unwrap();
    let key = keys["keys"].as_array().unwrap().iter().find(|key| key["kid"] == json!(header.kid)).unwrap();
    assert_eq!(json!([key["kty"], key["crv"], key["alg"], key["use"]]), json!(["OKP", "Ed25519", "EdDSA", "sig"]));
    assert!(key.get("d").is_none(), "the private part stays private");
    let public = DecodingKey::from_ed_components(key["x"].as_str().unwrap()).unwrap();
    let mut validation = Validation::new(Algorithm::EdDSA);
    validation.set_audience(&["stayzr-api"]);
    validation.set_issuer(&["stayzr"]);
    let claims = decode::<Value>(token, &public, &validation).unwrap().claims;

    let sql = "select tenant_id from organizations where id = $1";
    let tenant: Uuid = plaza.world.admin().await.query_one(sql, &[&plaza.id]).await.unwrap().get(0);
    assert_eq!(claims["sub"], plaza.admin_id.to_string());
    assert_eq!(claims["org"], plaza.id);
    assert_eq!(claims["tenant"], tenant.to_string());
    assert!(claims["sid"].as_str().unwrap().parse::<Uuid>().is_ok());
    assert_eq!(claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(), 15 * 60);
    assert_eq!(claims["nbf"], claims["iat"]);

    let me = Call::get("/v1/auth/me").header("Authorization", &format!("Bearer {token}")).send(&plaza.world).await;
    assert_eq!(me.assert_ok()["organization"]["id"], plaza.id);
    assert_ne!(breeze.get("/v1/auth/me").await.assert_ok()["organization"]["id"], plaza.id);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_login_begins_a_session_each_time() {
    let world = World::new().await;
    world.hotel("grand-plaza").await;
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let token = sign_in(&world, "grand-plaza", "agent@grand-plaza.example", PASSWORD).await.assert_ok();
        let claims = world.tokens.verify(token["accessToken"].as_str().unwrap()).unwrap();
        sessions.push(claims.sid);
    }
    assert_ne!(sessions[0], sessions[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_login_fails_in_the_same_words_whatever_is_wrong() {
    let (plaza, _) = two_hotels().await;
    let failures = failures(&plaza).await;
    let before = plaza.world.contents().await;
    let mut answers = Vec::new();
    for (reason, [organization, email, password]) in failures {
        let answer = sign_in(&plaza.world, organization, email, password).await;
        answer.assert_problem(401, "invalid_credentials");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        answers.push((reason, answer.without_request_id()));
    }
    for (reason, answer) in &answers {
        assert_eq!(answer, &answers[0].1, "{reason}");
    }
    assert_eq!(plaza.world.contents().await, before);
}

/// Equal work is seen without a clock: where no password may be hashed, whoever hashes
/// one waits until the request times out, and whoever skips it answers at once.
#[tokio::test(flavor = "multi_thread")]
async fn auth_login_hashes_a_password_whatever_is_wrong() {
    let (plaza, _) = two_hotels().await;
    let failures = failures(&plaza).await;
    let world = World::on(plaza.world.database.clone(), &plaza.world.app_address(), |settings| {
        settings.password_hashes_at_a_time = 0;
        settings.request_timeout_ms = 1500;
    });
    for (reason, [organization, email, password]) in failures {
        let answer = sign_in(&world, organization, email, password).await;
        assert_eq!(answer.status, 503, "{reason}: answered without hashing");
        answer.assert_problem(503, "timeout");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_login_limits_the_attempts_on_one_account() {
    let world = World::with(|settings| settings.login_attempts_per_account = 2.try_into().unwrap()).await;
    world.hotel("grand-plaza").await;
    world.hotel("sea-breeze").await;
    for (organization, email) in [("grand-plaza", "agent@grand-plaza.example"), ("nowhere", "nobody@example.com")] {
        for _ in 0..2 {
            sign_in(&world, organization, email, "wrong").await.assert_problem(401, "invalid_credentials");
        }
        // The right password and another spelling help as little as a hotel that does not exist.
        let answer = sign_in(&world, organization, &email.to_uppercase(), PASSWORD).await;
        answer.assert_problem(429, "too_many_attempts");
        let seconds: u64 = answer.header("retry-after").parse().unwrap();
        assert!((1..=60).contains(&seconds), "{seconds}");
    }
    // Others may go on.
    sign_in(&world, "grand-plaza", "admin@grand-plaza.example", PASSWORD).await.assert_ok();
    sign_in(&world, "sea-breeze", "agent@sea-breeze.example", PASSWORD).await.assert_ok();
}

/// How many of the attempts, each on an account of its own, get through from here.
async fn attempts_let_through(settings: impl FnOnce(&mut Settings), forwarded: &[&str]) -> usize {
    let world = World::with(|all| {
        all.login_attempts_per_address = 2.try_into().unwrap();
        settings(all);
    })
    .await;
    let url = format!("http://{}/v1/auth/login", world.serve().await);
    let client = reqwest::Client::new();
    let mut through = 0;
    for (number, forwarded) in forwarded.iter().enumerate() {
        let body = json!({"organization": "nowhere", "email": format!("n{number}@example.com"), "password": "wrong"});
        let mut request = client.post(&url).json(&body);
        if !forwarded.is_empty() {
            request = request.header("X-Forwarded-For", *forwarded);
        }
        let answer = request.send().await.unwrap();
        match answer.status().as_u16() {
            401 => through += 1,
            429 => assert!(answer.headers().contains_key("retry-after")),
            other => panic!("{other}"),
        }
    }
    through
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_login_limits_the_attempts_from_one_address() {
    assert_eq!(attempts_let_through(|_| (), &["", "", "", ""]).await, 2);
    // Who is no trusted proxy may say what they like.
    assert_eq!(attempts_let_through(|_| (), &["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_login_believes_a_trusted_proxy_about_the_last_address_only() {
    let trust = |settings: &mut Settings| settings.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    assert_eq!(attempts_let_through(trust, &["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"]).await, 4);
    let spoofed = ["1.1.1.1, 10.0.0.1", "2.2.2.2, 10.0.0.1", "3.3.3.3, 10.0.0.1"];
    assert_eq!(attempts_let_through(trust, &spoofed).await, 2);
    assert_eq!(attempts_let_through(trust, &["", "rubbish", "10.0.0.1, rubbish"]).await, 2);
    // A provider's customer has as many addresses as they like of one network.
    let customer = ["2001:db8::1", "2001:db8::2", "2001:db8::3", "2001:db8:0:1::1"];
    assert_eq!(attempts_let_through(trust, &customer).await, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_me_tells_the_user_the_hotel_and_the_permissions() {
    let (plaza, breeze) = two_hotels().await;
    let me = plaza.get("/v1/auth/me").await.assert_ok();
    assert_eq!(me["user"]["id"], plaza.admin_id.to_string());
    assert_eq!(me["organization"], plaza.get("/v1/organization").await.assert_ok());
    let agent = plaza.call_as_agent(Call::get("/v1/auth/me")).await.assert_ok();
    let has = |me: &Value, name: &str| me["permissions"].as_array().unwrap().contains(&json!(name));
    assert!(has(&me, "users.manage") && has(&me, "organization.manage") && has(&me, "guests.write"));
    assert!(!has(&agent, "users.manage") && !has(&agent, "organization.manage") && has(&agent, "guests.write"));
    assert_eq!(breeze.get("/v1/auth/me").await.assert_ok()["user"]["id"], breeze.admin_id.to_string());
    Call::get("/v1/auth/me").send(&plaza.world).await.assert_problem(401, "unauthenticated");
}
