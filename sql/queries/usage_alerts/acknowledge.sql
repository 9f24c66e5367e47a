-- $1 id. No row where it is acknowledged already: the first stays. A visitor acknowledges in nobody's name.
update usage_alerts
set acknowledged_at = now(), acknowledged_by = case when (select app.actor_id()) is null then (select app.user_id()) end
where id = $1 and acknowledged_at is null
returning
    id, resource, threshold, maximum, used, forecast, period_start, period_end, created_at, acknowledged_at,
    acknowledged_by
