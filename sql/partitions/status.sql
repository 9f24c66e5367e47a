-- The tables that hold messages: of one hotel each, and of all others. Rows as PostgreSQL estimates them, and bytes
-- with the indexes.
select m[1]::integer as organization_id, c.oid::regclass::text as "table", greatest(c.reltuples, 0)::bigint as rows,
    pg_total_relation_size(c.oid) as bytes
from (select 'public.messages'::regclass as relid union select relid from pg_partition_tree('public.messages')) t
join pg_class c on c.oid = t.relid and c.relkind = 'r'
left join regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES IN \((\d+)\)$') m on true
order by 1 nulls last
