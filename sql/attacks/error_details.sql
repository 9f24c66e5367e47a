-- ATK012 errors that tell
-- What: every text, number and document that may be read is forced through a cast that fails and quotes its value; with
--     conditions cheap enough to be tried before the policy, with returning, sorting and grouping.
-- Why: a condition that fails on a row tells that row, if it is tried before the policy has judged it.
-- Expected: an error about one's own row; never a value of the rival's in a message, detail, hint or context.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: casts in conditions
-- expect: nothing foreign
select format(E'-- %s.%I\nselect 1 from %1$s where %2$I::text::integer is null', c.oid::regclass, a.attname)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
    and has_column_privilege(c.oid, a.attnum, 'select')
    and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'uuid'::regtype, 'bytea'::regtype, 'text[]'::regtype)
\gexec

-- attempts: casts in conditions on the rival's rows alone
-- expect: zero rows
select format(
    E'-- %s.%I\nselect 1 from %1$s where %3$I = %4$s and %2$I::text::integer = 1', c.oid::regclass, a.attname,
    case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end, :'rival'
)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
    and has_column_privilege(c.oid, a.attnum, 'select')
    and exists (
        select from pg_attribute t
        where t.attrelid = c.oid and has_column_privilege(c.oid, t.attnum, 'select')
            and t.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
    )
\gexec

-- attempt: division by zero where a row is the rival's
-- expect: zero rows
select id from guests where 1 / (case when full_name ~ :'marker' then 0 else 1 end) = 0;

-- attempt: in the order of a list
-- expect: own rows
select organization_id, full_name from guests order by 1 / (case when full_name ~ :'marker' then 0 else 1 end),
full_name;

-- attempt: in an update
-- expect: zero rows
update guests set notes = 'X' where 1 / (case when full_name ~ :'marker' then 0 else 1 end) = 0;

-- attempt: a check that fails
-- expect: refused 23514
insert into guests (full_name, email) values ('', 'x@x.example');

-- attempt: a row that is not one's own to write
-- expect: refused 42501
insert into guests (organization_id, full_name, email) values (:rival, 'X', 'x@x.example');

-- attempt: on conflict with what is the rival's
-- expect: own rows
insert into guests (full_name, email) values ('X', :'marker' || '@guest.example') on conflict do nothing;
