-- Id: RLS032
-- Severity: medium
-- What: a policy calls a function inside a scalar sub-select, `(select app.f())`, unless it asks it about the row.
-- Why: outside, it runs once a row; and a call that hides the tenant column in a cast or a function takes its index
--   away.
-- Mend: wrap the call; a function that is asked about the row is exempted here, with the reason.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
with recursive exempt (name, reason) as (
    values
        ('app.sees_guest', 'is asked about the row, behind sees_all, and is one index lookup'),
        ('app.sees_conversation', 'is asked about the row, behind sees_all, and is one index lookup'),
        ('app.writes', 'is asked about the row that is written, one at a time')
),
-- What stands in innermost parentheses is dropped if it is a sub-select, and else its parentheses become others, until
-- none are left: what remains is what runs once a row.
peeled (polname, polrelid, step, rest) as (
    -- Texts first: what stands in quotes is no parenthesis.
    select p.polname, p.polrelid, 0, regexp_replace(e.expression, '''([^'']|'''')*''', '''''', 'g')
    from pg_policy p
    cross join lateral (
        values (pg_get_expr(p.polqual, p.polrelid)), (pg_get_expr(p.polwithcheck, p.polrelid))
    ) e (expression)
    where e.expression is not null
    union all
    select polname, polrelid, step + 1,
        regexp_replace(
            regexp_replace(rest, '\(\s*SELECT\M[^()]*\)', '', 'g'), '\((?!\s*SELECT\M)([^()]*)\)', '{\1}', 'g'
        )
    from peeled
    where rest ~ '[()]' and step < 40
),
bare as (
    select distinct p.polname, p.polrelid, call.name[1] as name
    from peeled p
    cross join lateral regexp_matches(p.rest, '([a-z_0-9"]+(?:\.[a-z_0-9"]+)?)\{', 'g') call (name)
    where p.rest !~ '[()]'
)
select format('%I on %s', b.polname, b.polrelid::regclass) as object, format('calls %s once a row', b.name) as finding,
    '' as detail
from bare b
where b.name not in (select name from exempt)
    -- What PostgreSQL writes like a call and is none, or costs nothing.
    and lower(b.name) not in (
        'and', 'or', 'not', 'in', 'any', 'all', 'exists', 'array', 'row', 'coalesce', 'nullif', 'case', 'when', 'then',
        'else', 'select', 'where', 'from', 'is', 'on', 'values', 'varying', 'character', 'numeric', 'bit', 'time', 'timestamp',
        'interval'
    )
union all
select format('%I on %s', p.polname, p.polrelid::regclass), 'is not understood: read it', p.rest
from peeled p
where p.step = 40 and p.rest ~ '[()]'
order by 1, 2
