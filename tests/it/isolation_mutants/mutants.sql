-- Every way to weaken the isolation by one thing, from the catalogs of a healthy database: a name, the statements, and
-- the tests that are tried first.
with policy as (
    select p.polname as name, p.polrelid, p.polrelid::regclass::text as "table", p.polpermissive, p.polqual,
        p.polwithcheck,
        case p.polcmd
            when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all'
        end as command,
        array['forged::reach'] as tests,
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
),
guard as (
    select f.oid, f.proname as name, f.prosrc as source, array[
        case
            when f.proname ~ 'search' then 'messages::search'
            when f.proname ~ 'hold_messages' then 'partitions::refused'
            when f.proname ~ 'standing|lookup|seal|context|organization_id|alert' then 'forged::'
            when f.proname ~ 'property|time_zone' then 'properties::'
            when f.proname ~ 'conversation' then 'data_scope::scenes'
            when f.proname ~ 'gate|feature' then 'features::'
            when f.proname ~ 'usage|spare' then 'limits::'
            when f.proname ~ 'tier' then 'platform_tiers::'
            when f.proname ~ 'subscription' then 'subscription'
            when f.proname ~ 'record_access' then 'audit_log::'
            when f.proname ~ 'owner_deleted|user_is_there' then 'users::'
            when f.proname ~ 'invoice' then 'invoices::'
            when f.proname ~ 'password' then 'password'
            when f.proname ~ 'admin' then 'last_admin::'
            when f.proname ~ 'impersonate|access' then 'platform_grants::'
            else 'grant_limits::'
        end,
        'invitations::', 'api_keys::'
    ] as tests
    from pg_proc f
    where f.pronamespace = 'app'::regnamespace
)
select format('policy %s on %s dropped', name, "table") as name,
    format('drop policy %I on %s', name, "table") as statements, tests
from policy
union all
select format('policy %s on %s uses true', name, "table"), format('alter policy %I on %s using (true)', name, "table"),
    tests
from policy where polqual is not null
union all
select format('policy %s on %s checks nothing', name, "table"),
    format('alter policy %I on %s with check (true)', name, "table"), tests
from policy where command in ('insert', 'update', 'all')
union all
select format('policy %s on %s is permissive', name, "table"), format(
    'drop policy %1$I on %2$s; create policy %1$I on %2$s as permissive for %3$s to %4$s %5$s %6$s',
    name, "table", command, roles, 'using (' || pg_get_expr(polqual, polrelid) || ')',
    'with check (' || pg_get_expr(polwithcheck, polrelid) || ')'
), tests
from policy where not polpermissive
union all
select format('row security of %s off', name), format('alter table %s disable row level security', name),
    array['drills::reads']
from tenant_table
union all
select format('row security of %s not forced', name), format('alter table %s no force row level security', name),
    array['drills::owner']
from tenant_table
union all
select format('%s of %s names the hotel', lower(privilege_type), t.name),
    format('grant %s (organization_id) on %s to stayzr_app', privilege_type, t.name), array['drills::writes']
from tenant_table t
join information_schema.column_privileges g
    on g.grantee = 'stayzr_app' and g.table_schema = 'public' and g.table_name = t.name
    and g.privilege_type in ('INSERT', 'UPDATE')
where exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'organization_id')
group by t.oid, t.name, privilege_type
having not bool_or(g.column_name = 'organization_id')
union all
select format('key %s of %s dropped', name, "table"), format('alter table %s drop constraint %I', "table", name),
    array['isolation::references', 'drills::foreign_keys', 'drills::references']
from composite_key
union all
select format('trigger %s on %s dropped', t.tgname, t.tgrelid::regclass),
    format('drop trigger %I on %s', t.tgname, t.tgrelid::regclass), array[
        t.tgrelid::regclass || '::',
        case
            when t.tgname ~ '^users_(standing|standing_deleted|sessions)$|^user_roles_standing$' then 'sessions::'
            when t.tgname = 'organizations_search_languages' then 'messages::search'
            when t.tgname ~ 'standing' and t.tgname !~ 'subscription' then 'team_members::'
            when t.tgname ~ 'subscription' then 'platform_subscriptions::'
            when t.tgname ~ 'usage' then 'limits::' when t.tgname ~ 'audit' then 'audit_log::'
            when t.tgname ~ 'limit' then 'grant_limits::' when t.tgname ~ 'gate' then 'features::'
            when t.tgname ~ 'there' then 'users::' when t.tgname ~ 'invoice' then 'invoices::'
            else t.tgrelid::regclass || '_'
        end
    ]
from pg_trigger t
join tenant_table o on o.oid = t.tgrelid
where not t.tgisinternal
union all
select format('call %s of %s in %s left out', number, call[1], name),
    regexp_replace(
        pg_get_functiondef(oid), 'perform app\.(verify_seal|require_[a-z]+)\(', 'perform concat(', 1, number::integer
    ),
    tests
from guard
cross join lateral regexp_matches(source, 'perform app\.(verify_seal|require_[a-z]+)\(', 'g')
    with ordinality as calls (call, number)
union all
select format('refusal %s of %s is nothing', number, name),
    regexp_replace(pg_get_functiondef(oid), 'raise exception', 'raise debug', 1, number::integer), tests
from guard
cross join lateral regexp_matches(source, 'raise exception', 'g') with ordinality as refusals (refusal, number)
union all
select format('%s says yes', f.proname),
    regexp_replace(
        pg_get_functiondef(f.oid), '\n ?(RETURN |AS \$function\$).*$',
        case l.lanname when 'sql' then E'\nreturn true' else E'\nas ''begin return true; end''' end
    ),
    array['data_scope::everybody', 'features::', 'forged::inside::']
from pg_proc f
join pg_language l on l.oid = f.prolang
where f.pronamespace = 'app'::regnamespace and f.prorettype = 'boolean'::regtype
    and f.proname in ('sees_all', 'sees_guest', 'sees_conversation', 'has_permission', 'has_feature', 'plan_feature')
union all
select 'plan_limit knows no limit',
    regexp_replace(pg_get_functiondef(f.oid), '\n ?(RETURN |AS \$function\$).*$', E'\nreturn null::bigint'),
    array['limits::dry_run', 'limits::races']
from pg_proc f
where f.oid = 'app.plan_limit(integer, text, timestamptz)'::regprocedure
union all
select 'the seal is not verified', $$
    create or replace function app.organization_id() returns integer language sql stable parallel safe security definer
    set search_path = pg_catalog, pg_temp
    as 'select app.claimed_organization_id()'
$$, array['forged::contexts::']
union all
select 'the seal lasts forever', replace(
    pg_get_functiondef('app.organization_id()'::regprocedure), 'extract(epoch from clock_timestamp())', '0'
), array['forged::contexts::']
union all
select 'the seal fits whatever it says', replace(
    pg_get_functiondef('app.organization_id()'::regprocedure),
    'sha256(convert_to(split_part(seal, ''.'', 3), ''UTF8'')) =', 'true or null::bytea ='
), array['forged::contexts::']
order by 1
