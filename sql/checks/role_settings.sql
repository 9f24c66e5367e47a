-- Id: RLS041
-- Severity: critical
-- What: no role and no database has a default of the tenant context, of row_security, role, search_path or
--   session_replication_role.
-- Why: a default holds before the first statement of every session: a tenant for whoever forgets to say one, another
--   role, or another meaning of every name.
-- Mend: `alter role … reset …`, `alter database … reset …`.
-- See: https://www.postgresql.org/docs/current/sql-alterrole.html
select case
        when s.setrole = 0 then 'database ' || d.datname
        when s.setdatabase = 0 then 'role ' || pg_get_userbyid(s.setrole)
        else format('role %s in database %s', pg_get_userbyid(s.setrole), d.datname)
    end as object,
    split_part(c.entry, '=', 1) || ' has a default' as finding, c.entry as detail
from pg_db_role_setting s
left join pg_database d on d.oid = s.setdatabase
cross join lateral unnest(s.setconfig) c (entry)
where (s.setdatabase = 0 or d.datname = current_database())
    and (
        split_part(c.entry, '=', 1) in (
            'row_security', 'role', 'session_authorization', 'search_path', 'session_replication_role',
            'local_preload_libraries'
        )
        or c.entry ~ '^(app|stayzr)\.'
    )
order by 1, 2
