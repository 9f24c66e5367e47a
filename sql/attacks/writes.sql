-- ATK025 writing everything
-- What: every table is inserted into under the rival's number, its rivals' rows are changed, moved and deleted, and
--     one's own are moved to the rival. One's own hotel is not named either, for no row: its number comes from the
--     context alone.
-- Why: a row that is written into another hotel is read there as its own.
-- Expected: 42501 where there is no right, no rows where the rival's are meant.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: copies of one's own rows, inserted for the rival
-- expect: refused 42501
select format(
    E'-- inserts into %s for the rival\n'
    'insert into %1$s (%s) overriding system value select %s from %1$s where %4$I = %5$s limit 1',
    c.oid::regclass, string_agg(format('%I', a.attname), ', ' order by a.attnum),
    string_agg(
        case when a.attname = tenant.name then :'rival' else format('%I', a.attname) end, ', ' order by a.attnum
    ),
    tenant.name, :'own'
)
from pg_class c
cross join lateral (
    select case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end as name
) as tenant
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    and (
        a.attname = tenant.name
        or has_column_privilege(c.oid, a.attnum, 'insert') and has_column_privilege(c.oid, a.attnum, 'select')
            -- What points at a row of one's own would be refused for that.
            and (
                a.attnotnull or not exists (
                    select from pg_constraint k
                    where k.conrelid = c.oid and k.contype = 'f' and a.attnum = any (k.conkey)
                )
            )
    )
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = tenant.name)
group by c.oid, tenant.name
\gexec

-- attempts: updates of the rival's
-- expect: refused 42501 or zero rows
select format(
    E'-- updates %s.%I of the rival\nupdate %1$s set %2$I = %2$I where %3$I = %4$s', c.oid::regclass, a.attname,
    tenant.name, :'rival'
)
from pg_class c
cross join lateral (
    select case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end as name
) as tenant
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attname <> tenant.name
    and exists (select from pg_attribute t where t.attrelid = c.oid and t.attname = tenant.name)
\gexec

-- attempts: moves to the rival
-- expect: refused 42501
select format(
    E'-- moves %s to the rival\nupdate %1$s set %2$I = %3$s where %2$I = %4$s', c.oid::regclass, a.attname, :'rival',
    :'own'
)
from pg_class c
join pg_attribute a on a.attrelid = c.oid
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attidentity <> 'a'
\gexec

-- attempts: deletes of the rival's
-- expect: refused 42501 or zero rows
select format(E'-- deletes %s of the rival\ndelete from %1$s where %I = %s', c.oid::regclass, a.attname, :'rival')
from pg_class c
join pg_attribute a on a.attrelid = c.oid
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
\gexec

-- attempt: the rival's guest, by a merge
-- expect: zero rows
merge into guests g using (select :'rival_guest'::uuid as id) s on g.id = s.id
when matched then update set notes = 'X';

-- attempt: the rival's guest, from a row of one's own
-- expect: zero rows
update guests g set notes = 'X' from organizations o where g.organization_id <> o.id;

-- attempts: one's own hotel, named
-- expect: refused 42501
select format(
    E'-- inserts into %s naming its hotel\ninsert into %1$s (organization_id) select %2$s where false', c.oid::regclass,
    :'own'
)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
\gexec

-- attempts: one's own hotel, set again
-- expect: refused 42501
select format(
    E'-- sets the hotel of %s\nupdate %1$s set organization_id = %2$s where false', c.oid::regclass, :'own'
)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id'
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
\gexec
