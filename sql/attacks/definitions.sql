-- ATK005 changing the fence
-- What: policies, row security, ownership, grants and the functions that policies call are altered, replaced and
--     dropped.
-- Why: whoever can change what keeps hotels apart is kept from nothing.
-- Expected: 42501 each. Each is refused before it takes a lock that a request would wait for.
-- Severity: critical
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempts: tables
-- expect: refused 42501
select format(E'-- %s\n%1$s', replace(statement, '{}', c.oid::regclass::text))
from pg_class c
cross join unnest(array[
    'alter table {} disable row level security', 'alter table {} no force row level security',
    'alter table {} owner to current_user', 'drop table {}'
]) as statement
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
\gexec

-- attempts: policies
-- expect: refused 42501
select format(E'-- %s %I\n%1$s %2$I on %3$s %4$s', verb, p.polname, p.polrelid::regclass, rest)
from pg_policy p
cross join (values ('drop policy', ''), ('alter policy', 'to public')) as statement (verb, rest)
\gexec

-- attempts: the functions that policies call
-- expect: refused 42501
select format(E'-- %s\n%1$s', replace(statement, '{}', p.oid::regprocedure::text))
from pg_proc p
cross join unnest(array[
    'alter function {} security invoker', 'alter function {} reset all', 'alter function {} leakproof',
    'alter function {} owner to current_user', 'drop function {} cascade'
]) as statement
where p.oid in (
    select d.refobjid from pg_depend d where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_proc'::regclass
)
\gexec

-- attempt: another function for the tenant
-- expect: refused 42501
create or replace function app.organization_id() returns integer language sql as 'select 1';

-- attempt: a policy of its own
-- expect: refused 42501
create policy attack_mine on public.guests using (true);

-- attempt: a trigger of its own is not even a right
-- expect: zero rows
select c.oid::regclass from pg_class c
where c.relnamespace in ('public'::regnamespace, 'app'::regnamespace) and c.relkind in ('r', 'p')
    and has_table_privilege(c.oid, 'trigger');

-- attempt: the reset of a table's policies
-- expect: refused 42501
select app.policy_reset('public.guests');

-- attempt: another key that seals
-- expect: refused 42501
insert into app.seal_keys (id, inner_pad, outer_pad) select 'attack', '', '' where false;
