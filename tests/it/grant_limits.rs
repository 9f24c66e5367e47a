//! Nobody grants what they do not have. The database says so, whatever the way: these
//! tests write as `stayzr_app` in a sealed context, past every handler.

use serde_json::json;
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
    let everything = stayzr::auth::Permission::ALL.iter().map(|held| held.name()).collect::<Vec<_>>().join(",");
    Writer::new(&plaza, &everything).may(&give("Admin", plaza.agent_id)).await;
    // In one transaction with a role made for it: nothing is gained on the way.
    let both = format!(
        "insert into roles (name, permissions) values ('Mine', '{{guests.read}}'); {};
         update roles set permissions = '{{guests.read,data.export}}' where name = 'Mine'",
        give("Mine", plaza.agent_id)
    );
    writer.may_not(&both, "data.export").await;
}
