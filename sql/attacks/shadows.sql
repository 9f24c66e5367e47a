-- ATK006 shadowing
-- What: tables, functions, operators and types of one's own where a policy, function or query would find them before
--     the real ones: in a temporary schema, in a schema of one's own, in public and in app.
-- Why: a name that is looked up in the attacker's schema first is the attacker's code, run with the owner's rights.
-- Expected: 42501: there is no schema in which any of the roles may create anything.
-- Severity: critical
-- Role: stayzr_app, stayzr_platform, stayzr_auditor
-- In: a session of its own

-- attempt: a temporary table
-- expect: refused 42501
create temporary table guests (id uuid);

-- attempt: a temporary view
-- expect: refused 42501
create temporary view guests as select 1;

-- attempt: a temporary function
-- expect: refused 42501
create function pg_temp.sha256(bytea) returns bytea language sql as 'select $1';

-- attempt: a cheap function that tells its argument, for use in a condition
-- expect: refused 42501
create function pg_temp.leak(text) returns boolean language plpgsql cost 0.0000001 as 'begin raise ''%'', $1; end';

-- attempt: a schema
-- expect: refused 42501
create schema attack_mine;

-- attempts: something in a schema there is
-- expect: refused 42501
select format(E'-- %s in %I\n%3$s', what, n.nspname, format(statement, n.nspname))
from pg_namespace n
cross join (
    values
        ('a table', 'create table %I.attack_mine (id integer)'),
        ('a function', 'create function %I.attack_mine() returns integer language sql as ''select 1'''),
        ('an operator', 'create operator %I.=== (leftarg = text, rightarg = text, function = texteq)'),
        ('a type', 'create type %I.attack_mine as enum (''x'')'),
        ('a view', 'create view %I.attack_mine as select 1')
) as kind (what, statement)
where n.nspname !~ '^pg_toast|^pg_temp'
\gexec

-- attempt: an extension
-- expect: refused 42501
create extension dblink;
