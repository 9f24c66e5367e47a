-- Operators that an index could serve and that are never leakproof, by name: where row security binds, no index of theirs
-- is used before it has spoken.
select o.oprname::text
from pg_operator o
join pg_proc p on p.oid = o.oprcode
where o.oid in (select a.amopopr from pg_amop a where a.amoppurpose = 's')
group by o.oprname
having not bool_or(p.proleakproof)
order by 1
