//! `/v1/analytics`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Hotel, two_hotels};

/// A message of that moment, as the administrator of the database: no request says when it was.
async fn said(hotel: &Hotel, conversation: &Value, sender: &str, at: &str) {
    let sql =
        "insert into messages (organization_id, id, conversation_id, sender_type, sender_user_id, content, created_at)
               values ($1, $2, ($3::text)::uuid, $4, $5, 'Hello', ($6::text)::timestamptz)";
    let user = (sender == "staff").then_some(hotel.admin_id);
    let conversation = conversation["id"].as_str().unwrap();
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 6] =
        [&hotel.id, &Uuid::now_v7(), &conversation, &sender, &user, &at];
    hotel.world.admin().await.execute(sql, &params).await.unwrap();
}

async fn conversation(hotel: &Hotel, channel: &str, owner: Option<Uuid>) -> Value {
    let guest = hotel.create_guest(&format!("{}@example.com", Uuid::now_v7())).await;
    let body = json!({"guestId": guest["id"], "channel": channel, "ownerId": owner});
    hotel.post("/v1/conversations", body).await.assert_created()
}

fn count(date: &str, channel: &str, sender: &str, messages: i64) -> Value {
    json!({"date": date, "channel": channel, "senderType": sender, "messages": messages})
}

async fn counts(hotel: &Hotel, query: &str) -> Value {
    hotel.get(format!("/v1/analytics/messages{query}")).await.assert_ok()["counts"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn analytics_messages_counts_the_days_of_the_hotel() {
    let (plaza, breeze) = two_hotels().await;
    let zone = "update organizations set time_zone = 'Pacific/Auckland' where id = $1";
    plaza.world.admin().await.execute(zone, &[&plaza.id]).await.unwrap();
    let (sms, email) = (conversation(&plaza, "sms", None).await, conversation(&plaza, "email", None).await);
    // Midnight in Auckland is noon in Greenwich, in winter there.
    for (conversation, sender, at) in [
        (&sms, "guest", "2026-06-09 11:59:59+00"),
        (&sms, "guest", "2026-06-09 12:00:00+00"),
        (&sms, "guest", "2026-06-10 11:59:59+00"),
        (&sms, "staff", "2026-06-10 03:00:00+00"),
        (&email, "ai", "2026-06-10 12:00:00+00"),
        (&email, "guest", "2026-06-11 12:00:00+00"),
    ] {
        said(&plaza, conversation, sender, at).await;
    }
    let figures = plaza.get("/v1/analytics/messages?from=2026-06-10&to=2026-06-11").await.assert_ok();
    assert_eq!(
        figures,
        json!({
            "from": "2026-06-10", "to": "2026-06-11", "timeZone": "Pacific/Auckland",
            "counts": [
                count("2026-06-10", "sms", "guest", 2),
                count("2026-06-10", "sms", "staff", 1),
                count("2026-06-11", "email", "ai", 1),
            ],
        })
    );
    let empty = breeze.get("/v1/analytics/messages?from=2026-06-10&to=2026-06-11").await.assert_ok();
    assert_eq!((&empty["timeZone"], &empty["counts"]), (&json!("UTC"), &json!([])));
}

/// Thirty days unless said: from the first, up to the last, or up to today where the hotel is.
#[tokio::test(flavor = "multi_thread")]
async fn analytics_messages_counts_thirty_days_unless_told() {
    let (plaza, _) = two_hotels().await;
    let zone = "update organizations set time_zone = 'Pacific/Kiritimati' where id = $1 returning
                (now() at time zone 'Pacific/Kiritimati')::date::text,
                ((now() at time zone 'Pacific/Kiritimati')::date - 29)::text";
    let row = plaza.world.admin().await.query_one(zone, &[&plaza.id]).await.unwrap();
    let (today, first): (String, String) = (row.get(0), row.get(1));
    for (query, from, to) in [
        ("", &*first, &*today),
        ("?from=2026-02-01", "2026-02-01", "2026-03-02"),
        ("?to=2026-03-02", "2026-02-01", "2026-03-02"),
        ("?from=2026-01-01&to=2026-04-02", "2026-01-01", "2026-04-02"),
        ("?from=9999-12-31", "9999-12-31", "10000-01-29"),
    ] {
        let figures = plaza.get(format!("/v1/analytics/messages{query}")).await.assert_ok();
        let told = (figures["from"].as_str().unwrap(), figures["to"].as_str().unwrap());
        assert_eq!((told.0, told.1.trim_start_matches('+')), (from, to), "{query}");
    }
    for (query, field) in [
        ("?from=2026-01-01&to=2026-04-03", "to"),
        ("?from=2026-01-02&to=2026-01-01", "to"),
        ("?from=1969-12-31", "from"),
        ("?to=%2B10000-01-01", "to"),
        ("?from=yesterday", "from"),
        ("?to=2026-02-30", "to"),
    ] {
        let problem = plaza.get(format!("/v1/analytics/messages{query}")).await.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{query}: {problem}");
    }
}

/// Rows count for whoever sees them and for nobody else.
#[tokio::test(flavor = "multi_thread")]
async fn analytics_messages_counts_what_the_caller_sees() {
    let (plaza, _) = two_hotels().await;
    let role = json!({"name": "Analyst", "permissions": ["analytics.read", "conversations.read"]});
    let role = plaza.post("/v1/roles", role).await.assert_created();
    let agent = format!("/v1/users/{}", plaza.agent_id);
    plaza.patch(&agent, json!({"roleIds": [role["id"]], "dataScope": "own"})).await.assert_ok();
    let team = plaza.create_team("Night").await;
    let own = conversation(&plaza, "sms", Some(plaza.agent_id)).await;
    let of_team = conversation(&plaza, "email", None).await;
    let shared = conversation(&plaza, "whatsapp", None).await;
    let nobodys = conversation(&plaza, "whatsapp", None).await;
    let path = |conversation: &Value| format!("/v1/conversations/{}", conversation["id"].as_str().unwrap());
    plaza.patch(path(&of_team), json!({"teamId": team})).await.assert_ok();
    for conversation in [&own, &of_team, &shared, &nobodys] {
        said(&plaza, conversation, "guest", "2026-06-10 12:00:00+00").await;
    }
    let query = "?from=2026-06-10&to=2026-06-10";
    let seen = async || {
        let call = Call::get(format!("/v1/analytics/messages{query}"))
            .header("Authorization", &format!("Bearer {}", plaza.fresh_token(plaza.agent_id).await));
        call.send(&plaza.world.beside()).await.assert_ok()["counts"].clone()
    };
    let (email, sms) = (count("2026-06-10", "email", "guest", 1), count("2026-06-10", "sms", "guest", 1));
    let whatsapp = |messages| count("2026-06-10", "whatsapp", "guest", messages);
    assert_eq!(counts(&plaza, query).await, json!([email, sms, whatsapp(2)]));
    assert_eq!(seen().await, json!([sms]));
    let share = json!({"userId": plaza.agent_id, "access": "read"});
    plaza.post(format!("{}/shares", path(&shared)), share).await.assert_created();
    assert_eq!(seen().await, json!([sms, whatsapp(1)]));
    let member = Call::new("PUT".parse().unwrap(), format!("/v1/teams/{team}/members/{}", plaza.agent_id));
    plaza.call(member).await.assert_status(204);
    assert_eq!(seen().await, json!([sms, whatsapp(1)]), "the scope is `own`");
    plaza.patch(&agent, json!({"dataScope": "team"})).await.assert_ok();
    assert_eq!(seen().await, json!([email, sms, whatsapp(1)]));
    // In two ways at once it is the same one.
    plaza.patch(path(&own), json!({"teamId": team})).await.assert_ok();
    assert_eq!(seen().await, json!([email, sms, whatsapp(1)]));
}
