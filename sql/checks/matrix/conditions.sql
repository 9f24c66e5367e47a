-- What the policies come to: which rows a role reaches by a command, and what a row has to be afterwards. Permissive
-- policies are any of them, restrictive ones all of them; calls stand without the `(select …)` that runs them once.
-- An update or a delete reads too, and so needs what select needs besides. One line a table, role that row security binds
-- and command. The second section of policies/MATRIX.md.
with held as (
    select distinct c.oid, format('%s.%s', c.relnamespace::regnamespace, c.relname) as name, a.grantee,
        lower(a.privilege_type) as command
    from pg_class c
    join pg_attribute t on t.attrelid = c.oid and not t.attisdropped
    cross join lateral (
        select * from aclexplode(coalesce(c.relacl, acldefault('r', c.relowner)))
        union all
        select * from aclexplode(t.attacl)
    ) a
    where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace)
        and c.relrowsecurity
        -- Row security binds the owner too, who reaches what a policy opens.
        and (
            a.grantee <> c.relowner
            or exists (
                select from pg_policy o
                where o.polrelid = c.oid and o.polpermissive and c.relowner = any (o.polroles)
                    and o.polcmd in ('*', case a.privilege_type
                        when 'SELECT' then 'r' when 'INSERT' then 'a' when 'UPDATE' then 'w' when 'DELETE' then 'd'
                    end)
            )
        )
        and a.privilege_type in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
),
policy as (
    select p.polrelid, p.polname, p.polroles, p.polpermissive,
        case p.polcmd
            when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
        end as command,
        said.rows_condition, coalesce(said.new_condition, said.rows_condition) as new_condition
    from pg_policy p
    cross join lateral (
        select
            regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\( SELECT (app\.\w+\([^()]*\)) AS \w+\)', '\1', 'g'),
            regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '\( SELECT (app\.\w+\([^()]*\)) AS \w+\)', '\1', 'g')
    ) said (rows_condition, new_condition)
),
resolved as (
    select h.name, coalesce(r.rolname, 'public') as role, h.command,
        concat_ws(
            ' and ',
            string_agg(p.rows_condition, ' and ' order by p.polname) filter (where not p.polpermissive),
            coalesce(
                '(' || string_agg(p.rows_condition, ' or ' order by p.polname) filter (where p.polpermissive) || ')', 'false'
            )
        ) as rows_condition,
        concat_ws(
            ' and ',
            string_agg(p.new_condition, ' and ' order by p.polname) filter (where not p.polpermissive),
            coalesce(
                '(' || string_agg(p.new_condition, ' or ' order by p.polname) filter (where p.polpermissive) || ')', 'false'
            )
        ) as new_condition
    from held h
    left join pg_roles r on r.oid = h.grantee
    left join policy p
        on p.polrelid = h.oid and p.polroles && array[0::oid, h.grantee] and coalesce(p.command, h.command) = h.command
    where not coalesce(r.rolbypassrls or r.rolsuper, false)
    group by h.name, r.rolname, h.command
)
select name as "table", role, command,
    case command when 'insert' then '–' else regexp_replace(rows_condition, '\s+', ' ', 'g') end as "rows",
    case
        when command in ('select', 'delete') then '–'
        when command = 'update' and new_condition = rows_condition then 'the same'
        else regexp_replace(new_condition, '\s+', ' ', 'g')
    end as "new rows"
from resolved
order by name collate "C", role collate "C", array_position(array['select', 'insert', 'update', 'delete'], command)
