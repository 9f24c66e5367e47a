-- Id: RLS049
-- Severity: high
-- What: nothing is published, and nothing is subscribed to.
-- Why: logical replication carries every hotel's rows, and neither policies nor roles with them.
-- Mend: `drop publication …`; a replica of the whole server carries policies and roles.
-- See: https://www.postgresql.org/docs/current/logical-replication-security.html
select 'publication ' || p.pubname as object,
    case when p.puballtables then 'publishes every table' else 'publishes tables' end as finding,
    coalesce(
        (
            select string_agg(
                format('%s%s', r.prrelid::regclass, ' where ' || pg_get_expr(r.prqual, r.prrelid)), ', '
                order by r.prrelid
            )
            from pg_publication_rel r
            where r.prpubid = p.oid
        ),
        ''
    ) as detail
from pg_publication p
union all
select 'subscription ' || s.subname, 'writes tables', ''
from pg_subscription s
where s.subdbid = (select oid from pg_database where datname = current_database())
order by 1
