//! Data scope and shares: who sees and changes which guests and conversations.
//!
//! Hotels are made by chance and compared, user by user, with the definition in
//! `data_scope/model.rs`: what lists show on all their pages, what a get answers, which rows
//! a plain statement finds in the same context, and what it changes. That the comparison
//! would notice a policy that lets more through is shown in `data_scope/mutants.rs`.

pub mod model;
mod mutants;
mod plans;
mod scenes;
mod search;
mod views;

use crate::support::{Chance, World};
use model::Model;
use views::{differences_in_api, differences_in_sql};

const HOTELS: u64 = 3;

/// What the application may never do, so that its policies can be tried too: to delete what
/// others point at.
async fn let_delete(world: &World) {
    let admin = world.admin().await;
    admin
        .batch_execute(
            "grant delete on guests, conversations to stayzr_app;
             alter table messages drop constraint messages_conversation_unknown;
             alter table conversations drop constraint conversations_guest_unknown",
        )
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_sees_and_changes_what_the_definition_says() {
    let seed = Chance::seed();
    eprintln!("STAYZR_TEST_SEED={seed}");
    let world = World::new().await;
    let app = world.app_client().await;
    let mut chance = Chance::new(seed);
    // All in one database, so that each is the others' wrong tenant.
    let mut models = Vec::new();
    for number in 0..HOTELS {
        models.push(Model::make(&world, &format!("hotel-{number}"), &mut chance).await);
    }
    let mut found = Vec::new();
    for model in &models {
        found.extend(differences_in_api(model).await);
    }
    let_delete(&world).await;
    for model in &models {
        found.extend(differences_in_sql(model, &app).await);
    }
    assert!(found.is_empty(), "STAYZR_TEST_SEED={seed}\n{}", found.join("\n"));
}
