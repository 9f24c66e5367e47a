//! A hotel made by chance, and the definition of who may see and change what in it, written
//! down once more: slowly, over plain lists, with nothing of the policies in it.

use std::sync::Arc;

use stayzr::db::Client;
use uuid::Uuid;

use crate::forged::Context;
use crate::support::{Chance, Hotel, World};

/// All that agents hold, and nothing administrators alone do.
pub const PERMISSIONS: &str =
    "guests.read,guests.write,conversations.read,conversations.write,conversations.assign,messages.send,shares.manage";

pub const SCOPES: [&str; 4] = ["own", "team", "department", "all"];

pub struct Team {
    pub id: Uuid,
    department: Option<Uuid>,
}

pub struct User {
    pub id: Uuid,
    pub scope: &'static str,
    pub teams: Vec<Uuid>,
    pub token: String,
}

/// A guest, or a conversation with one.
pub struct Thing {
    pub id: Uuid,
    pub owner: Option<Uuid>,
    pub team: Option<Uuid>,
    /// Of a conversation.
    pub guest: Option<Uuid>,
    pub archived: bool,
    /// Of a guest.
    pub name: String,
}

/// A message, the words of it that searches look for, and how many minutes ago it was written.
pub struct Said {
    pub id: Uuid,
    pub conversation: Uuid,
    pub words: Vec<&'static str>,
    pub age: u64,
}

pub struct Share {
    pub thing: Uuid,
    pub user: Option<Uuid>,
    pub team: Option<Uuid>,
    pub write: bool,
    pub expired: bool,
}

pub struct Model {
    pub hotel: Hotel,
    pub teams: Vec<Team>,
    pub users: Vec<User>,
    pub guests: Vec<Thing>,
    pub conversations: Vec<Thing>,
    pub shares: Vec<Share>,
    pub said: Vec<Said>,
}

/// One of them, or none every third time.
fn perhaps<T: Copy>(chance: &mut Chance, of: &[T]) -> Option<T> {
    (chance.below(3) > 0).then(|| of[chance.below(of.len() as u64) as usize])
}

impl Model {
    /// A hotel of that name in the world, filled by chance.
    pub async fn make(world: &Arc<World>, slug: &str, chance: &mut Chance) -> Model {
        let hotel = world.hotel(slug).await;
        let departments: Vec<Uuid> = (0..2).map(|_| Uuid::now_v7()).collect();
        let teams: Vec<Team> =
            (0..5).map(|_| Team { id: Uuid::now_v7(), department: perhaps(chance, &departments) }).collect();
        let team_ids: Vec<Uuid> = teams.iter().map(|team| team.id).collect();
        let mut users = Vec::new();
        for number in 0..7 {
            let id = Uuid::now_v7();
            let mut own = team_ids.clone();
            own.retain(|_| chance.below(3) == 0);
            let scope = SCOPES[if number < 4 { number } else { chance.below(4) as usize }];
            users.push(User { id, scope, teams: own, token: String::new() });
        }
        let user_ids: Vec<Uuid> = users.iter().map(|user| user.id).collect();
        let mut thing = |guests: &[Uuid]| Thing {
            id: Uuid::now_v7(),
            owner: perhaps(chance, &user_ids),
            team: perhaps(chance, &team_ids),
            guest: (!guests.is_empty()).then(|| guests[chance.below(guests.len() as u64) as usize]),
            archived: chance.below(5) == 0,
            name: format!("{} Guest", ["Ada", "Bo", "Cy"][chance.below(3) as usize]),
        };
        let guests: Vec<Thing> = (0..18).map(|_| thing(&[])).collect();
        let guest_ids: Vec<Uuid> = guests.iter().map(|guest| guest.id).collect();
        let conversations: Vec<Thing> = (0..24).map(|_| thing(&guest_ids)).collect();
        let things: Vec<Uuid> = guests.iter().chain(&conversations).map(|thing| thing.id).collect();
        let mut shares: Vec<Share> = Vec::new();
        for _ in 0..24 {
            let with_team = chance.below(2) == 0;
            let share = Share {
                thing: things[chance.below(things.len() as u64) as usize],
                user: (!with_team).then(|| user_ids[chance.below(user_ids.len() as u64) as usize]),
                team: with_team.then(|| team_ids[chance.below(team_ids.len() as u64) as usize]),
                write: chance.below(2) == 0,
                expired: chance.below(4) == 0,
            };
            let grantee = |other: &Share| (other.thing, other.user, other.team);
            if shares.iter().all(|other| grantee(other) != grantee(&share)) {
                shares.push(share);
            }
        }
        let mut said = Vec::new();
        for conversation in &conversations {
            for _ in 0..chance.below(4) {
                let mut words = vec!["towel", "pool", "late"];
                words.retain(|_| chance.below(2) == 0);
                words.push("please");
                said.push(Said { id: Uuid::now_v7(), conversation: conversation.id, words, age: chance.below(20) });
            }
        }
        let mut model = Model { hotel, teams, users, guests, conversations, shares, said };
        model.fill(&world.admin().await, &departments).await;
        for user in &mut model.users {
            user.token = model.hotel.fresh_token(user.id).await;
        }
        model
    }

    async fn fill(&self, admin: &Client, departments: &[Uuid]) {
        let hotel = self.hotel.id;
        for (number, id) in departments.iter().enumerate() {
            let sql = "insert into departments (organization_id, id, name) values ($1, $2, $3)";
            admin.execute(sql, &[&hotel, id, &format!("Department {number}")]).await.unwrap();
        }
        for (number, team) in self.teams.iter().enumerate() {
            let sql = "insert into teams (organization_id, id, name, department_id) values ($1, $2, $3, $4)";
            admin.execute(sql, &[&hotel, &team.id, &format!("Team {number}"), &team.department]).await.unwrap();
        }
        for (number, user) in self.users.iter().enumerate() {
            let sql = "insert into users (organization_id, id, email, full_name, data_scope)
                       values ($1, $2, $3, 'A user', $4)";
            admin.execute(sql, &[&hotel, &user.id, &format!("user{number}@example.com"), &user.scope]).await.unwrap();
            let sql = "insert into team_members (organization_id, team_id, user_id) select $1, unnest($2::uuid[]), $3";
            admin.execute(sql, &[&hotel, &user.teams, &user.id]).await.unwrap();
            let sql = "insert into user_roles (organization_id, user_id, role_id)
                       select organization_id, $2, id from roles where organization_id = $1 and built_in = 'agent'";
            admin.execute(sql, &[&hotel, &user.id]).await.unwrap();
        }
        for (number, guest) in self.guests.iter().enumerate() {
            let sql =
                "insert into guests (organization_id, id, full_name, phone, owner_id, team_id, archived_at, created_at)
                       values ($1, $2, $3, $4, $5, $6, case when $7 then now() end, now() - $8 * interval '1 minute')";
            let (phone, age) = (format!("+49151123456{number:02}"), number as f64);
            let Thing { id, name, owner, team, archived, .. } = guest;
            admin.execute(sql, &[&hotel, id, name, &phone, owner, team, archived, &age]).await.unwrap();
        }
        for (number, conversation) in self.conversations.iter().enumerate() {
            let sql = "insert into conversations (organization_id, id, guest_id, channel, owner_id, team_id, status, activity_at)
                       values ($1, $2, $3, 'sms', $4, $5, case when $6 then 'archived' else 'open' end,
                               now() - $7 * interval '1 minute')";
            let Thing { id, guest, owner, team, archived, .. } = conversation;
            admin.execute(sql, &[&hotel, id, guest, owner, team, archived, &(number as f64)]).await.unwrap();
            let sql = "insert into messages (organization_id, conversation_id, id, sender_type, content)
                       values ($1, $2, $3, 'guest', 'Hello')";
            admin.execute(sql, &[&hotel, id, &Uuid::now_v7()]).await.unwrap();
        }
        for Said { id, conversation, words, age } in &self.said {
            let sql = "insert into messages (organization_id, id, conversation_id, sender_type, content, created_at)
                       values ($1, $2, $3, 'guest', $4, timestamptz '2026-01-01' - $5 * interval '1 minute')";
            let said = format!("Another {}s!", words.join("s, "));
            admin.execute(sql, &[&hotel, id, conversation, &said, &(*age as f64)]).await.unwrap();
        }
        for share in &self.shares {
            let conversation = self.conversations.iter().any(|thing| thing.id == share.thing);
            let (guest, conversation) = ((!conversation).then_some(share.thing), conversation.then_some(share.thing));
            let sql = "insert into shares (organization_id, id, guest_id, conversation_id, user_id, team_id, access,
                                           created_by, created_at, expires_at)
                       values ($1, $2, $3, $4, $5, $6, $7, $8, now() - interval '1 day',
                               now() + case when $9 then -interval '1 hour' else interval '1 hour' end)";
            let access = if share.write { "write" } else { "read" };
            let Share { user, team, expired, .. } = share;
            let creator = self.hotel.admin_id;
            let id = Uuid::now_v7();
            admin
                .execute(sql, &[&hotel, &id, &guest, &conversation, user, team, &access, &creator, expired])
                .await
                .unwrap();
        }
    }

    /// The teams a user's data scope expands to.
    pub fn scope_teams(&self, user: &User) -> Vec<Uuid> {
        let departments = |team: &&Team| user.teams.contains(&team.id);
        let mine: Vec<Uuid> = self.teams.iter().filter(departments).filter_map(|team| team.department).collect();
        let in_scope = |team: &&Team| match user.scope {
            "team" => user.teams.contains(&team.id),
            "department" => {
                user.teams.contains(&team.id) || team.department.is_some_and(|department| mine.contains(&department))
            }
            _ => false,
        };
        self.teams.iter().filter(in_scope).map(|team| team.id).collect()
    }

    /// Whether somebody's data scope holds what has that owner and that team.
    pub fn in_scope(&self, user: &User, owner: Option<Uuid>, team: Option<Uuid>) -> bool {
        user.scope == "all" || owner == Some(user.id) || team.is_some_and(|team| self.scope_teams(user).contains(&team))
    }

    fn reaches(&self, user: &User, thing: &Thing, to_write: bool) -> bool {
        let shared = self.shares.iter().any(|share| {
            share.thing == thing.id
                && (share.user == Some(user.id) || share.team.is_some_and(|team| user.teams.contains(&team)))
                && !share.expired
                && (share.write || !to_write)
        });
        shared || self.in_scope(user, thing.owner, thing.team)
    }

    pub fn sees_conversation(&self, user: &User, conversation: &Thing) -> bool {
        self.reaches(user, conversation, false)
    }

    /// The messages of conversations in sight that a search finds, newest first.
    pub fn finds(&self, user: &User, matches: impl Fn(&[&str]) -> bool) -> Vec<Uuid> {
        let seen = |id: Uuid| self.conversations.iter().any(|one| one.id == id && self.sees_conversation(user, one));
        let mut found: Vec<&Said> =
            self.said.iter().filter(|said| seen(said.conversation) && matches(&said.words)).collect();
        found.sort_by_key(|said| (std::cmp::Reverse(said.age), said.id));
        found.iter().rev().map(|said| said.id).collect()
    }

    pub fn sees_guest(&self, user: &User, guest: &Thing) -> bool {
        let answers = |conversation: &&Thing| conversation.guest == Some(guest.id);
        self.reaches(user, guest, false)
            || self.conversations.iter().filter(answers).any(|conversation| self.sees_conversation(user, conversation))
    }

    pub fn writes(&self, user: &User, thing: &Thing) -> bool {
        self.reaches(user, thing, true)
    }

    /// A user's context, as the server makes it.
    pub fn context(&self, user: &User) -> Context {
        let listed = |ids: &[Uuid]| ids.iter().map(Uuid::to_string).collect::<Vec<_>>().join(",");
        let sealer = self.hotel.world.sealer();
        Context::of(&sealer, &self.hotel, user.id, PERMISSIONS).with(|context| {
            context.sees_all = (user.scope == "all").to_string();
            context.teams = listed(&self.scope_teams(user));
            context.own_teams = listed(&user.teams);
            context.seal = sealer.seal(&context.text());
        })
    }
}
