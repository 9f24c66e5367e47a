-- $1 id, $2 expected version or null, then what to change, null for what stays: $3 name, $4 tier, $5 status. A
-- suspended hotel has no status but that, until it is reactivated. A tier is in force from now on whatever was scheduled,
-- and a status whatever was cancelled by now.
update organizations o
set
    name = coalesce($3, o.name),
    subscription_tier = coalesce($4, o.subscription_tier),
    next_tier = case when $4::text is null then o.next_tier end,
    next_tier_version = case when $4::text is null then o.next_tier_version end,
    next_tier_at = case when $4::text is null then o.next_tier_at end,
    subscription_status = coalesce($5, o.subscription_status),
    cancel_at = case when $5::text is null or o.cancel_at > now() then o.cancel_at end
where o.id = $1 and ($2::integer is null or o.version = $2) and ($5::text is null or o.is_active)
returning o.id, o.tenant_id, o.slug, o.name, o.subscription_tier, o.subscription_status, o.is_active, o.delete_at,
    o.created_at, o.updated_at, o.version,
    (select count(*) from users u where u.organization_id = o.id and u.status <> 'deleted') as user_count,
    (select max(c.activity_at) from conversations c where c.organization_id = o.id) as last_activity_at
