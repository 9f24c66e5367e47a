-- Defect: a policy is for everybody
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests to public;

-- Defect: a policy is for one role more
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests to stayzr_app, stayzr_auditor;

-- Defect: a policy is for a role that bypasses it
-- At: guests_reader on public.guests
alter policy guests_reader on public.guests to stayzr_platform;
