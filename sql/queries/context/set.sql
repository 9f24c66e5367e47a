-- The context of one transaction, forgotten at its end. Read by sql/functions/context.sql.
select set_config('app.context', $1, true)
