//! Values for what an operation takes, by its schema and by the names of its members.

use chrono::{Duration, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::draft::Drafting;
use crate::support::PASSWORD;

impl Drafting<'_> {
    /// A body of that schema, mostly a right one.
    pub fn body(&mut self, schema: &Value) -> Value {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut body = Map::new();
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            if required.contains(&name.as_str()) || self.percent(45) {
                body.insert(name.clone(), self.value(name, property));
            }
        }
        if self.percent(7) {
            self.mutate(&mut body);
        }
        Value::Object(body)
    }

    fn mutate(&mut self, body: &mut Map<String, Value>) {
        let names: Vec<String> = body.keys().cloned().collect();
        let junk =
            [json!(null), json!(-1), json!(""), json!([[]]), json!({"a": {"b": 1}}), json!("\u{1F600}".repeat(300))];
        let junk = junk[self.below(junk.len() as u64) as usize].clone();
        match (self.below(3), self.one_of(&names)) {
            (0, Some(name)) => drop(body.remove(&name)),
            (1, Some(name)) => drop(body.insert(name, junk)),
            // Which hotel it is, nobody says in a body.
            _ => drop(body.insert("organizationId".into(), json!(self.below(6)))),
        }
    }

    /// A value for a member or a parameter of that name.
    pub fn value(&mut self, name: &str, schema: &Value) -> Value {
        let schema = self.resolve(schema);
        if let Some(words) = schema["enum"].as_array() {
            return self.one_of(words).unwrap_or_default();
        }
        let text = match (schema["type"].as_str(), name) {
            (Some("boolean"), _) => return json!(self.percent(50)),
            // Short pages, so that there is a next one.
            (_, "limit") => return json!(1 + self.below(4)),
            (Some("integer" | "number"), _) => return json!(1 + self.below(28)),
            (Some("array"), _) => {
                let count = self.below(3);
                return (0..count).map(|_| self.value(name, &schema["items"])).collect();
            }
            (Some("object"), _) if schema["properties"].is_object() => return self.body(&schema),
            (Some("object"), _) => return json!({"remark": self.word(), "floor": self.below(9)}),
            (_, "email") if !self.of_guests && self.percent(15) => format!("again@{}.example", self.word()),
            (_, "email") => self.email(),
            (_, "phone") => format!("+49{}", 100_000_000 + self.serial()),
            (_, "password" | "currentPassword" | "newPassword") => PASSWORD.into(),
            (_, "language") => ["de", "en", "pt-BR"][self.below(3) as usize].into(),
            (_, "timeZone") => ["Europe/Berlin", "Asia/Tokyo", "Mars/Olympus"][self.below(3) as usize].into(),
            (_, "tier") => ["enterprise", "professional"][self.below(2) as usize].into(),
            (_, "currency") => "EUR".into(),
            (_, "operation") => "guests_update".into(),
            (_, "organization" | "slug") => self.run.hotels[self.hotel].slug.clone(),
            (_, "search") => {
                if self.percent(60) {
                    self.word()
                } else {
                    "common".into()
                }
            }
            (_, "action") => ["create", "update", "delete"][self.below(3) as usize].into(),
            (_, "resource") => ["users", "roles", "teams"][self.below(3) as usize].into(),
            (_, "value") => return json!(40),
            (_, "token") => self.made_up_secret(),
            _ => match schema["format"].as_str() {
                Some("uuid") => self.id_named(name).to_string(),
                Some("date-time") => {
                    let past = matches!(name, "from" | "to");
                    let hours = Duration::hours(if past { -1 } else { 1 } * (1 + self.below(48) as i64));
                    (Utc::now() + hours).to_rfc3339_opts(SecondsFormat::Secs, true)
                }
                Some("date") => (Utc::now() - Duration::days(self.below(40) as i64)).format("%Y-%m-%d").to_string(),
                Some("decimal") => "59".into(),
                // Taken, from the second time on.
                _ if name == "name" && self.percent(15) => format!("{} again", self.word()),
                _ if name == "resourceId" => self.id_named("guestId").to_string(),
                _ => format!("{} {}", self.word(), self.serial()),
            },
        };
        json!(text)
    }

    /// An address that is free at this hotel. Every second one other hotels use as well.
    pub fn email(&mut self) -> String {
        let serial = self.serial();
        if serial.is_multiple_of(2) {
            format!("common-{serial}@common.example")
        } else {
            format!("{}{serial}@guests.example", self.word())
        }
    }

    /// An id of what a member of that name names: mostly the hotel's own.
    fn id_named(&mut self, name: &str) -> Uuid {
        let noun = match name {
            "guestId" => "guests",
            "teamId" => "teams",
            "departmentId" => "departments",
            "roleIds" => "roles",
            "id" => ["guests", "conversations"][self.below(2) as usize],
            _ => "users",
        };
        let (id, foreign) = self.id(noun);
        if foreign {
            self.foreign("id in a body or a filter");
            self.named.push(id);
        }
        id
    }

    /// A secret of the server's form, of another hotel, that the server did not make.
    fn made_up_secret(&mut self) -> String {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
        let (other, kind) = (self.rival(), ["szi", "szp"][self.below(2) as usize]);
        let id =
            self.run.known.id(other, "invitations", &mut self.chance).unwrap_or(self.run.hotels[other].members[0].user);
        let number = self.run.hotels[other].id.to_be_bytes();
        self.foreign("made-up secret");
        format!("{kind}_{}", BASE64_URL_SAFE_NO_PAD.encode([&number[..], id.as_bytes(), &[7; 32]].concat()))
    }

    fn resolve(&self, schema: &Value) -> Value {
        let reference = schema["$ref"].as_str().or(schema["allOf"][0]["$ref"].as_str());
        match reference.and_then(|reference| self.run.document.pointer(reference.trim_start_matches('#'))) {
            Some(schema) => schema.clone(),
            None => schema.clone(),
        }
    }
}
