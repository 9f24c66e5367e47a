-- Id: RLS030
-- Severity: medium
-- What: a policy for update or for all commands says with check itself.
-- Why: left out, using is asked of the new row as well: legal, and the next change of using changes both.
-- Mend: write `with check` in the table's file in policies/.
-- See: https://www.postgresql.org/docs/current/sql-createpolicy.html
select format('%I on %s', p.polname, p.polrelid::regclass) as object, 'has no with check of its own' as finding,
    'using ' || pg_get_expr(p.polqual, p.polrelid) as detail
from pg_policy p
where p.polcmd in ('w', '*') and p.polwithcheck is null
order by 1
