//! Tokens that prove nothing: each is the same 401, and nothing is written.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use base64::{Engine, engine::general_purpose::GeneralPurpose};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};
use stayzr::auth::TokenKey;

use crate::support::{Call, Hotel, eventually, two_hotels};

const URL: GeneralPurpose = BASE64_URL_SAFE_NO_PAD;

/// A hotel's real token, taken apart, and the key that signed it.
struct Forge {
    key: Ed25519KeyPair,
    header: Value,
    claims: Value,
    token: String,
}

impl Forge {
    fn of(hotel: &Hotel) -> Forge {
        let part = |index| {
            let text = hotel.admin_token.split('.').nth(index).unwrap();
            serde_json::from_slice(&URL.decode(text).unwrap()).unwrap()
        };
        let key = Ed25519KeyPair::from_pkcs8_maybe_unchecked(hotel.world.token_pkcs8()).unwrap();
        Forge { key, header: part(0), claims: part(1), token: hotel.admin_token.clone() }
    }

    fn input(header: &Value, claims: &Value) -> String {
        format!("{}.{}", URL.encode(header.to_string()), URL.encode(claims.to_string()))
    }

    fn sign(&self, header: &Value, claims: &Value, sign: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let input = Forge::input(header, claims);
        format!("{input}.{}", URL.encode(sign(input.as_bytes())))
    }

    /// Well signed, with one claim changed; null takes it away.
    fn claim(&self, name: &str, value: Value) -> String {
        self.sign(&self.header, &changed(&self.claims, name, value), |input| self.key.sign(input).as_ref().to_vec())
    }

    /// Well signed, with one member of the header changed.
    fn header(&self, name: &str, value: Value) -> String {
        self.sign(&changed(&self.header, name, value), &self.claims, |input| self.key.sign(input).as_ref().to_vec())
    }

    fn public(&self) -> &[u8] {
        self.key.public_key().as_ref()
    }
}

fn changed(object: &Value, name: &str, value: Value) -> Value {
    let mut object = object.clone();
    match value {
        Value::Null => drop(object.as_object_mut().unwrap().remove(name)),
        value => object[name] = value,
    }
    object
}

async fn assert_refused(hotel: &Hotel, what: &str, authorization: &[&str]) {
    for mut call in
        [Call::get("/v1/guests"), Call::post("/v1/guests", &json!({"fullName": "X", "phone": "+4915112345678"}))]
    {
        for value in authorization {
            call = call.header("Authorization", value);
        }
        let answer = call.send(&hotel.world).await;
        assert_eq!(answer.status, 401, "{what}: {}", String::from_utf8_lossy(&answer.body));
        answer.assert_problem(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), "Bearer", "{what}");
    }
}

async fn assert_all_refused(hotel: &Hotel, tokens: &[(&str, String)]) {
    let before = hotel.world.contents().await;
    for (what, token) in tokens {
        assert_ne!(token, &hotel.admin_token, "{what} is the real token");
        assert_refused(hotel, what, &[&format!("Bearer {token}")]).await;
    }
    assert_eq!(hotel.world.contents().await, before, "nothing was written");
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_well_signed_and_unchanged_are_good() {
    let (plaza, _) = two_hotels().await;
    let forge = Forge::of(&plaza);
    // What every other test here changes one thing of.
    let copy = forge.claim("sid", forge.claims["sid"].clone());
    // Of a server whose clock is most of a minute ahead, and of one that is as much behind.
    let now = forge.claims["iat"].as_u64().unwrap();
    let (ahead, behind) = (forge.claim("nbf", json!(now + 50)), forge.claim("exp", json!(now - 50)));
    for token in [&forge.token, &copy, &ahead, &behind] {
        let call = |scheme: &str| Call::get("/v1/guests").header("Authorization", &format!("{scheme} {token}"));
        call("Bearer").send(&plaza.world).await.assert_ok();
        call("bEARER").send(&plaza.world).await.assert_ok();
    }
}

/// A server remembers which tokens it verified, and not for longer than they are good.
#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_good_is_refused_once_it_ends() {
    let (plaza, _) = two_hotels().await;
    let forge = Forge::of(&plaza);
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    // With the minute that clocks may differ by, it ends in two to three seconds.
    let token = forge.claim("exp", json!(now - 57));
    let call = || Call::get("/v1/guests").header("Authorization", &format!("Bearer {token}"));
    call().send(&plaza.world).await.assert_ok();
    eventually("the token ends", async || call().send(&plaza.world).await.status == 401).await;
    assert_refused(&plaza, "a token that ended", &[&format!("Bearer {token}")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_of_another_time_place_or_shape_are_refused_though_well_signed() {
    let (plaza, breeze) = two_hotels().await;
    let forge = Forge::of(&plaza);
    let now = forge.claims["iat"].as_u64().unwrap();
    let mut tokens = vec![
        ("expired", forge.claim("exp", json!(now - 120))),
        ("expires in words", forge.claim("exp", json!("tomorrow"))),
        ("expires never", forge.claim("exp", json!(-1))),
        ("not yet valid", forge.claim("nbf", json!(now + 3600))),
        ("wrong audience", forge.claim("aud", json!("another-api"))),
        ("audience list", forge.claim("aud", json!(["stayzr-api"]))),
        ("wrong issuer", forge.claim("iss", json!("somebody"))),
        ("unknown claim", forge.claim("permissions", json!(["users.manage"]))),
        ("organization in words", forge.claim("org", json!("1 or true"))),
        ("subject no id", forge.claim("sub", json!("admin"))),
        ("a claim of an earlier release", forge.claim("adm", json!(true))),
        ("a session that never was", forge.claim("sid", json!("01900000-0000-7000-8000-000000000099"))),
        ("a session of another user", forge.claim("sub", json!(plaza.agent_id))),
        ("a session of another hotel", forge.claim("org", json!(breeze.id))),
    ];
    let claims = forge.claims.as_object().unwrap();
    tokens.extend(claims.keys().map(|name| ("a claim is missing", forge.claim(name, Value::Null))));
    assert_all_refused(&plaza, &tokens).await;
    assert_eq!(breeze.walk("/v1/guests", 5).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_that_choose_their_own_algorithm_or_key_are_refused() {
    let (plaza, _) = two_hotels().await;
    let forge = Forge::of(&plaza);
    let mut tokens = vec![
        ("unknown kid", forge.header("kid", json!("another"))),
        ("missing kid", forge.header("kid", Value::Null)),
        ("kid no text", forge.header("kid", json!(["x"]))),
        ("missing alg", forge.header("alg", Value::Null)),
        ("other alg", forge.header("alg", json!("ES256"))),
        ("unknown alg", forge.header("alg", json!("EdDSA2"))),
    ];
    for none in ["none", "None", "NONE", "nOnE"] {
        let header = changed(&forge.header, "alg", json!(none));
        tokens.push(("none, unsigned", forge.sign(&header, &forge.claims, |_| Vec::new())));
        tokens.push(("none, no third part", Forge::input(&header, &forge.claims)));
        tokens.push(("none, well signed", forge.header("alg", json!(none))));
    }
    // The oldest trick: the public key as the secret of an HMAC, in every spelling.
    let der = [b"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", forge.public()].concat();
    let pem = format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", BASE64_STANDARD.encode(&der));
    let secrets = [
        forge.public().to_vec(),
        URL.encode(forge.public()).into_bytes(),
        BASE64_STANDARD.encode(forge.public()).into_bytes(),
        pem.trim().as_bytes().to_vec(),
        pem.into_bytes(),
        der,
        Vec::new(),
    ];
    for secret in &secrets {
        for alg in ["HS256", "HS384", "HS512", "EdDSA"] {
            let header = changed(&forge.header, "alg", json!(alg));
            tokens.push(("HMAC", forge.sign(&header, &forge.claims, |input| hmac(alg, secret, input))));
        }
    }
    assert_all_refused(&plaza, &tokens).await;
}

fn hmac(algorithm: &str, secret: &[u8], input: &[u8]) -> Vec<u8> {
    macro_rules! with {
        ($hash:ty) => {{
            let mut mac = Hmac::<$hash>::new_from_slice(secret).unwrap();
            mac.update(input);
            mac.finalize().into_bytes().to_vec()
        }};
    }
    match algorithm {
        "HS384" => with!(Sha384),
        "HS512" => with!(Sha512),
        _ => with!(Sha256),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_with_anything_changed_after_signing_are_refused() {
    let (plaza, breeze) = two_hotels().await;
    let forge = Forge::of(&plaza);
    let [header, claims, signature] = forge.token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let other = Ed25519KeyPair::from_pkcs8_maybe_unchecked(&TokenKey::generate_pkcs8().unwrap()).unwrap();
    let swapped = |name: &str, value: Value| {
        format!("{header}.{}.{signature}", URL.encode(changed(&forge.claims, name, value).to_string()))
    };
    let theirs: Vec<&str> = breeze.admin_token.split('.').collect();
    let mut tokens = vec![
        (
            "signed by another key",
            forge.sign(&forge.header, &forge.claims, |input| other.sign(input).as_ref().to_vec()),
        ),
        ("another hotel", swapped("org", json!(breeze.id))),
        ("another user", swapped("sub", json!(breeze.admin_id))),
        ("a super admin", swapped("act", json!({"sub": plaza.admin_id, "org": plaza.id}))),
        ("a longer life", swapped("exp", json!(4_000_000_000_u64))),
        ("the rival's claims", format!("{header}.{}.{signature}", theirs[1])),
        ("the rival's signature", format!("{header}.{claims}.{}", theirs[2])),
        ("a signature of zeros", format!("{header}.{claims}.{}", URL.encode([0; 64]))),
        ("no signature", format!("{header}.{claims}.")),
        ("two parts", format!("{header}.{claims}")),
        ("one part", header.to_owned()),
        ("four parts", format!("{}.{signature}", forge.token)),
        ("only dots", "..".to_owned()),
        ("nothing", String::new()),
        ("padding", format!("{}=", forge.token)),
        ("a space inside", format!("{header}. {claims}.{signature}")),
        ("a space before", format!(" {}", forge.token)),
        ("a tab before", format!("\t{}", forge.token)),
        ("a word after", format!("{} x", forge.token)),
        ("quotes", format!("\"{}\"", forge.token)),
        ("no base64", forge.token.replace('.', ".%")),
        ("huge", format!("{header}.{}.{signature}", "A".repeat(12_000))),
        ("no JSON", format!("{}.{}.{signature}", URL.encode("null"), URL.encode("[]"))),
    ];
    for cut in [1, 10, signature.len() / 2] {
        tokens.push(("truncated", forge.token[..forge.token.len() - cut].to_owned()));
    }
    assert_all_refused(&plaza, &tokens).await;
    assert_eq!(breeze.walk("/v1/guests", 5).await, Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_in_another_place_or_scheme_are_refused() {
    let (plaza, breeze) = two_hotels().await;
    let before = plaza.world.contents().await;
    let (ours, theirs) = (format!("Bearer {}", plaza.admin_token), format!("Bearer {}", breeze.admin_token));
    assert_refused(&plaza, "none", &[]).await;
    assert_refused(&plaza, "two headers", &[&ours, &theirs]).await;
    assert_refused(&plaza, "one header twice", &[&ours, &ours]).await;
    assert_refused(&plaza, "two in one header", &[&format!("{ours}, {theirs}")]).await;
    assert_refused(&plaza, "no scheme", &[&plaza.admin_token]).await;
    for scheme in ["Basic", "Token", "DPoP", "Bearer:", "Bearerx"] {
        assert_refused(&plaza, scheme, &[&format!("{scheme} {}", plaza.admin_token)]).await;
    }
    assert_refused(&plaza, "basic", &[&format!("Basic {}", BASE64_STANDARD.encode("admin:stayzr-tests"))]).await;
    for path in ["/v1/guests?access_token=", "/v1/guests?token="] {
        let answer = Call::get(format!("{path}{}", plaza.admin_token)).send(&plaza.world).await;
        answer.assert_problem(401, "unauthenticated");
    }
    let cookie = Call::get("/v1/guests").header("Cookie", &format!("accessToken={}", plaza.admin_token));
    cookie.send(&plaza.world).await.assert_problem(401, "unauthenticated");
    assert_eq!(plaza.world.contents().await, before);
}

/// Every spelling of a guarded path is guarded, also those the router may or may not take.
#[tokio::test(flavor = "multi_thread")]
async fn tokens_are_asked_for_on_every_spelling_of_a_path() {
    let (plaza, _) = two_hotels().await;
    for path in [
        "/v1/guests",
        "/v1/guests/",
        "/v1/%67uests",
        "/%76%31/guests",
        "/v1//guests",
        "//v1/guests",
        "/V1/guests",
        "/v1/auth/login/../../guests",
        "/v1/auth/me",
        "/v1/nothing",
        "/v1/",
    ] {
        let answer = Call::get(path).send(&plaza.world).await;
        assert!(matches!(answer.status.as_u16(), 401 | 404), "{path}: {}", answer.status);
        assert!(answer.json()["code"].is_string(), "{path}");
    }
}
