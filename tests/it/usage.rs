//! `/v1/organization/usage`

use chrono::{DateTime, Days, NaiveDate, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Call, Hotel, World, two_hotels};

const PATH: &str = "/v1/organization/usage";

async fn usage(hotel: &Hotel) -> Value {
    hotel.get(PATH).await.assert_ok()
}

/// What is told of one resource.
fn of<'a>(usage: &'a Value, resource: &str) -> &'a Value {
    let resources = usage["resources"].as_array().unwrap();
    resources.iter().find(|one| one["resource"] == resource).unwrap_or_else(|| panic!("no {resource}: {usage}"))
}

/// Lets the hotel have so much, whatever its plan says.
async fn allow(hotel: &Hotel, limit: &str, value: i64) {
    let sql = "insert into subscription_overrides (organization_id, name, value, reason)
               values ($1, $2, to_jsonb($3::bigint), 'A test')
               on conflict (organization_id, name) do update set value = excluded.value";
    hotel.world.admin().await.execute(sql, &[&hotel.id, &limit, &value]).await.unwrap();
}

/// The date at the hotel.
async fn today_at(hotel: &Hotel) -> NaiveDate {
    let sql = "select (now() at time zone time_zone)::date from organizations where id = $1";
    hotel.world.admin().await.query_one(sql, &[&hotel.id]).await.unwrap().get(0)
}

/// Lets the messages be counted from that day on, as if the hotel had been there then.
async fn rewind(hotel: &Hotel, day: NaiveDate) {
    let sql = "update usage_counters c set period_start = p.starts_at, period_end = p.ends_at, day = $2
               from app.billing_period_of($1, app.local_midnight($1, $2)) p
               where c.organization_id = $1 and c.resource = 'messages'";
    assert_eq!(hotel.world.admin().await.execute(sql, &[&hotel.id, &day]).await.unwrap(), 1);
}

/// So many messages, written on that day at that hour of the hotel's, in one statement.
async fn write(hotel: &Hotel, conversation: Uuid, day: NaiveDate, hour: i32, count: i32) {
    let sql = "insert into messages (organization_id, id, conversation_id, sender_type, content, created_at)
               select o.id, gen_random_uuid(), $2, 'guest', 'Hi',
                   ($3::date::timestamp + make_interval(hours => $4)) at time zone o.time_zone
               from organizations o cross join generate_series(1, $5) where o.id = $1";
    let admin = hotel.world.admin().await;
    admin.execute(sql, &[&hotel.id, &conversation, &day, &hour, &count]).await.unwrap();
}

async fn conversation(hotel: &Hotel) -> Uuid {
    let conversation = hotel.create_conversation(&hotel.create_guest("ada@example.com").await).await;
    conversation["id"].as_str().unwrap().parse().unwrap()
}

/// The days as they are told: each with what it came to.
fn days(resource: &Value) -> Vec<(NaiveDate, i64)> {
    let days = resource["days"].as_array().unwrap().iter();
    days.map(|day| (day["day"].as_str().unwrap().parse().unwrap(), day["used"].as_i64().unwrap())).collect()
}

fn moment(resource: &Value, name: &str) -> DateTime<Utc> {
    resource[name].as_str().unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_get_tells_how_much_of_each_limit_is_used() {
    let (plaza, breeze) = two_hotels().await;
    for (limit, value) in [("maxUsers", 8), ("maxGuests", 3), ("maxActiveConversations", 0), ("maxStorageGB", 5)] {
        allow(&plaza, limit, value).await;
    }
    plaza.create_guest("ada@example.com").await;
    plaza.create_guest("bo@example.com").await;
    breeze.create_guest("cy@example.com").await;
    let told = usage(&plaza).await;
    let order: Vec<&Value> = told["resources"].as_array().unwrap().iter().map(|one| &one["resource"]).collect();
    assert_eq!(order, ["users", "guests", "conversations", "messages", "storage"]);
    for (resource, used, limit, share) in [
        ("users", 2, json!(8), json!(0.25)),
        ("guests", 2, json!(3), json!(0.6667)),
        ("conversations", 0, json!(0), json!(1.0)),
        // The enterprise tier has no other limits.
        ("messages", 0, Value::Null, Value::Null),
        ("storage", 0, json!(5_000_000_000_i64), json!(0.0)),
    ] {
        let one = of(&told, resource);
        assert_eq!((&one["used"], &one["limit"], &one["share"]), (&json!(used), &limit, &share), "{one}");
        assert_eq!((&one["overage"], &one["forecast"]), (&json!(false), &Value::Null), "{one}");
        assert!(moment(one, "periodStart") <= Utc::now() && Utc::now() < moment(one, "periodEnd"), "{one}");
        // Nothing before the first day on record.
        assert_eq!(days(one), [(today_at(&plaza).await, used)], "{one}");
    }
    let theirs = usage(&breeze).await;
    assert_eq!((&of(&theirs, "guests")["used"], &of(&theirs, "guests")["limit"]), (&json!(1), &Value::Null));
    // Below a limit that is lower than what there is.
    allow(&plaza, "maxGuests", 1).await;
    assert_eq!(of(&usage(&plaza).await, "guests")["share"], json!(2.0));
    plaza.call_as_agent(Call::get(PATH)).await.assert_problem(403, "permission_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_get_says_what_is_charged_for_instead_of_refused() {
    let (plaza, _) = two_hotels().await;
    let charge = "insert into subscription_tier_versions
                      (tier_name, version, limits, features, monthly_price, overage_price, currency)
                  select tier_name, 2, limits || '{\"maxMessagesPerMonth\": 2}', features, monthly_price, 12.5, currency
                  from subscription_tier_versions where tier_name = 'enterprise' and version = 1;
                  update organizations set subscription_tier_version = 2";
    plaza.world.admin().await.batch_execute(charge).await.unwrap();
    let conversation = conversation(&plaza).await;
    write(&plaza, conversation, today_at(&plaza).await, 0, 3).await;
    let told = usage(&plaza).await;
    let messages = of(&told, "messages");
    assert_eq!((&messages["overage"], &messages["share"]), (&json!(true), &json!(1.5)), "{messages}");
    assert_eq!(of(&told, "guests")["overage"], json!(false));
}

/// The hotel's own days, in a place where it is long tomorrow.
#[tokio::test(flavor = "multi_thread")]
async fn usage_get_tells_the_messages_of_each_of_ninety_days() {
    let (plaza, _) = two_hotels().await;
    let zone = "update organizations set time_zone = 'Pacific/Auckland', billing_day = 15 where id = $1";
    plaza.world.admin().await.execute(zone, &[&plaza.id]).await.unwrap();
    let conversation = conversation(&plaza).await;
    let today = today_at(&plaza).await;
    rewind(&plaza, today - Days::new(100)).await;
    let written = [(95, 12, 3), (89, 23, 1), (60, 0, 5), (60, 23, 2), (59, 0, 8), (31, 6, 7), (3, 12, 4), (1, 23, 1)];
    for (ago, hour, count) in written {
        write(&plaza, conversation, today - Days::new(ago), hour, count).await;
    }
    write(&plaza, conversation, today, 0, 6).await;
    let told = usage(&plaza).await;
    let messages = of(&told, "messages");
    let days = days(messages);
    let all: Vec<NaiveDate> = (0..90).rev().map(|ago| today - Days::new(ago)).collect();
    assert_eq!(days.iter().map(|(day, _)| *day).collect::<Vec<_>>(), all);
    let some: Vec<_> = days.iter().filter(|(_, used)| *used != 0).map(|(day, used)| (today - *day, *used)).collect();
    let some: Vec<(i64, i64)> = some.into_iter().map(|(ago, used)| (ago.num_days(), used)).collect();
    assert_eq!(some, [(89, 1), (60, 7), (59, 8), (31, 7), (3, 4), (1, 1), (0, 6)]);
    // The days of the period of now are what is used of it.
    let since = moment(messages, "periodStart").date_naive() + Days::new(1);
    let used: i64 = days.iter().filter(|(day, _)| *day >= since).map(|(_, used)| used).sum();
    assert_eq!(messages["used"], json!(used), "since {since}: {messages}");
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_get_fills_the_days_of_a_level_with_what_there_was() {
    let (plaza, _) = two_hotels().await;
    plaza.create_guest("ada@example.com").await;
    let today = today_at(&plaza).await;
    let admin = plaza.world.admin().await;
    for (resource, ago, used) in [
        ("guests", 200, 12_i64),
        ("guests", 100, 10),
        ("guests", 50, 20),
        ("guests", 10, 5),
        ("conversations", 4, 9),
        ("conversations", 2, 0),
    ] {
        let sql = "insert into usage_days (organization_id, resource, day, period_start, used)
                   values ($1, $2, $3, now() - interval '1 year', $4)";
        admin.execute(sql, &[&plaza.id, &resource, &(today - Days::new(ago)), &used]).await.unwrap();
    }
    let told = usage(&plaza).await;
    let guests = days(of(&told, "guests"));
    assert_eq!(guests.len(), 90);
    for (index, (day, used)) in guests.into_iter().enumerate() {
        let ago = 89 - index as u64;
        assert_eq!(day, today - Days::new(ago));
        let there = match ago {
            51.. => 10,
            11.. => 20,
            1.. => 5,
            0 => 1,
        };
        assert_eq!(used, there, "{ago} days ago");
    }
    let conversations: Vec<i64> = days(of(&told, "conversations")).into_iter().map(|(_, used)| used).collect();
    assert_eq!(conversations, [9, 9, 0, 0, 0], "nothing before the first record");
}

/// Counters move on when something is counted; what is told does not wait for that.
#[tokio::test(flavor = "multi_thread")]
async fn usage_get_begins_a_period_on_time() {
    let (plaza, _) = two_hotels().await;
    let conversation = conversation(&plaza).await;
    let today = today_at(&plaza).await;
    rewind(&plaza, today - Days::new(40)).await;
    write(&plaza, conversation, today - Days::new(40), 12, 7).await;
    let back = "update usage_counters set period_start = period_start - interval '3 months',
                    period_end = period_end - interval '3 months'
                where organization_id = $1 and resource = 'guests'";
    plaza.world.admin().await.execute(back, &[&plaza.id]).await.unwrap();
    let told = usage(&plaza).await;
    let (messages, guests) = (of(&told, "messages"), of(&told, "guests"));
    assert_eq!((&messages["used"], &guests["used"]), (&json!(0), &json!(1)));
    for one in [messages, guests] {
        assert!(moment(one, "periodStart") <= Utc::now() && Utc::now() < moment(one, "periodEnd"), "{one}");
        assert_eq!(one["periodStart"], of(&told, "users")["periodStart"]);
    }
    assert_eq!(days(messages)[..2], [(today - Days::new(40), 7), (today - Days::new(39), 0)]);
    // What is written next is counted in that very period.
    write(&plaza, conversation, today, 0, 2).await;
    let after = usage(&plaza).await;
    assert_eq!(of(&after, "messages")["used"], json!(2));
    assert_eq!(of(&after, "messages")["periodStart"], messages["periodStart"]);
}

/// As in the last seven days, the last of them among them, though nothing was written since.
#[tokio::test(flavor = "multi_thread")]
async fn usage_get_foretells_the_end_of_the_period() {
    let (plaza, _) = two_hotels().await;
    let today = today_at(&plaza).await;
    // A period that began fifteen days ago.
    let sql = "update organizations set billing_day = extract(day from $2::date) where id = $1";
    plaza.world.admin().await.execute(sql, &[&plaza.id, &(today - Days::new(15))]).await.unwrap();
    let conversation = conversation(&plaza).await;
    rewind(&plaza, today - Days::new(12)).await;
    let mut written = 0;
    for ago in (1..=12).rev() {
        let count = if ago > 7 { 1 } else { 10 * ago };
        write(&plaza, conversation, today - Days::new(ago as u64), 12, count).await;
        written += count;
    }
    let told = usage(&plaza).await;
    let messages = of(&told, "messages");
    assert_eq!(messages["used"], json!(written));
    let days_left = (moment(messages, "periodEnd") - Utc::now()).as_seconds_f64() / 86_400.0;
    let week = f64::from((1..=7).map(|ago| 10 * ago).sum::<i32>());
    let foretold = f64::from(written) + week / 7.0 * days_left;
    let forecast = messages["forecast"].as_f64().unwrap();
    assert!((forecast - foretold).abs() <= 1.0, "{forecast}, and {foretold} by the week");
}

/// Of less than three whole days nobody knows what a month comes to.
#[tokio::test(flavor = "multi_thread")]
async fn usage_get_foretells_nothing_by_fewer_than_three_days() {
    let (plaza, breeze) = two_hotels().await;
    for (hotel, ago, is_foretold) in [(&plaza, 3, false), (&breeze, 4, true)] {
        let today = today_at(hotel).await;
        let conversation = conversation(hotel).await;
        rewind(hotel, today - Days::new(ago)).await;
        write(hotel, conversation, today - Days::new(ago), 12, 5).await;
        write(hotel, conversation, today - Days::new(1), 12, 5).await;
        let told = usage(hotel).await;
        assert_eq!(of(&told, "messages")["forecast"].is_number(), is_foretold, "{told}");
        assert_eq!(of(&told, "users")["forecast"], Value::Null);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn usage_get_counts_what_the_reader_does_not_see() {
    let world = World::new().await;
    let plaza = world.hotel("grand-plaza").await;
    plaza.create_guest("ada@example.com").await;
    let role = json!({"name": "Controller", "permissions": ["subscription.read"]});
    let role = plaza.post("/v1/roles", role).await.assert_created();
    let agent = format!("/v1/users/{}", plaza.agent_id);
    plaza.patch(&agent, json!({"roleIds": [role["id"]], "dataScope": "own"})).await.assert_ok();
    let call = Call::get(PATH).header("Authorization", &format!("Bearer {}", plaza.fresh_token(plaza.agent_id).await));
    let told = call.send(&world.beside()).await.assert_ok();
    assert_eq!(of(&told, "guests")["used"], json!(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_beyond_what_can_be_counted_is_told_and_stops_nobody() {
    let (plaza, _) = two_hotels().await;
    // As many gigabytes as a super admin may set are more bytes than a number of ours holds.
    allow(&plaza, "maxStorageGB", 1_000_000_000_000).await;
    let storage = of(&usage(&plaza).await, "storage").clone();
    assert_eq!((&storage["limit"], &storage["used"]), (&json!(9_000_000_000_000_000_000_i64), &json!(0)));
    let robin = plaza.world.platform().await;
    robin.call(Call::get("/v1/platform/usage")).await.assert_ok();
    plaza.get("/v1/organization/subscription").await.assert_ok();
}
