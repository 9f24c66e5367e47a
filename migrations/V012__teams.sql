create table public.teams (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    department_id uuid,
    name text not null check (length(name) between 1 and 100),
    name_folded text collate "C" not null generated always as (lower(name)) stored,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id),
    constraint teams_department_unknown foreign key (organization_id, department_id)
        references public.departments (organization_id, id)
);

alter table public.teams enable row level security;
alter table public.teams force row level security;

create unique index teams_name_taken on public.teams (organization_id, name_folded);
create index teams_newest on public.teams (organization_id, created_at desc, id desc);
create index teams_by_department on public.teams (organization_id, department_id);

comment on table public.teams is 'People who share guests and conversations.';

create table public.team_members (
    organization_id integer not null references public.organizations (id),
    team_id uuid not null,
    user_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (organization_id, team_id, user_id),
    constraint team_members_team_unknown foreign key (organization_id, team_id)
        references public.teams (organization_id, id),
    constraint team_members_user_unknown foreign key (organization_id, user_id)
        references public.users (organization_id, id)
);

alter table public.team_members enable row level security;
alter table public.team_members force row level security;

create index team_members_by_user on public.team_members (organization_id, user_id);

comment on table public.team_members is 'Who is in which team.';
