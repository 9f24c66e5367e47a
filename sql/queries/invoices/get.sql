-- $1 id. With its lines.
select i.id, i.number, i.status, i.billed_to, i.time_zone, i.tier, i.tier_version, i.period_start, i.period_end,
    i.currency, app.round_money(i.subtotal, i.currency) as subtotal, app.round_money(i.total, i.currency) as total,
    i.opened_at, i.due_at, i.paid_at, i.voided_at, i.void_reason, i.version,
    (
        select jsonb_agg(jsonb_build_object(
            'kind', l.kind, 'description', l.description, 'quantity', l.quantity::text, 'unitPrice', l.unit_price::text,
            'amount', app.round_money(l.amount, i.currency)::text
        ) order by l.position)
        from invoice_lines l
        where l.organization_id = i.organization_id and l.invoice_id = i.id
    ) as lines,
    -- As the hotel's calendar has them; the last day is the one before the period ends.
    (i.period_start at time zone i.time_zone)::date as first_day,
    (i.period_end at time zone i.time_zone)::date - 1 as last_day,
    (i.opened_at at time zone i.time_zone)::date as opened_day,
    (i.due_at at time zone i.time_zone)::date as due_day
from invoices i
where i.id = $1
