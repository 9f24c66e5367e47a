//! Closed lists of words: an enum in Rust and in the API, text with a check in the table.

/// Defines an enum whose variants have one name everywhere: in JSON, in parameters and
/// in text columns. A column with another word in it is an error and never a default.
macro_rules! text_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, poem_openapi::Enum)]
        pub enum $name {
            $($(#[$variant_doc])* #[oai(rename = $text)] $variant,)*
        }

        impl $name {
            /// Its name.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl<'a> postgres_types::FromSql<'a> for $name {
            fn from_sql(
                kind: &postgres_types::Type,
                raw: &'a [u8],
            ) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
                match <&str as postgres_types::FromSql>::from_sql(kind, raw)? {
                    $($text => Ok($name::$variant),)*
                    other => Err(format!("{other:?} is no {}", stringify!($name)).into()),
                }
            }

            postgres_types::accepts!(TEXT);
        }

        impl postgres_types::ToSql for $name {
            fn to_sql(
                &self,
                kind: &postgres_types::Type,
                out: &mut postgres_types::private::BytesMut,
            ) -> Result<postgres_types::IsNull, Box<dyn std::error::Error + Sync + Send>> {
                postgres_types::ToSql::to_sql(&self.as_str(), kind, out)
            }

            postgres_types::accepts!(TEXT);
            postgres_types::to_sql_checked!();
        }
    };
}

pub(crate) use text_enum;
