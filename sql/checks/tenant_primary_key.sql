-- Id: RLS009
-- Severity: high
-- What: the primary key of every tenant table begins with organization_id.
-- Why: only then can a foreign key carry the hotel, and every lookup by id is a lookup within one hotel.
-- Mend: make the primary key (organization_id, id), by a migration.
-- See: https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-PRIMARY-KEYS
select format('public.%I', c.relname) as object, 'the primary key does not begin with organization_id' as finding,
    pg_get_indexdef(i.indexrelid) as detail
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
left join pg_index i on i.indrelid = c.oid and i.indisprimary
where c.relnamespace = 'public'::regnamespace
    and c.relkind in ('r', 'p')
    and i.indkey[0] is distinct from a.attnum
order by 1
