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
    let fields = [
        ("organization_id", organization),
        ("user_id", &user),
        ("actor_id", &actor),
        ("via", via),
        ("sees_all", "true"),
        ("team_ids", ""),
        ("own_team_ids", ""),
        ("permissions", permissions),
    ];
    let text = fields.map(|(_, value)| value).join("\n");
    let seal = world.sealer().seal(&format!("context\n{text}"));
    let rest = [("request_id", "request-0001"), ("address", "192.0.2.7"), ("seal", &*seal)];
    let settings = fields.iter().chain(&rest).map(|(name, value)| format!("set_config('app.{name}', '{value}', true)"));
    format!("select {};", settings.collect::<Vec<_>>().join(", "))
}
