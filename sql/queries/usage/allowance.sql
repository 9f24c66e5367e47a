-- $1 resource. In the transaction of the write that is tried.
select used, maximum, period_end
from app.usage_allowance($1)
