-- Id: RLS029
-- Severity: critical
-- What: no policy reads a setting by name, and only the functions of sql/functions/context.sql read those of the
--   tenant context.
-- Why: anybody who runs SQL can set a setting. What the seal does not cover proves nothing, and one that is read in
--   two places is verified in one.
-- Mend: call the functions of the context, and add what is missing to the seal.
-- See: https://www.postgresql.org/docs/current/config-setting.html
with exempt (name, reason) as (
    values
        ('app.verify_context()', 'the context'), ('app.organization_id()', 'the context'),
        ('app.claimed_organization_id()', 'the context'), ('app.user_id()', 'the context'),
        ('app.actor_id()', 'the context'), ('app.grant_id()', 'the context'), ('app.api_key_id()', 'the context'),
        ('app.sees_all()', 'the context'), ('app.team_ids()', 'the context'), ('app.own_team_ids()', 'the context'),
        ('app.has_permission(text)', 'the context')
)
select format('%I on %s', p.polname, p.polrelid::regclass) as object, 'reads a setting' as finding,
    concat_ws(' / ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid)) as detail
from pg_policy p
where concat_ws(' ', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
    ~ '\mcurrent_setting\M'
union all
select f.oid::regprocedure::text, 'reads the tenant context by itself',
    (regexp_match(b.body, 'current_setting\(.{0,60}'))[1]
from pg_proc f
join pg_namespace s on s.oid = f.pronamespace
cross join lateral (select coalesce(pg_get_function_sqlbody(f.oid), f.prosrc) as body) b
where s.nspname !~ '^pg_' and s.nspname <> 'information_schema'
    and b.body ~* (
        'current_setting\s*\(\s*''app\.'
        || '(seal|organization_id|user_id|actor_id|via|sees_all|team_ids|own_team_ids|permissions)\M'
    )
    and f.oid::regprocedure::text not in (select name from exempt)
order by 1
