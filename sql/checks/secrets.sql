-- Id: RLS022
-- Severity: critical
-- What: nobody but the owner holds a privilege on the seal keys; hashes of passwords, of API keys and of invitations
--   only stayzr_lookup reads, and stayzr_app may write.
-- Why: who reads a seal key can be any hotel; who reads a hash can guess its password at leisure, or tell which of
--   two tokens is the right one.
-- Mend: revoke it, and rotate what was readable.
-- See: https://www.postgresql.org/docs/current/ddl-priv.html
select 'app.seal_keys' as object, format('%s may %s', r.rolname, lower(p.privilege)) as finding,
    '' as detail
from pg_roles r
cross join (values ('SELECT'), ('INSERT'), ('UPDATE'), ('REFERENCES')) p (privilege)
where r.rolname in (
        'stayzr_app', 'stayzr_platform', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing', 'stayzr_auditor'
    )
    and has_any_column_privilege(r.oid, 'app.seal_keys', p.privilege)
union all
select format('%s.%s', s.relation, s.name), r.rolname || ' may select', ''
from pg_roles r
cross join (
    values ('public.users', 'password_hash'), ('public.api_keys', 'hash'), ('public.invitations', 'hash')
) s (relation, name)
where r.rolname in ('stayzr_app', 'stayzr_platform', 'stayzr_auditor')
    and has_column_privilege(r.oid, s.relation, s.name, 'SELECT')
order by 1, 2
