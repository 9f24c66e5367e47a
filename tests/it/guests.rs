//! `/v1/guests`

use serde_json::json;

use crate::support::{Call, two_hotels};

#[tokio::test(flavor = "multi_thread")]
async fn guests_create_and_get_within_one_hotel_only() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());

    let found = plaza.get(&path).await;
    assert_eq!(found.assert_ok(), guest);
    assert_eq!(found.header("etag"), "\"1\"");
    breeze.get(&path).await.assert_problem(404, "guest_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_create_refuses_a_taken_email_and_the_rival_may_take_it() {
    let (plaza, breeze) = two_hotels().await;
    plaza.create_guest("ada@example.com").await;
    let again = json!({"fullName": "Ada Again", "email": "ADA@example.com"});
    plaza.post("/v1/guests", again.clone()).await.assert_problem(409, "guests_email_taken");
    breeze.post("/v1/guests", again).await.assert_created();
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_create_needs_an_address_or_a_number() {
    let (plaza, _) = two_hotels().await;
    plaza.post("/v1/guests", json!({"fullName": "Nobody"})).await.assert_problem(422, "invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_create_is_done_once_for_an_idempotency_key() {
    let (plaza, breeze) = two_hotels().await;
    let call = || {
        Call::post("/v1/guests", &json!({"fullName": "Ada", "email": "ada@example.com"}))
            .header("Idempotency-Key", "k-1")
    };
    let first = plaza.call(call()).await;
    let again = plaza.call(call()).await;
    assert_eq!(first.assert_created(), again.assert_created());
    assert_eq!(first.header("location"), again.header("location"));

    let other = Call::post("/v1/guests", &json!({"fullName": "Bo", "email": "bo@example.com"}))
        .header("Idempotency-Key", "k-1");
    plaza.call(other).await.assert_problem(422, "idempotency_key_reused");
    // The rival's key of the same name is another key.
    assert_ne!(breeze.call(call()).await.assert_created()["id"], first.json()["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_create_with_one_key_at_once_makes_one_guest() {
    let (plaza, breeze) = two_hotels().await;
    let call = || {
        Call::post("/v1/guests", &json!({"fullName": "Ada", "phone": "+4915112345678"}))
            .header("Idempotency-Key", "race")
    };
    let answers = futures_util::future::join_all((0..8).map(|_| plaza.call(call()))).await;
    for answer in &answers {
        if answer.status != 201 {
            answer.assert_problem(409, "request_in_progress");
        }
    }
    assert!(answers.iter().any(|answer| answer.status == 201));
    assert_eq!(plaza.get("/v1/guests").await.assert_ok()["items"].as_array().unwrap().len(), 1);
    assert_eq!(breeze.get("/v1/guests").await.assert_ok()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_update_merges_and_refuses_a_stale_version() {
    let (plaza, breeze) = two_hotels().await;
    let body = json!({"fullName": "Ada", "email": "ada@example.com", "notes": "late", "preferences": {"pillow": "soft", "room": {"floor": 2, "side": "sea"}}});
    let guest = plaza.post("/v1/guests", body).await.assert_created();
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());

    let patch = json!({"notes": null, "preferences": {"room": {"side": null, "quiet": true}}});
    let changed = plaza.call(Call::patch(&path, &patch).header("If-Match", "\"1\"")).await;
    let changed_guest = changed.assert_ok();
    assert_eq!(changed.header("etag"), "\"2\"");
    assert_eq!(changed_guest["notes"], json!(null));
    assert_eq!(changed_guest["preferences"], json!({"pillow": "soft", "room": {"floor": 2, "quiet": true}}));
    assert_eq!(changed_guest["email"], "ada@example.com");

    plaza.call(Call::patch(&path, &patch).header("If-Match", "\"1\"")).await.assert_problem(412, "stale");
    plaza.patch(&path, json!({"fullName": null})).await.assert_problem(422, "invalid");
    plaza.patch(&path, json!({"email": null})).await.assert_problem(422, "invalid");
    breeze.patch(&path, json!({"fullName": "Mine"})).await.assert_problem(404, "guest_not_found");
    assert_eq!(plaza.get(&path).await.assert_ok(), changed_guest);
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_archive_frees_the_address_and_ends_changes() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    breeze.delete(&path).await.assert_problem(404, "guest_not_found");
    plaza.delete(&path).await.assert_status(204);
    plaza.delete(&path).await.assert_status(204);
    assert!(plaza.get(&path).await.assert_ok()["archivedAt"].is_string());
    plaza.patch(&path, json!({"fullName": "X"})).await.assert_problem(409, "guest_archived");
    let body = json!({"guestId": guest["id"], "channel": "sms"});
    plaza.post("/v1/conversations", body).await.assert_problem(409, "guest_archived");
    assert_eq!(plaza.get("/v1/guests").await.assert_ok()["items"], json!([]));
    assert_eq!(plaza.get("/v1/guests?archived=true").await.assert_ok()["items"].as_array().unwrap().len(), 1);
    plaza.create_guest("ada@example.com").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_list_pages_through_everything_once_in_both_orders() {
    let (plaza, breeze) = two_hotels().await;
    for number in 0..7 {
        plaza.create_guest(&format!("guest{number}@example.com")).await;
        breeze.create_guest(&format!("guest{number}@example.com")).await;
    }
    for sort in ["-createdAt", "fullName"] {
        let mut seen = Vec::new();
        let mut path = format!("/v1/guests?limit=3&sort={sort}");
        loop {
            let page = plaza.get(&path).await.assert_ok();
            seen.extend(
                page["items"].as_array().unwrap().iter().map(|guest| guest["fullName"].as_str().unwrap().to_owned()),
            );
            let Some(cursor) = page["nextCursor"].as_str() else { break };
            path = format!("/v1/guests?limit=3&sort={sort}&after={cursor}");
        }
        let mut expected: Vec<_> = (0..7).map(|number| format!("Guest guest{number}@example.com")).collect();
        if sort == "-createdAt" {
            expected.reverse();
        }
        assert_eq!(seen, expected);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_list_searches_by_prefix_of_name_address_and_number() {
    let (plaza, breeze) = two_hotels().await;
    plaza.post("/v1/guests", json!({"fullName": "Émile Zola", "email": "zola@example.com"})).await.assert_created();
    plaza.post("/v1/guests", json!({"fullName": "Bo", "phone": "+4915112345678"})).await.assert_created();
    for (search, found) in [("%C3%A9mi", 1), ("ZOLA", 1), ("%2B4915", 1), ("ola", 0), ("%25", 0), ("b", 1)] {
        let items = plaza.get(format!("/v1/guests?search={search}")).await.assert_ok()["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), found, "{search}");
        assert_eq!(breeze.get(format!("/v1/guests?search={search}")).await.assert_ok()["items"], json!([]));
    }
}

/// Lower case is the database's word alone: two notions of it would find different guests.
#[tokio::test(flavor = "multi_thread")]
async fn guests_list_finds_a_name_as_it_was_written_in_any_script() {
    let (plaza, breeze) = two_hotels().await;
    for (number, name) in ["ΟΔΟΣ", "İstanbul", "STRAẞE", "ΝΙΚΟΣ Παπάς"].iter().enumerate() {
        let body = json!({"fullName": name, "phone": format!("+491511234567{number}")});
        plaza.post("/v1/guests", body).await.assert_created();
        let search: String = name.bytes().map(|byte| format!("%{byte:02X}")).collect();
        assert_eq!(plaza.walk(&format!("/v1/guests?search={search}"), 5).await.len(), 1, "{name}");
        assert_eq!(breeze.walk(&format!("/v1/guests?search={search}"), 5).await.len(), 0, "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_update_refuses_preferences_that_grow_too_large_patch_by_patch() {
    let (plaza, breeze) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let path = format!("/v1/guests/{}", guest["id"].as_str().unwrap());
    plaza.patch(&path, json!({"preferences": {"first": "x".repeat(40_000)}})).await.assert_ok();
    let refused = plaza.patch(&path, json!({"preferences": {"second": "x".repeat(40_000)}})).await;
    assert_eq!(refused.assert_problem(422, "invalid")["errors"][0]["field"], "/preferences");
    assert_eq!(plaza.get(&path).await.assert_ok()["version"], 2);
    breeze.get(&path).await.assert_problem(404, "guest_not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_list_finds_parts_of_a_name_without_accents_and_with_a_slip() {
    let (plaza, breeze) = two_hotels().await;
    let guests =
        [("José Müller-Lüdenscheidt", "jose"), ("Ada Lovelace", "al"), ("Sarah O'Brien", "sob"), ("山田 太郎", "y")];
    let mut paths = Vec::new();
    for (number, (name, address)) in guests.iter().enumerate() {
        let body = json!({"fullName": name, "email": format!("{address}@example.com"), "phone": format!("+49151123450{number}")});
        let guest = plaza.post("/v1/guests", body).await.assert_created();
        paths.push(format!("/v1/guests/{}", guest["id"].as_str().unwrap()));
    }
    let found = async |hotel: &crate::support::Hotel, search: &str| {
        let search: String = search.bytes().map(|byte| format!("%{byte:02X}")).collect();
        let by_age = hotel.walk(&format!("/v1/guests?search={search}"), 3).await;
        let by_name = hotel.walk(&format!("/v1/guests?search={search}&sort=fullName"), 3).await;
        let names = |rows: &[serde_json::Value]| {
            let mut names: Vec<_> = rows.iter().map(|row| row["fullName"].as_str().unwrap().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&by_age), names(&by_name));
        names(&by_age)
    };
    for (search, name) in [
        ("muller", 0),
        ("JOSE lüd", 0),
        ("ludenscheit", 0),
        ("love ada", 1),
        ("lavelace", 1),
        ("lovlace", 1),
        ("lovellace", 1),
        ("lovelcae", 1),
        ("ovelace", 1),
        ("AL@exa", 1),
        ("brien", 2),
        ("o'brian sara", 2),
        ("+49 151 12-34502", 2),
        ("(49) 15112345 02", 2),
        ("太郎", 3),
    ] {
        assert_eq!(found(&plaza, search).await, [guests[name].0], "{search}");
        assert_eq!(found(&breeze, search).await, [""; 0], "{search}");
    }
    for search in
        ["lvlace", "aba", "lovelace muller", "example.com", "151", "' | ! & :* ~ovelace zz", "%", "~", "17.ada"]
    {
        assert_eq!(found(&plaza, search).await, [""; 0], "{search}");
    }
    plaza.patch(&paths[1], json!({"fullName": "Ada King"})).await.assert_ok();
    assert_eq!(found(&plaza, "lovelace").await, [""; 0]);
    assert_eq!(found(&plaza, "kign").await, ["Ada King"]);
    plaza.delete(&paths[1]).await.assert_status(204);
    assert_eq!(found(&plaza, "king").await, [""; 0]);
    assert_eq!(plaza.walk("/v1/guests?search=king&archived=true", 3).await.len(), 1);
}
