-- What a payment provider is told of an invoice. $1 id. For stayzr_platform.
select id, organization_id, number, currency, app.round_money(total, currency) as total, due_at
from invoices
where id = $1
