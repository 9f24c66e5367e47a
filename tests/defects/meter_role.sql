-- Defect: a whole table
-- At: public.guests
grant select on public.guests to stayzr_meter;

-- Defect: a member's status
-- At: public.users
grant update (status) on public.users to stayzr_meter;

-- Defect: a plan
-- At: public.subscription_tiers
grant insert (name) on public.subscription_tiers to stayzr_meter;

-- Defect: what an alert says
-- At: public.usage_alerts
grant update (maximum) on public.usage_alerts to stayzr_meter;
