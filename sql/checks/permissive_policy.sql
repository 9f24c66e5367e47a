-- Id: RLS004
-- Severity: critical
-- What: every table with row security has a permissive policy, and every expression of one is the tenant predicate,
--   or begins with it as the context claims it, followed by `and`. So none is `using (true)`.
-- Why: without one nobody sees a row. With the predicate in it, a table whose restrictive policy is lost still shows
--   the service no other hotel. The restrictive policy verifies what is claimed; where both are the same expression
--   PostgreSQL evaluates it once, and where they are not the permissive one does not verify the seal a second time.
-- Mend: begin the expression with the tenant predicate, as policies/guests.sql does.
-- See: https://www.postgresql.org/docs/current/sql-createpolicy.html
with exempt (policy, reason) as (
    values ('audit_log_cascade', 'is for the owner, as whom PostgreSQL 18 files what goes with a row it refers to')
),
guarded as (
    select c.oid, c.relname,
        format('(%s = ( SELECT app.organization_id() AS organization_id))', hotel) as verified,
        format('((%s = ( SELECT app.claimed_organization_id() AS claimed_organization_id)) AND ', hotel) as claimed,
        -- The same where the table may be partitioned by hotel, and no partition must be chosen by what is only claimed.
        format(
            '((NOT (%s IS DISTINCT FROM ( SELECT app.claimed_organization_id() AS claimed_organization_id))) AND ', hotel
        ) as claimed_of_partitions
    from pg_class c
    cross join lateral (select case c.relname when 'organizations' then 'id' else 'organization_id' end) h (hotel)
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
)
select format('public.%I', g.relname) as object, 'has no permissive policy' as finding, '' as detail
from guarded g
where not exists (select from pg_policy p where p.polrelid = g.oid and p.polpermissive)
union all
select format('%I on public.%I', p.polname, g.relname), 'does not begin with the tenant predicate', e.expression
from guarded g
join pg_policy p on p.polrelid = g.oid and p.polpermissive
cross join lateral (
    values (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid))
) e (expression)
where e.expression <> g.verified
    and not starts_with(e.expression, g.claimed)
    and not starts_with(e.expression, g.claimed_of_partitions)
    and p.polname not in (select policy from exempt)
order by 1, 2
