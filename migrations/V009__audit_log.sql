create table public.audit_log (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    -- Null where a DBA changed the row by hand, outside any request.
    actor_user_id uuid,
    request_id text check (length(request_id) <= 64),
    action text not null check (length(action) <= 64),
    resource text not null check (length(resource) <= 64),
    resource_id text not null check (length(resource_id) <= 64),
    -- Per changed field {"before": …, "after": …}; secrets are left out.
    changes jsonb not null,
    created_at timestamptz not null default clock_timestamp(),
    primary key (organization_id, id)
);

alter table public.audit_log enable row level security;
alter table public.audit_log force row level security;

create index audit_log_newest on public.audit_log (organization_id, created_at desc, id desc);

comment on table public.audit_log is 'Who changed what. Append-only: no role may update or delete.';
