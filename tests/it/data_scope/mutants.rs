//! Policies with one word changed so that they let through too much. The comparison with
//! the definition notices each of them; a comparison that did not would prove nothing.

use super::let_delete;
use super::model::Model;
use super::views::differences_in_sql;
use crate::support::repository::read;
use crate::support::{Chance, World};

/// A file, the statement of it that changes (by its beginning), what stands there, and what
/// stands there instead.
const MUTANTS: &[(&str, &str, &str, &str)] = &[
    ("policies/conversations.sql", "create policy conversations_reader", "(select app.sees_all())", "true"),
    (
        "sql/functions/sight.sql",
        "create or replace function app.sees_conversation",
        "owner = app.user_id()",
        "owner is not null",
    ),
    (
        "sql/functions/sight.sql",
        "create or replace function app.sees_conversation",
        "app.team_ids()",
        "app.own_team_ids()",
    ),
    (
        "sql/functions/sight.sql",
        "create or replace function app.sees_conversation",
        "s.user_id = (select app.user_id())",
        "s.user_id is not null",
    ),
    (
        "sql/functions/sight.sql",
        "create or replace function app.sees_guest",
        "(s.expires_at is null or s.expires_at > now())",
        "true",
    ),
    (
        "sql/functions/sight.sql",
        "create or replace function app.sees_guest",
        "owner = app.user_id()",
        "owner is not null",
    ),
    ("policies/conversations.sql", "create policy conversations_writer_create", "app.team_ids()", "app.own_team_ids()"),
    (
        "policies/conversations.sql",
        "create policy conversations_writer_update",
        "shared_conversation_ids('write')",
        "shared_conversation_ids('read')",
    ),
    (
        "policies/conversations.sql",
        "create policy conversations_writer_delete",
        "shared_conversation_ids('write')",
        "shared_conversation_ids('read')",
    ),
    ("policies/guests.sql", "create policy guests_reader", "c.guest_id = guests.id", "c.guest_id is not null"),
    ("policies/guests.sql", "create policy guests_reader", "(select app.sees_all())", "true"),
    (
        "policies/guests.sql",
        "create policy guests_writer_create",
        "owner_id = (select app.user_id())",
        "owner_id is not null",
    ),
    (
        "policies/guests.sql",
        "create policy guests_writer_update",
        "id in (select app.shared_guest_ids('write'))",
        "id in (select guest_id from public.conversations)",
    ),
    (
        "policies/guests.sql",
        "create policy guests_writer_update",
        "with check (\n        organization_id = (select app.claimed_organization_id())\n",
        "with check (\n        organization_id = (select app.claimed_organization_id()) or true\n",
    ),
    (
        "policies/messages.sql",
        "create policy messages_reader",
        "c.id = messages.conversation_id",
        "messages.conversation_id is not null limit 1",
    ),
    (
        "policies/messages.sql",
        "create policy messages_sender",
        "shared_conversation_ids('write')",
        "shared_conversation_ids('read')",
    ),
    (
        "sql/functions/shared.sql",
        "create or replace function app.shared_guest_ids",
        "(s.expires_at is null or s.expires_at > now())",
        "true",
    ),
    (
        "sql/functions/shared.sql",
        "create or replace function app.shared_conversation_ids",
        "s.user_id = (select app.user_id())",
        "s.user_id is not null",
    ),
    (
        "sql/functions/conversation_change.sql",
        "create or replace function app.conversation_change",
        "if not found then",
        "if false then",
    ),
];

/// The file with that one change in it.
pub fn mutated((file, statement, was, is): &(&str, &str, &str, &str)) -> String {
    let text = read(file);
    let start = text.find(statement).unwrap_or_else(|| panic!("{file} has {statement}"));
    let place = text[start..].find(was).unwrap_or_else(|| panic!("{statement} has {was}")) + start;
    let end = text[start + 1..].find("\ncreate ").map_or(text.len(), |end| start + 1 + end);
    assert!(place < end, "{was} is in {statement}");
    format!("{}{is}{}", &text[..place], &text[place + was.len()..])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_comparison_notices_every_policy_that_is_weakened() {
    let world = World::new().await;
    let (admin, app) = (world.admin().await, world.app_client().await);
    // Always the same hotel: one that has a case for each mutant.
    let model = Model::make(&world, "grand-plaza", &mut Chance::new(22)).await;
    let_delete(&world).await;
    let apply = async |sql: &str| {
        // The reset takes the grant to delete away with the rest.
        let sql =
            format!("set role stayzr_owner; {sql}; grant delete on guests, conversations to stayzr_app; reset role");
        admin.batch_execute(&sql).await.unwrap_or_else(|error| panic!("{error:?}\n{sql}"));
    };
    assert_eq!(differences_in_sql(&model, &app).await, Vec::<String>::new());
    let mut missed = Vec::new();
    for mutant in MUTANTS {
        apply(&mutated(mutant)).await;
        if differences_in_sql(&model, &app).await.is_empty() {
            missed.push(mutant);
        }
        apply(&read(mutant.0)).await;
    }
    assert!(missed.is_empty(), "nobody notices {missed:#?}");
    assert_eq!(differences_in_sql(&model, &app).await, Vec::<String>::new(), "and all is as it was");
}
