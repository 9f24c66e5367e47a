-- Id: RLS023
-- Severity: high
-- What: functions of app belong to stayzr_owner, stayzr_lookup, stayzr_meter or stayzr_billing, are not leakproof,
--   and none is granted to anybody with a grant option.
-- Why: a leakproof function sees rows before the policies do; a definer function of a superuser is a superuser; who
--   owns a policy's helper can replace it.
-- Mend: `alter function … owner to stayzr_owner`, `… not leakproof`.
-- See: https://www.postgresql.org/docs/current/sql-createfunction.html
select p.oid::regprocedure::text as object,
    case
        when p.proleakproof then 'is leakproof'
        when o.rolname not in ('stayzr_owner', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing') then 'belongs to ' || o.rolname
        else 'is granted with a grant option'
    end as finding,
    p.proacl::text as detail
from pg_proc p
join pg_roles o on o.oid = p.proowner
where p.pronamespace in ('app'::regnamespace, 'public'::regnamespace)
    and (
        p.proleakproof
        or o.rolname not in ('stayzr_owner', 'stayzr_lookup', 'stayzr_meter', 'stayzr_billing')
        or exists (select from aclexplode(p.proacl) a where a.is_grantable and a.grantee <> p.proowner)
    )
order by 1
