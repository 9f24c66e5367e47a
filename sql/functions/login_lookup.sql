-- Sign-in happens before a tenant is known, so it looks past row security: at one
-- account, by hotel and address, on the columns granted to stayzr_lookup only.
--
-- The server seals the question. Whoever holds the password of stayzr_app but not
-- the key cannot ask it, and so cannot fetch anybody's password hash.

create or replace function app.login_lookup(wanted_slug text, wanted_email text, seal text)
returns table (
    organization_id integer,
    tenant_id uuid,
    organization_active boolean,
    user_id uuid,
    password_hash text,
    is_org_admin boolean,
    is_super_admin boolean,
    status text
)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp
as $$
begin
    perform app.verify_seal(E'login\n' || wanted_slug || E'\n' || wanted_email, seal);

    return query
    select o.id, o.tenant_id, o.is_active, u.id, u.password_hash, u.is_org_admin, u.is_super_admin, u.status
    from public.organizations o
    join public.users u on u.organization_id = o.id
    where o.slug = wanted_slug and u.email_folded = lower(wanted_email) and u.status <> 'deleted';
end
$$;

alter function app.login_lookup(text, text, text) owner to stayzr_lookup;
revoke all on function app.login_lookup(text, text, text) from public;
grant execute on function app.login_lookup(text, text, text) to stayzr_app;
