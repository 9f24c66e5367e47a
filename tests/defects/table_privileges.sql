-- Defect: every hotel may be emptied
-- At: public.guests
grant truncate on public.guests to stayzr_app;

-- Defect: a key may point here
-- At: public.guests
grant references (id) on public.guests to stayzr_auditor;

-- Defect: triggers may be made
-- At: public.guests
grant trigger on public.guests to stayzr_platform;

-- Defect: tomorrow's columns may be read
-- At: public.guests
grant select on public.guests to stayzr_app;

-- Defect: a grant may be passed on
-- At: public.guests
grant select (id) on public.guests to stayzr_platform with grant option;
