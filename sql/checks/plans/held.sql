-- The query for what a column holds most often in a hotel: of the first table of the list that has it. $1 tables, $2 the
-- column, $3 the hotel, $4 the type.
select
    format(
        'select %1$I::text from (select %1$I from public.%2$I where %3$I = %4$s and %1$I is not null limit 100000) held '
            'group by %1$I order by count(*) desc, %1$I::text limit 1',
        a.attname, c.relname, t.attname, $3::integer
    ) as query
from unnest($1::text[]) with ordinality as named (name, place)
join pg_class c on c.relname = named.name and c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
join pg_attribute a on a.attrelid = c.oid and a.attname = $2::text and not a.attisdropped
    and a.atttypid = $4::oid
join pg_attribute t on t.attrelid = c.oid and not t.attisdropped
    and t.attname = case when c.relname = 'organizations' then 'id' else 'organization_id' end
order by named.place
limit 1
