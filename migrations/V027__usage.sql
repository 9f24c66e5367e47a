-- What each hotel uses, counted exactly where it is written and spread over slots: one row
-- that everybody has to update would let a hotel write one transaction at a time.

-- One row for each hotel and resource: the period and the day the slots belong to. Locked
-- only when the slots are settled.
create table public.usage_counters (
    organization_id integer not null references public.organizations (id),
    resource text not null check (resource in ('users', 'guests', 'conversations', 'messages', 'storage')),
    period_start timestamptz not null,
    period_end timestamptz not null,
    -- The hotel's own date, when the slots were last settled.
    day date not null,
    primary key (organization_id, resource),
    constraint usage_counters_period check (period_start < period_end)
);

alter table public.usage_counters enable row level security;
alter table public.usage_counters force row level security;

comment on table public.usage_counters is
    'The period each resource of a hotel is counted in. How much is the sum of its usage_slots.';

create table public.usage_slots (
    organization_id integer not null,
    resource text not null,
    slot smallint not null check (slot between 0 and 63),
    -- May be negative: what was counted in one slot is given back in another.
    used bigint not null default 0,
    -- How much may be taken here before the slots have to be settled.
    spare bigint not null default 0 check (spare >= 0),
    -- When a row must be from to be counted here without settling.
    good_from timestamptz not null default '2000-01-01 00:00:00+00',
    good_until timestamptz not null default '2000-01-01 00:00:00+00',
    primary key (organization_id, resource, slot),
    constraint usage_slots_counter_unknown foreign key (organization_id, resource)
        references public.usage_counters (organization_id, resource)
)
-- Updated in place all the time: room for the versions of a row on its page, and for what
-- is dead to be cleared soon.
with (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);

alter table public.usage_slots enable row level security;
alter table public.usage_slots force row level security;

comment on table public.usage_slots is
    'Parts of one count, each with a part of what is left of the limit. The sum of used is exact at any moment.';

-- The periods that are over. Of users, guests, conversations and storage: how many there
-- were at the end; of messages: how many were written.
create table public.usage_periods (
    organization_id integer not null references public.organizations (id),
    resource text not null check (resource in ('users', 'guests', 'conversations', 'messages', 'storage')),
    period_start timestamptz not null,
    period_end timestamptz not null,
    used bigint not null,
    primary key (organization_id, resource, period_start)
);

alter table public.usage_periods enable row level security;
alter table public.usage_periods force row level security;

comment on table public.usage_periods is 'What was used in each period that is over.';

-- What was used when a day ended, of messages since their period began. Days on which
-- nothing was counted have no row: as the day before.
create table public.usage_days (
    organization_id integer not null references public.organizations (id),
    resource text not null check (resource in ('users', 'guests', 'conversations', 'messages', 'storage')),
    day date not null,
    period_start timestamptz not null,
    used bigint not null,
    primary key (organization_id, resource, day, period_start)
);

alter table public.usage_days enable row level security;
alter table public.usage_days force row level security;

comment on table public.usage_days is 'What had been used when each day ended, by the hotel''s own calendar.';

create table public.usage_alerts (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    resource text not null check (resource in ('users', 'guests', 'conversations', 'messages', 'storage')),
    -- 80, 90 and 100: so many hundredths of the limit were reached. 0: the forecast passes it.
    threshold smallint not null check (threshold in (0, 80, 90, 100)),
    maximum bigint not null,
    used bigint not null,
    -- What the period will have come to when it ends, as it looked at that moment.
    forecast bigint,
    period_start timestamptz not null,
    period_end timestamptz not null,
    created_at timestamptz not null default now(),
    acknowledged_at timestamptz,
    acknowledged_by uuid,
    -- When somebody took it to tell those who manage the subscription.
    mailed_at timestamptz,
    primary key (organization_id, id),
    constraint usage_alerts_acknowledger_unknown foreign key (organization_id, acknowledged_by)
        references public.users (organization_id, id)
);

alter table public.usage_alerts enable row level security;
alter table public.usage_alerts force row level security;

-- Each once for a limit and a period. Another limit is another alert.
create unique index usage_alerts_once
    on public.usage_alerts (organization_id, resource, period_start, maximum, threshold);
create index usage_alerts_newest on public.usage_alerts (organization_id, created_at desc, id desc);
create index usage_alerts_by_acknowledger on public.usage_alerts (organization_id, acknowledged_by);

comment on table public.usage_alerts is 'That a limit was nearly or wholly reached, or will be: once each.';

-- As readers want it: how much of what in which period.
create view public.feature_usage with (security_invoker = true) as
select organization_id, resource, period_start, period_end, used, false as is_open
from public.usage_periods
union all
select c.organization_id, c.resource, c.period_start, c.period_end, sum(s.used)::bigint, true
from public.usage_counters c
join public.usage_slots s on s.organization_id = c.organization_id and s.resource = c.resource
group by c.organization_id, c.resource;

comment on view public.feature_usage is 'Usage by hotel, resource and period, exact at any moment.';
