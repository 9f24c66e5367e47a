-- What: PUBLIC holds nothing on the schemas app and public, nor on a table, column, sequence or function in them.
-- Why: PUBLIC is every role there is and every role there will be.
select 'schema ' || s.nspname as object, lower(a.privilege_type) || ' to public' as finding
from pg_namespace s
cross join lateral aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a
where s.nspname in ('app', 'public') and a.grantee = 0
union all
select c.oid::regclass::text, lower(a.privilege_type) || ' to public'
from pg_class c
cross join lateral aclexplode(c.relacl) a
where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace) and a.grantee = 0
union all
select format('%s.%I', t.attrelid::regclass, t.attname), lower(a.privilege_type) || ' to public'
from pg_attribute t
join pg_class c on c.oid = t.attrelid
cross join lateral aclexplode(t.attacl) a
where c.relnamespace in ('app'::regnamespace, 'public'::regnamespace) and a.grantee = 0
union all
select p.oid::regprocedure::text, lower(a.privilege_type) || ' to public'
from pg_proc p
cross join lateral aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace) and a.grantee = 0
order by 1, 2
