-- Makes app.messages_next like public.messages, empty, divided as the move says, and closed: no grant, no policy, and
-- no trigger until it is messages. Its partitions are never named by anybody, so they stay closed for good.
do $$
declare
    wanted constant integer[] := (select organizations from app.partition_moves where ended_at is null);
    hotel integer;
    statement text;
begin
    execute format(
        'create table app.messages_next (like public.messages including defaults including constraints'
        ' including generated including storage including compression including statistics including comments) %s',
        case when cardinality(wanted) > 0 then 'partition by list (organization_id)' end
    );
    execute format(
        'comment on table app.messages_next is %L', obj_description('public.messages'::regclass, 'pg_class')
    );
    alter table app.messages_next enable row level security;

    -- While it is empty this costs nothing; the rows are checked as they come.
    for statement in
        select format('alter table app.messages_next add constraint %I %s', c.conname, pg_get_constraintdef(c.oid))
        from pg_constraint c
        where c.conrelid = 'public.messages'::regclass and c.contype in ('p', 'u', 'f') and c.conparentid = 0
        order by c.contype = 'f', c.conname
    loop
        execute statement;
    end loop;
    for statement in
        select regexp_replace(pg_get_indexdef(i.indexrelid), ' ON (ONLY )?public.messages ', ' ON app.messages_next ')
        from pg_index i
        where i.indrelid = 'public.messages'::regclass
            and not exists (select from pg_constraint c where c.conindid = i.indexrelid and c.conrelid = i.indrelid)
        order by i.indexrelid
    loop
        execute statement;
    end loop;

    foreach hotel in array wanted loop
        execute format(
            'create table app.messages_next_%s partition of app.messages_next for values in (%s)', hotel, hotel
        );
        execute format('alter table app.messages_next_%s enable row level security', hotel);
        execute format('alter table app.messages_next_%s force row level security', hotel);
    end loop;
    if cardinality(wanted) > 0 then
        create table app.messages_next_shared partition of app.messages_next default;
        alter table app.messages_next_shared enable row level security;
        alter table app.messages_next_shared force row level security;
    end if;
    update app.partition_moves set phase = 'built' where ended_at is null;
end
$$
