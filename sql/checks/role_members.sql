-- Id: RLS037
-- Severity: high
-- What: nobody but stayzr_owner is a member of stayzr_lookup, stayzr_meter or stayzr_billing, and nobody but a
--   superuser, or who may make roles, of the other roles.
-- Why: a member becomes the role by `set role`, with all it may do: an owner's rights, or another service's.
-- Mend: `revoke … from …`.
-- See: https://www.postgresql.org/docs/current/role-membership.html
select g.rolname::text as object, format('%s is a member of it', m.rolname) as finding,
    case when x.admin_option then 'with admin option' else '' end as detail
from pg_auth_members x
join pg_roles g on g.oid = x.roleid
join pg_roles m on m.oid = x.member
where g.rolname ~ '^stayzr_'
    and not m.rolsuper
    and not (m.rolname = 'stayzr_owner' and g.rolname in ('stayzr_lookup', 'stayzr_meter', 'stayzr_billing'))
    -- Where the administrator is no superuser he makes the roles and is their member.
    and not (m.rolcreaterole and m.rolname !~ '^stayzr_')
order by 1, 2
