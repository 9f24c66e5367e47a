-- A check is read anew for each statement that writes the table, and every message writes a slot. Slots are only ever
-- made by app.open_usage, and their numbers never change; that nothing spare is below zero stays checked.
alter table public.usage_slots drop constraint usage_slots_slot_check;
