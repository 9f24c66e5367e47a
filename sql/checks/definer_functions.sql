-- Id: RLS044
-- Severity: critical
-- What: a function that runs with the rights of an owner who bypasses row security, and that stayzr_app may execute,
--   is declared here.
-- Why: it looks past every policy. Those there are prove whom they speak for by themselves: by the seal of the
--   context, or by one of their own over their arguments.
-- Mend: make it security invoker, or have it verify its caller, and declare it here, with how.
-- See: https://www.postgresql.org/docs/current/sql-createfunction.html#SQL-CREATEFUNCTION-SECURITY
with exempt (name, reason) as (
    values
        ('app.api_key_standing(integer,uuid,text)', 'by a seal over its arguments'),
        ('app.change_subscription(integer,text,boolean)', 'by the sealed context, and the permission in it'),
        ('app.claim_usage_alerts(integer,text)', 'by a seal over its arguments'),
        ('app.grant_standing(integer,uuid,uuid,text)', 'by a seal over its arguments'),
        ('app.invitation_lookup(integer,uuid,text)', 'by a seal over its arguments'),
        ('app.login_lookup(text,text,text)', 'by a seal over its arguments'),
        ('app.organizations_to_alert(text)', 'by a seal over its arguments'),
        ('app.owns_rows(uuid)', 'by the sealed context'),
        ('app.password_lookup(integer,uuid,text)', 'by a seal over its arguments'),
        ('app.search_guests(text,text,boolean,timestamp with time zone,uuid,bigint)', 'by the sealed context'),
        ('app.search_guests_by_name(text,text,boolean,text,uuid,bigint)', 'by the sealed context'),
        ('app.search_messages(text,timestamp with time zone,uuid,bigint)', 'by the sealed context'),
        ('app.session_standing(integer,uuid,uuid,text)', 'by a seal over its arguments'),
        ('app.usage_allowance(text)', 'by the sealed context'),
        ('app.user_standing(integer,uuid,text)', 'by a seal over its arguments')
)
select f.oid::regprocedure::text as object, format('runs as %s, for stayzr_app', o.rolname) as finding,
    pg_get_function_result(f.oid) as detail
from pg_proc f
join pg_namespace s on s.oid = f.pronamespace
join pg_roles o on o.oid = f.proowner
where s.nspname !~ '^pg_' and s.nspname <> 'information_schema'
    and f.prosecdef
    and (o.rolsuper or o.rolbypassrls)
    and f.prorettype <> 'trigger'::regtype
    and has_function_privilege('stayzr_app', f.oid, 'EXECUTE')
    and f.oid::regprocedure::text not in (select name from exempt)
order by 1
