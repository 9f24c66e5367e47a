-- Every way to weaken the isolation by one thing, from the catalogs of a healthy database: a name, and the statements.
with policy as (
    select p.polname as name, p.polrelid, p.polrelid::regclass::text as "table", p.polpermissive, p.polqual,
        p.polwithcheck,
        case p.polcmd
            when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all'
        end as command,
        (select string_agg(quote_ident(r.rolname), ', ') from pg_roles r where r.oid = any (p.polroles)) as roles
    from pg_policy p
),
tenant_table as (
    select c.oid, c.oid::regclass::text as name
    from pg_class c
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
),
composite_key as (
    select f.conname as name, f.conrelid::regclass::text as "table"
    from pg_constraint f
    join tenant_table t on t.oid = f.conrelid
    where f.contype = 'f' and cardinality(f.conkey) > 1
        and exists (
            select from pg_attribute a
            where a.attrelid = f.conrelid and a.attnum = any (f.conkey) and a.attname = 'organization_id'
        )
)
select format('policy %s on %s dropped', name, "table") as name,
    format('drop policy %I on %s', name, "table") as statements
from policy
union all
select format('policy %s on %s uses true', name, "table"), format('alter policy %I on %s using (true)', name, "table")
from policy where polqual is not null
union all
select format('policy %s on %s checks nothing', name, "table"),
    format('alter policy %I on %s with check (true)', name, "table")
from policy where command in ('insert', 'update', 'all')
union all
select format('policy %s on %s is permissive', name, "table"), format(
    'drop policy %1$I on %2$s; create policy %1$I on %2$s as permissive for %3$s to %4$s %5$s %6$s',
    name, "table", command, roles, 'using (' || pg_get_expr(polqual, polrelid) || ')',
    'with check (' || pg_get_expr(polwithcheck, polrelid) || ')'
)
from policy where not polpermissive
union all
select format('row security of %s off', name), format('alter table %s disable row level security', name)
from tenant_table
union all
select format('row security of %s not forced', name), format('alter table %s no force row level security', name)
from tenant_table
union all
select format('%s of %s names the hotel', lower(privilege_type), t.name),
    format('grant %s (organization_id) on %s to stayzr_app', privilege_type, t.name)
from tenant_table t
join information_schema.column_privileges g
    on g.grantee = 'stayzr_app' and g.table_schema = 'public' and g.table_name = t.name
    and g.privilege_type in ('INSERT', 'UPDATE')
where exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'organization_id')
group by t.oid, t.name, privilege_type
having not bool_or(g.column_name = 'organization_id')
union all
select format('key %s of %s dropped', name, "table"), format('alter table %s drop constraint %I', "table", name)
from composite_key
union all
select format('trigger %s on %s dropped', t.tgname, t.tgrelid::regclass),
    format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass)
from pg_trigger t
join tenant_table o on o.oid = t.tgrelid
where not t.tgisinternal
union all
select 'the seal is not verified', $$
    create or replace function app.organization_id() returns integer language sql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
    as 'select nullif(current_setting(''app.organization_id'', true), '''')::integer'
$$
order by 1
