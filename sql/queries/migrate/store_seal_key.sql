insert into app.seal_keys (id, inner_pad, outer_pad)
values ($1, $2, $3)
on conflict (id) do update
    set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad, created_at = now()
    where (seal_keys.inner_pad, seal_keys.outer_pad) is distinct from (excluded.inner_pad, excluded.outer_pad)
