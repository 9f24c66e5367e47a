-- One's own hotel's: the policy leaves exactly that row.
select s.*
from organizations o
cross join app.subscription_details(o.id, now()) s
