//! One run: everything its users share, and what becomes of one request.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use poem::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde_json::Value;

use super::draft::{Draft, Rule};
use super::hotels::{Hotel, let_in};
use super::known::{Done, Known};
use super::model::{Model, Outcome};
use super::post::Post;
use super::server::Servers;
use super::tally::Tally;
use super::watch::{Markers, Sight, Word};
use super::wire::{Reply, Unanswered, Wire};
use crate::fuzz::{ANYWHERE, Operation, problem};
use crate::support::{Answer, Call, Chance};

/// How often a request with a key is sent again until it is answered.
const TRIES: u32 = 12;
const BETWEEN_TRIES: Duration = Duration::from_millis(250);

/// What PostgreSQL says and no client is to hear.
const DATABASE: [&str; 6] = ["organization_id", "Key (", "in table", "violates", "already exists", "Failing row"];

/// See the module.
pub struct Run {
    pub document: Value,
    pub operations: Vec<Operation>,
    /// Each operation as often as it is to come.
    pub weighted: Vec<usize>,
    /// What super admins read.
    pub platform_reads: Vec<usize>,
    pub hotels: Vec<Hotel>,
    pub markers: Arc<Markers>,
    pub servers: Servers,
    pub post: Post,
    pub known: Known,
    pub model: Model,
    pub tally: Arc<Tally>,
    /// Requests drafted so far.
    pub drafted: AtomicU64,
}

/// Who an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A member of that hotel.
    Hotel(usize),
    /// A super admin, who works across hotels but reads no guest's words.
    Platform,
    /// Somebody who proved nothing.
    Nobody,
}

impl Run {
    /// An operation for the next request.
    pub fn choose(&self, chance: &mut Chance, super_admin: bool) -> usize {
        let from = if super_admin && chance.below(10) < 7 { &self.platform_reads } else { &self.weighted };
        let index = from[chance.below(from.len() as u64) as usize];
        // What super admins change is trouble, which comes in its own time.
        let changes = self.operations[index].path.starts_with("/v1/platform") && self.operations[index].method != "GET";
        if super_admin && changes { self.platform_reads[0] } else { index }
    }

    /// Sends a request, reads the answer and looks at every byte of it.
    pub async fn ask(
        &self,
        wire: &mut Wire,
        operation: &str,
        call: &Call,
        reader: Reader,
    ) -> Result<Reply, Unanswered> {
        self.tally.sent(operation);
        let reply = wire.ask(call).await?;
        let code = if reply.status >= 400 { code_of(&reply.body) } else { String::new() };
        self.tally.answered(operation, reply.status, code);
        for fault in self.faults(operation, call, &reply, reader) {
            self.found(&fault, call, &reply);
        }
        Ok(reply)
    }

    fn found(&self, fault: &str, call: &Call, reply: &Reply) {
        let (head, body) = (String::from_utf8_lossy(&reply.head), String::from_utf8_lossy(&reply.body));
        let told = call.headers.iter().filter(|(name, _)| name != "Authorization");
        let headers = told.map(|(name, value)| format!("{name}: {value}")).collect::<Vec<_>>().join("; ");
        let sent = call.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default();
        let body: String = body.chars().take(1500).collect();
        self.tally.found(format!("{fault}\n  {} {} {headers}\n  {sent}\n  {head}{body}", call.method, call.path));
    }

    /// What is wrong with an answer, whatever was asked.
    fn faults(&self, operation: &str, call: &Call, reply: &Reply, reader: Reader) -> Vec<String> {
        let mut faults = Vec::new();
        let sent = self.sight_of(call);
        let mut seen = self.markers.look(&reply.head);
        let body = self.markers.look(&reply.body);
        seen.words.extend(body.words);
        seen.ids.extend(body.ids);
        seen.organizations.extend(body.organizations);
        let may_read = |word: &Word| match (reader, word) {
            (Reader::Hotel(own), Word::House(of) | Word::Guests(of)) => own == *of,
            (Reader::Platform, Word::House(_)) => true,
            // A super admin who changes a guest on a visit has the change on record.
            (Reader::Platform, Word::Guests(_)) => operation == "platform_audit_log_list",
            _ => false,
        };
        let words: Vec<&Word> = seen.words.iter().filter(|word| !may_read(word)).collect();
        if !words.is_empty() {
            faults.push(format!("{reader:?} is told the words {words:?}"));
        }
        if reply.status >= 400 && !seen.words.is_empty() {
            faults.push("an error quotes what a hotel keeps".into());
        }
        if reply.status >= 400 && DATABASE.iter().any(|word| String::from_utf8_lossy(&reply.body).contains(word)) {
            faults.push("an error speaks of the database".into());
        }
        if let Reader::Hotel(own) = reader {
            faults.extend(self.told(operation, own, &sent, &seen));
        }
        let documented = self.operations.iter().find(|one| one.id == operation).is_none_or(|one| {
            !one.responses[reply.status.to_string()].is_null()
                || ANYWHERE.contains(&reply.status)
                || reply.status == 401
        });
        if (reply.status >= 500 && reply.status != 503) || !documented {
            faults.push(format!("{operation} is answered with {}", reply.status));
        }
        if reply.status >= 400
            && let Err(fault) = problem(&self.document, &answer(reply))
        {
            faults.push(fault);
        }
        faults
    }

    /// Ids and numbers in an answer to a hotel that are not its own.
    fn told(&self, operation: &str, own: usize, sent: &Sight, seen: &Sight) -> Vec<String> {
        let mut faults = Vec::new();
        for id in seen.ids.difference(&sent.ids) {
            if let Some(owner) = self.known.claim(*id, own)
                && !(operation == "audit_log_list" && self.known.has_named(own, *id))
            {
                faults.push(format!("hotel {own} is told {id}, which is hotel {owner}'s"));
            }
        }
        let number = i64::from(self.hotels[own].id);
        if seen.organizations.iter().any(|organization| *organization != number) {
            faults.push(format!("hotel {own} is told the numbers {:?}", seen.organizations));
        }
        faults
    }

    fn sight_of(&self, call: &Call) -> Sight {
        let mut text = call.path.clone().into_bytes();
        for (name, value) in call.headers.iter().filter(|(name, _)| name != "Authorization") {
            text.extend_from_slice(format!("\n{name}: {value}").as_bytes());
        }
        text.push(b'\n');
        text.extend_from_slice(call.body.as_deref().unwrap_or_default());
        self.markers.look(&text)
    }

    /// One request from its sending to what is learnt of it.
    pub async fn carry_out(&self, draft: &Draft, wires: &mut [Wire], chance: &mut Chance) {
        let operation = &self.operations[draft.operation];
        if let Some(intent) = &draft.intent {
            self.model.begin(draft.hotel, intent);
        }
        if let Reader::Hotel(own) = draft.reader {
            for id in self.sight_of(&draft.call).ids {
                if self.known.claim(id, own).is_some() {
                    self.known.note_named(own, id);
                }
            }
        }
        let mut number = chance.below(wires.len() as u64) as usize;
        let mut call = draft.call.clone();
        let mut is_first = true;
        for attempt in 0..TRIES {
            // The next one, where that one is away.
            number += usize::from(self.servers.each[number].epoch.load(Ordering::SeqCst) % 2 == 1 || attempt > 0);
            number %= wires.len();
            let wire = &mut wires[number];
            if let (0, Some(when)) = (attempt, draft.hang_up) {
                self.tally.sent(&operation.id);
                self.tally.unanswered("hung up");
                wire.hang_up(&call, when).await;
            } else {
                let reply = self.ask_once(wire, number, draft, &call).await;
                if let Some(reply) = reply
                    && self.judged(draft, &call, &reply, is_first)
                {
                    return;
                }
            }
            is_first = false;
            let again = draft.key.is_some() && draft.intent.is_some() && !self.tally.is_over();
            if !again {
                return;
            }
            tokio::time::sleep(BETWEEN_TRIES).await;
            if !let_in(self, draft.hotel, draft.member, wire, chance).await {
                continue;
            }
            let token = self.hotels[draft.hotel].members[draft.member].token().await;
            for (name, value) in &mut call.headers {
                if name == "Authorization" && !matches!(draft.reader, Reader::Nobody) {
                    *value = format!("Bearer {token}");
                }
            }
        }
        self.tally.unanswered("given up");
    }

    async fn ask_once(&self, wire: &mut Wire, number: usize, draft: &Draft, call: &Call) -> Option<Reply> {
        let epoch = &self.servers.each[number].epoch;
        let before = epoch.load(Ordering::SeqCst);
        wire.since(before);
        match self.ask(wire, &self.operations[draft.operation].id, call, draft.reader).await {
            Ok(reply) => return Some(reply),
            Err(Unanswered::Hangs) => self.tally.found(format!("nobody answers {} {}", call.method, call.path)),
            Err(Unanswered::Cut(_)) if before % 2 == 1 || epoch.load(Ordering::SeqCst) != before => {
                self.tally.unanswered("cut by a restart");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            Err(Unanswered::Cut(error)) => {
                self.tally.found(format!("{} {} was cut: {error}", call.method, call.path));
            }
        }
        None
    }

    /// Judges an answer by the rules of the draft and takes it into the model. Tells whether
    /// it says what became of the request.
    fn judged(&self, draft: &Draft, call: &Call, reply: &Reply, is_first: bool) -> bool {
        let operation = &self.operations[draft.operation];
        let json: Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        let code = json["code"].as_str().unwrap_or_default();
        let done = reply.status < 300;
        for rule in &draft.rules {
            let fault = match rule {
                Rule::Refused(why) if done => format!("done in spite of {why}"),
                Rule::Unauthenticated(why) if !matches!(reply.status, 401 | 503) => format!("let in by {why}"),
                Rule::KeyIsFresh if code == "idempotency_key_reused" => "a key that this member never used".into(),
                // Also when it is sent again: what was not answered is either done or not.
                Rule::NothingTaken if code.ends_with("_taken") && draft.intent.is_some() => {
                    "a name or an address that this hotel never used".into()
                }
                Rule::Again(id) if done && json["id"] != id.to_string() => format!("it was done before, as {id}"),
                Rule::Again(_) if code == "idempotency_key_reused" => "the same request with the same key".into(),
                _ => continue,
            };
            self.found(&fault, call, reply);
        }
        if reply.status == 401 && draft.reader != Reader::Nobody {
            let token = call.headers.iter().find(|(name, _)| name == "Authorization");
            let token = token.and_then(|(_, value)| value.strip_prefix("Bearer ")).unwrap_or_default().to_owned();
            let member = &self.hotels[draft.hotel].members[draft.member];
            // A try at once or not at all: whoever holds it is getting in anew.
            futures_util::future::FutureExt::now_or_never(member.forget(&token));
        }
        let unsure = matches!(reply.status, 401 | 403 | 503) || code == "request_in_progress";
        let outcome = match (done, unsure && !(is_first && matches!(reply.status, 401 | 403))) {
            (true, _) => Outcome::Done(&json),
            (false, true) => Outcome::Unknown,
            (false, false) => Outcome::Refused,
        };
        let settled = !matches!(outcome, Outcome::Unknown);
        if let Some(intent) = &draft.intent {
            let is_dry = call.path.contains("dryRun=true");
            let outcome = if is_dry && done { Outcome::Refused } else { outcome };
            if let Outcome::Done(_) = outcome {
                self.tally.acknowledged(format!("{} {}", intent.noun.name(), operation.id.rsplit('_').next().unwrap()));
            }
            if let Some(fault) = self.model.end(draft.hotel, intent, outcome) {
                self.found(&fault, call, reply);
            }
            if is_dry {
                return settled;
            }
        }
        if done && let Reader::Hotel(own) = draft.reader {
            self.learn(draft, own, call, reply, &json);
        }
        settled
    }

    fn learn(&self, draft: &Draft, own: usize, call: &Call, reply: &Reply, json: &Value) {
        let operation = &self.operations[draft.operation];
        self.known.learn(own, &operation.id, &call.path, reply.header("etag"), json, &self.tally);
        let Some(id) = json["id"].as_str().and_then(|id| id.parse().ok()) else { return };
        if operation.id == "users_create" {
            self.known.note_id(own, "expendable", id);
        }
        if let (Some(key), false) = (&draft.key, call.path.contains("dryRun")) {
            let (path, key, body) = (call.path.clone(), key.clone(), draft.body.clone());
            let done = Done { member: draft.member, operation: draft.operation, path, key, body, id };
            self.known.note_done(own, done);
        }
    }
}

fn code_of(problem: &[u8]) -> String {
    let problem: Value = serde_json::from_slice(problem).unwrap_or_default();
    problem["code"].as_str().unwrap_or_default().to_owned()
}

/// As the other tests have it.
fn answer(reply: &Reply) -> Answer {
    let mut headers = HeaderMap::new();
    for line in String::from_utf8_lossy(&reply.head).lines() {
        if let Some((name, value)) = line.split_once(": ")
            && let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value))
        {
            headers.insert(name, value);
        }
    }
    Answer { status: StatusCode::from_u16(reply.status).unwrap_or_default(), headers, body: reply.body.clone() }
}
