//! The next request of a user: what the document allows, with own, foreign and mutated
//! parts, and what must hold of its answer.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use uuid::Uuid;

use super::hotels::{ADMIN, HOTELS};
use super::known::{Cursor, Done};
use super::model::{Act, Intent, Noun};
use super::run::{Reader, Run};
use super::wire::HangUp;
use crate::fuzz::Operation;
use crate::support::{Call, Chance};

/// Operations that look at no token.
const UNGUARDED: [&str; 5] =
    ["auth_login", "auth_refresh", "auth_forgot_password", "auth_reset_password", "auth_accept_invitation"];

/// What must hold of an answer, beside that it holds nothing of anybody else's.
#[derive(Debug, Clone, PartialEq)]
pub enum Rule {
    /// It is not done, because of that.
    Refused(&'static str),
    /// Nobody is let in by that.
    Unauthenticated(&'static str),
    /// The idempotency key was not used before.
    KeyIsFresh,
    /// No name or address in it was used at this hotel before.
    NothingTaken,
    /// It was done before, and made that.
    Again(Uuid),
}

/// A request to be sent.
pub struct Draft {
    pub operation: usize,
    pub hotel: usize,
    pub member: usize,
    pub token: String,
    pub call: Call,
    pub reader: Reader,
    pub rules: Vec<Rule>,
    pub intent: Option<Intent>,
    /// With which it may be sent again until it is answered.
    pub key: Option<String>,
    pub body: Value,
    pub hang_up: Option<HangUp>,
}

/// A draft in the making.
pub struct Drafting<'a> {
    pub run: &'a Run,
    pub chance: Chance,
    pub hotel: usize,
    pub member: usize,
    pub rules: Vec<Rule>,
    intent: Option<Intent>,
    key: Option<String>,
    /// Whether the operation is about guests and what is said to them.
    pub of_guests: bool,
    /// Other hotels' ids, for the body or a filter.
    pub named: Vec<Uuid>,
}

impl Drafting<'_> {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.chance.below(bound)
    }

    pub fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn one_of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        all.get(self.chance.below(all.len().max(1) as u64) as usize).cloned()
    }

    /// The word of the hotel's own that goes into what this operation writes.
    pub fn word(&mut self) -> String {
        let words = self.run.markers.of(self.hotel);
        if self.of_guests { words.guests.clone() } else { words.house.clone() }
    }

    pub fn serial(&mut self) -> u64 {
        self.run.hotels[self.hotel].next_serial()
    }

    pub fn foreign(&self, kind: &'static str) {
        self.run.tally.foreign(kind);
    }

    /// Another hotel.
    pub fn rival(&mut self) -> usize {
        let other = self.below(HOTELS as u64 - 1) as usize;
        if other >= self.hotel { other + 1 } else { other }
    }

    /// An id of that noun, and whether it is another hotel's.
    pub fn id(&mut self, noun: &str) -> (Uuid, bool) {
        let rival = self.rival();
        let (known, chance) = (&self.run.known, &mut self.chance);
        let dice = chance.below(100);
        let own = known.id(self.hotel, noun, chance);
        let found = match dice {
            0..10 => known.id(rival, noun, chance).map(|id| (id, true)),
            10..13 => known.any_id(self.hotel, chance).map(|id| (id, false)),
            13..16 => None,
            _ => own.map(|id| (id, false)),
        };
        found.unwrap_or_else(|| {
            let (high, low) = (chance.below(u64::MAX), chance.below(u64::MAX));
            (
                uuid::Builder::from_random_bytes(((u128::from(high) << 64) | u128::from(low)).to_be_bytes())
                    .into_uuid(),
                false,
            )
        })
    }

    fn path(&mut self, operation: &Operation) -> String {
        let mut path = operation.path.clone();
        let segments: Vec<&str> = operation.path.split('/').collect();
        let noun = segments.iter().position(|segment| *segment == "{id}").map_or("", |at| segments[at - 1]).to_owned();
        let mut foreign = false;
        if path.contains("{shareId}") {
            let of = if self.percent(15) { self.rival() } else { self.hotel };
            if let Some((parent, share)) = self.run.known.share(of, &noun, &mut self.chance) {
                foreign |= of != self.hotel;
                path = path.replace("{id}", &parent.to_string()).replace("{shareId}", &share.to_string());
            }
        }
        if operation.path.starts_with("/v1/platform/organizations") {
            let number = self.run.hotels[self.chance.below(HOTELS as u64) as usize].id;
            path = path.replace("{id}", &number.to_string());
        }
        let (own, verb) = (Noun::of(&operation.id), operation.id.rsplit('_').next().unwrap_or_default());
        let changes = matches!(verb, "update" | "archive" | "delete");
        if path.contains("{id}") {
            let noun = if noun == "users" && changes { "expendable" } else { &noun };
            let (mut id, theirs) = self.id(noun);
            foreign |= theirs;
            if let (Some((noun, _)), true, false) = (own, changes, theirs)
                && let Some((picked, _)) = self.run.model.pick(self.hotel, noun, &mut self.chance)
            {
                id = picked;
            }
            let text = if self.below(100) < 2 { format!("{}x", &id.to_string()[..20]) } else { id.to_string() };
            path = path.replace("{id}", &text);
        }
        if path.contains("{userId}") {
            let (id, theirs) = self.id("users");
            foreign |= theirs;
            path = path.replace("{userId}", &id.to_string());
        }
        let name = if path.contains("/tiers/") { "starter" } else { "maxUsers" };
        let path = path.replace("{name}", name).replace("{shareId}", &Uuid::nil().to_string());
        if foreign {
            self.foreign("id in a path");
            self.rules.push(Rule::Refused("an id of another hotel"));
        }
        path
    }

    fn query(&mut self, operation: &Operation) -> String {
        if operation.query.iter().any(|name| name == "after") && self.percent(40) {
            let rival = self.rival();
            let (known, hotel) = (&self.run.known, self.hotel);
            let of_this = |cursor: &Cursor| cursor.operation == operation.id;
            let (found, rule) = match self.chance.below(100) {
                0..55 => (known.cursor(hotel, &mut self.chance, of_this), None),
                55..75 => (known.cursor(rival, &mut self.chance, of_this), Some("a cursor of another hotel")),
                75..90 => {
                    let other = known.cursor(hotel, &mut self.chance, |cursor| cursor.operation != operation.id);
                    (other, Some("a cursor of another list"))
                }
                _ => {
                    let altered = known.cursor(hotel, &mut self.chance, of_this).map(|mut cursor| {
                        let at = cursor.cursor.len() / 2;
                        let other = if cursor.cursor.as_bytes()[at] == b'A' { "B" } else { "A" };
                        cursor.cursor.replace_range(at..=at, other);
                        cursor
                    });
                    (altered, Some("an altered cursor"))
                }
            };
            if let Some(found) = found {
                if let Some(kind) = rule {
                    self.foreign(kind);
                    self.rules.push(Rule::Refused(kind));
                }
                let query = if found.operation == operation.id { found.query } else { String::new() };
                return [query, format!("after={}", found.cursor)].join("&").trim_start_matches('&').to_owned();
            }
        }
        let mut query = Vec::new();
        for parameter in operation.parameters.iter().filter(|parameter| parameter["in"] == "query") {
            let name = parameter["name"].as_str().unwrap_or_default();
            let often = match name {
                "after" => 0,
                "dryRun" => 8,
                "limit" => 60,
                _ => 30,
            };
            if !self.percent(often) {
                continue;
            }
            let value = self.value(name, &parameter["schema"]);
            let value = value.as_str().map_or(value.to_string(), str::to_owned);
            query.push(format!("{name}={}", value.replace([' ', '+'], "%20").replace(':', "%3A")));
        }
        query.join("&")
    }

    fn headers(&mut self, operation: &Operation, mut call: Call, keyed: u64) -> Call {
        let takes = |name: &str| operation.parameters.iter().any(|parameter| parameter["name"] == name);
        if takes("If-Match") && self.percent(50) {
            let rival = self.rival();
            let tag = match self.below(10) {
                0 => Some("\"not ours\"".to_owned()),
                1 | 2 => {
                    self.foreign("tag");
                    self.run.known.etag(rival, &mut self.chance)
                }
                3 => self.run.known.etag(self.hotel, &mut self.chance),
                _ => self.current_tag(),
            };
            if let Some(tag) = tag {
                if let Some(Intent { act: Act::Change { expected, .. }, .. }) = &mut self.intent {
                    *expected = tag.trim_matches('"').parse().ok();
                }
                call = call.header("If-Match", &tag);
            }
        }
        if takes("Idempotency-Key") && self.percent(keyed) {
            let member = &self.run.hotels[self.hotel].members[self.member];
            let number = member.keys.fetch_add(1, Ordering::SeqCst);
            let key = if number.is_multiple_of(3) {
                format!("{} {} {number}", self.run.markers.of(self.hotel).house, member.label)
            } else {
                // Members of other hotels have the same.
                self.foreign("idempotency key");
                format!("order {} {number}", member.label)
            };
            self.rules.push(Rule::KeyIsFresh);
            call = call.header("Idempotency-Key", &key);
            self.key = Some(key);
        }
        call
    }

    fn current_tag(&mut self) -> Option<String> {
        let intent = self.intent.as_ref()?;
        let (Act::Change { id, .. } | Act::Remove { id }) = &intent.act else { return None };
        let kept = self.run.model.of(self.hotel, intent.noun).lock().unwrap();
        Some(format!("\"{}\"", kept.rows.get(id)?.versions.keys().next_back()?))
    }

    /// What the request is to do, where the model keeps that; written into its body.
    fn intend(&mut self, operation: &Operation, path: &str, body: &mut Value) {
        let Some((noun, verb)) = Noun::of(&operation.id) else { return };
        let path = path.split('?').next().unwrap_or_default();
        let id = path.rsplit('/').next().and_then(|segment| segment.parse::<Uuid>().ok());
        let serial = self.serial();
        let words = self.run.markers.of(self.hotel);
        let text = match noun {
            Noun::Teams if serial.is_multiple_of(2) => format!("Shift {serial}"),
            Noun::Teams => format!("{} {serial}", words.house),
            _ => format!("{} {serial}", words.guests),
        };
        let act = match (verb, id) {
            ("create", _) => {
                if noun == Noun::Guests {
                    body["fullName"] = json!(text);
                    if body["email"].is_null() && body["phone"].is_null() {
                        body["email"] = json!(self.email());
                    }
                }
                body[noun.field()] = json!(text);
                Act::Create { text }
            }
            ("update", Some(id)) => {
                body[noun.field()] = json!(text);
                Act::Change { id, text, expected: None }
            }
            ("archive" | "delete", Some(id)) => Act::Remove { id },
            _ => return,
        };
        self.intent = Some(Intent { noun, act });
    }
}

/// The draft of that step of that worker.
pub async fn next(run: &Run, worker: u64, step: u64, mut chance: Chance) -> Draft {
    let hotel = if chance.below(100) < 4 { HOTELS } else { chance.below(HOTELS as u64) as usize };
    // Administrators more often: the others may do less.
    let anybody = chance.below(run.hotels[hotel].members.len() as u64) as usize;
    let member = if chance.below(100) < 30 { ADMIN } else { anybody };
    if chance.below(100) < 3
        && let Some(done) = run.known.done(hotel, &mut chance)
    {
        return again(run, hotel, done, format!("h{hotel}-w{worker:02}-{step:08}")).await;
    }
    let who = &run.hotels[hotel].members[member];
    let mut token = who.token().await;
    let index = run.choose(&mut chance, hotel == HOTELS && member == 0);
    let operation = &run.operations[index];
    let of_guests = ["guests", "conversations", "messages"].iter().any(|noun| operation.id.starts_with(noun));
    let mut drafting = Drafting {
        run,
        chance,
        hotel,
        member,
        rules: Vec::new(),
        intent: None,
        key: None,
        of_guests,
        named: Vec::new(),
    };
    let platform = operation.path.starts_with("/v1/platform");
    let mut reader = Reader::Hotel(hotel);
    // The platform's own log is about all hotels.
    if hotel == HOTELS && (operation.id == "audit_log_list" || platform && member == ADMIN) {
        reader = Reader::Platform;
    } else if platform {
        drafting.rules.push(Rule::Refused("an operation of super admins"));
    }
    let mut path = drafting.path(operation);
    let mut body = if operation.body.is_null() { Value::Null } else { drafting.body(&operation.body) };
    drafting.special(operation, &mut body, &mut reader).await;
    drafting.intend(operation, &path, &mut body);
    let text = body.to_string();
    let names_another = drafting.named.iter().any(|id| text.contains(&id.to_string()));
    if names_another && operation.id != "access_explain" {
        drafting.rules.push(Rule::Refused("an id of another hotel in a body"));
    }
    let query = drafting.query(operation);
    if !query.is_empty() {
        path = format!("{path}?{query}");
    }
    let mut call = drafting.headers(operation, Call::new(operation.method.parse().unwrap(), path), 60);
    if operation.method == "POST" {
        drafting.rules.push(Rule::NothingTaken);
    }
    if !body.is_null() {
        call = call.json(&body);
    }
    if operation.path.starts_with("/v1/") && !UNGUARDED.contains(&&*operation.id) && drafting.percent(5) {
        let rival = drafting.rival();
        let theirs = run.hotels[rival].members[0].token().await;
        token = drafting.tampered(&token, &theirs, who.way);
        drafting.rules.push(Rule::Unauthenticated("a tampered token"));
        reader = Reader::Nobody;
    }
    if !operation.path.starts_with("/v1/") {
        reader = Reader::Nobody;
    }
    let asker = if reader == Reader::Nobody { "nobody".to_owned() } else { format!("h{hotel}") };
    call = call.header("X-Request-Id", &format!("{asker}-w{worker:02}-{step:08}"));
    if !token.is_empty() {
        call = call.header("Authorization", &format!("Bearer {token}"));
    }
    let hang_up = [HangUp::Midway, HangUp::Sent, HangUp::Answering].get(drafting.below(110) as usize).copied();
    let Drafting { rules, intent, key, .. } = drafting;
    Draft { operation: index, hotel, member, token, call, reader, rules, intent, key, body, hang_up }
}

/// What was done, sent again with its key.
async fn again(run: &Run, hotel: usize, done: Done, request_id: String) -> Draft {
    run.tally.beside("requests sent again");
    let Done { member, operation, path, key, body, id } = done;
    let token = run.hotels[hotel].members[member].token().await;
    let call = Call::post(path, &body).header("Idempotency-Key", &key).header("X-Request-Id", &request_id);
    let call = call.header("Authorization", &format!("Bearer {token}"));
    let (reader, rules) = (Reader::Hotel(hotel), vec![Rule::Again(id)]);
    Draft { operation, hotel, member, token, call, reader, rules, intent: None, key: None, body, hang_up: None }
}
