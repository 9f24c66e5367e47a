-- Who asks as each of the hotels of ../neighbours/idle.sql.
select o.id as organization_id, o.tenant_id, u.id as user_id
from organizations o
join users u on u.organization_id = o.id
where o.slug like 'idle-%'
order by o.id
