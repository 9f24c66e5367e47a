-- Id: RLS046
-- Severity: high
-- What: no table has a rewrite rule.
-- Why: a rule turns one statement into another, which runs with the rights of the table's owner.
-- Mend: `drop rule … on …`; use a trigger.
-- See: https://www.postgresql.org/docs/current/rules-privileges.html
select format('%I on %s', w.rulename, w.ev_class::regclass) as object, 'is a rewrite rule' as finding,
    pg_get_ruledef(w.oid) as detail
from pg_rewrite w
join pg_class c on c.oid = w.ev_class
join pg_namespace s on s.oid = c.relnamespace
where w.rulename <> '_RETURN' and s.nspname !~ '^pg_' and s.nspname <> 'information_schema'
order by 1
