-- What a hotel bought: a version of a tier. A tier that is edited gets a new version, and
-- who bought an earlier one keeps it until moved.

create table public.subscription_tier_versions (
    tier_name text not null references public.subscription_tiers (name),
    version integer not null check (version > 0),
    -- A missing or null limit means none.
    limits jsonb not null check (jsonb_typeof(limits) = 'object'),
    features jsonb not null check (jsonb_typeof(features) = 'object'),
    monthly_price numeric(12, 3) not null check (monthly_price >= 0),
    -- For 1,000 messages beyond maxMessagesPerMonth; null: they are refused.
    overage_price numeric(12, 3) check (overage_price >= 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz not null default now(),
    primary key (tier_name, version)
);

comment on table public.subscription_tier_versions is
    'What each version of a plan allows and costs. Global as the plans are, and never changed: a hotel keeps what it bought.';

insert into public.subscription_tier_versions (tier_name, version, limits, features, monthly_price, currency)
select name, 1, limits, features, monthly_price, currency
from public.subscription_tiers;

-- The version on offer, which is the newest.
alter table public.subscription_tiers
    add column current_version integer not null default 1,
    add constraint subscription_tiers_current_version foreign key (name, current_version)
        references public.subscription_tier_versions (tier_name, version) deferrable initially deferred;

create index subscription_tiers_by_version on public.subscription_tiers (name, current_version);

alter table public.organizations
    -- What everybody had so far is the first version.
    add column subscription_tier_version integer not null default 1,
    -- Periods begin on this day of the month, at midnight where the hotel is; on the last
    -- day of a month that has no such day.
    add column billing_day smallint not null default 1 check (billing_day between 1 and 31),
    add column time_zone text not null default 'UTC' check (length(time_zone) between 1 and 64),
    -- A downgrade waits for the end of the period. It is in force from next_tier_at on,
    -- whether or not anything has moved it into place by then.
    add column next_tier text,
    add column next_tier_version integer,
    add column next_tier_at timestamptz,
    -- From when on the subscription is cancelled, whatever subscription_status says.
    add column cancel_at timestamptz,
    -- When the grace period of past_due began.
    add column past_due_since timestamptz,
    add constraint organizations_tier_version_unknown foreign key (subscription_tier, subscription_tier_version)
        references public.subscription_tier_versions (tier_name, version),
    add constraint organizations_next_tier_unknown foreign key (next_tier, next_tier_version)
        references public.subscription_tier_versions (tier_name, version),
    add constraint organizations_next_tier_whole check (num_nulls(next_tier, next_tier_version, next_tier_at) in (0, 3));

create index organizations_by_tier on public.organizations (subscription_tier, subscription_tier_version);
create index organizations_by_next_tier on public.organizations (next_tier, next_tier_version) where next_tier is not null;

-- From here on a trigger takes the version on offer.
alter table public.organizations alter column subscription_tier_version drop default;

-- Forced, row security would hide every hotel from the owner, who runs this.
alter table public.organizations no force row level security;
alter table public.organizations disable trigger user;
update public.organizations set past_due_since = updated_at where subscription_status = 'past_due';
alter table public.organizations enable trigger user;
alter table public.organizations force row level security;

create table public.subscription_overrides (
    organization_id integer not null references public.organizations (id),
    -- A limit such as maxUsers, a feature such as apiAccess, or discountPercent.
    name text not null check (name ~ '^[a-z][A-Za-z]{1,63}$'),
    -- A limit: a number, or null for none. A feature: true or false.
    value jsonb not null check (jsonb_typeof(value) in ('number', 'boolean', 'null')),
    reason text not null check (length(reason) between 3 and 500),
    expires_at timestamptz,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, name)
);

alter table public.subscription_overrides enable row level security;
alter table public.subscription_overrides force row level security;

comment on table public.subscription_overrides is
    'What one hotel has otherwise than its plan says, until it expires: a limit, a feature, a discount.';

-- The prices and rights live in the versions from here on.
alter table public.subscription_tiers
    drop column limits,
    drop column features,
    drop column monthly_price,
    drop column currency;
