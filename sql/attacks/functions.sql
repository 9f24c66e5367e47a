-- ATK023 functions with hostile arguments
-- What: every function that may be executed is called with the rival's ids, with null, with the largest and smallest
--     numbers and times, and with garbage; those that run as another role above all.
-- Why: a function with its owner's rights is past row security. What it returns, raises or writes for another hotel's
--     id is the other hotel's.
-- Expected: whatever it says, nothing of the rival's is told or changed, and it says the same of a hotel that is not
--     there.
-- Severity: critical
-- Role: stayzr_app
-- In: one of two hotels

-- attempts: each function
-- expect: nothing foreign
select distinct format(
    E'-- %s with %s\nselect * from %s(%s)', p.oid::regprocedure, hostile.what, p.oid::regproc,
    (
        select string_agg(
            format(
                '%s::%s',
                case hostile.what
                    when 'nulls' then 'null'
                    when 'ids of the rival''s' then case t.oid
                        when 'integer'::regtype then :'rival'
                        when 'bigint'::regtype then :'rival'
                        when 'uuid'::regtype then quote_literal(hostile.id)
                        when 'uuid[]'::regtype then quote_literal('{' || hostile.id || '}')
                        when 'text'::regtype then quote_literal(hostile.word)
                        when 'text[]'::regtype then quote_literal('{' || hostile.word || '}')
                        when 'boolean'::regtype then 'true'
                        when 'jsonb'::regtype then '''{}'''
                        when 'numeric'::regtype then '1'
                        when 'timestamptz'::regtype then 'now()'
                        when 'date'::regtype then 'current_date'
                        when 'bytea'::regtype then quote_literal(convert_to(rpad(:'marker', 32, '.'), 'UTF8'))
                        else 'null'
                    end
                    else case
                        when t.oid = 'integer'::regtype
                            then case hostile.what when 'the largest' then '2147483647' else '-2147483648' end
                        when t.oid = 'bigint'::regtype
                            then case hostile.what
                                when 'the largest' then '9223372036854775807' else '''-9223372036854775808'''
                            end
                        when t.oid = 'numeric'::regtype
                            then case hostile.what when 'the largest' then '''Infinity''' else '''NaN''' end
                        when t.typcategory = 'D'
                            then case hostile.what when 'the largest' then '''infinity''' else '''-infinity''' end
                        when t.oid = 'text'::regtype
                            then case hostile.what
                                when 'the largest' then 'repeat(''%s'', 100000)' else quote_literal(E'\';\n--%')
                            end
                        when t.oid = 'text[]'::regtype then '''{"",null}'''
                        when t.oid = 'uuid'::regtype then '''00000000-0000-0000-0000-000000000000'''
                        when t.oid = 'uuid[]'::regtype then '''{null}'''
                        when t.oid = 'boolean'::regtype then 'false'
                        when t.oid = 'jsonb'::regtype then '''[null]'''
                        when t.oid = 'bytea'::regtype then ''''''
                        else 'null'
                    end
                end,
                format_type(t.oid, null)
            ),
            ', ' order by argument.place
        )
        from unnest(p.proargtypes::oid[]) with ordinality as argument (type, place)
        join pg_type t on t.oid = argument.type
    )
)
from pg_proc p
join (
    values
        ('nulls', null, null), ('ids of the rival''s', :'rival_user', :'rival_slug'),
        ('ids of the rival''s', :'rival_guest', :'rival_email'),
        ('ids of the rival''s', :'rival_conversation', 'messages'),
        ('ids of the rival''s', :'rival_role', 'apiAccess'), ('ids of the rival''s', :'rival_session', :'own_seal'),
        ('ids of the rival''s', :'rival_team', :'rival_seal'), ('the largest', null, null), ('the smallest', null, null)
) as hostile (what, id, word) on p.pronargs > 0 or hostile.what = 'nulls'
where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and p.prokind = 'f'
    and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
    and has_function_privilege(p.oid, 'execute')
\gexec

-- attempts: functions it may not execute
-- expect: refused 42501
select format(
    E'-- %s\nselect %s(%s)', p.oid::regprocedure, p.oid::regproc,
    (
        select string_agg(format('null::%s', format_type(argument.type, null)), ', ' order by argument.place)
        from unnest(p.proargtypes::oid[]) with ordinality as argument (type, place)
    )
)
from pg_proc p
where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and p.prokind = 'f'
    and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
    and not has_function_privilege(p.oid, 'execute')
order by p.oid::regprocedure::text
\gexec

-- attempt: functions that keep the plans of another role
-- expect: zero rows
-- PL/pgSQL keeps the plans of SQL functions it calls to the end of a transaction, with the row security of who called
-- first. One that runs with its caller's rights must not be both the attacker's and a bypassing role's to call.
select p.oid::regprocedure, r.rolname
from pg_proc p
join pg_language l on l.oid = p.prolang and l.lanname = 'plpgsql'
join pg_roles r on r.rolbypassrls and not r.rolsuper and not r.rolcanlogin
where p.pronamespace in ('public'::regnamespace, 'app'::regnamespace) and not p.prosecdef
    and has_function_privilege(p.oid, 'execute') and has_function_privilege(r.oid, p.oid, 'execute');
