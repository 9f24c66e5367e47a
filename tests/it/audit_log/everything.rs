//! Whatever row of a hotel is changed, the change is on record: what members do to what a hotel is made of, and whatever
//! a visitor does.

use stayzr::db::Client;
use uuid::Uuid;

use crate::forged::ALL_PERMISSIONS;
use crate::support::repository::read;
use crate::support::{World, sealed_context};

/// On record whoever does it: table, and the rest of the statement.
const EVERYBODYS: [&str; 20] = [
    "update api_keys set revoked_at = now()",
    "insert into departments (name) values ('New')",
    "update departments set name = name || '+'",
    "delete from departments where not exists (select from teams where department_id = departments.id)",
    "update organizations set name = name || '+'",
    "insert into properties (name) values ('New')",
    "update properties set name = name || '+'",
    "insert into roles (name, permissions) values ('New', array['guests.read'])",
    "update roles set description = 'Other' where built_in is null",
    "delete from roles where name = 'Unused'",
    "insert into shares (guest_id, user_id, access) select id, app.user_id(), 'write' from guests where full_name = 'Other'",
    "delete from shares",
    "insert into team_members (team_id, user_id) select t.id, u.id from teams t, users u where t.name = 'Empty' limit 1",
    "delete from team_members",
    "insert into teams (name) values ('New')",
    "update teams set name = 'Renamed' where name = 'Other'",
    "delete from teams where name = 'Empty'",
    "insert into user_roles (user_id, role_id) select u.id, r.id from users u, roles r where r.name = 'Unused' limit 1",
    "delete from user_roles",
    "update users set full_name = 'Other'",
];
/// On record, and nothing that a visitor does.
const MEMBERS: [&str; 3] = [
    "insert into api_keys (id, name, prefix, hash, permissions)
     values (gen_random_uuid(), 'New', 'new-key-0001', sha256('n'), '{guests.read}')",
    "insert into invitations (id, email, hash, expires_at)
     values (gen_random_uuid(), 'new@x.example', sha256('n'), now() + interval '1 hour')",
    "insert into users (email, full_name) values ('new@x.example', 'New')",
];
/// A member's daily work, which is on record where a visitor does it.
const VISITORS: [&str; 6] = [
    "insert into guests (full_name, phone) values ('New', '+4915100000')",
    "update guests set notes = 'Other'",
    "insert into conversations (guest_id, channel) select id, 'sms' from guests limit 1",
    "update conversations set status = 'closed'",
    "insert into messages (conversation_id, sender_type, content) select id, 'guest', 'New' from conversations limit 1",
    "insert into attachments (message_id, file_name, media_type, size_bytes, sha256)
     select id, 'x', 'text/plain', 1, sha256('x') from messages limit 1",
];

/// How many rows it touches as `stayzr_app` in that context, and how many changes of that table are on record for it, as
/// a record or noted for the record of the visit. It is rolled back.
async fn touched_and_recorded(admin: &Client, context: &str, statement: &str) -> Result<(u64, u64), String> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let table = if words[0] == "update" { words[1] } else { words[2] };
    admin.batch_execute(&format!("begin; {context} set local role stayzr_app")).await.unwrap();
    let touched = admin.execute(statement, &[]).await.map_err(|error| error.as_db_error().unwrap().to_string());
    if touched.is_err() {
        admin.batch_execute("rollback").await.unwrap();
        return touched.map(|touched| (touched, 0));
    }
    admin.batch_execute("set local role none").await.unwrap();
    let recorded = "select (
                        select count(*) from audit_log
                        where resource = $1 and xmin::text::bigint = txid_current() and actor_kind <> 'administrator'
                    ) + (
                        select count(*)
                        from jsonb_array_elements(format('[%s]', current_setting('app.pending_changes', true))::jsonb) one
                        where one ->> 'table' = $1
                    )";
    let recorded: i64 = admin.query_one(recorded, &[&table]).await.unwrap().get(0);
    admin.batch_execute("rollback").await.unwrap();
    touched.map(|touched| (touched, recorded as u64))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_change_is_on_record() {
    let world = World::new().await;
    let mut admin = world.admin().await;
    let scene = admin.transaction().await.unwrap();
    scene.batch_execute(&read("sql/attacks/scene/hotels.sql")).await.unwrap();
    scene.batch_execute(&read("tests/it/forged/reach/rows.sql")).await.unwrap();
    let more = "insert into teams (organization_id, name) select current_setting('attack.own')::integer, 'Empty';
                insert into roles (organization_id, name, permissions)
                select current_setting('attack.own')::integer, 'Unused', array['guests.read'];
                insert into departments (organization_id, name)
                select current_setting('attack.own')::integer, 'Empty'";
    scene.batch_execute(more).await.unwrap();
    let ids = "select current_setting('attack.own'), md5(current_setting('attack.own_marker') || '/user')::uuid";
    let ids = scene.query_one(ids, &[]).await.unwrap();
    scene.commit().await.unwrap();

    let (hotel, user): (String, Uuid) = (ids.get(0), ids.get(1));
    let member = sealed_context(&world, &hotel, user, None, "", ALL_PERMISSIONS);
    let visitor =
        sealed_context(&world, &hotel, user, Some(Uuid::max()), &format!("grant:{}", Uuid::nil()), ALL_PERMISSIONS);
    let whose = EVERYBODYS.iter().chain(&MEMBERS).map(|statement| (statement, "a member", &member, true));
    let whose =
        whose.chain(EVERYBODYS.iter().chain(&VISITORS).map(|statement| (statement, "a visitor", &visitor, true)));
    let whose = whose.chain(VISITORS.iter().map(|statement| (statement, "a member", &member, false)));
    let mut faults = Vec::new();
    for (statement, who, context, is_recorded) in whose {
        match touched_and_recorded(&admin, context, statement).await {
            Ok((touched, recorded)) if touched > 0 && recorded == if is_recorded { touched } else { 0 } => {}
            outcome => faults.push(format!("{who}: {statement}: {outcome:?}")),
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}
