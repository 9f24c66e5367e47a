-- The hotel with the most guests, and the statements that make the context of an administrator of it who may do all.
select o.id as organization_id,
    format(
        'set local role stayzr_owner; select app.impersonate(%L, %L, array_to_string(app.all_permissions(), %L))', o.slug,
        u.id, ','
    ) as context
from public.organizations o
join lateral (
    select u.id from public.users u where u.organization_id = o.id and u.is_org_admin order by u.created_at, u.id limit 1
) u on true
left join (select g.organization_id, count(*) as guests from public.guests g group by 1) g on g.organization_id = o.id
where o.slug <> 'stayzr'
order by g.guests desc nulls last, o.id
limit 1
