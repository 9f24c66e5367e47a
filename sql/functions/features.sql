-- The gates of a plan: what a row may only be, or a statement may only read, where the
-- hotel's plan has a feature. Servers ask their memory of the plan before any work; here it
-- is asked again in the transaction of the write, so that neither a server that has not
-- heard of a change nor SQL by hand gets through. Gates bind whoever writes, an import and an
-- administrator by hand among them.
-- SZ002: the plan lacks a feature. The constraint names it, the detail says in which tier the
-- hotel is and which tiers on offer have the feature, cheapest first.

-- True, or an error. A statement that reads asks it in its `where`, because what nobody looks
-- at is never run.
create or replace function app.require_feature(organization integer, wanted text) returns boolean
language plpgsql stable parallel safe
set search_path = pg_catalog, pg_temp
as $$
begin
    if app.plan_feature(organization, wanted, now()) then
        return true;
    end if;
    raise exception 'the plan has no %', wanted using
        errcode = 'SZ002',
        constraint = wanted,
        detail = jsonb_build_object(
            'currentTier', (select t.tier from app.tier_at(organization, now()) t),
            'availableIn', app.tiers_with_feature(wanted)
        );
end
$$;

-- For triggers: the row takes the feature that the trigger names.
create or replace function app.gate() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.require_feature(new.organization_id, tg_argv[0]);
    return new;
end
$$;

-- Settings that take a feature to be set to something. Removing one takes none, and what was
-- set before stays. Feature::of_setting knows the same ones.
create or replace function app.gate_settings() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $$
declare
    before jsonb := case when tg_op = 'UPDATE' then old.settings else '{}' end;
    gated record;
begin
    for gated in
        select g.setting, g.feature
        from (values ('workflows', 'workflowAutomation'), ('branding', 'customBranding')) as g (setting, feature)
        where coalesce(new.settings -> g.setting, 'null') <> 'null'
            and new.settings -> g.setting is distinct from before -> g.setting
    loop
        perform app.require_feature(new.id, gated.feature);
    end loop;
    return null;
end
$$;

revoke all on function app.require_feature(integer, text) from public;
revoke all on function app.gate() from public;
revoke all on function app.gate_settings() from public;
grant execute on function app.require_feature(integer, text) to stayzr_app, stayzr_platform;
