-- The limits of the plan are counted and asked for as ever, and no hotel comes near them, whichever are chosen.
insert into public.subscription_overrides (organization_id, name, value, reason)
select id, limited, '10000', 'The benchmark measures something else'
from public.organizations
cross join unnest(array[
    'maxRequestsPerSecond', 'maxConcurrentRequests', 'maxWaitingRequests', 'maxDatabaseMillisecondsPerSecond'
]) as limited;
