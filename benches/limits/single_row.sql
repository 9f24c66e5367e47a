-- The usual way to count: one row for each hotel, which everybody who writes has to update. In a schema of its own.
create schema bench;

create table bench.counters (
    organization_id integer primary key,
    used bigint not null,
    maximum bigint not null
);

insert into bench.counters (organization_id, used, maximum)
select id, 0, 1::bigint << 50
from public.organizations;

create function bench.count_messages() returns trigger
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    update bench.counters c
    set used = c.used + r.amount
    from (select organization_id, count(*) as amount from rows group by organization_id) r
    where c.organization_id = r.organization_id and c.used + r.amount <= c.maximum;
    if not found then
        raise exception 'messages limit exceeded';
    end if;
    return null;
end
$$;

create trigger messages_single_row
    after insert on public.messages
    referencing new table as rows
    for each statement execute function bench.count_messages();

alter table public.messages disable trigger messages_single_row;
