-- The audit log becomes a chain: each record holds the hash of the one before it in its
-- hotel, so that what is altered, removed or slipped in afterwards shows. And it is
-- partitioned by month, so that a year of it does not weigh on the month at hand.
--
-- The partitions are in the schema app, which no request reads: row security is asked at
-- the table a query names, so a partition is nobody's to name.

-- A copy, so that the new table has the name, and its constraints theirs.
alter table public.audit_log no force row level security;
create table app.audit_log_before as table public.audit_log;
drop table public.audit_log;

create table public.audit_log (
    organization_id integer not null references public.organizations (id),
    -- From 1 without a gap, in each hotel.
    sequence bigint not null check (sequence > 0),
    id uuid not null,
    -- The clock, before the turn in the chain is waited for: among records of one moment
    -- the sequence is the order, and this is not.
    created_at timestamptz not null default clock_timestamp(),
    -- Null where a DBA changed the row by hand, outside any request.
    actor_user_id uuid,
    actor_kind text not null default 'administrator'
        check (actor_kind in ('user', 'api_key', 'super_admin', 'administrator')),
    api_key_id uuid,
    grant_id uuid,
    address text check (length(address) <= 64),
    request_id text check (length(request_id) <= 64),
    action text not null check (length(action) between 1 and 64),
    resource text not null check (length(resource) between 1 and 64),
    -- Two UUIDs and what joins them, where a row has no id of its own.
    resource_id text check (length(resource_id) between 1 and 80),
    reason text check (length(reason) between 1 and 500),
    outcome text not null default 'done' check (outcome in ('done', 'refused')),
    -- Per changed field {"before": …, "after": …}; secrets are left out.
    changes jsonb not null default '{}' check (jsonb_typeof(changes) = 'object'),
    previous_hash bytea not null check (octet_length(previous_hash) = 32),
    hash bytea not null check (octet_length(hash) = 32),
    -- A key of a partitioned table holds what it is partitioned by.
    primary key (organization_id, created_at, id)
) partition by range (created_at);

alter table public.audit_log enable row level security;

create index audit_log_newest on public.audit_log (organization_id, created_at desc, id desc);
create index audit_log_by_actor on public.audit_log (organization_id, actor_user_id, created_at desc, id desc);
create index audit_log_by_resource on public.audit_log (organization_id, resource_id, created_at desc, id desc);
-- The order the chain is walked in.
create index audit_log_by_sequence on public.audit_log (organization_id, sequence);

comment on table public.audit_log is
    'Who did what, in one chain of hashes per hotel. Append-only: no role may update or delete.';
comment on column public.audit_log.hash is
    'SHA-256 of the record (app.audit_hash) and previous_hash; the trigger audit_log_chain writes it.';

-- An insert never fails for want of a month.
create table app.audit_log_default partition of public.audit_log default;
alter table app.audit_log_default enable row level security;
alter table app.audit_log_default force row level security;

create table app.audit_heads (
    organization_id integer primary key references public.organizations (id),
    sequence bigint not null default 0 check (sequence >= 0),
    previous_hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(previous_hash) = 32),
    hash bytea not null default decode(repeat('00', 32), 'hex') check (octet_length(hash) = 32)
)
-- Each record updates its hotel's row; with room on the page that touches no index.
with (fillfactor = 50);

comment on table app.audit_heads is
    'The last record of each hotel''s chain in the audit log. Its row is the lock that puts a hotel''s records in order.';

-- The records there are keep their place in time and become the beginning of the chain.
-- The text that is hashed is app.audit_hash's, written out here because a migration must
-- not depend on the functions of the day.
do $records$
declare
    begins timestamp;
    former record;
    hotel integer;
    place bigint;
    previous bytea;
    current bytea;
begin
    for begins in
        select distinct date_trunc('month', created_at at time zone 'UTC') from app.audit_log_before
    loop
        execute format(
            'create table app.%I partition of public.audit_log for values from (%L) to (%L)',
            to_char(begins, '"audit_log_"YYYY_MM'),
            to_char(begins, 'YYYY-MM-DD 00:00:00+00'), to_char(begins + interval '1 month', 'YYYY-MM-DD 00:00:00+00')
        );
        execute format('alter table app.%I enable row level security', to_char(begins, '"audit_log_"YYYY_MM'));
        execute format('alter table app.%I force row level security', to_char(begins, '"audit_log_"YYYY_MM'));
    end loop;

    for former in
        select * from app.audit_log_before order by organization_id, created_at, id
    loop
        if hotel is distinct from former.organization_id then
            hotel := former.organization_id;
            place := 0;
            current := decode(repeat('00', 32), 'hex');
        end if;
        place := place + 1;
        previous := current;
        current := sha256(convert_to(jsonb_build_object(
            'organization', hotel,
            'sequence', place,
            'id', former.id,
            'at', to_char(former.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            'actor', former.actor_user_id,
            'kind', case when former.actor_user_id is null then 'administrator' else 'user' end,
            'key', null::uuid,
            'grant', null::uuid,
            'address', null::text,
            'request', former.request_id,
            'action', former.action,
            'resource', former.resource,
            'resource_id', former.resource_id,
            'reason', null::text,
            'outcome', 'done',
            'changes', former.changes
        )::text, 'UTF8') || previous);
        insert into public.audit_log (
            organization_id, sequence, id, created_at, actor_user_id, actor_kind, request_id, action, resource,
            resource_id, changes, previous_hash, hash
        ) values (
            hotel, place, former.id, former.created_at, former.actor_user_id,
            case when former.actor_user_id is null then 'administrator' else 'user' end,
            former.request_id, former.action, former.resource, former.resource_id, former.changes, previous, current
        );
    end loop;

    insert into app.audit_heads (organization_id, sequence, previous_hash, hash)
    select distinct on (organization_id) organization_id, sequence, previous_hash, hash
    from public.audit_log
    order by organization_id, sequence desc;
end
$records$;

drop table app.audit_log_before;

alter table public.audit_log force row level security;
