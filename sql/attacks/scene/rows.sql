-- The statement that lists every row of the rival's in every table with a tenant, those to come included: run before
-- and after an attempt by an administrator, it tells whether anything of the rival's was changed.
select
    string_agg(
        format(
            'select %L || t::text from %I.%I t where %I = %s', c.relname || ' ', n.nspname, c.relname, a.attname,
            current_setting('attack.rival')
        ),
        E'\nunion all\n' order by n.nspname, c.relname
    ) || E'\norder by 1' as statement
from pg_class c
join pg_namespace n on n.oid = c.relnamespace and n.nspname in ('public', 'app')
join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relkind in ('r', 'p') and not c.relispartition
\gexec
