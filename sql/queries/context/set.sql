-- The context of one transaction, forgotten at its end. Read by sql/functions/context.sql.
select
    set_config('app.organization_id', $1, true),
    set_config('app.user_id', $2, true),
    set_config('app.actor_id', $3, true),
    set_config('app.via', $4, true),
    set_config('app.sees_all', $5, true),
    set_config('app.team_ids', $6, true),
    set_config('app.own_team_ids', $7, true),
    set_config('app.permissions', $8, true),
    set_config('app.request_id', $9, true),
    set_config('app.address', $10, true),
    set_config('app.seal', $11, true)
