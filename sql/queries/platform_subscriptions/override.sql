-- $1 hotel, $2 name, $3 value, $4 reason, $5 when it expires or null, $6 expected version or null. No row where there is
-- no such hotel, or the override has another version or is not there.
insert into subscription_overrides (organization_id, name, value, reason, expires_at)
select o.id, $2, $3, $4, $5
from organizations o
where o.id = $1
    and (
        $6::integer is null
        or exists (
            select from subscription_overrides x where x.organization_id = o.id and x.name = $2 and x.version = $6
        )
    )
on conflict (organization_id, name) do update
    set value = excluded.value, reason = excluded.reason, expires_at = excluded.expires_at
    where $6::integer is null or subscription_overrides.version = $6
returning name, value, reason, expires_at, created_at, updated_at, version
