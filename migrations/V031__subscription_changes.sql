-- What became of a hotel's subscription, step by step, and what each step costs within its period.

create table public.subscription_changes (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    kind text not null check (
        kind in ('upgrade', 'downgrade_scheduled', 'downgrade_withdrawn', 'cancel', 'cancel_withdrawn', 'moved')
    ),
    from_tier text not null,
    from_version integer not null,
    -- Null: it ends.
    to_tier text,
    to_version integer,
    -- To be paid for the rest of the period; below zero, to be credited.
    amount numeric(12, 3) not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- The period it falls into, or begins with.
    period_start timestamptz not null,
    period_end timestamptz not null,
    at timestamptz not null default now(),
    -- Whoever asked for it, who may be no member: a super admin. Null: nobody did, it was due.
    by_user uuid,
    primary key (organization_id, id),
    constraint subscription_changes_to_whole check (num_nulls(to_tier, to_version) in (0, 2)),
    constraint subscription_changes_period check (period_start < period_end),
    constraint subscription_changes_from_unknown foreign key (from_tier, from_version)
        references public.subscription_tier_versions (tier_name, version),
    constraint subscription_changes_to_unknown foreign key (to_tier, to_version)
        references public.subscription_tier_versions (tier_name, version)
);

alter table public.subscription_changes enable row level security;
alter table public.subscription_changes force row level security;

comment on table public.subscription_changes is
    'The history of a hotel''s subscription. Append-only; invoices take what is prorated from here.';

-- One value of the wrong kind would make an error of every question about the hotel's plan.
alter table public.subscription_overrides add constraint subscription_overrides_value_unfit check (
    case
        when name = 'discountPercent' then
            case when jsonb_typeof(value) = 'number' then (value #>> '{}')::numeric between 0 and 100 else false end
        when name ~ '^max' then
            case jsonb_typeof(value)
                when 'number' then
                    (value #>> '{}')::numeric between 0 and 1000000000000
                    and (value #>> '{}')::numeric = trunc((value #>> '{}')::numeric)
                else jsonb_typeof(value) = 'null'
            end
        else jsonb_typeof(value) = 'boolean'
    end
);

-- Likewise of a version: every limit is there, null where there is none, and every feature.
alter table public.subscription_tier_versions
    add constraint subscription_tier_versions_limits_whole check (
        limits ?& array['maxUsers', 'maxGuests', 'maxMessagesPerMonth', 'maxActiveConversations', 'maxStorageGB']
    ),
    add constraint subscription_tier_versions_features_whole check (
        features ?& array[
            'whatsappIntegration', 'smsIntegration', 'emailIntegration', 'aiAutomation', 'workflowAutomation',
            'advancedAnalytics', 'customBranding', 'apiAccess', 'multiPropertyManagement'
        ]
    );
