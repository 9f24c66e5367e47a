//! With a true context and SQL of one's own: everybody sets their own password and nothing
//! else of themselves, and nobody sets another's.

use super::{AGENT_PERMISSIONS, ALL_PERMISSIONS, Context, Outcome, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_password_is_all_one_sets_without_a_permission() {
    let scene = Scene::set().await;
    let (agent, admin, rival) = (scene.breeze.agent_id, scene.breeze.admin_id, scene.plaza.agent_id);
    let context = Context::of(&scene.sealer, &scene.breeze, agent, AGENT_PERMISSIONS);
    let own = format!("update users set password_hash = 'x' where id = '{agent}'");
    assert_eq!(scene.attempt(&context, &own).await, Outcome::Rows(1));
    for change in [
        "is_org_admin = true",
        "email = 'eve@example.com'",
        "full_name = 'Eve'",
        "status = 'disabled'",
        "password_hash = 'x', is_org_admin = true",
    ] {
        let sql = format!("update users set {change} where id = '{agent}'");
        // What would grant something is refused as that, before it is refused as not one's own to change.
        let expected = Outcome::refused(if change.contains("is_org_admin") { "SZ003" } else { "42501" });
        assert_eq!(scene.attempt(&context, &sql).await, expected, "{sql}");
    }
    for change in ["is_super_admin = true", "data_scope = 'own'", "version = 1", "id = gen_random_uuid()"] {
        let sql = format!("update users set {change} where id = '{agent}'");
        assert_eq!(scene.attempt(&context, &sql).await, Outcome::refused("42501"), "{sql}");
    }
    // Nobody else's row is there to be written, and no hash to be read.
    for other in [admin, rival] {
        for hash in ["'x'", "null"] {
            let sql = format!("update users set password_hash = {hash} where id = '{other}'");
            assert_eq!(scene.attempt(&context, &sql).await, Outcome::Rows(0), "{sql}");
        }
    }
    for sql in [
        format!("select password_hash from users where id = '{agent}'"),
        format!("update users set password_hash = 'x' where id = '{agent}' returning password_hash"),
        format!("update users set password_hash = 'x' where id = '{agent}' and password_hash like '$argon2%'"),
    ] {
        assert_eq!(scene.attempt(&context, &sql).await, Outcome::refused("42501"), "{sql}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_manager_takes_a_password_away_and_chooses_none_but_their_own() {
    let scene = Scene::set().await;
    let (agent, admin, rival) = (scene.breeze.agent_id, scene.breeze.admin_id, scene.plaza.agent_id);
    let set = |hash: &str, user| format!("update users set password_hash = {hash} where id = '{user}'");
    let context = scene.at_breeze();
    assert_eq!(scene.attempt(&context, &set("'x'", admin)).await, Outcome::Rows(1));
    assert_eq!(scene.attempt(&context, &set("null", agent)).await, Outcome::Rows(1));
    assert_eq!(scene.attempt(&context, &set("'x'", agent)).await, Outcome::refused("42501"));
    assert_eq!(scene.attempt(&context, &set("'x'", rival)).await, Outcome::Rows(0));
    let everybody = "update users set password_hash = 'x'";
    assert_eq!(scene.attempt(&context, everybody).await, Outcome::refused("42501"));

    // A key and a visitor act for somebody and are not them.
    let via = |via: &str, actor: &str, permissions: &str| {
        let mut context = Context::of(&scene.sealer, &scene.breeze, admin, permissions);
        (context.via, context.actor) = (via.into(), actor.into());
        context.seal = scene.sealer.seal(&context.text());
        context
    };
    let (key, grant) = (format!("key:{agent}"), format!("grant:{agent}"));
    for (way, actor) in [(&*key, String::new()), (&*grant, rival.to_string()), ("", rival.to_string())] {
        let manager = via(way, &actor, ALL_PERMISSIONS);
        assert_eq!(scene.attempt(&manager, &set("'x'", admin)).await, Outcome::refused("42501"), "{way} {actor}");
        let agents = via(way, &actor, AGENT_PERMISSIONS);
        assert_eq!(scene.attempt(&agents, &set("'x'", admin)).await, Outcome::Rows(0), "{way} {actor}");
    }
}
