-- ATK009 foreign keys across hotels
-- What: each foreign key from one table of hotels to another is made to point from the attacker's row to the rival's,
--     by an administrator whom no grant and no policy holds, so that the key alone is asked.
-- Why: keys are checked without row security. One that does not carry the hotel lets a row of one refer to, delete
--     or block a row of another, and its error says whether that row is there.
-- Expected: 23503 each, or what else guards the row and is asked first.
-- Severity: critical
-- Role: administrator
-- In: one of two hotels

-- attempts: keys
-- expect: refused 23503 23514 23505 55000
select format(
    E'-- %s of %s\nset constraints all immediate;\n'
    'update %2$s t set (%s) = (select %s from %s r where r.%I = %s limit 1) where t.%I = %s',
    k.conname, k.conrelid::regclass, string_agg(format('%I', own.attname), ', ' order by pair.place),
    string_agg(format('r.%I', theirs.attname), ', ' order by pair.place), k.confrelid::regclass,
    'organization_id', :'rival', 'organization_id', :'own'
)
from pg_constraint k
cross join unnest(k.conkey, k.confkey) with ordinality as pair (own, theirs, place)
join pg_attribute own on own.attrelid = k.conrelid and own.attnum = pair.own and own.attname <> 'organization_id'
join pg_attribute theirs on theirs.attrelid = k.confrelid and theirs.attnum = pair.theirs
    and theirs.attname <> 'organization_id'
where k.contype = 'f' and k.conparentid = 0
    and 2 = (
        select count(*) from pg_attribute a
        where a.attrelid in (k.conrelid, k.confrelid) and a.attname = 'organization_id'
    )
    -- Which super admin visits is nobody's but the platform's to write, and not of the hotel visited.
    and k.conname <> 'platform_grants_super_admin_unknown'
group by k.oid, k.conname, k.conrelid, k.confrelid
order by k.conrelid::regclass::text, k.conname
\gexec
