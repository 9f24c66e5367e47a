-- ATK027 the owner of the tables
-- What: every table of hotels is read and written as its owner.
-- Why: row security does not bind the owner of a table unless it is forced. A function of the owner's, a migration or a
--     login that became the owner would be past every policy.
-- Expected: no rows: it is forced, and no policy is for the owner.
-- Severity: high
-- Role: stayzr_owner
-- In: one of two hotels

-- attempts: reads
-- expect: zero rows
select format(E'-- reads %s\nselect 1 from %1$s where %I = %s', c.oid::regclass, a.attname, :'rival')
from pg_class c
join pg_attribute a on a.attrelid = c.oid
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
\gexec

-- attempts: partitions
-- expect: zero rows
select format(E'-- reads %s\nselect 1 from %1$s where organization_id = %2$s', c.oid::regclass, :'rival')
from pg_class c
where c.relnamespace = 'app'::regnamespace and c.relispartition and c.relkind = 'r'
\gexec

-- attempts: deletes
-- expect: zero rows
select format(E'-- deletes from %s\ndelete from %1$s where %I = %s', c.oid::regclass, a.attname, :'rival')
from pg_class c
join pg_attribute a on a.attrelid = c.oid
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
\gexec
