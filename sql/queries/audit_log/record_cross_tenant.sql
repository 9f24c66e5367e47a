-- Somebody asked for what their hotel does not have: if another hotel has it, the platform's log says so. $1 their hotel,
-- $2 the ids they asked for, $3 who, $4 in what capacity, $5 the API key or null, $6 address or null, $7 request,
-- $8 the platform's organization. For stayzr_platform.
--
-- Hotel by hotel, because every key begins with the hotel: `limit` keeps the planner from reading a table instead.
insert into audit_log (
    organization_id, actor_user_id, actor_kind, api_key_id, address, request_id, action, resource, resource_id, outcome,
    changes
)
select $8, $3, $4, $5, $6, $7, 'cross_tenant_attempt', found.resource, found.id::text, 'refused',
    jsonb_build_object('askedFrom', $1::integer, 'owner', found.owner)
from (
    select o.id as owner, held.resource, wanted.id
    from organizations o
    cross join unnest($2::uuid[]) as wanted (id)
    cross join lateral (
        (select 'guests' as resource from guests t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'conversations' from conversations t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'users' from users t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'departments' from departments t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'teams' from teams t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'roles' from roles t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'sessions' from sessions t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'api_keys' from api_keys t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'shares' from shares t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'properties' from properties t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'invoices' from invoices t where t.organization_id = o.id and t.id = wanted.id limit 1)
        union all
        (select 'invitations' from invitations t where t.organization_id = o.id and t.id = wanted.id limit 1)
    ) as held
    where o.id <> $1::integer
    limit 1
) as found
returning id
