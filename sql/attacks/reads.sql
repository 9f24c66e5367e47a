-- ATK024 reading everything
-- What: every table, view and column that may be read is read whole; then for the rival's rows, and for those of any
--     other hotel. What may not be read is tried as well.
-- Why: this is what all the rest is for.
-- Expected: own rows, and no other.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: whole
-- expect: own rows
select format(
    E'-- %s whole\nselect %s from %1$s limit 1000', c.oid::regclass, string_agg(format('%I', a.attname), ', ')
)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and has_column_privilege(c.oid, a.attnum, 'select')
group by c.oid
\gexec

-- attempts: the rival's
-- expect: zero rows
select format(
    E'-- %s of the rival\nselect * from (select %s from %1$s) t where %3$I = %4$s', c.oid::regclass, columns.list,
    a.attname, :'rival'
)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and has_column_privilege(c.oid, a.attnum, 'select')
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
cross join lateral (
    select string_agg(format('%I', a.attname), ', ') as list
    from pg_attribute a
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and has_column_privilege(c.oid, a.attnum, 'select')
) as columns
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
\gexec

-- attempts: any other's
-- expect: zero rows
select format(
    E'-- %s of any other hotel\nselect %I from %1$s where %2$I is distinct from %3$s limit 20', c.oid::regclass,
    a.attname, :'own'
)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and has_column_privilege(c.oid, a.attnum, 'select')
    and a.attname = case when c.oid = 'public.organizations'::regclass then 'id' else 'organization_id' end
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
\gexec

-- attempts: columns it may not read
-- expect: refused 42501
select format(E'-- %s.%I\nselect %2$I from %1$s limit 1', c.oid::regclass, a.attname)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p', 'v', 'm', 'f')
    and not has_column_privilege(c.oid, a.attnum, 'select') and not c.relispartition
\gexec

-- attempts: whole rows and system columns of the rival's
-- expect: refused 42501 or zero rows
select format(E'-- %s\n%s', what, statement)
from (
    values
        ('whole rows of users', 'select u from users u'), ('users as documents', 'select row_to_json(u) from users u'),
        ('where the rows of guests lie', 'select ctid, xmin from guests'),
        ('count of all guests', 'select count(*) from guests having count(*) > 1'),
        ('guests by a join', 'select o.id from organizations o join guests g on g.organization_id <> o.id'),
        ('the rival by its slug', 'select id from organizations where slug = ' || quote_literal(:'rival_slug')),
        ('guests by a prefix', 'select id from guests where full_name like ''%' || :'marker' || ''''),
        ('messages for update', 'select id from guests where organization_id = ' || :'rival' || ' for update'),
        (
            'guests by sample',
            'select organization_id from guests tablesample bernoulli (100) where organization_id <> ' || :'own'
        )
) as attempt (what, statement)
\gexec
