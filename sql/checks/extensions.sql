-- Id: RLS047
-- Severity: high
-- What: no extension is there that reaches out of the database, reads the server's files or runs jobs, and no
--   language that does is anybody's.
-- Why: dblink and its like connect as somebody else; untrusted languages run as the server; a job runs as whoever
--   made it.
-- Mend: `drop extension …`; do the work outside of the database.
-- See: https://www.postgresql.org/docs/current/contrib.html
select 'extension ' || e.extname as object, 'reaches past row security' as finding, e.extversion as detail
from pg_extension e
where e.extname in (
        'dblink', 'postgres_fdw', 'file_fdw', 'adminpack', 'http', 'pg_net', 'pg_cron', 'pg_background', 'pageinspect',
        'pg_visibility', 'pg_dirtyread', 'pg_surgery', 'pg_walinspect', 'aws_s3', 'aws_lambda', 'plsh'
    )
union all
select 'language ' || l.lanname, 'is untrusted', pg_get_userbyid(l.lanowner)
from pg_language l
where not l.lanpltrusted and l.lanname not in ('internal', 'c')
union all
select 'language ' || l.lanname,
    case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee) end || ' may use it', l.lanacl::text
from pg_language l
cross join lateral aclexplode(l.lanacl) a
where l.lanname in ('internal', 'c') and a.grantee <> l.lanowner
order by 1, 2
