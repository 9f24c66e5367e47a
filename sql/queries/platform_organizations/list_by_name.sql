-- By name. $1 limit, $2 and $3 the row to go on after (its folded name and tenant id), $4 slug, $5 tier, $6 status,
-- $7 beginning of the name or slug; null for any.
select o.id, o.tenant_id, o.slug, o.name, o.subscription_tier, o.subscription_status, o.is_active, o.delete_at,
    o.created_at, o.updated_at, o.version,
    (select count(*) from users u where u.organization_id = o.id and u.status <> 'deleted') as user_count,
    (select max(c.activity_at) from conversations c where c.organization_id = o.id) as last_activity_at,
    o.name_folded as sort_name
from organizations o
where (o.name_folded, o.tenant_id) > ($2, $3)
    and ($4::text is null or o.slug = $4)
    and ($5::text is null or o.subscription_tier = $5)
    and ($6::text is null or o.subscription_status = $6)
    and (
        $7::text is null
        or o.name_folded between lower($7) and lower($7) || chr(1114111)
        or o.slug collate "C" between lower($7) and lower($7) || chr(1114111)
    )
order by o.name_folded, o.tenant_id
limit $1
