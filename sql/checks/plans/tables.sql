-- The tables that hold rows of hotels: `schema.table`, partitions included.
select format('%s.%s', c.relnamespace::regnamespace, c.relname)
from pg_class c
where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace)
    and c.relkind in ('r', 'p')
    and (
        c.oid = 'public.organizations'::regclass
        or exists (
            select from pg_attribute a
            where a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
        )
    )
