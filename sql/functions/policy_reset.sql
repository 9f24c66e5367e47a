-- The first line of every policies/<table>.sql: `select app.policy_reset('public.guests');`. What the file then lists
-- is all there is, because nothing of what was there before is left: no policy, no grant to anyone but the owner.
--
-- It leaves row level security itself as it is, on and forced by the migration, so that between the reset and the
-- first policy the table shows nothing rather than everything.
create or replace function app.policy_reset(target regclass) returns void
language plpgsql
volatile
security invoker
set search_path = pg_catalog, pg_temp
as $$
declare
    policy record;
    grantee record;
begin
    for policy in select polname from pg_policy where polrelid = target loop
        execute format('drop policy %I on %s', policy.polname, target);
    end loop;

    -- Revoking a privilege on the table revokes it on each of its columns too. `cascade` takes along what a grantee
    -- with a grant option has passed on.
    for grantee in
        select distinct acl.grantee, case when acl.grantee = 0 then 'public' else format('%I', pg_get_userbyid(acl.grantee)) end as name
        from (
            select c.relowner, a.grantee
            from pg_class c cross join lateral aclexplode(c.relacl) a
            where c.oid = target
            union all
            select c.relowner, a.grantee
            from pg_class c
            join pg_attribute t on t.attrelid = c.oid
            cross join lateral aclexplode(t.attacl) a
            where c.oid = target
        ) acl
        where acl.grantee <> acl.relowner
    loop
        execute format('revoke all on %s from %s cascade', target, grantee.name);
    end loop;

    -- Told to `stayzr migrate`, which then knows whose policies and grants the file holds.
    perform set_config(
        'stayzr.policy_reset',
        concat_ws(' ', nullif(current_setting('stayzr.policy_reset', true), ''), target::oid::text),
        true
    );
end
$$;

comment on function app.policy_reset(regclass) is
    'Drops the policies of a table and revokes every grant on it and its columns, except the owner''s. For policies/<table>.sql.';

revoke execute on function app.policy_reset(regclass) from public;
