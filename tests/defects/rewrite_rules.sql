-- Defect: a delete becomes another statement
-- At: guests_keep on public.guests
create rule guests_keep as on delete to public.guests do instead nothing;
