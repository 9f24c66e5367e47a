-- $1 id, $2 why. No row where it is not open.
update invoices i
set status = 'void', voided_at = now(), void_reason = $2
where i.id = $1 and i.status = 'open'
returning i.organization_id, i.id, i.number, i.status, i.billed_to, i.time_zone, i.tier, i.tier_version, i.period_start,
    i.period_end, i.currency, app.round_money(i.subtotal, i.currency) as subtotal,
    app.round_money(i.total, i.currency) as total, i.opened_at, i.due_at, i.paid_at, i.voided_at, i.void_reason, i.version
