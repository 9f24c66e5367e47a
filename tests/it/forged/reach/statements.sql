-- What stayzr_app may try on the tables of hotels, one statement for each right it has: read all, change nothing of all,
-- change a column of all without a look at any (for that PostgreSQL does not ask the policies of select), delete all,
-- and write a row of the hotel $1 once more as it stands. Where values of that row have to stand in the statement, an
-- administrator asks for the statement first: who writes need not be able to read.
with tenant_table as (
    select c.oid, c.relname as name
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
        and not c.relispartition
),
granted as (
    select t.oid, t.name, a.attname as column_name, a.attnum, a.atttypid,
        has_column_privilege('stayzr_app', t.oid, a.attnum, 'select') as reads,
        has_column_privilege('stayzr_app', t.oid, a.attnum, 'insert') as inserts,
        has_column_privilege('stayzr_app', t.oid, a.attnum, 'update') as updates
    from tenant_table t
    join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
),
statement as (
    select name, 'select' as command, format('select count(*) from %I', name) as statement
    from granted
    where reads
    group by name
    union all
    select name, 'update', format(
        'update %I set %s', name, string_agg(
            format('%1$I = ', column_name) || case
                when reads then quote_ident(column_name)
                when atttypid = 'bytea'::regtype then 'sha256(''y'')'
                else quote_literal('y')
            end, ', ' order by attnum
        )
    )
    from granted
    where updates
    group by name
    union all
    select g.name, format('update %I unseen', g.column_name), format(
        'select format(''update %1$I set %2$I = %%s'', quote_nullable(%2$I)) from public.%1$I
         where %3$I = %4$s order by ctid limit 1',
        g.name, g.column_name, case g.name when 'organizations' then 'id' else 'organization_id' end, $1::integer
    )
    from granted g
    where g.updates
        -- Whose a row is, and otherwise one column that no other row's value can be in the way of.
        and (
            g.atttypid = 'uuid'::regtype
            or g.attnum = (
                select min(o.attnum) from granted o
                where o.oid = g.oid and o.updates and not exists (
                    select from pg_index i where i.indrelid = o.oid and i.indisunique and o.attnum = any (i.indkey)
                )
            )
        )
    union all
    select name, 'delete', format('delete from %I', name)
    from tenant_table
    where has_table_privilege('stayzr_app', oid, 'delete')
    union all
    select name, 'insert', format(
        'select format(''insert into %1$I (%2$s) values (%%s)'', concat_ws('', '', %3$s)) from public.%1$I
         where organization_id = %4$s order by ctid limit 1',
        name, string_agg(quote_ident(column_name), ', ' order by attnum),
        string_agg(
            case when column_name = 'id' then '''gen_random_uuid()''' else format('quote_nullable(%I)', column_name) end,
            ', ' order by attnum
        ), $1::integer
    )
    from granted
    where inserts
    group by name
)
select name, command, statement
from statement
order by name, array_position(array['select', 'insert', 'update', 'delete'], split_part(command, ' ', 1)), command
