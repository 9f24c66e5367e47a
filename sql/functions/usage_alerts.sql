-- Telling of alerts outside of the database: servers hear that a hotel has some, and one of
-- them takes those that nobody was told of yet, once.

-- Alerts are raised where rows are counted, in the transaction that reaches a mark. Only few
-- transactions do, so the lock that NOTIFY takes at their commit holds nobody up.
create or replace function app.notify_alerts() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform pg_notify('stayzr_alerts', r.organization_id::text)
    from (select distinct organization_id from rows) r;
    return null;
end
$$;

-- The hotel's name, and whom to tell of its plan: the active users who hold subscription.manage
-- or administer the hotel. For the function below only.
create or replace function app.subscription_managers(organization integer)
returns table (hotel text, addresses text[])
language sql stable security definer
set search_path = pg_catalog, pg_temp
as $$
    select
        o.name,
        array(
            select u.email
            from public.users u
            where u.organization_id = organization and u.status = 'active'
                and (
                    u.is_org_admin
                    or exists (
                        select from public.user_roles r
                        join public.roles role on role.organization_id = r.organization_id and role.id = r.role_id
                        where r.organization_id = organization and r.user_id = u.id
                            and 'subscription.manage'
                                = any (coalesce(app.built_in_permissions(role.built_in), role.permissions))
                    )
                )
            order by u.id
        )
    from public.organizations o
    where o.id = organization
$$;

-- Which hotels have alerts that nobody was told of: after a start, or when some may have gone
-- unheard.
create or replace function app.organizations_to_alert(seal text) returns table (organization_id integer)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    perform app.verify_seal('organizations_to_alert', seal);

    return query
    select distinct a.organization_id from public.usage_alerts a where a.mailed_at is null order by 1;
end
$$;

-- Takes a hotel's alerts that nobody was told of, all of them, and returns what is worth
-- telling: of each limit the highest mark, and that it will be passed only where no mark is
-- reached.
--
-- A second server that takes at the same time waits for the first and finds nothing. It does
-- not skip what is locked: a member may be acknowledging one, and who skips it would leave it.
create or replace function app.claim_usage_alerts(organization integer, seal text)
returns table (
    hotel text,
    addresses text[],
    resource text,
    threshold smallint,
    maximum bigint,
    used bigint,
    forecast bigint,
    period_ends_on date,
    charges_more boolean
)
language plpgsql volatile security definer
set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
    perform app.verify_seal(concat_ws(E'\n', 'claim_usage_alerts', organization), seal);

    return query
    with waiting as materialized (
        select a.id from public.usage_alerts a
        where a.organization_id = organization and a.mailed_at is null
        -- In one order, or two who take at the same time might wait for each other.
        order by a.id
        for update
    ),
    taken as (
        update public.usage_alerts a set mailed_at = now()
        from waiting w
        where a.organization_id = organization and a.id = w.id
        returning
            a.id, a.resource, a.threshold, a.maximum, a.used, a.forecast, a.period_start, a.period_end, a.created_at
    ),
    worth as (
        select distinct on (t.resource, t.period_start, t.maximum) t.*
        from taken t
        order by t.resource, t.period_start, t.maximum, t.threshold desc
    )
    select
        m.hotel, m.addresses, w.resource, w.threshold, w.maximum, w.used, w.forecast,
        app.local_date(organization, w.period_end), r.charges_more
    from worth w
    cross join app.subscription_managers(organization) m
    cross join lateral app.usage_rules(organization, w.resource, now()) r
    order by w.created_at, w.id;
end
$$;

alter function app.subscription_managers(integer) owner to stayzr_lookup;
alter function app.organizations_to_alert(text) owner to stayzr_meter;
alter function app.claim_usage_alerts(integer, text) owner to stayzr_meter;
revoke all on function app.notify_alerts() from public;
revoke all on function app.subscription_managers(integer) from public;
revoke all on function app.organizations_to_alert(text) from public;
revoke all on function app.claim_usage_alerts(integer, text) from public;
grant execute on function app.subscription_managers(integer) to stayzr_meter;
grant execute on function app.organizations_to_alert(text) to stayzr_app;
grant execute on function app.claim_usage_alerts(integer, text) to stayzr_app;
