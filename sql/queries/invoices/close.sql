-- Closes the earliest period of a hotel that is over: a row for each invoice, or one without; none where no period is over.
-- $1 organization. For stayzr_platform.
select period_end, invoice_id
from app.close_period($1, app.closing_moment())
