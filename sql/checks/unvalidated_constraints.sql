-- Id: RLS057
-- Severity: high
-- What: every constraint is validated and every index valid.
-- Why: a key that was never checked against the rows that were there vouches for none of them. A key to a partitioned
--   table has a part for each partition, which cannot be validated by itself: what counts is the whole.
-- Mend: `alter table … validate constraint …`; `reindex index concurrently …`.
-- See: https://www.postgresql.org/docs/current/sql-altertable.html
select format('%I on %s', c.conname, c.conrelid::regclass) as object, 'is not validated' as finding,
    pg_get_constraintdef(c.oid) as detail
from pg_constraint c
join pg_namespace s on s.oid = c.connamespace
left join pg_constraint whole on whole.oid = c.conparentid and whole.conrelid = c.conrelid
where s.nspname in ('app', 'public') and not coalesce(whole.convalidated, c.convalidated)
union all
select i.indexrelid::regclass::text, 'is not valid', pg_get_indexdef(i.indexrelid)
from pg_index i
join pg_class c on c.oid = i.indexrelid
join pg_namespace s on s.oid = c.relnamespace
where s.nspname in ('app', 'public') and not (i.indisvalid and i.indisready)
order by 1
