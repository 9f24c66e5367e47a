-- Defect: tomorrow's tables
-- At: stayzr_owner in public
alter default privileges for role stayzr_owner in schema public grant select on tables to stayzr_app;

-- Defect: tomorrow's functions, to everybody
-- At: stayzr_owner
alter default privileges for role stayzr_owner grant execute on functions to public;

-- Defect: a role without any
-- At: stayzr_meter
alter default privileges for role stayzr_meter grant execute on functions to public;
