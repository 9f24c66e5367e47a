-- The tables of hotels, with about how many rows each has.
select c.relname::text as name, c.reltuples as rows
from pg_class c
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and (
        c.relname = 'organizations'
        or exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id')
    )
