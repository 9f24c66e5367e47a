//! A row of one hotel points at no row of another, whoever writes it: by hand, as an administrator whom neither row
//! security nor a trigger binds.

use crate::support::repository::{assert_generated, read};
use crate::support::{Cluster, connect};

/// The list is kept in a file: what the catalogs say now would leave out a key that is gone.
const LIST: &str = "tests/it/isolation/references.txt";

/// Every key of hotels' rows that names the hotel and something in it.
const KEYS: &str = "
    select format('%s: %s (%s) of %s (%s)', f.conname, f.conrelid::regclass, columns.own, f.confrelid::regclass, columns.other)
    from pg_constraint f
    cross join lateral (
        select string_agg(own.attname, ', ' order by position) filter (where own.attname <> 'organization_id') as own,
            string_agg(other.attname, ', ' order by position) filter (where own.attname <> 'organization_id') as other,
            bool_or(own.attname = 'organization_id') and count(*) > 1 as is_one
        from unnest(f.conkey, f.confkey) with ordinality as pair (own_number, other_number, position)
        join pg_attribute own on own.attrelid = f.conrelid and own.attnum = own_number
        join pg_attribute other on other.attrelid = f.confrelid and other.attnum = other_number
    ) columns
    where f.contype = 'f' and f.connamespace = 'public'::regnamespace and f.conparentid = 0 and columns.is_one
    order by f.conname";

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

/// A key of the list, with a statement that points a row of one hotel at one of the rival's.
fn attempt(line: &str) -> Option<(&str, String)> {
    let (key, pair) = line.split_once(": ")?;
    let (own, other) = pair.split_once(" of ")?;
    let (table, columns) = own.strip_suffix(')')?.split_once(" (")?;
    let (other_table, other_columns) = other.strip_suffix(')')?.split_once(" (")?;
    let of = |hotel| format!("where organization_id = current_setting('attack.{hotel}')::integer");
    let theirs = match columns.ends_with("_id") || columns.ends_with("_by") {
        true => format!("select {other_columns} from {other_table} {} limit 1", of("rival")),
        // What goes by a name every hotel has, so this one is nobody's.
        false => "select 'nothing'".to_owned(),
    };
    let one = format!("select ctid from {table} {} order by num_nulls({columns}) limit 1", of("own"));
    Some((key, format!("update {table} set ({columns}) = ({theirs}) where ctid = ({one})")))
}

#[tokio::test(flavor = "multi_thread")]
async fn every_key_that_names_the_hotel_is_listed() {
    let database = Cluster::get().migrated_database().await;
    let admin = connect(&Cluster::get().superuser(&database)).await;
    let keys = admin.query(KEYS, &[]).await.unwrap();
    let list: String = keys.iter().map(|row| format!("{}\n", row.get::<_, String>(0))).collect();
    assert_generated(LIST, &list, "UPDATE=1 cargo test every_key_that_names_the_hotel");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_row_of_a_hotel_points_at_one_of_another() {
    let database = Cluster::get().migrated_database().await;
    let admin = connect(&Cluster::get().superuser(&database)).await;
    admin.batch_execute(&format!("begin; {}", read("sql/attacks/scene/hotels.sql"))).await.unwrap();
    admin.batch_execute(NOTHING_ELSE).await.unwrap();
    let mut faults = Vec::new();
    for line in read(LIST).lines() {
        let (key, statement) = attempt(line).unwrap_or_else(|| panic!("{line} names a key and two tables"));
        let tried = admin.batch_execute(&format!("savepoint before; {statement}")).await;
        admin.batch_execute("rollback to before").await.unwrap();
        match &tried {
            Err(error) if error.as_db_error().is_some_and(|refused| refused.constraint() == Some(key)) => {}
            Err(error) => faults.push(format!("{key}: {error:?}\n{statement}")),
            Ok(()) => faults.push(format!("{key} holds nothing\n{statement}")),
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
