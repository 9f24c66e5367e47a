-- What: every table with row security has a permissive policy, and every expression of one begins with the tenant
--   predicate, alone or followed by `and`. So none is `using (true)`.
-- Why: without one nobody sees a row. With the predicate in it, either policy alone keeps the hotels apart.
with guarded as (
    select c.oid, c.relname,
        format(
            '(%s = ( SELECT app.organization_id() AS organization_id))',
            case c.relname when 'organizations' then 'id' else 'organization_id' end
        ) as predicate
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
)
select format('public.%I', g.relname) as object, 'has no permissive policy' as finding
from guarded g
where not exists (select from pg_policy p where p.polrelid = g.oid and p.polpermissive)
union all
select format('%I on public.%I', p.polname, g.relname), 'does not begin with the tenant predicate: ' || e.expression
from guarded g
join pg_policy p on p.polrelid = g.oid and p.polpermissive
cross join lateral (
    values (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid))
) e (expression)
where e.expression <> g.predicate and not starts_with(e.expression, '(' || g.predicate || ' AND ')
order by 1, 2
