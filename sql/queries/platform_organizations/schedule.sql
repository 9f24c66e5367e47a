-- $1 id, $2 from when on it may be deleted. No row where that is the schedule already.
update organizations o
set delete_at = $2
where o.id = $1 and o.delete_at is distinct from $2
returning o.id, o.tenant_id, o.slug, o.name, o.subscription_tier, o.subscription_status, o.is_active, o.delete_at,
    o.created_at, o.updated_at, o.version,
    (select count(*) from users u where u.organization_id = o.id and u.status <> 'deleted') as user_count,
    (select max(c.activity_at) from conversations c where c.organization_id = o.id) as last_activity_at
