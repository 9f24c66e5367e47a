-- The hash of one record of the audit log: SHA-256 over the record as text, and the hash
-- of the record before it in its hotel. The trigger that writes records and the statement
-- that verifies them (sql/queries/audit_log/verify.sql) both call this.
--
-- The text is that of a jsonb object: each value is quoted or is a number, null is not
-- 'null', the order of the keys is jsonb's own, so two records that differ in anything
-- have different texts. No setting of the session has a say in it: the time is written
-- out in UTC with its microseconds, UUIDs and numbers have one form only.
--
-- Every record there is was hashed with this text, so it never changes. A column that is
-- added to the table joins it under a key of its own, and only where it is not null.

create or replace function app.audit_hash(
    previous_hash bytea,
    organization_id integer,
    sequence bigint,
    id uuid,
    created_at timestamptz,
    actor_user_id uuid,
    actor_kind text,
    api_key_id uuid,
    grant_id uuid,
    address text,
    request_id text,
    action text,
    resource text,
    resource_id text,
    reason text,
    outcome text,
    changes jsonb
) returns bytea
language sql stable parallel safe
return sha256(convert_to(jsonb_build_object(
    'organization', organization_id,
    'sequence', sequence,
    'id', id,
    'at', to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
    'actor', actor_user_id,
    'kind', actor_kind,
    'key', api_key_id,
    'grant', grant_id,
    'address', address,
    'request', request_id,
    'action', action,
    'resource', resource,
    'resource_id', resource_id,
    'reason', reason,
    'outcome', outcome,
    'changes', changes
)::text, 'UTF8') || previous_hash);

revoke all on function app.audit_hash(
    bytea, integer, bigint, uuid, timestamptz, uuid, text, uuid, uuid, text, text, text, text, text, text, text, jsonb
) from public;
grant execute on function app.audit_hash(
    bytea, integer, bigint, uuid, timestamptz, uuid, text, uuid, uuid, text, text, text, text, text, text, text, jsonb
) to stayzr_platform;
