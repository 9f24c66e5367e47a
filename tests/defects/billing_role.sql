-- Defect: a whole table
-- At: public.guests
grant select on public.guests to stayzr_billing;

-- Defect: a hotel's activity
-- At: public.organizations
grant update (is_active) on public.organizations to stayzr_billing;

-- Defect: the hotel of a record
-- At: public.audit_log
grant insert (organization_id) on public.audit_log to stayzr_billing;

-- Defect: a history
-- At: public.subscription_changes
grant update (amount) on public.subscription_changes to stayzr_billing;

-- Defect: what an invoice comes to
-- At: public.invoices
grant update (total) on public.invoices to stayzr_billing;

-- Defect: a line of one
-- At: public.invoice_lines
grant update (amount) on public.invoice_lines to stayzr_billing;

-- Defect: another series of numbers
-- At: app.invoice_numbers
grant insert (last) on app.invoice_numbers to stayzr_billing;
