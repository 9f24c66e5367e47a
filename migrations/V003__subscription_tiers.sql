create table public.subscription_tiers (
    name text primary key check (name ~ '^[a-z][a-z0-9_]{1,31}$'),
    rank integer not null unique,
    -- A missing or null limit means none.
    limits jsonb not null check (jsonb_typeof(limits) = 'object'),
    features jsonb not null check (jsonb_typeof(features) = 'object'),
    monthly_price numeric(12, 3) not null check (monthly_price >= 0),
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

comment on table public.subscription_tiers is
    'The plans on offer. Global: the same rows for every hotel, so no tenant column and no row security.';

insert into public.subscription_tiers (name, rank, limits, features, monthly_price, currency)
values
    (
        'starter', 1,
        '{"maxUsers": 5, "maxGuests": 1000, "maxMessagesPerMonth": 5000, "maxActiveConversations": 100, "maxStorageGB": 5}',
        '{"whatsappIntegration": false, "smsIntegration": false, "emailIntegration": true, "aiAutomation": false, "workflowAutomation": false, "advancedAnalytics": false, "customBranding": false, "apiAccess": false, "multiPropertyManagement": false}',
        49, 'EUR'
    ),
    (
        'professional', 2,
        '{"maxUsers": 25, "maxGuests": 10000, "maxMessagesPerMonth": 50000, "maxActiveConversations": 1000, "maxStorageGB": 50}',
        '{"whatsappIntegration": true, "smsIntegration": true, "emailIntegration": true, "aiAutomation": false, "workflowAutomation": true, "advancedAnalytics": true, "customBranding": false, "apiAccess": true, "multiPropertyManagement": false}',
        199, 'EUR'
    ),
    (
        'enterprise', 3,
        '{"maxUsers": null, "maxGuests": null, "maxMessagesPerMonth": null, "maxActiveConversations": null, "maxStorageGB": null}',
        '{"whatsappIntegration": true, "smsIntegration": true, "emailIntegration": true, "aiAutomation": true, "workflowAutomation": true, "advancedAnalytics": true, "customBranding": true, "apiAccess": true, "multiPropertyManagement": true}',
        799, 'EUR'
    );
