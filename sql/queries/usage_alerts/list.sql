-- Newest first. $1 limit, $2 and $3 the row to go on after (its time and id), then filters or null: $4 whether it is
-- acknowledged, $5 resource.
select
    id, resource, threshold, maximum, used, forecast, period_start, period_end, created_at, acknowledged_at,
    acknowledged_by
from usage_alerts
where (created_at, id) < ($2, $3)
    and case when $4::boolean is null then true else (acknowledged_at is not null) = $4 end
    and case when $5::text is null then true else resource = $5 end
order by created_at desc, id desc
limit $1
