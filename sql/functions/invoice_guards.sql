-- What holds an invoice as it is, whoever writes: it is filled in as a draft, opened once, and then only becomes paid or
-- void. Lines are there before it is opened, and never change. An error of class 55 is a fault of ours; what a client
-- runs into is app's constraint `invoice_closed`.

create or replace function app.guard_invoice() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    if tg_op in ('DELETE', 'TRUNCATE') then
        raise exception 'invoices are not deleted' using errcode = 'object_not_in_prerequisite_state';
    end if;
    if old.status in ('paid', 'void') then
        raise exception 'the invoice is %', old.status using errcode = '23514', constraint = 'invoice_closed';
    end if;
    if old.status = 'draft' then
        if new.status not in ('draft', 'open') then
            raise exception 'a draft is opened first' using errcode = '23514', constraint = 'invoice_closed';
        end if;
        if new.status = 'open' and new.total <> (
            select coalesce(sum(l.amount), 0) from public.invoice_lines l
            where l.organization_id = new.organization_id and l.invoice_id = new.id
        ) then
            raise exception 'the lines do not add up to the total'
                using errcode = 'object_not_in_prerequisite_state';
        end if;
        return new;
    end if;

    -- Open. Everything but what says how it ended is as it was; the two that every edit stamps, app.touch writes.
    if new.status not in ('paid', 'void') or (
        to_jsonb(new) - array['status', 'paid_at', 'voided_at', 'void_reason', 'version', 'updated_at']
    ) <> (
        to_jsonb(old) - array['status', 'paid_at', 'voided_at', 'void_reason', 'version', 'updated_at']
    ) then
        raise exception 'an open invoice becomes paid or void, and nothing else'
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    return new;
end
$$;

create or replace function app.guard_invoice_line() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Whoever does not see the invoice writes no line of it either.
    if tg_op <> 'INSERT' or 'draft' is distinct from (
        select i.status from public.invoices i
        where i.organization_id = new.organization_id and i.id = new.invoice_id
    ) then
        raise exception 'the lines of an invoice do not change' using errcode = 'object_not_in_prerequisite_state';
    end if;
    return new;
end
$$;

revoke all on function app.guard_invoice() from public;
revoke all on function app.guard_invoice_line() from public;
