-- What: nobody but the owner holds a privilege on the seal keys; of password hashes only stayzr_lookup reads and
--   stayzr_app may write one.
-- Why: who reads a seal key can be any hotel; who reads a hash can guess its password at leisure.
select 'app.seal_keys' as object, format('%s may %s', r.rolname, lower(p.privilege)) as finding
from pg_roles r
cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) p (privilege)
where r.rolname in ('stayzr_app', 'stayzr_platform', 'stayzr_lookup', 'stayzr_auditor')
    and has_any_column_privilege(r.oid, 'app.seal_keys', p.privilege)
union all
select 'public.users.password_hash', r.rolname || ' may select'
from pg_roles r
where r.rolname in ('stayzr_app', 'stayzr_platform', 'stayzr_auditor')
    and has_column_privilege(r.oid, 'public.users', 'password_hash', 'SELECT')
order by 1, 2
