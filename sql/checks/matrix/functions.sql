-- Which functions there are, with whose rights they run, and who besides their owner may execute them.
-- The second section of policies/MATRIX.md.
select
    format('%s.%s(%s)', p.pronamespace::regnamespace, p.proname, pg_get_function_identity_arguments(p.oid)) as function,
    pg_get_userbyid(p.proowner) as owner,
    case when p.prosecdef then 'the owner' else 'the caller' end as "runs as",
    coalesce(
        (
            select string_agg(g.name, ', ' order by g.name collate "C")
            from (
                select case when a.grantee = 0 then 'public' else pg_get_userbyid(a.grantee)::text end as name
                from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
                where a.grantee <> p.proowner and a.privilege_type = 'EXECUTE'
            ) g
        ),
        '–'
    ) as "executable by"
from pg_proc p
where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace)
order by p.proname collate "C", pg_get_function_identity_arguments(p.oid) collate "C"
