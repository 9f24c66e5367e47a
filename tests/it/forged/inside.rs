//! With a true context: the rival's rows are not there, and a permission that is missing
//! is missing in the database too.

use super::{AGENT_PERMISSIONS, Context, Outcome, Scene, TENANT_TABLES};

#[tokio::test(flavor = "multi_thread")]
async fn the_rivals_rows_are_not_there() {
    let scene = Scene::set().await;
    let (guest, conversation, message) = (scene.guest, scene.conversation, scene.message);
    let (plaza, user) = (scene.plaza.id, scene.plaza.admin_id);
    let statements = [
        format!("select id from guests where id = '{guest}'"),
        format!("update guests set notes = 'X' where id = '{guest}'"),
        format!("select id from guests where id = '{guest}' for update"),
        format!("update guests set archived_at = now() where id = '{guest}' returning id"),
        format!("select id from conversations where id = '{conversation}'"),
        format!("update conversations set status = 'closed' where id = '{conversation}'"),
        format!("select id from messages where id = '{message}' or conversation_id = '{conversation}'"),
        format!("select id from users where id = '{user}'"),
        format!("update users set full_name = 'X' where id = '{user}'"),
        format!("select id from organizations where id = {plaza} or slug = 'grand-plaza'"),
        format!("update organizations set name = 'X' where id = {plaza}"),
        format!("select 1 from audit_log where organization_id = {plaza}"),
        format!("select 1 from idempotency_keys where organization_id = {plaza}"),
        format!("delete from idempotency_keys where organization_id = {plaza}"),
    ];
    for sql in &statements {
        assert_eq!(scene.attempt(&scene.at_breeze(), sql).await, Outcome::Rows(0), "{sql}");
        // The statement itself finds what is there.
        assert_ne!(scene.attempt(&scene.at_plaza(), sql).await, Outcome::Rows(0), "{sql}");
    }
    for table in TENANT_TABLES.iter().filter(|table| **table != "organizations") {
        let sql = format!("select 1 from {table} where organization_id <> {}", scene.breeze.id);
        assert_eq!(scene.attempt(&scene.at_breeze(), &sql).await, Outcome::Rows(0), "{sql}");
    }
}

/// A condition that fails on a row would tell that the row is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_condition_is_not_tried_on_the_rivals_rows() {
    let scene = Scene::set().await;
    for sql in [
        "select 1 / (case when full_name ~ 'grand-plaza' then 0 else 1 end) from guests",
        "select id from guests where 1 / (case when full_name ~ 'grand-plaza' then 0 else 1 end) = 1",
        "select id from messages where (case when content ~ 'grand-plaza' then content else '1' end)::integer = 1",
        "update guests set notes = 'X' where 1 / (case when full_name ~ 'grand-plaza' then 0 else 1 end) = 1",
    ] {
        assert_eq!(scene.attempt(&scene.at_breeze(), sql).await, Outcome::Rows(1), "{sql}");
        let outcome = scene.attempt(&scene.at_plaza(), sql).await;
        assert!(matches!(outcome, Outcome::Refused(_)), "{sql}: {outcome:?}");
    }
}

/// PostgreSQL goes over to one plan for all after five executions; that plan must not
/// remember for whom it was made.
#[tokio::test(flavor = "multi_thread")]
async fn a_prepared_statement_remembers_no_hotel() {
    let scene = Scene::set().await;
    for mode in ["auto", "force_generic_plan", "force_custom_plan"] {
        scene.app.batch_execute(&format!("set plan_cache_mode = {mode}")).await.unwrap();
        let statement = scene.app.prepare("select organization_id from guests").await.unwrap();
        for round in 0..8 {
            for (hotel, context) in [(&scene.breeze, scene.at_breeze()), (&scene.plaza, scene.at_plaza())] {
                scene.app.batch_execute(&format!("begin; {}", context.statements())).await.unwrap();
                let rows = scene.app.query(&statement, &[]).await.unwrap();
                let found: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
                scene.app.batch_execute("commit").await.unwrap();
                assert_eq!(found, [hotel.id], "{mode}, round {round}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permission_that_is_missing_is_missing_in_the_database_too() {
    let scene = Scene::set().await;
    let agent = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, AGENT_PERMISSIONS);
    let admin = scene.at_breeze();
    // Part of a name, or several in one, are not a permission.
    let nearly = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, "users,manage,users.manage.x,*");
    let himself = format!("update users set is_org_admin = true where id = '{}'", scene.breeze.agent_id);
    let narrower = format!("update users set data_scope = 'own' where id = '{}'", scene.breeze.agent_id);
    let others = format!("update users set full_name = 'X' where id <> '{}'", scene.breeze.agent_id);
    let cases = [
        ("insert into users (email, full_name) values ('x@example.com', 'X')", Outcome::refused("42501"), 1),
        // One's own row is there to be written, for the password in it and nothing else.
        ("update users set full_name = 'X'", Outcome::refused("42501"), 2),
        (others.as_str(), Outcome::Rows(0), 1),
        (himself.as_str(), Outcome::refused("SZ003"), 1),
        (narrower.as_str(), Outcome::refused("42501"), 1),
        ("update users set status = 'disabled' where not is_org_admin", Outcome::refused("42501"), 1),
        ("update organizations set name = 'X'", Outcome::Rows(0), 1),
        ("update organizations set settings = '{}'", Outcome::Rows(0), 1),
        ("select id from audit_log limit 1", Outcome::Rows(0), 1),
    ];
    // So that there is something to read.
    let note = "insert into audit_log (organization_id, action, resource, resource_id, changes)
                values ($1, 'noted', 'nothing', '1', '{}')";
    scene.breeze.world.admin().await.execute(note, &[&scene.breeze.id]).await.unwrap();
    for (sql, expected, with_permission) in cases {
        assert_eq!(scene.attempt(&agent, sql).await, expected, "{sql}");
        assert_eq!(scene.attempt(&nearly, sql).await, expected, "{sql}");
        assert_eq!(scene.attempt(&admin, sql).await, Outcome::Rows(with_permission), "{sql}");
    }
}

/// A user's idempotency keys are the user's own, not the hotel's.
#[tokio::test(flavor = "multi_thread")]
async fn a_colleagues_idempotency_keys_are_not_there() {
    let scene = Scene::set().await;
    let agent = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, AGENT_PERMISSIONS);
    for sql in ["select response from idempotency_keys", "delete from idempotency_keys"] {
        assert_eq!(scene.attempt(&agent, sql).await, Outcome::Rows(0), "{sql}");
        assert_eq!(scene.attempt(&scene.at_breeze(), sql).await, Outcome::Rows(1), "{sql}");
    }
}

/// The one way in which a hotel changes its subscription is its own, and takes the permission.
#[tokio::test(flavor = "multi_thread")]
async fn a_subscription_is_changed_by_its_hotel_and_with_the_permission() {
    let scene = Scene::set().await;
    let admin = scene.plaza.world.admin().await;
    let change = "select app.change_subscription(null, 'starter', true)";
    assert_eq!(scene.attempt(&Context::none(), change).await, Outcome::refused("SZ100"));
    let forged = scene.at_breeze().with(|context| context.organization = scene.plaza.id.to_string());
    assert_eq!(scene.attempt(&forged, change).await, Outcome::refused("SZ101"));
    let promoted = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, AGENT_PERMISSIONS)
        .with(|context| context.permissions = "subscription.manage".into());
    assert_eq!(scene.attempt(&promoted, change).await, Outcome::refused("SZ101"));
    for permissions in [AGENT_PERMISSIONS, "subscription.read", "subscription.managed", ""] {
        let agent = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, permissions);
        assert_eq!(scene.attempt(&agent, change).await, Outcome::refused("42501"), "{permissions}");
    }
    let rows = "select jsonb_agg(to_jsonb(o) order by id) from organizations o";
    let before: serde_json::Value = admin.query_one(rows, &[]).await.unwrap().get(0);
    scene.app.batch_execute(&format!("begin; {} {change}; commit", scene.at_breeze().statements())).await.unwrap();
    let after: serde_json::Value = admin.query_one(rows, &[]).await.unwrap().get(0);
    let changed = |hotel: i32| {
        before
            .as_array()
            .unwrap()
            .iter()
            .zip(after.as_array().unwrap())
            .any(|(old, new)| old["id"] == hotel && old != new)
    };
    assert!(changed(scene.breeze.id) && !changed(scene.plaza.id));
    // Whoever may change and not read, reads nothing.
    let blind = Context::of(&scene.sealer, &scene.breeze, scene.breeze.admin_id, "subscription.manage");
    assert_eq!(scene.attempt(&blind, "select 1 from subscription_changes").await, Outcome::Rows(0));
    assert_eq!(scene.attempt(&scene.at_breeze(), "select 1 from subscription_changes").await, Outcome::Rows(2));
    assert_eq!(scene.attempt(&scene.at_plaza(), "select 1 from subscription_changes").await, Outcome::Rows(0));
}
