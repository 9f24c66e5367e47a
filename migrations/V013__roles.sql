create table public.roles (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    -- What a built-in role may do is app.built_in_permissions' to say, the same for every hotel.
    built_in text check (built_in in ('admin', 'manager', 'agent', 'viewer')),
    name text not null check (length(name) between 1 and 100),
    name_folded text collate "C" not null generated always as (lower(name)) stored,
    description text check (length(description) between 1 and 1000),
    permissions text[] not null default '{}' check (cardinality(permissions) <= 100),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id),
    constraint roles_built_in_once unique (organization_id, built_in),
    constraint roles_built_in_permissions check (built_in is null or permissions = '{}')
);

alter table public.roles enable row level security;
alter table public.roles force row level security;

create unique index roles_name_taken on public.roles (organization_id, name_folded);
create index roles_newest on public.roles (organization_id, created_at desc, id desc);

comment on table public.roles is 'Named sets of permissions: four every hotel has, and the hotel''s own.';

create table public.user_roles (
    organization_id integer not null references public.organizations (id),
    user_id uuid not null,
    role_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, user_id, role_id),
    constraint user_roles_user_unknown foreign key (organization_id, user_id)
        references public.users (organization_id, id),
    constraint user_roles_role_unknown foreign key (organization_id, role_id)
        references public.roles (organization_id, id)
);

alter table public.user_roles enable row level security;
alter table public.user_roles force row level security;

create index user_roles_by_role on public.user_roles (organization_id, role_id);

comment on table public.user_roles is 'Who holds which role.';

-- The hotels there are get the built-in roles; a new one gets them from the trigger in policies/organizations.sql.
-- What members could do until now is what the role of agents can do.
alter table public.organizations no force row level security;
alter table public.users no force row level security;
alter table public.roles no force row level security;
alter table public.user_roles no force row level security;

insert into public.roles (organization_id, id, built_in, name)
select o.id, gen_random_uuid(), built_in, initcap(built_in)
from public.organizations o
cross join unnest(array['admin', 'manager', 'agent', 'viewer']) as built_in;

insert into public.user_roles (organization_id, user_id, role_id)
select u.organization_id, u.id, r.id
from public.users u
join public.roles r on r.organization_id = u.organization_id and r.built_in = 'agent'
where not u.is_org_admin;

alter table public.organizations force row level security;
alter table public.users force row level security;
alter table public.roles force row level security;
alter table public.user_roles force row level security;
