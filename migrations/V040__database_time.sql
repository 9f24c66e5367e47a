-- How much of the database's time a hotel's requests to one server may take is a matter of its plan, because requests
-- differ in what they cost: milliseconds a second. Null: no limit. src/admission holds to it.
--
-- As in V036, no version changes: what nobody had promised is said of the ones there are.

update public.subscription_tier_versions
set limits = limits || jsonb_build_object('maxDatabaseMillisecondsPerSecond', case tier_name
    when 'starter' then 200
    when 'professional' then 500
    else 1000
end);

alter table public.subscription_tier_versions
    drop constraint subscription_tier_versions_limits_whole,
    add constraint subscription_tier_versions_limits_whole check (
        limits ?& array[
            'maxUsers', 'maxGuests', 'maxMessagesPerMonth', 'maxActiveConversations', 'maxStorageGB',
            'maxRequestsPerSecond', 'maxConcurrentRequests', 'maxWaitingRequests', 'maxStatementSeconds',
            'maxDatabaseMillisecondsPerSecond', 'maxDedicatedConnections'
        ]
    );
