-- Highest share of a limit first; where there is no limit at all the key is -1. $1 limit, $2 and $3 the row to go on
-- after (its key and tenant id), $4 the least share or null. Every hotel is looked at: see src/platform_usage/store.rs.
select
    u.id, u.tenant_id, u.slug, u.name, u.tier, u.created_at, u.last_activity_at, u.share, u.share_key, u.messages,
    u.resources, u.used, u.maximums, u.shares
from app.hotels_usage(now()) u
where (u.share_key, u.tenant_id) < ($2, $3)
    and ($4::double precision is null or u.share >= $4)
order by u.share_key desc, u.tenant_id desc
limit $1
