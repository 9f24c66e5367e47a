//! With a true context and SQL of one's own: an invitation offers what its inviter has, in
//! the inviter's name.

use uuid::Uuid;

use super::{AGENT_PERMISSIONS, ALL_PERMISSIONS, Context, Outcome, Scene};

fn insert(column: &str, value: &str) -> String {
    format!(
        "insert into invitations (id, email, hash, data_scope, expires_at{column})
         values (gen_random_uuid(), 'eve@example.com', sha256('eve'), 'own', now() + interval '1 day'{value})"
    )
}

/// Who has every permission and sees no more than her own: not all an administrator has.
fn manager(scene: &Scene) -> Context {
    let mut context = scene.at_breeze();
    context.sees_all = "false".into();
    context.seal = scene.sealer.seal(&context.text());
    context
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_in_the_name_of_who_makes_it() {
    let scene = Scene::set().await;
    let context = manager(&scene);
    assert_eq!(scene.attempt(&context, &insert("", "")).await, Outcome::Rows(1));
    // Not in nobody's, which would be the platform's, nor in another's, nor at another hotel.
    for (column, value) in [
        (", invited_by", ", null".to_owned()),
        (", invited_by", format!(", '{}'", scene.breeze.agent_id)),
        (", organization_id", format!(", {}", scene.plaza.id)),
        (", accepted_at", ", now()".to_owned()),
    ] {
        assert_eq!(
            scene.attempt(&context, &insert(column, &value)).await,
            Outcome::refused("42501"),
            "{column}{value}"
        );
    }
    let agent = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, AGENT_PERMISSIONS);
    assert_eq!(scene.attempt(&agent, &insert("", "")).await, Outcome::refused("42501"));
    let mut visitor = Context::of(&scene.sealer, &scene.breeze, scene.plaza.admin_id, ALL_PERMISSIONS);
    (visitor.via, visitor.actor) = (format!("grant:{}", Uuid::nil()), scene.plaza.admin_id.to_string());
    visitor.seal = scene.sealer.seal(&visitor.text());
    assert_eq!(scene.attempt(&visitor, &insert("", "")).await, Outcome::refused("42501"));
    // An administrator sees all there is, and who makes this one does not.
    let administrator = insert(", is_org_admin", ", true");
    assert_eq!(scene.attempt(&context, &administrator).await, Outcome::refused("SZ003"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_not_made_another_one() {
    let scene = Scene::set().await;
    let admin = scene.breeze.world.admin().await;
    // The platform's, for an administrator; and one of each hotel.
    let make = "insert into invitations (organization_id, id, email, is_org_admin, hash, expires_at)
                values ($1, gen_random_uuid(), 'first@example.com', true, sha256('first'), now() + interval '1 day')";
    for hotel in [&scene.breeze, &scene.plaza] {
        admin.execute(make, &[&hotel.id]).await.unwrap();
    }
    let context = manager(&scene);
    assert_eq!(scene.attempt(&context, "select id from invitations").await, Outcome::Rows(1));
    for change in
        ["is_org_admin = false", "role_ids = '{}'", "email = 'eve@example.com'", "invited_by = null", "version = 7"]
    {
        let sql = format!("update invitations set {change}");
        assert_eq!(scene.attempt(&context, &sql).await, Outcome::refused("42501"), "{sql}");
    }
    for sql in ["select hash from invitations", "delete from invitations", "update invitations set hash = hash"] {
        assert_eq!(scene.attempt(&context, sql).await, Outcome::refused("42501"), "{sql}");
    }
    // A token of one's own on the platform's offer makes it one's own offer, and that is too much.
    let own_token = "update invitations set hash = sha256('eve')";
    assert_eq!(scene.attempt(&context, own_token).await, Outcome::refused("SZ003"));
    // So does accepting it.
    let accepted = "update invitations set accepted_at = now()";
    assert_eq!(scene.attempt(&context, accepted).await, Outcome::refused("SZ003"));
    let agent = Context::of(&scene.sealer, &scene.breeze, scene.breeze.agent_id, AGENT_PERMISSIONS);
    for sql in ["select id from invitations", own_token, accepted, "update invitations set revoked_at = now()"] {
        assert_eq!(scene.attempt(&agent, sql).await, Outcome::Rows(0), "{sql}");
    }
    assert_eq!(scene.attempt(&context, "update invitations set revoked_at = now()").await, Outcome::Rows(1));
}
