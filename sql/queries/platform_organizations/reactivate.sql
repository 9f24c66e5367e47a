-- $1 id. No row where the hotel is not suspended. Its subscription is in again what it was in before. One that a
-- database administrator switched off by hand keeps its status, unless that is the one of a suspended hotel.
update organizations o
set
    is_active = true,
    subscription_status = case
        when o.subscription_status <> 'suspended' then o.subscription_status
        else coalesce(nullif(o.suspended_from, 'suspended'), 'active')
    end,
    suspended_from = null
where o.id = $1 and not o.is_active
returning o.id, o.tenant_id, o.slug, o.name, o.subscription_tier, o.subscription_status, o.is_active, o.delete_at,
    o.created_at, o.updated_at, o.version,
    (select count(*) from users u where u.organization_id = o.id and u.status <> 'deleted') as user_count,
    (select max(c.activity_at) from conversations c where c.organization_id = o.id) as last_activity_at
