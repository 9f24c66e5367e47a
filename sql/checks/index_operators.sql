-- Id: RLS055
-- Severity: medium
-- What: no index of a table with row security has an operator class whose operators are not leakproof.
-- Why: an operator that is not leakproof waits until the policy has spoken, so that its index is not used: the search
--   reads the whole hotel.
-- Mend: look candidates up in a function that takes the hotel from the sealed context, or index with an operator
--   class that is leakproof.
-- See: https://www.postgresql.org/docs/current/planner-stats-security.html
with exempt (name, reason) as (
    values
        ('guests_name_words', 'for app.search_guests, which takes the hotel from the sealed context'),
        ('messages_words', 'for app.search_messages, which takes the hotel from the sealed context')
)
select i.indexrelid::regclass::text as object, format('%s has operators that are not leakproof', oc.opcname) as finding,
    string_agg(distinct o.oprcode::text, ', ') as detail
from pg_index i
join pg_class t on t.oid = i.indrelid and t.relrowsecurity
join pg_namespace s on s.oid = t.relnamespace
cross join lateral unnest(i.indclass) k (opclass)
join pg_opclass oc on oc.oid = k.opclass
join pg_amop a on a.amopfamily = oc.opcfamily and a.amoplefttype = oc.opcintype and a.amoprighttype = oc.opcintype
join pg_operator o on o.oid = a.amopopr
join pg_proc f on f.oid = o.oprcode
where s.nspname = 'public'
    and not f.proleakproof
    and i.indexrelid::regclass::text not in (select name from exempt)
    -- For keys and exclusion PostgreSQL asks them itself.
    and not i.indisunique and not i.indisexclusion
group by i.indexrelid, oc.opcname
order by 1, 2
