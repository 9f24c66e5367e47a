//! Nobody grants what they do not have. The database says so, whatever the way: these
//! tests write as `stayzr_app` in a sealed context, past every handler.

use serde_json::json;
use stayzr::auth::Permission;
use stayzr::db::DbError;
use stayzr::error::{ApiError, Code};
use uuid::Uuid;

use crate::support::{Hotel, two_hotels};

/// Who writes, and what they hold.
struct Writer<'a> {
    hotel: &'a Hotel,
    user: Uuid,
    permissions: &'a str,
    sees_all: bool,
    teams: Vec<Uuid>,
}

impl<'a> Writer<'a> {
    fn new(hotel: &'a Hotel, permissions: &'a str) -> Self {
        Writer { hotel, user: hotel.agent_id, permissions, sees_all: true, teams: Vec::new() }
    }

    /// Runs the statements in one transaction; what the last one did, or the error.
    async fn attempt(&self, statements: &str) -> Result<(), DbError> {
        let mut admin = self.hotel.world.admin().await;
        let transaction = admin.transaction().await.unwrap();
        transaction.batch_execute("set local role stayzr_owner").await.unwrap();
        let context = "select app.impersonate($1, $2, $3, sees_all => $4, team_ids => $5)";
        transaction
            .query_one(context, &[&self.hotel.slug, &self.user, &self.permissions, &self.sees_all, &self.teams])
            .await
            .unwrap();
        transaction.batch_execute("set local role stayzr_app").await.unwrap();
        let done = transaction.batch_execute(statements).await;
        transaction.rollback().await.unwrap();
        done.map_err(DbError::from)
    }

    #[track_caller]
    fn may(&self, statements: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let done = self.attempt(statements).await;
            assert!(done.is_ok(), "{caller}: {statements}: {}", done.unwrap_err());
        }
    }

    /// Refused, and the client is told what would have been granted.
    #[track_caller]
    fn may_not(&self, statements: &str, lacking: &str) -> impl Future<Output = ()> {
        let caller = std::panic::Location::caller();
        async move {
            let error = self.attempt(statements).await.expect_err(statements);
            let DbError::Refused { sqlstate, constraint, .. } = &error else { panic!("{caller}: {error}") };
            assert_eq!(
                (&**sqlstate, constraint.as_deref()),
                ("SZ003", Some("permission_escalation")),
                "{caller}: {error}"
            );
            let told = ApiError::from(error);
            assert_eq!(told.code(), Code::PermissionEscalation);
            assert!(told.to_string().contains(lacking), "{caller}: {told}");
        }
    }
}

const MANAGER_OF_ROLES: &str = "users.read,users.manage,roles.manage,guests.read";

#[tokio::test(flavor = "multi_thread")]
async fn a_role_gains_only_what_its_writer_holds() {
    let (plaza, _) = two_hotels().await;
    let rich = json!({"name": "Rich", "permissions": ["guests.read", "audit.read", "data.export"]});
    let rich = plaza.post("/v1/roles", rich).await.assert_created()["id"].as_str().unwrap().to_owned();
    let writer = Writer::new(&plaza, MANAGER_OF_ROLES);
    writer.may("insert into roles (name, permissions) values ('A', '{guests.read,users.manage,roles.manage}')").await;
    let insert = "insert into roles (name, permissions) values ('A', '{guests.read,guests.write,audit.read}')";
    writer.may_not(insert, "guests.write").await;
    // What is there already stays, and taking away is allowed.
    writer.may(&format!("update roles set name = 'Less', permissions = '{{audit.read}}' where id = '{rich}'")).await;
    writer.may(&format!("update roles set permissions = permissions || '{{users.read}}' where id = '{rich}'")).await;
    let more = format!("update roles set permissions = permissions || '{{guests.write}}' where id = '{rich}'");
    writer.may_not(&more, "guests.write").await;
    // A word that is no permission is nobody's.
    writer.may_not("insert into roles (name, permissions) values ('A', '{made.up}')", "made.up").await;
    Writer::new(&plaza, "").may("select 1").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_user_gains_only_roles_that_allow_what_the_giver_may() {
    let (plaza, _) = two_hotels().await;
    let give = |role: &str, user: Uuid| {
        format!("insert into user_roles (user_id, role_id) select '{user}', id from roles where name = '{role}'")
    };
    for (name, permissions) in [("Poor", json!(["guests.read"])), ("Rich", json!(["guests.read", "data.export"]))] {
        plaza.post("/v1/roles", json!({"name": name, "permissions": permissions})).await.assert_created();
    }
    let writer = Writer::new(&plaza, MANAGER_OF_ROLES);
    for user in [plaza.agent_id, plaza.admin_id] {
        writer.may(&give("Poor", user)).await;
        writer.may_not(&give("Rich", user), "data.export").await;
        writer.may_not(&give("Admin", user), "guests.write").await;
        writer.may_not(&give("Manager", user), "guests.write").await;
    }
    let everything = everything();
    Writer::new(&plaza, &everything).may(&give("Admin", plaza.agent_id)).await;
    // In one transaction with a role made for it: nothing is gained on the way.
    let both = format!(
        "insert into roles (name, permissions) values ('Mine', '{{guests.read}}'); {};
         update roles set permissions = '{{guests.read,data.export}}' where name = 'Mine'",
        give("Mine", plaza.agent_id)
    );
    writer.may_not(&both, "data.export").await;
}

const MANAGER_OF_USERS: &str = "users.read,users.manage,guests.read";

fn everything() -> String {
    Permission::ALL.iter().map(|held| held.name()).collect::<Vec<_>>().join(",")
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_do_and_see_everything_makes_an_administrator() {
    let (plaza, _) = two_hotels().await;
    let promote = format!("update users set is_org_admin = true where id = '{}'", plaza.agent_id);
    let create = "insert into users (email, full_name, is_org_admin) values ('x@example.com', 'X', true)";
    for statement in [promote.as_str(), create] {
        Writer::new(&plaza, MANAGER_OF_USERS).may_not(statement, "guests.write").await;
        // With every permission and not every guest: administrators see them all.
        let everything = everything();
        let mut narrow = Writer::new(&plaza, &everything);
        narrow.sees_all = false;
        narrow.may_not(statement, "data scope all").await;
        Writer::new(&plaza, &everything).may(statement).await;
    }
    let demote = format!("update users set full_name = 'X' where id = '{}'", plaza.admin_id);
    Writer::new(&plaza, MANAGER_OF_USERS).may(&demote).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_gives_a_wider_data_scope_than_their_own() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    let scopes = ["own", "team", "department", "all"];
    for (held, own) in scopes.iter().enumerate() {
        let set = "update users set data_scope = $1 where id = $2";
        admin.execute(set, &[own, &plaza.agent_id]).await.unwrap();
        let mut writer = Writer::new(&plaza, MANAGER_OF_USERS);
        writer.sees_all = *own == "all";
        for (granted, scope) in scopes.iter().enumerate() {
            let create = format!("insert into users (email, full_name, data_scope) values ('x@e.com', 'X', '{scope}')");
            let change = format!("update users set data_scope = '{scope}' where id = '{}'", plaza.agent_id);
            let key = format!(
                "insert into api_keys (id, name, prefix, hash, permissions, data_scope)
                 values (gen_random_uuid(), 'K', 'stayzr_01234', sha256('k'), '{{guests.read}}', '{scope}')"
            );
            for statement in [create, change, key] {
                match granted <= held {
                    true => writer.may(&statement).await,
                    false => writer.may_not(&statement, &format!("data scope {scope}")).await,
                }
            }
            // Narrowing is no grant, whoever does it.
            let narrow = format!("update users set data_scope = '{scope}' where id = '{}'", plaza.admin_id);
            writer.may(&narrow).await;
        }
    }
    // Somebody who has no row here, such as a visitor, sees what the context says.
    let mut visitor = Writer::new(&plaza, MANAGER_OF_USERS);
    (visitor.user, visitor.sees_all) = (Uuid::now_v7(), false);
    let create = "insert into users (email, full_name, data_scope) values ('x@e.com', 'X', 'team')";
    visitor.may_not(create, "data scope team").await;
}

/// An account that can be taken over or let in again is as good as what it may do.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_opens_an_account_that_may_do_more() {
    let (plaza, _) = two_hotels().await;
    let role = |name: &str| format!("select id from roles where name = '{name}'");
    plaza.post("/v1/roles", json!({"name": "Poor", "permissions": ["guests.read"]})).await.assert_created();
    let admin = plaza.world.admin().await;
    let mut people = Vec::new();
    for (email, is_admin, held) in
        [("a@e.com", true, None), ("b@e.com", false, Some("Manager")), ("c@e.com", false, Some("Poor"))]
    {
        let make = "insert into users (organization_id, email, full_name, is_org_admin, status)
                    values ($1, $2, 'X', $3, 'disabled') returning id";
        let id: Uuid = admin.query_one(make, &[&plaza.id, &email, &is_admin]).await.unwrap().get(0);
        if let Some(name) = held {
            let hold = format!(
                "insert into user_roles (organization_id, user_id, role_id)
                 select organization_id, $1, id from roles where organization_id = $2 and id in ({})",
                role(name)
            );
            admin.execute(&hold, &[&id, &plaza.id]).await.unwrap();
        }
        people.push(id);
    }
    let writer = Writer::new(&plaza, MANAGER_OF_USERS);
    for change in ["status = 'active'", "email = 'mine@example.com'"] {
        let statement = |id: Uuid| format!("update users set {change} where id = '{id}'");
        writer.may_not(&statement(people[0]), "guests.write").await;
        writer.may_not(&statement(people[1]), "guests.write").await;
        writer.may(&statement(people[2])).await;
        let everything = everything();
        Writer::new(&plaza, &everything).may(&statement(people[0])).await;
    }
    // One who sees more is more, whatever they may do.
    let scope = "update users set data_scope = $1 where id = $2";
    admin.execute(scope, &[&"team", &people[2]]).await.unwrap();
    admin.execute(scope, &[&"own", &plaza.agent_id]).await.unwrap();
    let mut narrow = Writer::new(&plaza, MANAGER_OF_USERS);
    narrow.sees_all = false;
    let let_in = format!("update users set status = 'active' where id = '{}'", people[2]);
    narrow.may_not(&let_in, "data scope team").await;
    admin.execute(scope, &[&"own", &people[2]]).await.unwrap();
    narrow.may(&let_in).await;
    // One's own address is one's own, and so is the case it is written in.
    writer.may(&format!("update users set email = 'new@example.com' where id = '{}'", plaza.agent_id)).await;
    writer.may(&format!("update users set email = upper(email), status = 'disabled' where id = '{}'", people[0])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_shows_others_a_team_that_is_beyond_their_own_data_scope() {
    let (plaza, _) = two_hotels().await;
    let mut teams = Vec::new();
    for name in ["Mine", "Theirs"] {
        let team = plaza.post("/v1/teams", json!({"name": name})).await.assert_created();
        teams.push(team["id"].as_str().unwrap().parse::<Uuid>().unwrap());
    }
    let department = plaza.post("/v1/departments", json!({"name": "Front"})).await.assert_created();
    let department = department["id"].as_str().unwrap();
    let join =
        |team: Uuid| format!("insert into team_members (team_id, user_id) values ('{team}', '{}')", plaza.agent_id);
    let r#move = |team: Uuid| format!("update teams set department_id = '{department}' where id = '{team}'");
    let mut writer = Writer::new(&plaza, MANAGER_OF_USERS);
    for statement in [join(teams[1]), r#move(teams[1])] {
        writer.may(&statement).await;
    }
    (writer.sees_all, writer.teams) = (false, vec![teams[0]]);
    for statement in [join(teams[0]), r#move(teams[0])] {
        writer.may(&statement).await;
    }
    for statement in [join(teams[1]), r#move(teams[1])] {
        writer.may_not(&statement, "beyond your data scope").await;
    }
    writer.may(&format!("update teams set name = 'Renamed' where id = '{}'", teams[1])).await;
}
