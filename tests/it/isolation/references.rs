//! A row of one hotel points at no row of another, whoever writes it: by hand, as an administrator whom neither row
//! security nor a trigger binds.

use crate::support::repository::read;
use crate::support::{Cluster, connect};

/// Every key of hotels' rows that names the hotel, with a statement that moves a row of one hotel to what it would be
/// if it pointed at the rival's.
const STATEMENTS: &str = "
    select f.conname::text as key, format(
        'update %s set (%s) = (select %s from %s where organization_id = current_setting(''attack.rival'')::integer limit 1)
         where ctid = (
             select ctid from %s
             where organization_id = current_setting(''attack.own'')::integer
             order by num_nulls(%s) limit 1
         )',
        f.conrelid::regclass, columns.own, columns.referred, f.confrelid::regclass, f.conrelid::regclass, columns.own
    ) as statement
    from pg_constraint f
    cross join lateral (
        select string_agg(quote_ident(own.attname), ', ' order by position) as own,
            string_agg(quote_ident(referred.attname), ', ' order by position) as referred
        from unnest(f.conkey, f.confkey) with ordinality as pair (own_number, referred_number, position)
        join pg_attribute own on own.attrelid = f.conrelid and own.attnum = own_number
        join pg_attribute referred on referred.attrelid = f.confrelid and referred.attnum = referred_number
        where own.attname <> 'organization_id'
    ) columns
    where f.contype = 'f' and f.connamespace = 'public'::regnamespace and f.conparentid = 0
        -- By an id: what goes by a name has it in every hotel.
        and exists (
            select from pg_attribute a
            where a.attrelid = f.conrelid and a.attnum = any (f.conkey) and a.atttypid = 'uuid'::regtype
        )
        and exists (
            select from pg_attribute a
            where a.attrelid = f.conrelid and a.attnum = any (f.conkey) and a.attname = 'organization_id'
        )
    order by 1";

/// No trigger and no check refuses before the key does.
const NOTHING_ELSE: &str = "
    set constraints all immediate;
    do $$
    declare
        statement text;
    begin
        for statement in
            select format('alter table %s disable trigger user', c.oid::regclass)
            from pg_class c
            where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
            union all
            select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname)
            from pg_constraint c
            where c.connamespace = 'public'::regnamespace and c.contype = 'c' and c.conislocal
        loop
            execute statement;
        end loop;
    end
    $$";

#[tokio::test(flavor = "multi_thread")]
async fn no_row_of_a_hotel_points_at_one_of_another() {
    let database = Cluster::get().migrated_database().await;
    let admin = connect(&Cluster::get().superuser(&database)).await;
    admin.batch_execute(&format!("begin; {}", read("sql/attacks/scene/hotels.sql"))).await.unwrap();
    admin.batch_execute(NOTHING_ELSE).await.unwrap();
    let (mut faults, mut keys) = (Vec::new(), 0);
    for row in admin.query(STATEMENTS, &[]).await.unwrap() {
        let (key, statement): (String, String) = (row.get("key"), row.get("statement"));
        let tried = admin.batch_execute(&format!("savepoint before; {statement}")).await;
        admin.batch_execute("rollback to before").await.unwrap();
        keys += 1;
        match &tried {
            Err(error) if error.as_db_error().is_some_and(|refused| refused.constraint() == Some(&*key)) => {}
            Err(error) => faults.push(format!("{key}: {error:?}\n{statement}")),
            Ok(()) => faults.push(format!("{key} holds nothing\n{statement}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(keys > 20, "{keys}");
}
