insert into app.applied_files (path, kind, checksum, server_major)
values ($1, $2, $3, $4)
on conflict (path) do update
    set kind = excluded.kind, checksum = excluded.checksum, server_major = excluded.server_major, applied_at = now()
