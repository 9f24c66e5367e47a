//! A visit is over at once, on every server, whoever ends it.

use std::time::{Duration, Instant};

use serde_json::json;
use stayzr::auth::Actor;
use uuid::Uuid;

use super::two_hotels_and_the_platform;
use crate::support::{Call, Visit, World};

/// Within this, counted from the answer that acknowledges the end.
const PROMPT: Duration = Duration::from_secs(1);

/// Waits until the server refuses the visit's token.
async fn refused_at(world: &World, visit: &Visit) -> Duration {
    let began = Instant::now();
    loop {
        let answer = visit.call_at(world, Call::get("/v1/guests")).await;
        if answer.status == 401 {
            answer.assert_problem(401, "unauthenticated");
            return began.elapsed();
        }
        assert!(began.elapsed() < PROMPT, "still let in: {} {}", answer.status, answer.json());
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn platform_grants_end_ends_anybody_s_visit_on_every_server_within_a_second() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let (kim, other) = (robin.colleague().await, robin.world.beside());
    for (visitor, ender) in [(&robin, &robin), (&robin, &kim)] {
        let (visit, stays) = (visitor.visit(&plaza, false).await, visitor.visit(&breeze, false).await);
        for world in [&robin.world, &other] {
            visit.call_at(world, Call::get("/v1/guests")).await.assert_ok();
        }
        let path = format!("/v1/platform/grants/{}", visit.grant_id);
        ender.delete(&path).await.assert_status(204);
        let took = refused_at(&other, &visit).await;
        eprintln!("a visit ended elsewhere was refused after {took:?}");
        refused_at(&robin.world, &visit).await;
        stays.call_at(&other, Call::get("/v1/guests")).await.assert_ok();
        // Ended twice is ended once, and at the first time.
        let ended = robin.get("/v1/platform/grants?all=true").await.assert_ok();
        ender.delete(&path).await.assert_status(204);
        assert_eq!(robin.get("/v1/platform/grants?all=true").await.assert_ok(), ended);
    }
    robin
        .delete(format!("/v1/platform/grants/{}", Uuid::now_v7()))
        .await
        .assert_problem(404, "platform_grant_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn auth_switch_back_ends_the_visit_and_nothing_else() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    for write in [false, true] {
        let (visit, stays) = (robin.visit(&plaza, write).await, robin.visit(&plaza, write).await);
        let call = Call::post("/v1/auth/switch-back", &json!({})).header("X-Request-Id", &format!("back-{write}"));
        visit.call(call).await.assert_status(204);
        refused_at(&robin.world, &visit).await;
        stays.get("/v1/guests").await.assert_ok();
        robin.get("/v1/platform/grants").await.assert_ok();
        let [record] = &*robin.records_of(&format!("back-{write}")).await else { panic!("one record") };
        assert_eq!((&record["action"], &record["grant_id"]), (&json!("auth_switch_back"), &json!(visit.grant_id)));
        assert_eq!(record["organization_id"], plaza.id);
        let changes = record["changes"]["changes"].as_array().unwrap();
        assert_eq!((changes.len(), &changes[0]["id"]), (1, &json!(visit.grant_id)));
    }
    // Whoever does not visit does not switch back.
    for token in [&robin.token, &plaza.admin_token] {
        let call = Call::post("/v1/auth/switch-back", &json!({})).header("Authorization", &format!("Bearer {token}"));
        call.send(&robin.world).await.assert_problem(403, "visit_required");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_is_over_when_its_time_is() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let visit = robin.visit(&plaza, false).await;
    visit.get("/v1/guests").await.assert_ok();
    // The token itself lasts longer: it is the grant that counts, also on a server that knows it.
    let shorten = "update platform_grants set expires_at = now() + interval '1500 milliseconds' where id = $1";
    robin.world.admin().await.execute(shorten, &[&visit.grant_id]).await.unwrap();
    let other = robin.world.beside();
    visit.call_at(&other, Call::get("/v1/guests")).await.assert_ok();
    tokio::time::sleep(Duration::from_millis(1550)).await;
    refused_at(&other, &visit).await;
    assert_eq!(robin.get("/v1/platform/grants").await.assert_ok()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visit_ends_with_the_super_admin_who_visits() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let admin = robin.world.admin().await;
    for sql in [
        "update users set status = 'disabled' where id = $1",
        "update users set is_super_admin = false where id = $1",
        "update sessions set ended_at = now(), end_reason = 'ended' where user_id = $1",
        "update organizations set is_active = false
         where id = (select organization_id from users where users.id = $1)",
    ] {
        let kim = robin.colleague().await;
        let (visit, other) = (kim.visit(&plaza, true).await, robin.world.beside());
        for world in [&robin.world, &other] {
            visit.call_at(world, Call::get("/v1/guests")).await.assert_ok();
        }
        admin.execute(sql, &[&kim.id]).await.unwrap();
        refused_at(&robin.world, &visit).await;
        refused_at(&other, &visit).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grant_is_good_for_its_super_admin_and_its_hotel_only() {
    let (plaza, breeze, robin) = two_hotels_and_the_platform().await;
    let kim = robin.colleague().await;
    let visit = robin.visit(&plaza, true).await;
    let tokens = &robin.world.tokens;
    let own = |token: &str| tokens.verify(token).unwrap();
    let (robins, kims) = (own(&robin.token), own(&kim.token));
    let claims = |who: Uuid, session: Uuid, hotel: i32, home: i32, grant: Uuid| {
        tokens.visit_claims(Actor { sub: who, org: home, grant }, hotel, Uuid::nil(), session, 600)
    };
    let home = robin.home.id;
    let good = claims(robin.id, robins.sid, plaza.id, home, visit.grant_id);
    let agent = own(&robin.home.agent_token);
    for (claims, status) in [
        (good.clone(), 200),
        (claims(kim.id, kims.sid, plaza.id, home, visit.grant_id), 401),
        (claims(robin.id, kims.sid, plaza.id, home, visit.grant_id), 401),
        (claims(robin.id, robins.sid, breeze.id, home, visit.grant_id), 401),
        (claims(robin.id, robins.sid, plaza.id, breeze.id, visit.grant_id), 401),
        (claims(robin.id, robins.sid, plaza.id, home, Uuid::now_v7()), 401),
        (claims(agent.sub, agent.sid, plaza.id, home, visit.grant_id), 401),
    ] {
        let visit = Visit { token: tokens.sign(&claims).unwrap(), ..visit.clone() };
        assert_eq!(visit.get("/v1/guests").await.status, status, "{claims:?}");
    }
    // Without the visit the same token is of nobody: a super admin is no member of the hotel.
    let mut claims = good;
    claims.act = None;
    let visit = Visit { token: tokens.sign(&claims).unwrap(), ..visit };
    visit.get("/v1/guests").await.assert_problem(401, "unauthenticated");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspended_hotel_is_still_visited() {
    let (plaza, _, robin) = two_hotels_and_the_platform().await;
    let suspend = "update organizations set is_active = false where id = $1";
    robin.world.admin().await.execute(suspend, &[&plaza.id]).await.unwrap();
    robin.visit(&plaza, false).await.get("/v1/guests").await.assert_ok();
}
