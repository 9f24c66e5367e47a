-- Defect: a view reads as its owner
-- At: public.everybody
create view public.everybody as select id from public.guests;

-- Defect: a view of a view does
-- At: app.everybody
create view app.everybody as select used from public.feature_usage;

-- Defect: a materialized view holds every hotel
-- At: public.everybody
create materialized view public.everybody as select id from public.guests;

-- Defect: a view hides in a schema of its own
-- At: reports.everybody
create schema reports;
create view reports.everybody as select id from public.guests;
