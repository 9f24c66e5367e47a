-- Hotels of which a period is over, longest ago first. $1 limit, $2 and $3 the row to go on after (the end of its period,
-- and its hotel). For stayzr_platform.
select s.period_end, s.organization_id
from invoice_schedules s
join organizations o on o.id = s.organization_id
where s.period_end <= app.closing_moment()
    -- Says once more what the line below says, to the index.
    and s.period_end >= $2
    and (s.period_end, o.id) > ($2, $3)
order by s.period_end, s.organization_id
limit $1
