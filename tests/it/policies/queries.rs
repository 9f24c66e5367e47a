//! Every statement in `sql/queries` fits the database, and the role it runs as may run it: `stayzr_app`, or the
//! few named here.

use stayzr::audit::plans::{self, Plan, Tenant};
use stayzr::db::Client;

use crate::support::{Cluster, World, connect};

#[tokio::test(flavor = "multi_thread")]
async fn every_query_prepares_as_the_application_and_needs_no_right_it_lacks() {
    let world = World::new().await;
    let app = world.app_client().await;
    let platform = connect(&Cluster::get().config("stayzr_platform", &world.database)).await;
    let mut faults = Vec::new();
    for (number, statement) in plans::statements().enumerate() {
        let (path, text) = (&statement.path, statement.text);
        let role = if statement.role == "stayzr_platform" { &platform } else { &app };
        let prepared = match role.prepare(text).await {
            Ok(prepared) => prepared,
            Err(error) => {
                faults.push(format!("{path}: {error:?}"));
                continue;
            }
        };
        // PostgreSQL asks for grants when a plan starts, which preparing does not do and
        // explaining does; nothing is executed.
        let arguments = vec!["null"; prepared.params().len()].join(", ");
        let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
        let explain = format!("prepare q{number} as {text}\n; explain execute q{number}{arguments}");
        if let Err(error) = role.batch_execute(&explain).await {
            faults.push(format!("{path}: {error:?}"));
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

async fn planned(client: &Client) -> Vec<Plan> {
    plans::read(client, "stayzr_app").await.unwrap()
}

fn faults(plans: &[Plan]) -> Vec<String> {
    plans.iter().flat_map(|plan| plan.faults.iter().map(|fault| format!("{}: {fault}", plan.path))).collect()
}

/// Every table of a hotel is found by an index that begins with the hotel, whose context is read once a statement.
#[tokio::test(flavor = "multi_thread")]
async fn every_query_finds_the_hotel_by_an_index_and_asks_once_which() {
    let world = World::new().await;
    let plans = planned(&world.app_client().await).await;
    assert!(plans.len() > 100, "{}", plans.len());
    let found = faults(&plans);
    assert!(found.is_empty(), "\n{}", found.join("\n"));
    let guest = plans.iter().find(|plan| plan.path == "sql/queries/guests/get.sql").unwrap();
    assert_eq!((&*guest.accesses[0].table, guest.accesses[0].tenant), ("public.guests", Tenant::Indexed));
}

/// The planner as the application has it, on a database in which one thing is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn plans_tell_when_the_hotel_is_no_condition_of_an_index() {
    let world = World::new().await;
    let admin = world.admin().await;
    for (weakened, fault) in [
        (
            "alter table guests drop constraint guests_pkey cascade; create index on guests (id)",
            "sql/queries/guests/get.sql: public.guests: the hotel is no condition of an index",
        ),
        (
            "drop policy guests_tenant on guests; drop policy guests_reader on guests;
             create policy guests_reader on guests for select to stayzr_app
                 using (organization_id + 0 = (select app.organization_id()))",
            "sql/queries/guests/get.sql: public.guests: nothing asks for the hotel",
        ),
        (
            "drop policy guests_tenant on guests; drop policy guests_reader on guests;
             create policy guests_reader on guests for select to stayzr_app using (true)",
            "sql/queries/guests/get.sql: public.guests: nothing asks for the hotel",
        ),
        (
            "create policy guests_each on guests as restrictive for select to stayzr_app
                 using (coalesce(organization_id = app.organization_id(), false))",
            "sql/queries/guests/get.sql: public.guests: the context is read for each row",
        ),
    ] {
        admin.batch_execute(&format!("begin; {weakened}; set local role stayzr_app")).await.unwrap();
        let found = faults(&planned(&admin).await);
        admin.batch_execute("rollback").await.unwrap();
        assert!(found.iter().any(|found| found == fault), "{weakened}:\n{}", found.join("\n"));
    }
}
