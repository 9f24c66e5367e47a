//! `/v1/access`

use poem_openapi::OpenApi;
use poem_openapi::payload::Json;

use super::operations::{Operation, Operations, Target};
use super::store::{Facts, Sight};
use super::{AccessExplanation, AccessQuestion, AccessResource, explain, store};
use crate::app::Tag;
use crate::auth::{Caller, Member, Members, Permission};
use crate::db::{Origin, TenantScope};
use crate::error::{ApiError, Code};
use crate::http::{Ask, Body, Refusal};

/// The operation that explains the others.
pub struct AccessApi {
    /// Those who are asked about.
    pub members: Members,
    /// What is explained.
    pub operations: Operations,
}

#[OpenApi(prefix_path = "/v1", tag = "Tag::Access")]
impl AccessApi {
    /// Explain an access
    ///
    /// Why a user may do something, or why they were refused: which layer decides, and what
    /// would change it. Whoever was refused learns no more than the 403 or 404 they got.
    ///
    /// It is about what the user does signed in; an API key of theirs may do less. It is
    /// about access and no more: a body that is not valid, a name that is taken or a
    /// conversation that is archived are other answers, and so is what a body grants or
    /// hands over beyond what the operation itself needs, or a feature that only some bodies
    /// take. That nobody is signed in as the user does not decide: they would sign in first.
    /// A guest or a conversation that the asker does not see is not found, whoever else sees
    /// it. Permission: `users.manage`.
    #[oai(path = "/access/explain", method = "post", operation_id = "access_explain")]
    async fn explain(
        &self,
        caller: Caller,
        scope: TenantScope,
        origin: Origin,
        question: Body<AccessQuestion>,
    ) -> Result<Json<AccessExplanation>, Refusal<Ask>> {
        caller.require(Permission::UsersManage)?;
        let operation = self.operation(&question)?;
        let target = target(&operation, &question)?;
        let member = self.members.get(&scope, question.user_id, &origin).await?;
        let member = member.ok_or(ApiError::new(Code::UserNotFound))?;
        let (facts, sight) = look(&scope, &member, &operation, target, question.resource.as_ref()).await?;
        Ok(Json(explain::explain(&operation, target, &member, &facts, sight.as_ref())))
    }
}

/// What the policies say to the user, and what of it the asker may know.
async fn look(
    scope: &TenantScope,
    member: &Member,
    operation: &Operation,
    target: Option<Target>,
    resource: Option<&AccessResource>,
) -> Result<(Facts, Option<Sight>), ApiError> {
    let row = resource.map(|resource| (resource.kind, resource.id));
    let permissions = operation.permissions(target);
    let sight = match (row, target) {
        (Some(row), Some(target)) => Some(store::sight(&member.trial(scope, &permissions), row, target.writes).await?),
        _ => None,
    };
    let conversations = sight.as_ref().map_or(&[][..], |sight| &sight.conversation_ids);
    let feature = operation.feature.as_deref();
    let facts = store::facts(scope, member, &permissions, feature, row, conversations).await?;
    match row {
        Some((kind, _)) if !facts.in_sight => Err(ApiError::new(kind.absent())),
        _ => Ok((facts, sight)),
    }
}

impl AccessApi {
    /// What is asked about, from one of the two fields.
    fn operation(&self, question: &AccessQuestion) -> Result<Operation, ApiError> {
        match (&question.operation, question.permission) {
            (Some(id), None) => self
                .operations
                .get(id)
                .cloned()
                .ok_or_else(|| ApiError::invalid("/operation", "This document has no such operation.")),
            (None, Some(permission)) => Ok(Operation::of(permission)),
            (Some(_), Some(_)) => {
                Err(ApiError::invalid("/permission", "Ask about an operation or about a permission, not about both."))
            }
            (None, None) => Err(ApiError::invalid("/operation", "Ask about an operation or about a permission.")),
        }
    }
}

/// What the resource has to be. Without one, what it would have to be, if that is one kind.
fn target(operation: &Operation, question: &AccessQuestion) -> Result<Option<Target>, ApiError> {
    let Some(AccessResource { kind, .. }) = question.resource else {
        return Ok(match &*operation.targets {
            [one] => Some(*one),
            _ => None,
        });
    };
    let field = if question.operation.is_some() { "operation" } else { "permission" };
    match operation.targets.iter().find(|target| target.kind == kind) {
        Some(target) => Ok(Some(*target)),
        None if operation.targets.is_empty() => {
            Err(ApiError::invalid("/resource", format!("This {field} is about no guest and no conversation.")))
        }
        None => Err(ApiError::invalid("/resource/type", format!("This {field} is about another kind of resource."))),
    }
}
