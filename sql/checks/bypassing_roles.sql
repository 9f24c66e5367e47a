-- Id: RLS038
-- Severity: medium
-- What: only the bootstrap superuser and the roles of the design pass row security and log in.
-- Why: each further one reads every hotel's rows, and no record says so.
-- Mend: take the attribute away, or waive the role by its name, with its owner.
-- See: https://www.postgresql.org/docs/current/role-attributes.html
select r.rolname::text as object,
    case when r.rolsuper then 'is a superuser and logs in' else 'bypasses row security and logs in' end as finding,
    '' as detail
from pg_roles r
where r.rolcanlogin
    and (r.rolsuper or r.rolbypassrls)
    and r.rolname !~ '^stayzr_'
    -- 10: whom initdb made.
    and r.oid <> 10
order by 1
