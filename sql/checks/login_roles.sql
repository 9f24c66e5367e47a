-- What: the login roles own nothing in this database, are members of nothing, and are no superusers; only
--   stayzr_platform, stayzr_lookup, stayzr_meter and stayzr_billing bypass row security; the last three and
--   stayzr_owner do not log in.
-- Why: an owner changes what it owns, a member becomes what it is a member of, and neither asks a policy.
select r.rolname::text as object, 'owns ' || pg_describe_object(d.classid, d.objid, d.objsubid) as finding
from pg_roles r
join pg_shdepend d on d.refclassid = 'pg_authid'::regclass and d.refobjid = r.oid and d.deptype = 'o'
where r.rolname in ('stayzr_app', 'stayzr_platform', 'stayzr_auditor')
    and d.dbid = (select oid from pg_database where datname = current_database())
union all
select r.rolname::text, 'is a member of ' || pg_get_userbyid(m.roleid)
from pg_roles r
join pg_auth_members m on m.member = r.oid
where r.rolname in (
    'stayzr_app', 'stayzr_platform', 'stayzr_auditor', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing'
)
union all
select r.rolname::text, 'is a superuser, or may make roles, databases or replicas'
from pg_roles r
where r.rolname ~ '^stayzr_' and (r.rolsuper or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
union all
select r.rolname::text, 'bypasses row security'
from pg_roles r
where r.rolname ~ '^stayzr_' and r.rolbypassrls
    and r.rolname not in ('stayzr_platform', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing')
union all
select r.rolname::text, 'may log in'
from pg_roles r
where r.rolname in ('stayzr_owner', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing') and r.rolcanlogin
order by 1, 2
