-- A login that reads and writes as stayzr_app does, whose policies know hotels and nothing finer: no permission, no data
-- scope, no shares. What it is faster by is what authorization inside a hotel costs the database.
create role bench_tenant_only login noinherit password 'bench';

do $$
declare
    setting text;
    given record;
begin
    for setting in
        select unnest(setconfig) from pg_db_role_setting where setrole = 'stayzr_app'::regrole
    loop
        execute format(
            'alter role bench_tenant_only set %I = %L', split_part(setting, '=', 1), split_part(setting, '=', 2)
        );
    end loop;
    execute format('grant connect on database %I to bench_tenant_only', current_database());
    grant usage on schema public, app to bench_tenant_only;
    for given in
        select format('grant %s on %I.%I to bench_tenant_only', privilege_type, table_schema, table_name) as statement
        from information_schema.role_table_grants where grantee = 'stayzr_app'
        union all
        select format(
            'grant %s (%I) on %I.%I to bench_tenant_only', privilege_type, column_name, table_schema, table_name
        )
        from information_schema.role_column_grants where grantee = 'stayzr_app'
        union all
        select format('grant execute on function %s to bench_tenant_only', p.oid::regprocedure)
        from pg_proc p cross join lateral aclexplode(p.proacl) a
        where a.grantee = 'stayzr_app'::regrole
    loop
        execute given.statement;
    end loop;
    for given in
        select c.relname as name, case c.relname when 'organizations' then 'id' else 'organization_id' end as hotel
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relrowsecurity
    loop
        execute format(
            'create policy bench_tenant on public.%1$I as restrictive to bench_tenant_only
             using (%2$I = (select app.organization_id())) with check (%2$I = (select app.organization_id()))',
            given.name, given.hotel
        );
        execute format(
            'create policy bench_member on public.%1$I to bench_tenant_only
             using (%2$I = (select app.organization_id())) with check (%2$I = (select app.organization_id()))',
            given.name, given.hotel
        );
    end loop;
end
$$;
