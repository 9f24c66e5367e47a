select
    id, resource, threshold, maximum, used, forecast, period_start, period_end, created_at, acknowledged_at,
    acknowledged_by
from usage_alerts
where id = $1
