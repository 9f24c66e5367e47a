-- Id: RLS031
-- Severity: high
-- What: what a policy for update or for all commands lets in it also lets out: using and with check are the same.
-- Why: where the new row has to satisfy less than the old one did, a row is moved out of what its writer may see.
-- Mend: repeat using in with check; where the two differ on purpose it is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/sql-createpolicy.html
with exempt (name, reason) as (
    values
        ('platform_grants_visitor_update', 'whoever visits may only end the visit: with check asks for more'),
        ('sessions_manager_update', 'a manager may only end a session: with check asks for more'),
        ('usage_alerts_manager', 'an alert is acknowledged once: using finds the open ones, with check says by whom'),
        ('users_manager_update', 'who is deleted stays deleted: using leaves them out, with check lets one become it')
)
select format('%I on %s', p.polname, p.polrelid::regclass) as object, 'with check differs from using' as finding,
    concat_ws(' / ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as detail
from pg_policy p
where p.polcmd in ('w', '*')
    and pg_get_expr(p.polqual, p.polrelid) <> pg_get_expr(p.polwithcheck, p.polrelid)
    and p.polname not in (select name from exempt)
order by 1
