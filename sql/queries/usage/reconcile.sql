-- $1 organization, $2 whether to write what was counted. One row for each difference.
select resource, period_start, recorded, counted
from app.reconcile_usage($1, $2)
