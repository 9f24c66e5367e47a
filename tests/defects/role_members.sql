-- Defect: somebody becomes the service
-- At: stayzr_app
create role temp_defect;
grant stayzr_app to temp_defect;

-- Defect: somebody becomes who bypasses
-- At: stayzr_lookup
create role temp_defect;
grant stayzr_lookup to temp_defect with admin option;
