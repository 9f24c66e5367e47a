-- How much of a server a hotel may use at a time is a matter of its plan: what each server admits a second, how many
-- requests it works on and lets wait, and how long a statement may run. Null: no limit. src/admission holds to it.
--
-- Versions never change, and this changes none: what nobody had promised is said of the ones there are.

update public.subscription_tier_versions
set limits = limits || case tier_name
    when 'starter' then
        jsonb '{"maxRequestsPerSecond": 20, "maxConcurrentRequests": 4, "maxWaitingRequests": 32, "maxStatementSeconds": 2}'
    when 'professional' then
        jsonb '{"maxRequestsPerSecond": 100, "maxConcurrentRequests": 6, "maxWaitingRequests": 64, "maxStatementSeconds": 3}'
    else
        jsonb '{"maxRequestsPerSecond": 400, "maxConcurrentRequests": 8, "maxWaitingRequests": 128, "maxStatementSeconds": 5}'
end;

alter table public.subscription_tier_versions
    drop constraint subscription_tier_versions_limits_whole,
    add constraint subscription_tier_versions_limits_whole check (
        limits ?& array[
            'maxUsers', 'maxGuests', 'maxMessagesPerMonth', 'maxActiveConversations', 'maxStorageGB',
            'maxRequestsPerSecond', 'maxConcurrentRequests', 'maxWaitingRequests', 'maxStatementSeconds'
        ]
    );
