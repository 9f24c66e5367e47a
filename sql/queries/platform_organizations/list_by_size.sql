-- Most users first. $1 limit, $2 and $3 the row to go on after (its number of users and tenant id), $4 slug, $5 tier,
-- $6 status, $7 beginning of the name or slug; null for any. Counts anew, so it reads an index of every hotel's users.
select o.id, o.tenant_id, o.slug, o.name, o.subscription_tier, o.subscription_status, o.is_active, o.delete_at,
    o.created_at, o.updated_at, o.version,
    size.user_count,
    (select max(c.activity_at) from conversations c where c.organization_id = o.id) as last_activity_at
from organizations o
cross join lateral (
    select count(*) as user_count from users u where u.organization_id = o.id and u.status <> 'deleted'
) as size
where (size.user_count, o.tenant_id) < ($2, $3)
    and ($4::text is null or o.slug = $4)
    and ($5::text is null or o.subscription_tier = $5)
    and ($6::text is null or o.subscription_status = $6)
    and (
        $7::text is null
        or o.name_folded between lower($7) and lower($7) || chr(1114111)
        or o.slug collate "C" between lower($7) and lower($7) || chr(1114111)
    )
order by size.user_count desc, o.tenant_id desc
limit $1
