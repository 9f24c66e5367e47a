//! What a member of a hotel may do.

use postgres_types::{FromSql, Type, accepts};

macro_rules! permissions {
    ($($variant:ident $name:literal $member:literal;)*) => {
        /// One thing a user may do. The list is closed.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, poem_openapi::Enum)]
        pub enum Permission { $(#[doc = $name] #[oai(rename = $name)] $variant),* }

        impl Permission {
            /// All of them.
            pub const ALL: &[Permission] = &[$(Permission::$variant),*];

            /// Its name in the API, in tokens and in policies.
            pub fn name(self) -> &'static str {
                match self { $(Permission::$variant => $name),* }
            }

            /// Whether every member has it, administrator or not.
            fn is_for_every_member(self) -> bool {
                match self { $(Permission::$variant => $member),* }
            }
        }
    };
}

permissions! {
    GuestsRead "guests.read" true;
    GuestsWrite "guests.write" true;
    ConversationsRead "conversations.read" true;
    ConversationsWrite "conversations.write" true;
    ConversationsAssign "conversations.assign" true;
    MessagesSend "messages.send" true;
    SharesManage "shares.manage" true;
    UsersRead "users.read" true;
    OrganizationRead "organization.read" true;
    UsersManage "users.manage" false;
    RolesManage "roles.manage" false;
    OrganizationManage "organization.manage" false;
    SubscriptionRead "subscription.read" false;
    SubscriptionManage "subscription.manage" false;
    AuditRead "audit.read" false;
    AnalyticsRead "analytics.read" false;
    DataExport "data.export" false;
}

/// As `text` holds it. A column with another word in it is an error and never a default.
impl<'a> FromSql<'a> for Permission {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        let name = <&str as FromSql>::from_sql(kind, raw)?;
        let found = Permission::ALL.iter().find(|permission| permission.name() == name);
        found.copied().ok_or_else(|| format!("{name:?} is no permission").into())
    }

    accepts!(TEXT);
}

/// A set of permissions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions(u32);

impl Permissions {
    /// None at all.
    pub fn none() -> Self {
        Permissions(0)
    }

    /// Every one.
    pub fn all() -> Self {
        Permission::ALL.iter().fold(Permissions(0), |set, permission| Permissions(set.0 | 1 << *permission as u32))
    }

    /// Those that change nothing: what a visitor has who did not ask to write.
    pub fn reading() -> Self {
        Permissions::named(Permissions::all().names().filter(|name| name.ends_with(".read")))
    }

    /// Those of these names. A name of a later release is passed over: what this server
    /// does not know it does not allow.
    pub fn named<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let known = |name: &str| Permission::ALL.iter().find(|permission| permission.name() == name);
        let names = names.into_iter().filter_map(known);
        names.fold(Permissions(0), |set, permission| Permissions(set.0 | 1 << *permission as u32))
    }

    /// These and that one.
    pub fn with(self, permission: Permission) -> Self {
        Permissions(self.0 | 1 << permission as u32)
    }

    /// What is in both.
    pub fn and(self, other: Self) -> Self {
        Permissions(self.0 & other.0)
    }

    /// What is in this and not in the other.
    pub fn without(self, other: Self) -> Self {
        Permissions(self.0 & !other.0)
    }

    /// What a member has: administrators everything, everybody else the daily work.
    pub fn of_member(is_org_admin: bool) -> Self {
        Permission::ALL
            .iter()
            .filter(|permission| is_org_admin || permission.is_for_every_member())
            .fold(Permissions(0), |set, permission| Permissions(set.0 | 1 << *permission as u32))
    }

    /// Whether it is in the set.
    pub fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// The names, in the order of the list.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        Permission::ALL.iter().filter(move |permission| self.contains(**permission)).map(|permission| permission.name())
    }

    /// As `app.has_permission` reads it.
    pub(crate) fn to_setting(self) -> String {
        self.names().collect::<Vec<_>>().join(",")
    }
}
