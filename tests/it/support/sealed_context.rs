//! Contexts as the server makes them, for tests that write SQL.

use uuid::Uuid;

use super::World;

/// What makes a context of a transaction, sealed as the server seals it. `organization` is empty for work across hotels.
pub fn sealed_context(
    world: &World,
    organization: &str,
    user: Uuid,
    actor: Option<Uuid>,
    via: &str,
    permissions: &str,
) -> String {
    let (user, actor) = (user.to_string(), actor.map(|actor| actor.to_string()).unwrap_or_default());
    let fields =
        [organization, &user, &actor, via, "true", "", "", permissions, "request-0001", "192.0.2.7"].join("\n");
    let seal = world.sealer().seal(&format!("context\n{fields}"));
    format!("select set_config('app.context', '{seal}\n{fields}', true);")
}
