-- $1 id. No row where the hotel is suspended already: what its subscription comes back to stays what it was.
update organizations o
set is_active = false, suspended_from = o.subscription_status, subscription_status = 'suspended'
where o.id = $1 and o.is_active
returning o.id, o.tenant_id, o.slug, o.name, o.subscription_tier, o.subscription_status, o.is_active, o.delete_at,
    o.created_at, o.updated_at, o.version,
    (select count(*) from users u where u.organization_id = o.id and u.status <> 'deleted') as user_count,
    (select max(c.activity_at) from conversations c where c.organization_id = o.id) as last_activity_at
