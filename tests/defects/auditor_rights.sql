-- Defect: rows of hotels
-- At: public.guests
grant select (full_name) on public.guests to stayzr_auditor;

-- Defect: a column to write
-- At: app.invoice_numbers
-- Also: RLS026 app.invoice_numbers
grant update (last) on app.invoice_numbers to stayzr_auditor;

-- Defect: a function
-- At: app.make_audit_partitions()
grant execute on function app.make_audit_partitions() to stayzr_auditor;
