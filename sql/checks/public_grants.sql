-- Id: RLS016
-- Severity: high
-- What: PUBLIC holds nothing on this database, on the schemas app and public, nor on a table, column, sequence or
--   function in them.
-- Why: PUBLIC is every role there is and every role there will be.
-- Mend: `revoke all on … from public`; new functions are granted to PUBLIC unless default privileges say otherwise.
-- See: https://www.postgresql.org/docs/current/ddl-priv.html
select 'schema ' || s.nspname as object, lower(a.privilege_type) || ' to public' as finding,
    s.nspacl::text as detail
from pg_namespace s
cross join lateral aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a
where s.nspname in ('app', 'public') and a.grantee = 0
union all
select c.oid::regclass::text, lower(a.privilege_type) || ' to public', c.relacl::text
from pg_class c
cross join lateral aclexplode(c.relacl) a
where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace) and a.grantee = 0
union all
select format('%s.%I', t.attrelid::regclass, t.attname), lower(a.privilege_type) || ' to public', t.attacl::text
from pg_attribute t
join pg_class c on c.oid = t.attrelid
cross join lateral aclexplode(t.attacl) a
where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace) and a.grantee = 0
union all
select p.oid::regprocedure::text, lower(a.privilege_type) || ' to public',
    coalesce(p.proacl::text, 'the default: execute to public')
from pg_proc p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and a.grantee = 0
union all
select 'database ' || d.datname, lower(a.privilege_type) || ' to public',
    coalesce(d.datacl::text, 'the default: connect and temporary to public')
from pg_database d
cross join lateral aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
where d.datname = current_database() and a.grantee = 0
order by 1, 2
