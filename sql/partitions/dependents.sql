-- The tables whose policies look into messages: they look where the old table was until their files run again.
select distinct c.relname::text
from pg_policy p
join pg_class c on c.oid = p.polrelid
join pg_depend d on d.classid = 'pg_policy'::regclass and d.objid = p.oid
where d.refclassid = 'pg_class'::regclass and d.refobjid = 'public.messages'::regclass
    and p.polrelid <> 'public.messages'::regclass
order by 1
