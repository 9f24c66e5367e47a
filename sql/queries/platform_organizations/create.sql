-- A hotel, its built-in roles (by a trigger) and the invitation of its first administrator, or none of it. $1 number,
-- $2 slug, $3 name, $4 tier or null, $5 status or null, then of the invitation $6 id, $7 e-mail address, $8 hash of the
-- token, $9 seconds it is good for.
with made as (
    insert into organizations (id, slug, name, subscription_tier, subscription_status)
    overriding system value
    values ($1, $2, $3, coalesce($4, 'starter'), coalesce($5, 'trialing'))
    returning
        id, tenant_id, slug, name, subscription_tier, subscription_status, is_active, delete_at, created_at, updated_at,
        version
),
invited as (
    insert into invitations (organization_id, id, email, is_org_admin, hash, expires_at)
    select m.id, $6, $7, true, $8, now() + make_interval(secs => $9)
    from made m
    returning expires_at
)
-- Nobody is there yet, and nothing was said.
select m.id, m.tenant_id, m.slug, m.name, m.subscription_tier, m.subscription_status, m.is_active, m.delete_at,
    m.created_at, m.updated_at, m.version, 0::bigint as user_count, null::timestamptz as last_activity_at,
    invited.expires_at
from made m
cross join invited
