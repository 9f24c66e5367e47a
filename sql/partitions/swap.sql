-- The new table takes the place of the old one, which becomes app.messages_before. In one transaction with the files
-- of the policies that speak of messages (dependents.sql), which run after this. It only renames, so it takes no longer
-- for more rows.
do $$
declare
    before constant oid := 'public.messages'::regclass;
    after constant oid := 'app.messages_next'::regclass;
    key record;
    keys text[];
    statement text;
begin
    lock table public.messages in access exclusive mode;
    for key in
        select c.conname, c.conrelid::regclass as referrer, pg_get_constraintdef(c.oid) as definition
        from pg_constraint c
        where c.confrelid = before and c.contype = 'f' and c.conparentid = 0
    loop
        execute format('alter table %s drop constraint %I', key.referrer, key.conname);
        -- What refers to a row was checked by the old key; invalid_keys.sql has all of them looked at once more.
        keys := keys || format(
            'alter table %s add constraint %I %s not valid', key.referrer, key.conname, key.definition
        );
    end loop;

    for statement in
        -- The old one gives up its names.
        select format('alter index %s rename to %I', i.indexrelid::regclass, 'before_' || i.indexrelid::oid)
        from (select before::regclass as relid union select relid from pg_partition_tree(before)) t
        join pg_index i on i.indrelid = t.relid
        union all
        select format('alter table %s rename to %I', t.relid, replace(c.relname, 'messages', 'messages_before'))
        from (select before::regclass as relid union select relid from pg_partition_tree(before)) t
        join pg_class c on c.oid = t.relid
    loop
        execute statement;
    end loop;
    alter table public.messages_before set schema app;
    drop trigger messages_mirror on app.messages_before;
    perform app.policy_reset('app.messages_before');

    for statement in
        select format('alter %s %s rename to %I', case c.relkind when 'r' then 'table' else 'index' end,
            c.oid::regclass, replace(c.relname, 'messages_next', 'messages'))
        from (select after::regclass as relid union select relid from pg_partition_tree(after)) t
        left join pg_index i on i.indrelid = t.relid
        join pg_class c on c.oid in (t.relid, i.indexrelid)
        where t.relid <> after and c.relname like 'messages\_next%'
        group by c.oid, c.relkind, c.relname
    loop
        execute statement;
    end loop;
    alter table app.messages_next rename to messages;
    alter table app.messages set schema public;
    foreach statement in array coalesce(keys, '{}') loop
        execute statement;
    end loop;
    update app.partition_moves set phase = 'swapped' where ended_at is null;
end
$$
