//! The end of a run: what was acknowledged is there once and as it was told, and nothing else
//! is. Read past row security, and then by each hotel itself. Counters agree with the rows, and
//! the audit logs are whole.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use uuid::Uuid;

use super::hotels::{ADMIN, HOTELS, let_in};
use super::model::{Fate, Kept, Noun};
use super::run::{Reader, Run};
use super::wire::Wire;
use crate::observability::url;
use crate::process;
use crate::support::{Call, Chance, World};

/// So many conversations of a hotel are read to their last message.
const CONVERSATIONS_READ: usize = 40;
/// How often a page is asked for.
const TRIES: usize = 40;

/// A row as it is in the database.
struct Stored {
    id: Uuid,
    /// What its creation was to be known by.
    text: String,
    /// What changes make.
    value: String,
    version: i32,
    gone: bool,
}

/// Compares; faults go to the tally.
pub async fn settle(run: &Run, world: &World) {
    let admin = world.admin().await;
    for noun in Noun::ALL {
        let sql = match noun {
            Noun::Guests => {
                "select organization_id, id, full_name, coalesce(notes, ''), version, archived_at is not null from guests"
            }
            Noun::Conversations => {
                "select organization_id, id, coalesce(subject, ''), coalesce(subject, ''), version, false from conversations"
            }
            Noun::Messages => "select organization_id, id, content, content, 1, false from messages",
            Noun::Teams => "select organization_id, id, name, name, version, false from teams",
        };
        let mut stored: BTreeMap<i32, Vec<Stored>> = BTreeMap::new();
        for row in admin.query(sql, &[]).await.unwrap() {
            let one =
                Stored { id: row.get(1), text: row.get(2), value: row.get(3), version: row.get(4), gone: row.get(5) };
            stored.entry(row.get(0)).or_default().push(one);
        }
        for (number, hotel) in run.hotels.iter().enumerate() {
            let rows = stored.remove(&hotel.id).unwrap_or_default();
            let kept = run.model.of(number, noun).lock().unwrap();
            for fault in compare(&kept, &rows, &hotel.seeded) {
                run.tally.found(format!("{} of {}: {fault}", noun.name(), hotel.slug));
            }
        }
        for hotel in stored.keys() {
            run.tally.found(format!("{} of a hotel {hotel} that there is not", noun.name()));
        }
    }
    for (command, what) in [(["usage", "reconcile"], "counters"), (["audit-log", "verify"], "audit logs")] {
        let platform = ("STAYZR_PLATFORM_DATABASE_URL", url("stayzr_platform", &world.database));
        let app = ("STAYZR_APP_DATABASE_URL", url("stayzr_app", &world.database));
        let (code, said) = tokio::task::block_in_place(|| process::run(&command, &[platform, app]));
        if code != 0 {
            run.tally.found(format!("the {what} are not what the rows say: {said}"));
        }
    }
    for hotel in 0..HOTELS {
        read_all(run, world, hotel).await;
    }
}

fn compare(kept: &Kept, rows: &[Stored], seeded: &BTreeSet<Uuid>) -> Vec<String> {
    let mut faults = Vec::new();
    let mut unanswered = BTreeSet::new();
    let mut there = BTreeSet::new();
    for row in rows.iter().filter(|row| !seeded.contains(&row.id)) {
        there.insert(row.id);
        let Some(model) = kept.rows.get(&row.id).filter(|model| !model.versions.is_empty()) else {
            // Changed, perhaps, by who found it in a list, while its creator heard nothing.
            let changed = kept.rows.get(&row.id).is_some_and(|model| model.maybe.contains(&row.value));
            match kept.creations.get(&row.text) {
                Some(Fate::Maybe) if unanswered.insert(&row.text) => {}
                _ if changed => {}
                fate => faults.push(format!("{} is there, {fate:?}: {}", row.id, row.text)),
            }
            continue;
        };
        let Some((version, value)) = model.versions.last_key_value() else { continue };
        let as_told = match row.version.cmp(version) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => row.value == *value,
            std::cmp::Ordering::Greater => row.value == *value || model.maybe.contains(&row.value),
        };
        if !as_told {
            faults.push(format!("{} is {} {}, and was {version} {value}", row.id, row.version, row.value));
        }
        if row.gone && model.removals == 0 || !row.gone && model.removed && rows.iter().any(|row| row.gone) {
            faults.push(format!("{} gone: {}, removed: {}", row.id, row.gone, model.removed));
        }
    }
    for (id, model) in &kept.rows {
        let known = !model.versions.is_empty() && !seeded.contains(id);
        if known && !there.contains(id) && model.removals == 0 {
            faults.push(format!("{id} is lost: {:?}", model.versions));
        }
    }
    faults
}

/// Every list of a hotel, page by page: the rows of the database, each once.
async fn read_all(run: &Run, world: &World, hotel: usize) {
    let admin = world.admin().await;
    let mut wire = Wire::to(run.servers.each[0].address);
    let id = run.hotels[hotel].id;
    let mut lists = vec![
        ("/v1/guests?archived=true".to_owned(), "select id from guests where organization_id = $1".to_owned()),
        ("/v1/teams".to_owned(), "select id from teams where organization_id = $1".to_owned()),
    ];
    for status in ["open", "pending", "closed", "archived"] {
        let sql = format!("select id from conversations where organization_id = $1 and status = '{status}'");
        lists.push((format!("/v1/conversations?status={status}"), sql));
    }
    let talks = "select conversation_id from messages where organization_id = $1 group by 1 order by count(*) desc, 1";
    for row in admin.query(talks, &[&id]).await.unwrap().iter().take(CONVERSATIONS_READ) {
        let talk: Uuid = row.get(0);
        let sql = format!("select id from messages where organization_id = $1 and conversation_id = '{talk}'");
        lists.push((format!("/v1/conversations/{talk}/messages"), sql));
    }
    for (path, sql) in lists {
        let rows = admin.query(&sql, &[&id]).await.unwrap();
        let there: BTreeSet<Uuid> = rows.iter().map(|row| row.get(0)).collect();
        let Some(read) = walk(run, hotel, &mut wire, &path).await else {
            run.tally.found(format!("{path} of hotel {hotel} cannot be read"));
            continue;
        };
        let once: BTreeSet<Uuid> = read.iter().copied().collect();
        if once.len() != read.len() || once != there {
            run.tally.found(format!(
                "{path} of hotel {hotel} shows {} rows, {} of {}",
                read.len(),
                once.len(),
                there.len()
            ));
        }
    }
}

async fn walk(run: &Run, hotel: usize, wire: &mut Wire, path: &str) -> Option<Vec<Uuid>> {
    let separator = if path.contains('?') { '&' } else { '?' };
    let first = format!("{path}{separator}limit=200");
    let (mut ids, mut next, mut chance) = (Vec::new(), first.clone(), Chance::new(hotel as u64));
    for _ in 0..TRIES {
        let admin = &run.hotels[hotel].members[ADMIN];
        if !let_in(run, hotel, ADMIN, wire, &mut chance).await {
            tokio::time::sleep(std::time::Duration::from_millis(250)).await;
            continue;
        }
        loop {
            let token = admin.token().await;
            let call = Call::get(&next).header("Authorization", &format!("Bearer {token}"));
            let call = call.header("X-Request-Id", &format!("h{hotel}-at-the-end"));
            let Ok(reply) = run.ask(wire, "", &call, Reader::Hotel(hotel)).await else { break };
            if reply.status != 200 {
                if reply.status == 401 {
                    admin.forget(&token).await;
                }
                tokio::time::sleep(std::time::Duration::from_millis(250)).await;
                break;
            }
            let page: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
            let items = page["items"].as_array().cloned().unwrap_or_default();
            ids.extend(items.iter().filter_map(|item| item["id"].as_str()?.parse::<Uuid>().ok()));
            let Some(cursor) = page["nextCursor"].as_str() else { return Some(ids) };
            next = format!("{first}&after={cursor}");
        }
    }
    None
}
