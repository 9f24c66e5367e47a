//! What each operation needs, read in the OpenAPI document: written once, beside the handler
//! that asks for it, and held true by the tests that send every operation without it.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use serde_json::{Map, Value};

use super::ResourceKind;
use crate::auth::Permission;
use crate::error::Code;

/// The operations of the document. It is made from the handlers, so they get these first
/// and the document is read into them afterwards.
#[derive(Clone, Default)]
pub struct Operations(Arc<OnceLock<BTreeMap<String, Operation>>>);

/// What a request has to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing, not even a token.
    Nothing,
    /// A token.
    Token,
    /// A session of one's own.
    Session,
    /// A super admin's visit.
    Visit,
    /// Being a super admin.
    SuperAdmin,
    /// A permission.
    Permission(Permission),
}

impl Needs {
    /// As a description words it, between `Permission: ` and the full stop at its end.
    fn read(wording: &str) -> Option<Needs> {
        Some(match wording {
            "none" => Needs::Nothing,
            "none but a token" => Needs::Token,
            "none but a session" => Needs::Session,
            "none but a visit" => Needs::Visit,
            "super admin" => Needs::SuperAdmin,
            quoted => {
                let name = quoted.strip_prefix('`')?.strip_suffix('`')?;
                let permission = Permission::ALL.iter().find(|permission| permission.name() == name);
                Needs::Permission(*permission?)
            }
        })
    }

    /// The permission, where it is one.
    pub(super) fn permission(self) -> Option<Permission> {
        match self {
            Needs::Permission(permission) => Some(permission),
            _ => None,
        }
    }
}

/// The row a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    /// What it is.
    pub(super) kind: ResourceKind,
    /// Whether it has to be theirs to change, and not only in sight.
    pub(super) writes: bool,
    /// What is answered where it is out of sight.
    pub(super) absent: Code,
}

/// What a request is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Operation {
    pub(super) needs: Needs,
    pub(super) feature: Option<String>,
    /// The rows it may be about, by kind: one, or for some permissions several.
    pub(super) targets: Vec<Target>,
}

impl Operations {
    /// Reads the document.
    ///
    /// # Errors
    /// When an operation does not say what it needs in words known here: it could not be
    /// explained, and must not be explained wrongly.
    pub fn learn(&self, document: &Value) -> Result<(), String> {
        let mut all = BTreeMap::new();
        for (path, operations) in members(&document["paths"]) {
            for (method, json) in members(operations) {
                let id = json["operationId"].as_str().unwrap_or_default();
                let operation = Operation::read(document, path, method, json)
                    .ok_or_else(|| format!("{id} does not say which permission it needs"))?;
                all.insert(id.to_owned(), operation);
            }
        }
        // Read twice it is read once: the document is the same.
        let _ = self.0.set(all);
        Ok(())
    }

    pub(super) fn get(&self, id: &str) -> Option<&Operation> {
        self.0.get()?.get(id)
    }
}

impl Operation {
    fn read(document: &Value, path: &str, method: &str, json: &Value) -> Option<Operation> {
        let description = json["description"].as_str()?;
        let needs = description.split_once("Permission: ")?.1.trim().strip_suffix('.')?;
        let feature = description.split_once("Feature: `").and_then(|(_, rest)| rest.split_once('`'));
        let target = target_of_path(path, method).or_else(|| target_of_body(document, json));
        Some(Operation {
            needs: Needs::read(needs)?,
            feature: feature.map(|(name, _)| name.to_owned()),
            targets: target.into_iter().collect(),
        })
    }

    /// Every permission that has a say: the one it needs, and those that let change the row.
    pub(super) fn permissions(&self, target: Option<Target>) -> Vec<Permission> {
        let writing = target.filter(|target| target.writes).map_or(&[][..], |target| target.kind.written_with());
        self.needs.permission().iter().chain(writing).copied().collect()
    }

    /// What it takes to use a permission on a row. What reads sees it; everything else
    /// changes it, sharing included.
    pub(super) fn of(permission: Permission) -> Operation {
        let kinds: &[ResourceKind] = match permission.name().split_once('.') {
            Some(("guests", _)) => &[ResourceKind::Guest],
            Some(("conversations" | "messages", _)) => &[ResourceKind::Conversation],
            Some(("shares", _)) => &ResourceKind::ALL,
            _ => &[],
        };
        let writes = !permission.name().ends_with(".read");
        let targets = kinds.iter().map(|kind| Target { kind: *kind, writes, absent: kind.absent() });
        Operation { needs: Needs::Permission(permission), feature: None, targets: targets.collect() }
    }
}

/// `/v1/guests/{id}` and what is below it.
fn target_of_path(path: &str, method: &str) -> Option<Target> {
    let mut segments = path.strip_prefix("/v1/")?.split('/');
    let noun = segments.next()?;
    let kind = ResourceKind::ALL.into_iter().find(|kind| kind.segment() == noun)?;
    segments.next().filter(|id| id.starts_with('{'))?;
    // Of a share of something out of sight is said what is said of a share that is not there.
    let absent = if path.ends_with("/{shareId}") { Code::ShareNotFound } else { kind.absent() };
    Some(Target { kind, writes: method != "get", absent })
}

/// A conversation begins with a guest in sight.
fn target_of_body(document: &Value, operation: &Value) -> Option<Target> {
    let reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str()?;
    let schema = document.pointer(reference.strip_prefix('#')?)?;
    let kind = ResourceKind::Guest;
    let names_a_guest = schema["required"].as_array()?.iter().any(|name| name == "guestId");
    names_a_guest.then_some(Target { kind, writes: false, absent: kind.absent() })
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}
