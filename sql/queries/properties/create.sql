-- The trigger of the table refuses a second one where the plan has one.
insert into properties (name, address, time_zone)
values ($1, $2, $3)
returning id, name, address, time_zone, archived_at, created_at, updated_at, version
