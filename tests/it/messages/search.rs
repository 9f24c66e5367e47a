//! `/v1/messages/search`

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{Hotel, two_hotels};

/// A conversation of the hotel's with these messages, the first of them the oldest.
async fn say(hotel: &Hotel, messages: &[&str]) -> Value {
    let guest = hotel.create_guest(&format!("{}@example.com", Uuid::now_v7())).await;
    let conversation = hotel.create_conversation(&guest).await;
    for content in messages {
        hotel.create_message(&conversation, content).await;
    }
    conversation
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What the hotel's administrator finds, over pages of two.
async fn found(hotel: &Hotel, wanted: &str) -> Vec<String> {
    let rows = hotel.walk(&format!("/v1/messages/search?q={}", encoded(wanted)), 2).await;
    rows.iter().map(|row| row["content"].as_str().unwrap().to_owned()).collect()
}

/// An excerpt with what matched in brackets.
fn marked(row: &Value) -> String {
    let part = |part: &Value| match part["matched"].as_bool().unwrap() {
        true => format!("[{}]", part["text"].as_str().unwrap()),
        false => part["text"].as_str().unwrap().to_owned(),
    };
    row["excerpt"].as_array().unwrap().iter().map(part).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_search_finds_words_in_their_forms_newest_first_and_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    say(&plaza, &["Two towels, please", "A late arrival", "The towel is for the pool", "We arrive late"]).await;
    say(&plaza, &["Towels? Not at the pool.", "O'Brien's \\ 'quoted' \\' towel"]).await;
    say(&breeze, &["Towels of the breeze"]).await;
    let towels = [
        "O'Brien's \\ 'quoted' \\' towel",
        "Towels? Not at the pool.",
        "The towel is for the pool",
        "Two towels, please",
    ];
    assert_eq!(found(&plaza, "towel").await, towels);
    assert_eq!(found(&plaza, "TOWELS the").await, towels);
    assert_eq!(found(&plaza, "towel pool").await, &towels[1..3]);
    assert_eq!(found(&plaza, "towel -pool").await, [towels[0], towels[3]]);
    assert_eq!(found(&plaza, "please or quoted").await, [towels[0], towels[3]]);
    assert_eq!(found(&plaza, "\"late arrival\"").await, ["A late arrival"]);
    assert_eq!(found(&plaza, "o'brien's").await, [towels[0]]);
    assert_eq!(found(&plaza, "towel breeze").await, [""; 0]);
    assert_eq!(found(&breeze, "towel").await, ["Towels of the breeze"]);
    assert_eq!(found(&breeze, "please").await, [""; 0]);
    // The number of a hotel before a word is not a word that anybody can ask for.
    for guessed in [format!("{}en.towel", plaza.id), format!("'{}en.towel'", plaza.id), format!("{}en towel", plaza.id)]
    {
        assert_eq!(found(&breeze, &guessed).await, [""; 0], "{guessed}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_search_shows_what_matched_as_plain_text() {
    let (plaza, breeze) = two_hotels().await;
    say(&plaza, &["Fresh towels & <img src=x onerror=alert(1)> a \u{2}towel\u{3} &lt;b&gt; of <b>yours</b>"]).await;
    let page = plaza.get("/v1/messages/search?q=towel").await.assert_ok();
    let row = &page["items"][0];
    assert_eq!(marked(row), "Fresh [towels] & <img src=x onerror=alert(1)> a [towel] &lt;b&gt; of  yours");
    assert!(row["content"].as_str().unwrap().contains("<img"), "the message is as it was written");
    assert_eq!(page["nextCursor"], Value::Null);
    breeze.get("/v1/messages/search?q=towel").await.assert_ok()["items"]
        .as_array()
        .unwrap()
        .is_empty()
        .then_some(())
        .unwrap();

    // Of a long one, the places that matter.
    let long =
        format!("{} The towel is here. {} Another towel.", "Rain again. ".repeat(200), "Sun again. ".repeat(200));
    say(&breeze, &[&long]).await;
    let excerpt = marked(&breeze.get("/v1/messages/search?q=towel").await.assert_ok()["items"][0]);
    assert!(excerpt.matches("[towel]").count() == 2 && excerpt.contains(" … ") && excerpt.len() < 800, "{excerpt}");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_search_says_where_no_word_is_left_to_look_for() {
    let (plaza, _) = two_hotels().await;
    say(&plaza, &["The end"]).await;
    for wanted in ["the", "the or a", "-end", "end or -the or -towel", " ", "?!", "\"\"", "-"] {
        let answer = plaza.get(format!("/v1/messages/search?q={}", encoded(wanted))).await;
        let problem = answer.assert_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], "q", "{wanted}");
    }
    // PostgreSQL 18 takes it for a word, versions before it do not.
    let crab = plaza.get(format!("/v1/messages/search?q={}", encoded("🦀"))).await;
    assert!(crab.status == 200 || crab.status == 422, "{}", crab.status);
    for wanted in ["", &"x".repeat(201), "a\0b"] {
        plaza.get(format!("/v1/messages/search?q={}", encoded(wanted))).await.assert_problem(422, "invalid");
    }
    plaza.get("/v1/messages/search").await.assert_problem(422, "invalid");
    // Whatever else is in it is never an error.
    for wanted in ["end & ! | ( ) <-> :* ' \\ \"", "end:*ABC", "'end' <2> \\'", "end \u{202e}\u{301}", "or end or"] {
        plaza.get(format!("/v1/messages/search?q={}", encoded(wanted))).await.assert_ok();
    }
    let page = plaza.get("/v1/messages/search?q=end&limit=1").await.assert_ok();
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_search_goes_on_with_the_cursor_of_the_same_words_only() {
    let (plaza, breeze) = two_hotels().await;
    say(&plaza, &["towel one", "towel two"]).await;
    say(&breeze, &["towel one", "towel two"]).await;
    let cursor = plaza.get("/v1/messages/search?q=towel&limit=1").await.assert_ok()["nextCursor"].clone();
    let cursor = cursor.as_str().unwrap();
    let next = plaza.get(format!("/v1/messages/search?q=towel&limit=1&after={cursor}")).await.assert_ok();
    assert_eq!((&next["items"][0]["content"], &next["nextCursor"]), (&json!("towel one"), &Value::Null));
    for (hotel, path) in [
        (&plaza, format!("/v1/messages/search?q=towels&limit=1&after={cursor}")),
        (&plaza, "/v1/messages/search?q=towel&after=AAAA".to_owned()),
        (&breeze, format!("/v1/messages/search?q=towel&limit=1&after={cursor}")),
    ] {
        hotel.get(path).await.assert_problem(422, "invalid_cursor");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_search_knows_the_language_a_message_was_written_in() {
    let (plaza, breeze) = two_hotels().await;
    assert_eq!(plaza.get("/v1/organization").await.assert_ok()["searchLanguage"], "en");
    let speak = async |language: &str| {
        plaza.patch("/v1/organization", json!({"searchLanguage": language})).await.assert_ok();
    };
    say(&plaza, &["running baths"]).await;
    speak("de").await;
    say(&plaza, &["Die Handtücher, running"]).await;
    // Each in its own language: the German one is no form of "run", and "die" is no word there.
    assert_eq!(found(&plaza, "run").await, ["running baths"]);
    assert_eq!(found(&plaza, "running").await, ["Die Handtücher, running", "running baths"]);
    assert_eq!(found(&plaza, "Handtuch").await, ["Die Handtücher, running"]);
    assert_eq!(found(&plaza, "running -Handtuch").await, ["running baths"]);
    speak("und").await;
    say(&plaza, &["the end"]).await;
    assert_eq!(found(&plaza, "the").await, ["the end"]);
    assert_eq!(found(&plaza, "ends").await, [""; 0]);
    assert_eq!(found(&plaza, "bath").await, ["running baths"]);
    speak("en").await;
    assert_eq!(found(&plaza, "Handtücher or the").await, ["the end", "Die Handtücher, running"]);
    plaza.patch("/v1/organization", json!({"searchLanguage": "xx"})).await.assert_problem(422, "invalid");
    plaza.patch("/v1/organization", json!({"searchLanguage": null})).await.assert_problem(422, "invalid");
    assert_eq!(breeze.get("/v1/organization").await.assert_ok()["searchLanguage"], "en");
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_of_any_words_are_written_and_their_other_words_found() {
    let (plaza, breeze) = two_hotels().await;
    let longs = [2_030, 2_046, 2_047, 9_000].map(|length| format!("{} towel", "x".repeat(length)));
    say(&plaza, &longs.each_ref().map(String::as_str)).await;
    say(&plaza, &[" \t\r\n ", "\u{1}\u{1f}\u{7f}\\\" towel", "https://example.com/a'b?c=d towel"]).await;
    assert_eq!(found(&plaza, "towel").await.len(), 6);
    assert_eq!(found(&breeze, "towel").await, [""; 0]);
}

/// A word that is everywhere, one that was everywhere and is not any more, and one between: whatever way a search goes
/// about it, a page is the page of a plain look at every message.
#[tokio::test(flavor = "multi_thread")]
async fn messages_search_finds_all_of_a_word_however_common() {
    let (plaza, breeze) = two_hotels().await;
    let conversation = say(&plaza, &[]).await;
    let admin = plaza.world.admin().await;
    let fill = "insert into messages (organization_id, id, conversation_id, sender_type, content, created_at)
                select $1, md5('m' || n)::uuid, $2, 'guest',
                    concat_ws(' ', 'Message', n, case when n > 21000 then 'forgotten' end, case when n % 8 = 0 then 'eighth' end,
                        case when n % 5000 = 0 then 'rarely' end), now() - n / 3 * interval '1 second'
                from generate_series(1, 24000) n";
    let id: Uuid = conversation["id"].as_str().unwrap().parse().unwrap();
    admin.execute(fill, &[&plaza.id, &id]).await.unwrap();
    for (wanted, plain) in
        [("messages", "Message"), ("forgotten", "forgotten"), ("eighths", "eighth"), ("rarely", "rarely")]
    {
        let sql = "select id from messages where organization_id = $1 and content like '%' || $2 || '%'
                   order by created_at desc, id desc limit 9";
        let rows = admin.query(sql, &[&plaza.id, &plain]).await.unwrap();
        let expected: Vec<String> = rows.iter().map(|row| row.get::<_, Uuid>(0).to_string()).collect();
        let (mut got, mut path) = (Vec::new(), format!("/v1/messages/search?q={wanted}&limit=3"));
        for _ in 0..3 {
            let page = plaza.get(&path).await.assert_ok();
            got.extend(page["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            path = format!("/v1/messages/search?q={wanted}&limit=3&after={cursor}");
        }
        assert_eq!(got, expected, "{wanted}");
        assert_eq!(found(&breeze, wanted).await, [""; 0]);
    }
}

/// Neither what shows, nor how much of it, nor where a page ends, nor what is marked depends on what is out of sight.
#[tokio::test(flavor = "multi_thread")]
async fn messages_search_tells_nothing_of_what_is_out_of_sight() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let narrow = "update users set data_scope = 'own' where id = $1";
    admin.execute(narrow, &[&plaza.agent_id]).await.unwrap();
    let token = plaza.fresh_token(plaza.agent_id).await;
    let ask = async |path: &str| {
        let call = crate::support::Call::get(path).header("Authorization", &format!("Bearer {token}"));
        call.send(&plaza.world).await.assert_ok()
    };
    let own = say(&plaza, &["towel one", "towel two", "towel three"]).await;
    let path = format!("/v1/conversations/{}", own["id"].as_str().unwrap());
    plaza.patch(path, json!({"ownerId": plaza.agent_id})).await.assert_ok();
    let pages = async || {
        let first = ask("/v1/messages/search?q=towel&limit=2").await;
        let cursor = first["nextCursor"].as_str().unwrap().to_owned();
        let second = ask(&format!("/v1/messages/search?q=towel&limit=2&after={cursor}")).await;
        let none = ask("/v1/messages/search?q=chandelier").await;
        let mixed = ask("/v1/messages/search?q=towel+or+chandelier&limit=2").await["items"].clone();
        [first, second, none, mixed]
    };
    let before = pages().await;
    assert_eq!(before[2], json!({"items": [], "nextCursor": null}));
    let hidden = say(&plaza, &[]).await;
    let id: Uuid = hidden["id"].as_str().unwrap().parse().unwrap();
    let fill = "insert into messages (organization_id, id, conversation_id, sender_type, content, created_at)
                select $1, gen_random_uuid(), $2, 'guest', 'towel chandelier', now() + (n - 1500) * interval '1 second'
                from generate_series(1, 3000) n";
    admin.execute(fill, &[&plaza.id, &id]).await.unwrap();
    assert_eq!(pages().await, before);
    assert_eq!(found(&plaza, "towel chandelier").await.len(), 3000, "it is there");
}
