-- Last active first; a hotel without a conversation is as active as when it was made. $1 limit, $2 and $3 the row to
-- go on after (its time and tenant id), $4 the least share or null. Every hotel is looked at: see
-- src/platform_usage/store.rs.
select
    o.id, o.tenant_id, o.slug, o.name, t.tier, o.created_at, activity.last_activity_at,
    u.share, u.share_key, u.messages, u.resources, u.used, u.maximums, u.shares
from organizations o
cross join app.tier_at(o.id, now()) t
cross join lateral (
    select max(c.activity_at) as last_activity_at from conversations c where c.organization_id = o.id
) activity
cross join lateral (
    select
        max(n.share)::double precision as share,
        coalesce((max(n.share) * 10000)::bigint, -1) as share_key,
        sum(n.used) filter (where n.resource = 'messages')::bigint as messages,
        array_agg(n.resource order by n.resource) as resources,
        array_agg(n.used order by n.resource) as used,
        array_agg(n.maximum order by n.resource) as maximums,
        array_agg(n.share::double precision order by n.resource) as shares
    from app.usage_now(o.id, now()) n
) u
where (coalesce(activity.last_activity_at, o.created_at), o.tenant_id) < ($2, $3)
    and ($4::double precision is null or u.share >= $4)
order by coalesce(activity.last_activity_at, o.created_at) desc, o.tenant_id desc
limit $1
