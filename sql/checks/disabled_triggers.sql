-- Id: RLS056
-- Severity: high
-- What: every trigger of our tables fires, those of foreign keys as well, and sessions begin as origin.
-- Why: triggers hold what policies cannot: limits, the audit log's chain, keys. Disabled for a load and forgotten,
--   nothing says so.
-- Mend: `alter table … enable trigger …`; `session_replication_role = origin`.
-- See: https://www.postgresql.org/docs/current/sql-altertable.html
select distinct format('%I on %s', coalesce(k.conname, t.tgname), t.tgrelid::regclass) as object,
    case t.tgenabled when 'D' then 'is disabled' else 'does not fire in every session' end as finding,
    -- The triggers of a key are named by a number; the key has a name.
    coalesce(pg_get_constraintdef(k.oid), pg_get_triggerdef(t.oid)) as detail
from pg_trigger t
join pg_class c on c.oid = t.tgrelid
join pg_namespace s on s.oid = c.relnamespace
left join pg_constraint k on k.oid = t.tgconstraint
where s.nspname in ('app', 'public') and t.tgenabled in ('D', 'R')
union all
select 'session_replication_role', 'is ' || setting, ''
from pg_settings
where name = 'session_replication_role' and setting <> 'origin'
order by 1
