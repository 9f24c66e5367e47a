-- Defect: an index on a number, whose comparisons may fail
-- At: public.invoices_dear
create index invoices_dear on public.invoices (organization_id, total);

-- Defect: an index for containment
-- At: public.guests_preferences
create index guests_preferences on public.guests using gin (preferences);
