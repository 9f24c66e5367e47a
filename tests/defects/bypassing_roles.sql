-- Defect: a login that sees all
-- At: temp_defect
create role temp_defect login bypassrls;

-- Defect: another superuser
-- At: temp_defect
create role temp_defect login superuser;
