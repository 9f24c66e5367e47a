-- Defect: every table of every hotel
-- At: publication everything
create publication everything for all tables;

-- Defect: one table
-- At: publication guests
create publication guests for table public.guests;
