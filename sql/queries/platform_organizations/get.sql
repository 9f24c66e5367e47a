-- $1 id.
select o.id, o.tenant_id, o.slug, o.name, o.subscription_tier, o.subscription_status, o.is_active, o.delete_at,
    o.created_at, o.updated_at, o.version,
    (select count(*) from users u where u.organization_id = o.id and u.status <> 'deleted') as user_count,
    (select max(c.activity_at) from conversations c where c.organization_id = o.id) as last_activity_at
from organizations o
where o.id = $1
