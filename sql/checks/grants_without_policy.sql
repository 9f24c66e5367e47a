-- Id: RLS027
-- Severity: medium
-- What: for each command stayzr_app holds a privilege for there is a permissive policy, and one to select beside each
--   to update or delete.
-- Why: a grant no policy lets through is dead, or an outage; and an update, a delete, RETURNING and ON CONFLICT read
--   the row first, which takes a policy to select.
-- Mend: add the policy, or revoke the privilege, in the table's file in policies/.
-- See: https://www.postgresql.org/docs/current/sql-createpolicy.html#SQL-CREATEPOLICY-SUMMARY
with held as (
    select c.oid, p.privilege, p.command
    from pg_class c
    cross join (values ('SELECT', 'r'), ('INSERT', 'a'), ('UPDATE', 'w'), ('DELETE', 'd')) p (privilege, command)
    where c.relnamespace = 'public'::regnamespace
        and c.relkind in ('r', 'p')
        and c.relrowsecurity
        and case
            when p.privilege = 'DELETE' then has_table_privilege('stayzr_app', c.oid, p.privilege)
            else has_any_column_privilege('stayzr_app', c.oid, p.privilege)
        end
),
needed as (
    select oid, privilege, command from held
    union
    select oid, privilege, 'r' from held where command in ('w', 'd')
)
select n.oid::regclass::text as object,
    format(
        'stayzr_app may %s, and no permissive policy is for %s', lower(n.privilege),
        case n.command when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end
    ) as finding,
    '' as detail
from needed n
where not exists (
    select from pg_policy p where p.polrelid = n.oid and p.polpermissive and p.polcmd::text in (n.command, '*')
)
order by 1, 2
