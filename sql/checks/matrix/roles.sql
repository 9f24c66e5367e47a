-- The roles: what they are, what they are members of, and which schemas they may enter.
-- The third section of policies/MATRIX.md.
select r.rolname::text as role,
    concat_ws(
        ', ',
        case when r.rolcanlogin then 'login' else 'no login' end,
        case when r.rolbypassrls then 'bypasses row security' end,
        case when r.rolsuper then 'superuser' end,
        case when r.rolcreaterole then 'creates roles' end,
        case when r.rolcreatedb then 'creates databases' end,
        case when r.rolreplication then 'replicates' end,
        case when r.rolinherit then 'inherits' end
    ) as attributes,
    coalesce(
        (select string_agg(pg_get_userbyid(m.roleid), ', ' order by pg_get_userbyid(m.roleid)) from pg_auth_members m where m.member = r.oid),
        '–'
    ) as "member of",
    coalesce(
        (
            select string_agg(format('%s (%s)', s.nspname, s.privileges), ', ' order by s.nspname)
            from (
                select n.nspname, string_agg(lower(a.privilege_type), ', ' order by a.privilege_type) as privileges
                from pg_namespace n
                cross join lateral aclexplode(n.nspacl) a
                where n.nspname in ('app', 'public') and a.grantee = r.oid
                group by n.nspname
            ) s
        ),
        '–'
    ) as schemas,
    coalesce(
        (
            select string_agg(c, ', ' order by c)
            from pg_db_role_setting s
            cross join lateral unnest(s.setconfig) c
            where s.setrole = r.oid and s.setdatabase = 0
        ),
        '–'
    ) as settings
from pg_roles r
where r.rolname ~ '^stayzr_'
order by r.rolname collate "C"
