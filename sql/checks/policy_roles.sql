-- Id: RLS005
-- Severity: high
-- What: every policy names stayzr_app, and no other role.
-- Why: a policy to public holds for roles nobody thought of; the other roles have no tenant context to compare with.
-- Mend: write `to stayzr_app` in the table's file in policies/ and run `stayzr migrate`.
-- See: https://www.postgresql.org/docs/current/sql-createpolicy.html
with exempt (policy, role, reason) as (
    values (
        'audit_log_cascade', 'stayzr_owner'::regrole,
        'no login becomes it; PostgreSQL 18 runs the triggers of what goes with a row it refers to as the owner'
    )
)
select format('%I on %s', p.polname, p.polrelid::regclass) as object,
    'is to ' || (
        select string_agg(case when r = 0 then 'public' else pg_get_userbyid(r) end, ', ' order by r)
        from unnest(p.polroles) r
    ) as finding,
    pg_get_expr(p.polqual, p.polrelid) as detail
from pg_policy p
where p.polroles <> array['stayzr_app'::regrole::oid]
    and not exists (select from exempt e where e.policy = p.polname and p.polroles = array[e.role::oid])
order by 1
