-- ATK029 the other logins
-- What: the auditor reads every table of hotels and runs every function; the platform deletes from every table and
--     changes what it has no reason to.
-- Why: who audits needs no row of a hotel, and who works across hotels none of a guest's.
-- Expected: 42501 each.
-- Severity: high
-- Role: stayzr_auditor, stayzr_platform
-- In: a session of its own

-- attempts: tables
-- expect: refused 42501
select format(E'-- %s\n%1$s', replace(statement, '{}', c.oid::regclass::text))
from pg_class c
cross join unnest(
    case current_user
        when 'stayzr_auditor'
            then array['select 1 from {} limit 1', 'delete from {} where false', 'insert into {} default values']
        else array['delete from {} where false']
    end
) as statement
where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    -- The one table whose rows the platform takes away.
    and not (current_user = 'stayzr_platform' and c.oid = 'public.subscription_overrides'::regclass)
\gexec

-- attempts: what guests write and hotels say
-- expect: refused 42501
select format(E'-- %s.%I\nselect %2$I from %1$s where false', c.oid::regclass, a.attname)
from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relnamespace = 'public'::regnamespace
    and c.relname in (
        'guests', 'conversations', 'messages', 'attachments', 'idempotency_keys', 'refresh_tokens', 'password_resets'
    )
    and a.attname not in ('organization_id', 'id', 'activity_at')
\gexec

-- attempts: functions of requests
-- expect: refused 42501
select format(E'-- %s\nselect %s()', f, f)
from unnest(array['app.verify_context', 'app.team_ids', 'app.sees_all', 'app.claimed_organization_id']) as f
\gexec
