-- Defect: limits are switched off
-- At: guests_usage_added on public.guests
alter table public.guests disable trigger guests_usage_added;

-- Defect: a key is
-- At: usage_days_organization_id_fkey on public.usage_days
alter table public.usage_days disable trigger all;

-- Defect: one fires for replicas only
-- At: guests_touch on public.guests
alter table public.guests enable replica trigger guests_touch;

-- Defect: the session fires none
-- At: session_replication_role
set local session_replication_role = replica;
