-- Id: RLS002
-- Severity: high
-- What: row security is forced wherever it is on.
-- Why: not forced, the owner's functions and the owner itself read past the policies.
-- Mend: `alter table … force row level security`.
-- See: https://www.postgresql.org/docs/current/sql-altertable.html
select format('%I.%I', s.nspname, c.relname) as object, 'row security is not forced' as finding,
    'owned by ' || pg_get_userbyid(c.relowner) as detail
from pg_class c
join pg_namespace s on s.oid = c.relnamespace
where c.relkind in ('r', 'p')
    and c.relrowsecurity
    and not c.relforcerowsecurity
    -- Partitions: partitions.sql.
    and not c.relispartition
order by 1
