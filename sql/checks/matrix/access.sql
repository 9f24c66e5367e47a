-- Who may do what to which columns of which table, and the policies that have a say in it.
-- One line a table, role and command; what has no line nobody may do, the owner aside. Row security binds the owner too,
-- so what a policy opens to it has a line as well.
-- The first section of policies/MATRIX.md.
with our_table as (
    -- Partitions come month by month: one line for what all of a table have, and one for whatever some have more.
    select c.oid,
        case
            when c.relispartition then format('partitions of %s.%s', p.relnamespace::regnamespace, p.relname)
            else format('%s.%s', c.relnamespace::regnamespace, c.relname)
        end as name, c.relowner, c.relacl,
        case
            when c.relforcerowsecurity and c.relrowsecurity then 'forced'
            when c.relrowsecurity then 'not forced'
            else 'off'
        end as row_security
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid and c.relispartition
    left join pg_class p on p.oid = i.inhparent
    where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace)
        and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
),
privilege as (
    select t.oid, a.grantee, lower(a.privilege_type) as command, null::smallint as column_number, a.is_grantable
    from our_table t
    cross join lateral aclexplode(t.relacl) a
    where a.grantee <> t.relowner
    union all
    select t.oid, a.grantee, lower(a.privilege_type), c.attnum, a.is_grantable
    from our_table t
    join pg_attribute c on c.attrelid = t.oid and not c.attisdropped
    cross join lateral aclexplode(c.attacl) a
    where a.grantee <> t.relowner
),
access as (
    select p.oid, p.grantee, coalesce(r.rolname, 'public') as role, coalesce(r.rolbypassrls, false) as bypasses,
        p.command,
        case
            when bool_or(p.column_number is null) then 'all'
            else string_agg(c.attname, ', ' order by c.attnum)
        end || case when bool_or(p.is_grantable) then ' with grant option' else '' end as columns
    from privilege p
    left join pg_roles r on r.oid = p.grantee
    left join pg_attribute c on c.attrelid = p.oid and c.attnum = p.column_number
    group by p.oid, p.grantee, r.rolname, r.rolbypassrls, p.command
    union all
    -- What a role has because it is a member of another.
    select p.oid, m.oid, m.rolname, m.rolbypassrls, p.command, format('as a member of %s', p.grantee::regrole)
    from (select distinct oid, grantee, command from privilege where grantee <> 0) p
    join our_table t on t.oid = p.oid
    join pg_roles m
        on m.oid not in (p.grantee, t.relowner) and not m.rolsuper and pg_has_role(m.oid, p.grantee, 'usage')
    union all
    select p.polrelid, r.oid, r.rolname, r.rolbypassrls, command, 'all, as the owner'
    from pg_policy p
    join our_table t on t.oid = p.polrelid and t.relowner = any (p.polroles)
    join pg_roles r on r.oid = t.relowner
    cross join lateral unnest(case p.polcmd
        when 'r' then array['select'] when 'a' then array['insert'] when 'w' then array['update']
        when 'd' then array['delete'] else array['select', 'insert', 'update', 'delete']
    end) as command
    where p.polpermissive
),
line as (
    select distinct t.name as "table", coalesce(a.role, '–') as role, coalesce(a.command, '–') as command,
        coalesce(a.columns, 'nobody but the owner') as columns,
        case when a.bypasses and t.row_security <> 'off' then 'bypassed' else t.row_security end as "row security",
        coalesce(says.permissive, '–') as permissive, coalesce(says.restrictive, '–') as restrictive
    from our_table t
    left join access a on a.oid = t.oid
    cross join lateral (
        select string_agg(p.polname, ', ' order by p.polname) filter (where p.polpermissive) as permissive,
            string_agg(p.polname, ', ' order by p.polname) filter (where not p.polpermissive) as restrictive
        from pg_policy p
        where p.polrelid = t.oid
            and not a.bypasses
            and p.polroles && array[0::oid, a.grantee]
            and case p.polcmd
                when 'r' then a.command = 'select'
                when 'a' then a.command = 'insert'
                when 'w' then a.command = 'update'
                when 'd' then a.command = 'delete'
                else a.command in ('select', 'insert', 'update', 'delete')
            end
    ) says
)
select l.*
from line l
order by l."table" collate "C", l.role collate "C",
    array_position(array['select', 'insert', 'update', 'delete'], l.command), l.command
