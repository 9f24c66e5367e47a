-- Id: RLS003
-- Severity: critical
-- What: every table with row security has exactly one restrictive policy <table>_tenant, for all commands, to
--   stayzr_app, that compares the tenant column with the sealed context, in using and in with check.
-- Why: permissive policies add up; a restrictive one nothing can widen. The select around the call makes it run once
--   a statement instead of once a row.
-- Mend: run `stayzr migrate`: the table's file in policies/ makes the policy again.
-- See: https://www.postgresql.org/docs/current/sql-createpolicy.html
with guarded as (
    select c.oid, c.relname,
        format(
            '(%s = ( SELECT app.organization_id() AS organization_id))',
            case c.relname when 'organizations' then 'id' else 'organization_id' end
        ) as predicate
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
)
select format('public.%I', g.relname) as object,
    format('has %s restrictive policies and not one, %I, of the house''s shape', count(p.oid), g.relname || '_tenant') as finding,
    string_agg(
        concat_ws(
            ' ', p.polname, 'using', pg_get_expr(p.polqual, p.polrelid),
            'with check', pg_get_expr(p.polwithcheck, p.polrelid)
        ),
        '; ' order by p.polname
    ) as detail
from guarded g
left join pg_policy p on p.polrelid = g.oid and not p.polpermissive
group by g.oid, g.relname, g.predicate
having count(p.oid) <> 1
    or not bool_and(
        p.polname = g.relname || '_tenant'
        and p.polcmd = '*'
        and p.polroles = array['stayzr_app'::regrole::oid]
        and pg_get_expr(p.polqual, p.polrelid) is not distinct from g.predicate
        and pg_get_expr(p.polwithcheck, p.polrelid) is not distinct from g.predicate
    )
order by 1
