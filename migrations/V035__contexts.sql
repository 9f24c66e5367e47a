-- The tenant context as a parameter, for a statement that is a transaction of its own. A value of these domains becomes
-- the context when it is bound, before the statement is planned or run: so the context, the statement and the commit
-- are one message and one answer.
--
-- They give nobody a right: whoever may run SQL may set the context anyway, and it counts for nothing without the seal
-- in it (sql/functions/context.sql).

create domain app.write_context as text
    constraint write_context_is_set check (set_config('app.context', value, true) = value);

-- The same, and nothing is written.
create domain app.read_context as text
    constraint read_context_is_set check (
        set_config('app.context', value, true) = value and set_config('transaction_read_only', 'on', true) = 'on'
    );

revoke usage on type app.write_context, app.read_context from public;
grant usage on type app.write_context, app.read_context to stayzr_app, stayzr_platform;

comment on domain app.write_context is 'The tenant context of a statement, which is set when a value of it is bound.';
comment on domain app.read_context is 'The tenant context of a statement that only reads, set when a value of it is bound.';
