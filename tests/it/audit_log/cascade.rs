//! What goes with the row it refers to: PostgreSQL files it as who deleted that row and, from 18 on, as the owner of the
//! tables.

use serde_json::json;

use super::member;
use crate::support::{Call, two_hotels};

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_goes_with_its_team_is_on_record_of_who_deleted_the_team() {
    let (plaza, _) = two_hotels().await;
    let guest = plaza.create_guest("ada@example.com").await;
    let team = plaza.call(Call::post("/v1/teams", &json!({"name": "Night"}))).await.assert_created();
    let guest = guest["id"].as_str().unwrap();
    let shares = format!("/v1/guests/{guest}/shares");
    let share =
        plaza.call(Call::post(&shares, &json!({"teamId": team["id"], "access": "read"}))).await.assert_created();
    let delete = Call::delete(format!("/v1/teams/{}", team["id"].as_str().unwrap()));
    plaza.call(delete.header("X-Request-Id", "delete-0001")).await.assert_status(204);
    let records = plaza.get("/v1/audit-log?action=shares_delete").await.assert_ok();
    assert_eq!(records["items"].as_array().unwrap().len(), 1, "{records}");
    let record = &records["items"][0];
    assert_eq!(record["resourceId"], share["id"]);
    assert_eq!(record["actorUserId"], plaza.admin_id.to_string());
    assert_eq!(record["actorKind"], "user");
    assert_eq!(record["requestId"], "delete-0001");
}

/// The owner is nobody's login, and files in nobody's name either.
#[tokio::test(flavor = "multi_thread")]
async fn the_owner_files_in_the_hotel_and_the_name_of_the_context_alone() {
    let (plaza, breeze) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let record = |organization: i32, actor: &str, kind: &str| {
        format!(
            "insert into audit_log (organization_id, actor_user_id, actor_kind, action, resource, resource_id, changes)
             values ({organization}, {actor}, '{kind}', 'shares_delete', 'shares', 'x', '{{}}')"
        )
    };
    let (own, other) = (format!("'{}'", plaza.admin_id), format!("'{}'", breeze.admin_id));
    let attempts = [
        ("", record(plaza.id, "null", "administrator"), None),
        ("", record(plaza.id, &own, "user"), Some("42501")),
        ("", record(plaza.id, "null", "user"), Some("42501")),
        (&*member(&plaza), record(plaza.id, &own, "user"), None),
        (&*member(&plaza), record(plaza.id, &other, "user"), Some("42501")),
        (&*member(&plaza), record(breeze.id, &own, "user"), Some("42501")),
        (
            &*member(&plaza).replace("'app.context', '", "'app.context', 'x"),
            record(plaza.id, &own, "user"),
            Some("SZ101"),
        ),
    ];
    for (context, record, refusal) in attempts {
        let attempt = format!("begin; set local role stayzr_owner; {context}; {record}");
        let ended = admin.batch_execute(&attempt).await;
        let code = ended.as_ref().err().and_then(|error| error.code()).map(|code| code.code());
        assert_eq!(code, refusal, "{attempt}");
        admin.batch_execute("rollback").await.unwrap();
    }
}
