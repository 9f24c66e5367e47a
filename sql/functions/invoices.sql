-- Makes the invoices of periods that are over: once, whoever and however many ask, and wholly or not at all.
--
-- The period that is next is in invoice_schedules. Its row is locked, and moves on in the transaction that makes the
-- invoice, so whoever comes second finds the next period, and a server that dies leaves it as it was. Hotels that were
-- not looked after for months are invoiced period by period.

-- Up to when periods are closed. What is stamped in a period is committed by then: no request runs that long.
create or replace function app.closing_moment() returns timestamptz
language sql stable parallel safe
return now() - interval '2 minutes';

-- How long a hotel has to pay.
create or replace function app.payment_term() returns interval
language sql immutable parallel safe
return interval '14 days';

-- For app.close_period: the period that is next, if it is over by then; its end, and its invoices. A null invoice:
-- nothing was due. No row: no period is over.
create or replace function app.draw_invoices(organization integer, moment timestamptz)
returns table (period_end timestamptz, invoice_id uuid)
language plpgsql security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
    schedule public.invoice_schedules;
    money text;
begin
    select s.* into schedule
    from public.invoice_schedules s
    where s.organization_id = organization and s.period_end <= moment
    for no key update;
    if not found then
        return;
    end if;

    update public.invoice_schedules s
    set month_start = p.starts_at, period_start = schedule.period_end, period_end = p.ends_at
    from app.billing_period_of(organization, schedule.period_end) p
    where s.organization_id = organization;

    period_end := schedule.period_end;
    -- The platform owes itself nothing.
    if not exists (select from public.users u where u.organization_id = organization and u.is_super_admin) then
        for money in
            select distinct l.currency from app.invoice_lines_due(organization, schedule) l order by 1
        loop
            invoice_id := app.uuid_v7();
            insert into public.invoices (
                organization_id, id, billed_to, time_zone, tier, tier_version, period_start, period_end, currency,
                subtotal, total
            )
            select organization, invoice_id, o.name, o.time_zone, l.tier, l.tier_version, schedule.period_start,
                schedule.period_end, money, sum(l.amount) filter (where l.kind <> 'discount'), sum(l.amount)
            from app.invoice_lines_due(organization, schedule) l
            join public.organizations o on o.id = organization
            where l.currency = money
            group by o.name, o.time_zone, l.tier, l.tier_version;

            insert into public.invoice_lines (
                organization_id, invoice_id, position, kind, description, quantity, unit_price, amount
            )
            select organization, invoice_id, l.place, l.kind, l.description, l.quantity, l.unit_price, l.amount
            from app.invoice_lines_due(organization, schedule) l
            where l.currency = money;

            -- Last, because from here on whoever opens another one waits.
            with given as (
                update app.invoice_numbers n set last = n.last + 1 returning n.last as number
            )
            update public.invoices i
            set status = 'open', number = given.number, opened_at = now(), due_at = now() + app.payment_term()
            from given
            where i.organization_id = organization and i.id = invoice_id;
            return next;
        end loop;
    end if;
    if invoice_id is null then
        return next;
    end if;
end
$$;

-- Closes the earliest period of a hotel that is over at that moment and not invoiced, after putting into place what was
-- due by then. Asked again it closes the one after that, until none is over. Runs with the rights of the platform, so
-- that what is settled is on record as everything the platform does; the invoice itself takes app.draw_invoices.
create or replace function app.close_period(organization integer, moment timestamptz)
returns table (period_end timestamptz, invoice_id uuid)
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    -- Locks the hotel, which is what everybody who changes its subscription does.
    perform app.settle_subscription(organization, moment);
    return query select d.period_end, d.invoice_id from app.draw_invoices(organization, moment) d;
end
$$;

alter function app.draw_invoices(integer, timestamptz) owner to stayzr_billing;
revoke all on function app.closing_moment() from public;
revoke all on function app.payment_term() from public;
revoke all on function app.draw_invoices(integer, timestamptz) from public;
revoke all on function app.close_period(integer, timestamptz) from public;
grant execute on function app.closing_moment() to stayzr_platform;
grant execute on function app.payment_term() to stayzr_billing;
grant execute on function app.draw_invoices(integer, timestamptz) to stayzr_platform;
grant execute on function app.close_period(integer, timestamptz) to stayzr_platform;
