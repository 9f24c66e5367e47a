-- Id: RLS052
-- Severity: high
-- What: a function that runs with its owner's rights puts no statement together from text and sets no tenant context;
--   only app.impersonate sets one.
-- Why: an argument in such a statement is code with the owner's rights; a context that is set past the seal is
--   nobody's decision.
-- Mend: write the statement out; what has to be put together is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/plpgsql-statements.html#PLPGSQL-STATEMENTS-EXECUTING-DYN
with exempt (name, reason) as (
    values
        ('app.make_audit_partitions()', 'takes no argument: the names of partitions come from the date'),
        ('app.impersonate(text,uuid,text,interval,boolean,uuid[])', 'for the owner alone, to try policies by hand')
),
-- Ours first: reading the bodies of the system's thousands takes longer than all the rest.
ours as materialized (
    select f.oid, f.prosecdef, f.prolang, f.prosrc, coalesce(pg_get_function_sqlbody(f.oid), f.prosrc) as body
    from pg_proc f
    join pg_namespace s on s.oid = f.pronamespace
    where s.nspname !~ '^pg_' and s.nspname <> 'information_schema'
)
select f.oid::regprocedure::text as object,
    case
        when f.prosrc ~* '\mexecute\M' then 'puts statements together with its owner''s rights'
        else 'sets the tenant context'
    end as finding,
    coalesce((regexp_match(f.body, '(?:execute|set_config).{0,80}', 'i'))[1], '') as detail
from ours f
join pg_language l on l.oid = f.prolang
where (
        f.prosecdef and l.lanname = 'plpgsql' and f.prosrc ~* '\mexecute\M'
        or f.body ~* (
            'set_config\s*\(\s*''app\.'
            || '(seal|organization_id|user_id|actor_id|via|sees_all|team_ids|own_team_ids|permissions)\M'
        )
    )
    and f.oid::regprocedure::text not in (select name from exempt)
order by 1
