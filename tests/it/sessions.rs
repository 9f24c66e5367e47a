//! `/v1/auth/sessions`, refresh tokens, and how soon every server knows what has ended.

mod prompt;

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{Answer, Call, Hotel, World, eventually, two_hotels};

fn refresh(token: &str) -> Call {
    Call::post("/v1/auth/refresh", &json!({"refreshToken": token}))
}

fn text<'a>(tokens: &'a Value, name: &str) -> &'a str {
    tokens[name].as_str().unwrap()
}

fn bearer(call: Call, tokens: &Value) -> Call {
    call.header("Authorization", &format!("Bearer {}", text(tokens, "accessToken")))
}

async fn me(world: &World, tokens: &Value) -> Answer {
    bearer(Call::get("/v1/auth/me"), tokens).send(world).await
}

/// The session's access token is refused, soon and from then on.
async fn assert_ends(hotel: &Hotel, tokens: &Value) {
    eventually("the session ends", async || me(&hotel.world, tokens).await.status == 401).await;
    me(&hotel.world, tokens).await.assert_problem(401, "unauthenticated");
    refresh(text(tokens, "refreshToken")).send(&hotel.world).await.assert_problem(401, "invalid_refresh_token");
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_refresh_gives_new_tokens_of_the_same_session() {
    let (plaza, breeze) = two_hotels().await;
    let mut tokens = plaza.sign_in("agent").await;
    let session = plaza.world.tokens.verify(text(&tokens, "accessToken")).unwrap().sid;
    let mut seen = BTreeSet::from([text(&tokens, "refreshToken").to_owned()]);
    for _ in 0..3 {
        let next = refresh(text(&tokens, "refreshToken")).send(&plaza.world).await.assert_ok();
        assert_eq!(plaza.world.tokens.verify(text(&next, "accessToken")).unwrap().sid, session);
        assert!(seen.insert(text(&next, "refreshToken").to_owned()), "each refresh token is another");
        assert_eq!(me(&plaza.world, &next).await.assert_ok()["user"]["id"], plaza.agent_id.to_string());
        tokens = next;
    }
    let kept = "select count(*) from refresh_tokens where encode(hash, 'escape') = any ($1) or hash::text = any ($1)";
    let admin = plaza.world.admin().await;
    let kept: i64 = admin.query_one(kept, &[&Vec::from_iter(seen)]).await.unwrap().get(0);
    assert_eq!(kept, 0, "only hashes are kept");
    assert_eq!(breeze.get("/v1/auth/sessions").await.assert_ok()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_refresh_ends_the_session_of_a_token_that_comes_twice() {
    let (plaza, _) = two_hotels().await;
    let (first, other) = (plaza.sign_in("agent").await, plaza.sign_in("agent").await);
    let second = refresh(text(&first, "refreshToken")).send(&plaza.world).await.assert_ok();
    refresh(text(&first, "refreshToken")).send(&plaza.world).await.assert_problem(401, "invalid_refresh_token");
    assert_ends(&plaza, &second).await;
    me(&plaza.world, &other).await.assert_ok();
    let sql = "select end_reason from sessions where end_reason is not null";
    let reasons = plaza.world.admin().await.query(sql, &[]).await.unwrap();
    assert_eq!(reasons.iter().map(|row| row.get(0)).collect::<Vec<String>>(), ["token_reused"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_refresh_exchanges_a_token_once_however_many_ask_at_once() {
    let (plaza, _) = two_hotels().await;
    for _ in 0..5 {
        let tokens = plaza.sign_in("agent").await;
        let asked = (0..8).map(|_| refresh(text(&tokens, "refreshToken")).send(&plaza.world));
        let answers = join_all(asked).await;
        let given: Vec<Value> = answers.iter().filter(|answer| answer.status == 200).map(Answer::json).collect();
        assert_eq!(given.len(), 1, "one of eight gets the next token");
        // The others came with a used one, so whoever got it has nothing of it.
        assert_ends(&plaza, &given[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_refresh_refuses_what_never_was_a_token_and_ends_nothing() {
    let (plaza, breeze) = two_hotels().await;
    let tokens = plaza.sign_in("agent").await;
    let real = text(&tokens, "refreshToken");
    let altered = format!("{}{}", &real[..real.len() - 2], if real.ends_with("AA") { "BA" } else { "AA" });
    for wrong in [&altered, &real[..real.len() - 1], "szr_", "x", text(&tokens, "accessToken")] {
        let answer = refresh(&wrong.chars().take(200).collect::<String>()).send(&plaza.world).await;
        answer.assert_problem(401, "invalid_refresh_token");
    }
    refresh("").send(&plaza.world).await.assert_problem(422, "invalid");
    refresh(real).send(&plaza.world).await.assert_ok();
    breeze.get("/v1/auth/me").await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_logout_ends_this_session_and_logout_all_every_one() {
    let (plaza, breeze) = two_hotels().await;
    let [one, two, three] = [plaza.sign_in("agent").await, plaza.sign_in("agent").await, plaza.sign_in("agent").await];
    bearer(Call::post("/v1/auth/logout", &json!({})), &one).send(&plaza.world).await.assert_status(204);
    assert_ends(&plaza, &one).await;
    me(&plaza.world, &two).await.assert_ok();
    bearer(Call::post("/v1/auth/logout-all", &json!({})), &two).send(&plaza.world).await.assert_status(204);
    assert_ends(&plaza, &two).await;
    assert_ends(&plaza, &three).await;
    plaza.get("/v1/auth/me").await.assert_ok();
    breeze.get("/v1/auth/me").await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_list_shows_ones_own_that_live() {
    let (plaza, _) = two_hotels().await;
    let tokens = plaza.sign_in("agent").await;
    let ended = plaza.sign_in("agent").await;
    bearer(Call::post("/v1/auth/logout", &json!({})), &ended).send(&plaza.world).await.assert_status(204);
    let expired = "update sessions set expires_at = now() - interval '1 second'
                   where user_id = $1 and user_agent is null and ended_at is null and id <> $2";
    let sid = plaza.world.tokens.verify(text(&tokens, "accessToken")).unwrap().sid;
    let admin = plaza.world.admin().await;
    admin.execute(expired, &[&plaza.agent_id, &sid]).await.unwrap();
    let list = bearer(Call::get("/v1/auth/sessions"), &tokens).send(&plaza.world).await.assert_ok();
    let items = list["items"].as_array().unwrap();
    assert_eq!(items.len(), 1, "neither the ended nor the expired, and nobody else's: {items:?}");
    assert_eq!((items[0]["id"].clone(), items[0]["current"].clone()), (json!(sid), json!(true)));
    assert_eq!(plaza.walk("/v1/auth/sessions", 1).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_delete_and_clear_end_ones_own_only() {
    let (plaza, breeze) = two_hotels().await;
    let [one, two, three] = [plaza.sign_in("agent").await, plaza.sign_in("agent").await, plaza.sign_in("agent").await];
    let sid = plaza.world.tokens.verify(text(&two, "accessToken")).unwrap().sid;
    let path = format!("/v1/auth/sessions/{sid}");
    // Neither the administrator nor the rival: they are not theirs.
    plaza.delete(&path).await.assert_problem(404, "session_not_found");
    breeze.delete(&path).await.assert_problem(404, "session_not_found");
    for _ in 0..2 {
        bearer(Call::delete(&path), &one).send(&plaza.world).await.assert_status(204);
    }
    assert_ends(&plaza, &two).await;
    bearer(Call::delete("/v1/auth/sessions"), &one).send(&plaza.world).await.assert_status(204);
    assert_ends(&plaza, &three).await;
    me(&plaza.world, &one).await.assert_ok();
    plaza.get("/v1/auth/me").await.assert_ok();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ends_by_itself() {
    let world = World::with(|settings| settings.session_seconds = 1).await;
    let plaza = world.hotel("grand-plaza").await;
    let tokens = plaza.sign_in("agent").await;
    me(&world, &tokens).await.assert_ok();
    assert_ends(&plaza, &tokens).await;
}

/// Disabled, and let in again: they sign in anew, and whoever still holds an old token is nobody.
#[tokio::test(flavor = "multi_thread")]
async fn what_ended_with_its_user_does_not_come_back_with_them() {
    let (plaza, _) = two_hotels().await;
    let tokens = plaza.sign_in("agent").await;
    let agent = format!("/v1/users/{}", plaza.agent_id);
    plaza.patch(&agent, json!({"status": "disabled"})).await.assert_ok();
    plaza.patch(&agent, json!({"status": "active"})).await.assert_ok();
    assert_ends(&plaza, &tokens).await;
    me(&plaza.world, &plaza.sign_in("agent").await).await.assert_ok();
}
