-- Everything in this database that a file of the repository decides, one row an object, in a normal form that is
-- the same for the same object: who may do what (roles, schemas, grants, policies) and what does it (functions,
-- triggers, defaults). Names come out fully qualified only with an empty search_path: `set search_path = ''` first.
--
-- `relation` is the table's oid where the object belongs to one; `tuple` changes whenever a function, a trigger or a
-- default is written again, even with the same text. What an extension brought along is the extension's.
with our_role as (
    select * from pg_catalog.pg_roles
    where rolname in (
        'stayzr_owner', 'stayzr_app', 'stayzr_platform', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing', 'stayzr_auditor'
    )
),
our_schema as (
    select oid, nspname, nspowner, nspacl from pg_catalog.pg_namespace where nspname in ('app', 'public')
),
our_relation as (
    select c.*, format('%I.%I', s.nspname, c.relname) as identity
    from pg_catalog.pg_class c
    join our_schema s on s.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (
          select from pg_catalog.pg_depend d
          where d.classid = 'pg_catalog.pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'
      )
),
privilege as (
    -- One line a privilege of the whole object, one line a privilege of some columns.
    select r.oid as relation, r.identity, a.grantee,
           lower(a.privilege_type) || case when a.is_grantable then ' with grant option' else '' end as line
    from our_relation r
    cross join lateral aclexplode(r.relacl) a
    where a.grantee <> r.relowner
    union all
    select r.oid, r.identity, a.grantee,
           format('%s (%s)%s', lower(a.privilege_type), string_agg(quote_ident(t.attname), ', ' order by t.attnum),
                  case when a.is_grantable then ' with grant option' else '' end)
    from our_relation r
    join pg_catalog.pg_attribute t on t.attrelid = r.oid and not t.attisdropped
    cross join lateral aclexplode(t.attacl) a
    where a.grantee <> r.relowner
    group by r.oid, r.identity, a.grantee, a.privilege_type, a.is_grantable
),
object (kind, identity, relation, tuple, definition) as (
    select 'role', r.rolname::text, null::oid, null::text,
           concat_ws(E'\n',
               case when r.rolcanlogin then 'login' else 'nologin' end,
               case when r.rolsuper then 'superuser' else 'nosuperuser' end,
               case when r.rolbypassrls then 'bypassrls' else 'nobypassrls' end,
               case when r.rolcreaterole then 'createrole' else 'nocreaterole' end,
               case when r.rolcreatedb then 'createdb' else 'nocreatedb' end,
               case when r.rolreplication then 'replication' else 'noreplication' end,
               case when r.rolinherit then 'inherit' else 'noinherit' end,
               'connection limit ' || r.rolconnlimit,
               'valid until ' || r.rolvaliduntil::text,
               (select string_agg(format('member of %I%s', g.rolname, case when m.admin_option then ' with admin option' else '' end),
                                  E'\n' order by g.rolname, m.admin_option)
                from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.roleid
                where m.member = r.oid),
               -- A superuser has the role's rights anyway, and its name differs from one installation to the next.
               (select string_agg(format('granted to %I%s', g.rolname, case when m.admin_option then ' with admin option' else '' end),
                                  E'\n' order by g.rolname, m.admin_option)
                from pg_catalog.pg_auth_members m join pg_catalog.pg_roles g on g.oid = m.member
                where m.roleid = r.oid and not g.rolsuper),
               (select string_agg(format('%s%s', case when s.setdatabase = 0 then 'set ' else 'set in this database ' end, c.entry),
                                  E'\n' order by s.setdatabase, c.entry)
                from pg_catalog.pg_db_role_setting s cross join lateral unnest(s.setconfig) c (entry)
                where s.setrole = r.oid
                  and s.setdatabase in (0, (select oid from pg_catalog.pg_database where datname = current_database()))))
    from our_role r

    union all
    select 'schema', s.nspname::text, null, null,
           concat_ws(E'\n', 'owned by ' || quote_ident(pg_get_userbyid(s.nspowner)),
               (select string_agg(format('%s to %s%s', lower(a.privilege_type),
                                         case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
                                         case when a.is_grantable then ' with grant option' else '' end),
                                  E'\n' order by a.privilege_type, pg_get_userbyid(a.grantee))
                from aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a
                where a.grantee <> s.nspowner))
    from our_schema s

    union all
    -- Without the name and the owner: the same for each database of an installation.
    select 'database', 'this database', null, null,
           (select coalesce(string_agg(format('%s to %s%s', lower(a.privilege_type),
                                     case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
                                     case when a.is_grantable then ' with grant option' else '' end),
                              E'\n' order by a.privilege_type, pg_get_userbyid(a.grantee)), 'owner only')
            from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
            where a.grantee <> d.datdba)
    from pg_catalog.pg_database d
    where d.datname = current_database()

    union all
    -- Ways from one session to another that database_roles.sql closes where it may.
    select 'built-in functions', 'large objects and signals', null, null,
           coalesce('executable by public: ' || (
               select string_agg(p.oid::regprocedure::text, ', ' order by p.oid::regprocedure::text)
               from pg_catalog.pg_proc p
               where p.pronamespace = 'pg_catalog'::regnamespace
                 and (p.proname like 'lo\_%' or p.proname in ('loread', 'lowrite', 'pg_terminate_backend', 'pg_cancel_backend'))
                 and exists (select from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a where a.grantee = 0)
           ), 'not executable by public')

    union all
    select 'default privileges',
           format('%I%s on %s', pg_get_userbyid(p.defaclrole), ' in schema ' || quote_ident(s.nspname),
                  case p.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions'
                                       when 'T' then 'types' when 'n' then 'schemas' else p.defaclobjtype::text end),
           null, null,
           coalesce((select string_agg(format('%s to %s%s', lower(a.privilege_type),
                                     case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
                                     case when a.is_grantable then ' with grant option' else '' end),
                              E'\n' order by a.privilege_type, pg_get_userbyid(a.grantee))
            from aclexplode(p.defaclacl) a
            where a.grantee <> p.defaclrole), 'owner only')
    from pg_catalog.pg_default_acl p
    left join pg_catalog.pg_namespace s on s.oid = p.defaclnamespace

    union all
    select 'policy', format('%I on %s', p.polname, r.identity), r.oid, null,
           concat_ws(E'\n',
               case when p.polpermissive then 'permissive' else 'restrictive' end,
               'for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                                       when 'd' then 'delete' else 'all' end,
               'to ' || (select string_agg(case when g = 0 then 'public' else quote_ident(pg_get_userbyid(g)) end, ', '
                                           order by pg_get_userbyid(g))
                         from unnest(p.polroles) g),
               'using ' || pg_get_expr(p.polqual, p.polrelid),
               'with check ' || pg_get_expr(p.polwithcheck, p.polrelid))
    from pg_catalog.pg_policy p
    join our_relation r on r.oid = p.polrelid

    union all
    -- A partition is read through its parent, whose policies hold; its own flags are made as months go by.
    select 'rls', r.identity, r.oid, null,
           concat_ws(E'\n', case when r.relrowsecurity then 'enabled' else 'disabled' end,
                            case when r.relforcerowsecurity then 'forced' else 'not forced' end)
    from our_relation r
    where r.relkind in ('r', 'p') and not r.relispartition

    union all
    select 'grant', format('%s to %s', p.identity, case when p.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(p.grantee)) end),
           p.relation, null, string_agg(p.line, E'\n' order by p.line)
    from privilege p
    group by p.relation, p.identity, p.grantee

    union all
    select 'trigger', format('%I on %s', t.tgname, r.identity), r.oid, concat_ws(' ', t.oid, t.xmin, t.ctid),
           concat_ws(E'\n', pg_get_triggerdef(t.oid),
               case t.tgenabled when 'O' then null when 'D' then 'disabled' when 'R' then 'replica' else 'always' end)
    from pg_catalog.pg_trigger t
    join our_relation r on r.oid = t.tgrelid
    where not t.tgisinternal and t.tgparentid = 0

    union all
    select 'default', format('%s.%I', r.identity, a.attname), r.oid, concat_ws(' ', d.oid, d.xmin, d.ctid),
           concat_ws(' ', case a.attgenerated when 's' then 'generated always as' else 'default' end, pg_get_expr(d.adbin, d.adrelid))
    from pg_catalog.pg_attrdef d
    join our_relation r on r.oid = d.adrelid
    join pg_catalog.pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    where not r.relispartition

    union all
    select 'rule', format('%I on %s', w.rulename, r.identity), r.oid, null, pg_get_ruledef(w.oid)
    from pg_catalog.pg_rewrite w
    join our_relation r on r.oid = w.ev_class
    where w.rulename <> '_RETURN'

    union all
    select case when r.relkind in ('v', 'm') then 'view' else 'table' end, r.identity, r.oid, null,
           concat_ws(E'\n',
               case r.relkind when 'v' then 'view' when 'm' then 'materialized view' when 'f' then 'foreign table'
                              when 'S' then 'sequence' else 'table' end,
               'owned by ' || quote_ident(pg_get_userbyid(r.relowner)),
               case when r.relkind in ('v', 'm')
                    then concat_ws(E'\n', 'with (' || array_to_string(r.reloptions, ', ') || ')', pg_get_viewdef(r.oid)) end)
    from our_relation r
    where not r.relispartition

    union all
    select 'function', format('%I.%I(%s)', s.nspname, p.proname, pg_get_function_identity_arguments(p.oid)), null,
           concat_ws(' ', p.oid, p.xmin, p.ctid),
           concat_ws(E'\n',
               case when p.prokind = 'a' then 'aggregate' else rtrim(pg_get_functiondef(p.oid), E'\n') end,
               'owned by ' || quote_ident(pg_get_userbyid(p.proowner)),
               (select string_agg(format('execute to %s%s',
                                         case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
                                         case when a.is_grantable then ' with grant option' else '' end),
                                  E'\n' order by pg_get_userbyid(a.grantee))
                from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                where a.grantee <> p.proowner))
    from pg_catalog.pg_proc p
    join our_schema s on s.oid = p.pronamespace
    where not exists (
        select from pg_catalog.pg_depend d
        where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
    )
)
select kind, identity, relation, tuple, definition from object order by kind, identity
