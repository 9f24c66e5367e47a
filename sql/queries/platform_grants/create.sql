-- Lets the super admin into a hotel; no row where there is no such hotel. $1 id, $2 hotel, $3 reason, $4 minutes,
-- $5 whether to write. The times are the database's, as whoever asks whether the grant lives compares with its clock.
with hotel as (
    select id, tenant_id
    from organizations
    where id = $2
),
made as (
    insert into platform_grants (
        id, organization_id, reason, can_write, super_admin_id, super_admin_organization_id, expires_at
    )
    select $1, h.id, $3, $5, app.user_id(), app.organization_id(), now() + make_interval(mins => $4::integer)
    from hotel h
    returning organization_id, id, super_admin_id, reason, can_write, created_at, expires_at, ended_at
)
select made.id, made.organization_id, made.super_admin_id, made.reason, made.can_write, made.created_at, made.expires_at,
    made.ended_at, hotel.tenant_id
from made
cross join hotel
