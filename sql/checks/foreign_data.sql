-- Id: RLS043
-- Severity: high
-- What: there is no foreign server and no user mapping.
-- Why: what is read through one is read as another role, on a server whose policies nobody here knows.
-- Mend: `drop server … cascade`; move the work out of this database.
-- See: https://www.postgresql.org/docs/current/ddl-foreign-data.html
select 'server ' || s.srvname as object, 'is a foreign server' as finding, w.fdwname::text as detail
from pg_foreign_server s
join pg_foreign_data_wrapper w on w.oid = s.srvfdw
union all
select 'server ' || m.srvname, format('%s logs in there by a user mapping', m.usename), ''
from pg_user_mappings m
order by 1, 2
