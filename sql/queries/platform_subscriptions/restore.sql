-- $1 hotel, $2 name of the override, $3 expected version or null.
delete from subscription_overrides x
using organizations o
where o.id = $1 and x.organization_id = o.id and x.name = $2 and ($3::integer is null or x.version = $3)
returning x.name, x.value, x.reason, x.expires_at, x.created_at, x.updated_at, x.version
