//! Stayzr: the API behind a hotel's conversations with its guests, for many hotels in
//! one database, kept apart by PostgreSQL.
//!
//! The map: `main → app → http, <noun>::api → <noun>::store → db`. A noun spells its
//! path: `guests` is `migrations/V…__guests.sql`, `policies/guests.sql`,
//! `sql/queries/guests/`, `src/guests/`, `tests/it/guests.rs` and `/v1/guests`.
//!
//! Invariant: `poem` is never in a store or in `db`; `tokio_postgres` never in an
//! `api.rs`; `deadpool` only in `db`; the environment is read only in `config`; SQL is
//! in `.sql` files. `tests/it/tidy.rs` holds these.

pub mod access;
pub mod admission;
pub mod analytics;
pub mod api_keys;
pub mod app;
pub mod audit;
pub mod audit_log;
pub mod auth;
pub mod cache;
pub mod config;
pub mod conversation_shares;
pub mod conversations;
pub mod db;
pub mod departments;
pub mod error;
pub mod guest_shares;
pub mod guests;
mod html;
pub mod http;
pub mod idempotency_keys;
pub mod invitations;
pub mod invoices;
pub mod mail;
pub mod messages;
pub mod metrics;
pub mod money;
pub mod organizations;
pub mod partitions;
pub mod platform_audit;
pub mod platform_audit_log;
pub mod platform_grants;
pub mod platform_invoices;
pub mod platform_organizations;
pub mod platform_subscriptions;
pub mod platform_tiers;
pub mod platform_usage;
pub mod platform_users;
pub mod properties;
pub mod roles;
pub mod sessions;
pub mod shares;
pub mod subscription_tiers;
pub mod subscriptions;
pub mod team_members;
pub mod teams;
pub mod telemetry;
pub mod tenancy;
mod text_enum;
pub mod usage;
pub mod usage_alerts;
pub mod users;
