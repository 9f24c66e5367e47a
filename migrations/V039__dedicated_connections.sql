-- A hotel may have connections of its own on each server, so that it neither waits for others nor they for it. Nobody
-- has, unless a version of a tier to come or an override says how many: src/db/dedicated.rs opens them.

update public.subscription_tier_versions
set limits = limits || jsonb '{"maxDedicatedConnections": 0}';

alter table public.subscription_tier_versions
    drop constraint subscription_tier_versions_limits_whole,
    add constraint subscription_tier_versions_limits_whole check (
        limits ?& array[
            'maxUsers', 'maxGuests', 'maxMessagesPerMonth', 'maxActiveConversations', 'maxStorageGB',
            'maxRequestsPerSecond', 'maxConcurrentRequests', 'maxWaitingRequests', 'maxStatementSeconds',
            'maxDedicatedConnections'
        ]
    );
