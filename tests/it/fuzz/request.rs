//! Requests, from nearly right to noise.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use super::Operation;
use crate::support::Call;

/// Ids of things that exist.
pub(super) struct Ids {
    pub(super) alert: String,
    pub(super) invoice: String,
    /// The one that becomes void.
    pub(super) doomed_invoice: String,
    pub(super) api_key: String,
    /// Another one of the caller's.
    pub(super) session: String,
    pub(super) guest: String,
    /// What a DELETE goes to: an archived guest would begin no more conversations.
    pub(super) doomed_guest: String,
    pub(super) doomed_conversation: String,
    pub(super) conversation: String,
    pub(super) nobody: String,
    pub(super) user: String,
    pub(super) doomed_user: String,
    pub(super) department: String,
    pub(super) doomed_department: String,
    pub(super) team: String,
    pub(super) doomed_team: String,
    pub(super) property: String,
    pub(super) doomed_property: String,
    pub(super) role: String,
    pub(super) doomed_role: String,
    pub(super) doomed_guest_share: String,
    pub(super) doomed_conversation_share: String,
    /// A super admin's visit.
    pub(super) grant: String,
    /// A hotel that comes and goes, and whose members nobody calls as.
    pub(super) organization: String,
    pub(super) invitation: String,
    pub(super) doomed_invitation: String,
}

#[derive(Debug, Clone)]
pub(super) enum Body {
    /// The example, with some members exchanged or added.
    Nearly(Vec<(Index, Value)>, Vec<(String, Value)>),
    Json(Value),
    Bytes(Vec<u8>),
    None,
}

#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) operation: usize,
    method: Option<&'static str>,
    id: Option<String>,
    query: Vec<(Index, String)>,
    noise: Option<String>,
    headers: Vec<(&'static str, String)>,
    content_type: Option<String>,
    body: Body,
}

impl Case {
    pub(super) fn call(&self, operation: &Operation, ids: &Ids) -> Call {
        let method = self.method.unwrap_or(&operation.method);
        let real = match (operation.path.split('/').nth(2), method) {
            (Some("guests"), "DELETE") => &ids.doomed_guest,
            (Some("guests"), _) => &ids.guest,
            (Some("users"), "DELETE") => &ids.doomed_user,
            (Some("users"), _) => &ids.user,
            (Some("roles"), "DELETE") => &ids.doomed_role,
            (Some("roles"), _) => &ids.role,
            (Some("departments"), "DELETE") => &ids.doomed_department,
            (Some("departments"), _) => &ids.department,
            // Its members come and go; the team itself goes once.
            (Some("teams"), "DELETE") if !operation.path.contains("{userId}") => &ids.doomed_team,
            (Some("teams"), _) => &ids.team,
            (Some("properties"), "DELETE") => &ids.doomed_property,
            (Some("properties"), _) => &ids.property,
            (Some("api-keys"), _) => &ids.api_key,
            (Some("organization"), _) if operation.path.contains("/invoices") => &ids.invoice,
            (Some("organization"), _) => &ids.alert,
            (Some("auth"), "DELETE") => &ids.session,
            (Some("platform"), _) if operation.path.starts_with("/v1/platform/organizations") => &ids.organization,
            (Some("platform"), _) if operation.path.ends_with("/void") => &ids.doomed_invoice,
            (Some("platform"), _) if operation.path.starts_with("/v1/platform/invoices") => &ids.invoice,
            (Some("platform"), _) => &ids.grant,
            (Some("invitations"), "DELETE") => &ids.doomed_invitation,
            (Some("invitations"), _) => &ids.invitation,
            (_, "DELETE") => &ids.doomed_conversation,
            _ => &ids.conversation,
        };
        // What is really deleted is so once: by the operation itself and by no stray DELETE.
        let stray = self.method == Some("DELETE") && operation.method != "DELETE";
        let real = if stray { &ids.nobody } else { real };
        let path = operation.path.replace("{id}", self.id.as_ref().unwrap_or(real));
        let path = path.replace("{userId}", &ids.user);
        // A tier, or an override.
        let name = if operation.path.ends_with("/tiers/{name}") { "starter" } else { "maxUsers" };
        let path = path.replace("{name}", self.id.as_deref().unwrap_or(name));
        let share = match operation.path.split('/').nth(2) {
            Some("guests") => &ids.doomed_guest_share,
            _ => &ids.doomed_conversation_share,
        };
        let mut path = path.replace("{shareId}", self.id.as_ref().unwrap_or(share));
        let known = self.query.iter().filter(|_| !operation.query.is_empty());
        let mut query: Vec<String> =
            known.map(|(index, value)| format!("{}={value}", index.get(&operation.query))).collect();
        query.extend(self.noise.clone());
        if !query.is_empty() {
            path = format!("{path}?{}", query.join("&"));
        }
        let mut call = Call::new(method.parse().unwrap(), path);
        call.headers = self.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let body = match &self.body {
            Body::Nearly(exchanged, added) => {
                let mut example = operation.example.clone().unwrap_or(json!({}));
                for (name, id) in [("guestId", &ids.guest), ("userId", &ids.user)] {
                    if !example[name].is_null() {
                        example[name] = json!(id);
                    }
                }
                let members = example.as_object_mut().unwrap();
                let names: Vec<String> = members.keys().cloned().collect();
                for (index, value) in exchanged.iter().filter(|_| !names.is_empty()) {
                    members.insert(index.get(&names).clone(), value.clone());
                }
                members.extend(added.iter().cloned());
                example.to_string().into_bytes()
            }
            Body::Json(value) => value.to_string().into_bytes(),
            Body::Bytes(bytes) => bytes.clone(),
            Body::None => return call,
        };
        call.body(self.content_type.as_deref().unwrap_or("application/json"), body)
    }
}

/// Mostly of one kind each, so that some get far.
pub(super) fn cases(operations: Vec<Operation>) -> impl Strategy<Value = Case> {
    let method =
        prop_oneof![9 => Just(None), 1 => select(vec!["HEAD", "PUT", "OPTIONS", "DELETE", "PATCH"]).prop_map(Some)];
    let absent = "019[0-9a-f]{5}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}";
    let id = prop_oneof![6 => Just(None), 2 => absent.prop_map(Some), 2 => "[A-Za-z0-9%._~!$'()*,;:@-]{1,50}".prop_map(Some)];
    let value = prop_oneof![
        select(vec![
            "1",
            "50",
            "200",
            "0",
            "true",
            "open",
            "sms",
            "-createdAt",
            "fullName",
            "active",
            "en",
            "%00",
            "%FF"
        ])
        .prop_map(str::to_owned),
        "[A-Za-z0-9%+_.~-]{0,30}",
        absent,
    ];
    let query = vec((any::<Index>(), value), 0..3);
    let noise = prop_oneof![8 => Just(None), 1 => "[A-Za-z0-9%+&=_.~-]{0,40}".prop_map(Some)];
    let tag = prop_oneof!["\"[0-9]{1,3}\"", Just("*".to_owned()), "[ -~äß]{0,20}"];
    let header = prop_oneof![
        3 => tag.prop_map(|value| ("If-Match", value)),
        2 => "[ -~äß]{0,300}".prop_map(|value| ("Idempotency-Key", value)),
        1 => "[ -~]{0,80}".prop_map(|value| ("X-Request-Id", value)),
        1 => "[ -~]{0,80}".prop_map(|value| ("traceparent", value)),
        1 => "[ -~]{0,20}".prop_map(|value| ("Content-Length", value)),
    ];
    let headers = prop_oneof![1 => Just(Vec::new()), 1 => vec(header, 0..3)];
    let content_type = prop_oneof![12 => Just(None), 1 => "[ -~]{0,40}".prop_map(Some)];
    let body = prop_oneof![
        8 => (vec((any::<Index>(), json_value()), 0..3), vec((name(), json_value()), 0..2))
            .prop_map(|(exchanged, added)| Body::Nearly(exchanged, added)),
        4 => (vec((any::<Index>(), plausible()), 0..4)).prop_map(|exchanged| Body::Nearly(exchanged, Vec::new())),
        2 => json_value().prop_map(Body::Json),
        1 => vec(any::<u8>(), 0..200).prop_map(Body::Bytes),
        1 => Just(Body::None),
    ];
    (0..operations.len(), method, id, query, noise, headers, content_type, body).prop_map(
        |(operation, method, id, query, noise, headers, content_type, body)| Case {
            operation,
            method,
            id,
            query,
            noise,
            headers,
            content_type,
            body,
        },
    )
}

fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z]{1,12}", any::<String>(), Just("organizationId".to_owned())]
}

/// What a member might well hold.
fn plausible() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        "[a-z]{1,8}@[a-z]{1,8}\\.example".prop_map(Value::String),
        "\\+[1-9][0-9]{6,14}".prop_map(Value::String),
        select(vec!["open", "closed", "active", "guest", "ai", "email", "de", "pt-BR"]).prop_map(|word| json!(word)),
        "\\PC{1,220}".prop_map(Value::String),
        vec(select(vec!["guests.read", "users.manage", "audit.read"]), 0..3).prop_map(|words| json!(words)),
        vec("019[0-9a-f]{5}-[0-9a-f]{4}-7[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}", 0..3).prop_map(|ids| json!(ids)),
        btree_map(name(), json_value(), 0..4).prop_map(|members| json!(members)),
    ]
}

/// JSON of any shape, with the numbers and texts that break things.
fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|number| json!(number)),
        any::<u64>().prop_map(|number| json!(number)),
        any::<f64>().prop_map(|number| json!(number)),
        any::<String>().prop_map(Value::String),
        "[\\x00-\\x1f\\u{fffd}\\u{10ffff}a]{0,12}".prop_map(Value::String),
    ];
    leaf.prop_recursive(4, 24, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::Array),
            btree_map(name(), inner, 0..6).prop_map(|members| json!(members)),
        ]
    })
}
