-- Operators that are never leakproof, by name: where row security binds, no index serves them before it has spoken.
select o.oprname::text
from pg_operator o
join pg_proc p on p.oid = o.oprcode
group by o.oprname
having not bool_or(p.proleakproof)
order by 1
