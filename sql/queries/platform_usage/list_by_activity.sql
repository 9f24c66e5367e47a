-- Last active first; a hotel without a conversation is as active as when it was made. $1 limit, $2 and $3 the row to
-- go on after (its time and tenant id), $4 the least share or null. Every hotel is looked at: see
-- src/platform_usage/store.rs.
select
    u.id, u.tenant_id, u.slug, u.name, u.tier, u.created_at, u.last_activity_at, u.share, u.share_key, u.messages,
    u.resources, u.used, u.maximums, u.shares
from app.hotels_usage(now()) u
where (coalesce(u.last_activity_at, u.created_at), u.tenant_id) < ($2, $3)
    and ($4::double precision is null or u.share >= $4)
order by coalesce(u.last_activity_at, u.created_at) desc, u.tenant_id desc
limit $1
