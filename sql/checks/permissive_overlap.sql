-- Id: RLS036
-- Severity: high
-- What: for each command of a table there is one permissive policy.
-- Why: permissive policies are alternatives: what was meant as a further condition and written as a second policy
--   opens what the first one closed.
-- Mend: put it into the first policy with `and`, or make it restrictive; real alternatives are exempted here, with
--   the reason.
-- See: https://www.postgresql.org/docs/current/sql-createpolicy.html
with exempt (relation, reason) as (
    values
        ('api_keys', 'whoever made a key, or a manager'),
        ('audit_log', 'a member, or the owner where PostgreSQL runs the triggers of a cascade'),
        ('platform_grants', 'who reads the audit log, or who visits by it'),
        ('sessions', 'one''s own, or a manager'),
        ('users', 'oneself, or a manager')
),
permissive as (
    select p.polrelid, p.polname, c.command
    from pg_policy p
    cross join lateral unnest(
        case p.polcmd when '*' then array['r', 'a', 'w', 'd'] else array[p.polcmd::text] end
    ) c (command)
    where p.polpermissive
)
select format('%I.%I', s.nspname, c.relname) as object,
    format(
        'has %s permissive policies for %s', count(*),
        case p.command when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' else 'delete' end
    ) as finding,
    string_agg(p.polname, ', ' order by p.polname) as detail
from permissive p
join pg_class c on c.oid = p.polrelid
join pg_namespace s on s.oid = c.relnamespace
where c.relname not in (select relation from exempt)
group by s.nspname, c.relname, p.command
having count(*) > 1
order by 1, 2
