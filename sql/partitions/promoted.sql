-- Who has a partition of messages, by the live catalogs.
select coalesce(array_agg(m[1]::integer order by m[1]::integer), '{}')
from pg_inherits i
join pg_class c on c.oid = i.inhrelid
cross join regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES IN \((\d+)\)$') m
where i.inhparent = 'public.messages'::regclass and m is not null
