-- Of every hotel, by number, the last first. $1 limit, $2 and $3 the row to go on after (its number and id), $4 status or
-- null. A draft has no number, and is not there.
select i.organization_id, i.id, i.number, i.status, i.billed_to, i.time_zone, i.tier, i.tier_version, i.period_start,
    i.period_end, i.currency, app.round_money(i.subtotal, i.currency) as subtotal,
    app.round_money(i.total, i.currency) as total, i.opened_at, i.due_at, i.paid_at, i.voided_at, i.void_reason, i.version
from invoices i
where (i.number, i.id) < ($2, $3)
    and ($4::text is null or i.status = $4)
order by i.number desc, i.id desc
limit $1
