-- Defect: a table nobody declared
-- At: app.notes
create table app.notes (id uuid primary key);
grant select (id) on app.notes to stayzr_app;

-- Defect: one that is declared, to be written
-- At: app.release
grant update (fingerprint) on app.release to stayzr_app;

-- Defect: one in another schema
-- At: reports.totals
create schema reports;
create table reports.totals (hotel integer);
grant select (hotel) on reports.totals to stayzr_auditor;
