insert into app.applied_objects (path, kind, identity, definition)
values ($1, $2, $3, $4)
on conflict (kind, identity) do update set path = excluded.path, definition = excluded.definition
