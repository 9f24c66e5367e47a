-- Id: RLS018
-- Severity: critical
-- What: the login roles own nothing in this database, are members of nothing, and are no superusers; only
--   stayzr_platform, stayzr_lookup, stayzr_meter and stayzr_billing bypass row security; the last three and
--   stayzr_owner do not log in.
-- Why: an owner changes what it owns, a member becomes what it is a member of (a predefined role that reads the
--   server's files, say), and neither asks a policy.
-- Mend: `stayzr migrate` sets the attributes again; revoke memberships and reassign what is owned by hand.
-- See: https://www.postgresql.org/docs/current/role-attributes.html
select r.rolname::text as object, 'owns ' || pg_describe_object(d.classid, d.objid, d.objsubid) as finding,
    '' as detail
from pg_roles r
join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
where r.rolname in ('stayzr_app', 'stayzr_platform', 'stayzr_auditor')
    and d.dbid = (select oid from pg_database where datname = current_database())
union all
select r.rolname::text, 'is a member of ' || pg_get_userbyid(m.roleid), ''
from pg_roles r
join pg_auth_members m on m.member = r.oid
where r.rolname in (
    'stayzr_app', 'stayzr_platform', 'stayzr_auditor', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing'
)
union all
select r.rolname::text, 'is a superuser, or may make roles, databases or replicas',
    concat_ws(
        ' ', case when r.rolsuper then 'superuser' end, case when r.rolcreaterole then 'createrole' end,
        case when r.rolcreatedb then 'createdb' end, case when r.rolreplication then 'replication' end
    )
from pg_roles r
where r.rolname ~ '^stayzr_' and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
union all
select r.rolname::text, 'bypasses row security', ''
from pg_roles r
where r.rolname ~ '^stayzr_' and r.rolbypassrls
    and r.rolname not in ('stayzr_platform', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing')
union all
select r.rolname::text, 'may log in', ''
from pg_roles r
where r.rolname in ('stayzr_owner', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing') and r.rolcanlogin
order by 1, 2
