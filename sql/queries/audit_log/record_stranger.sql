-- Somebody whom no request is let in for. $1 who, null where nothing proves it, $2 in what capacity, $3 the grant or null,
-- $4 address or null, $5 request, $6 action, $7 resource, $8 its id or null, $9 the platform's organization. For
-- stayzr_platform.
insert into audit_log (
    organization_id, actor_user_id, actor_kind, grant_id, address, request_id, action, resource, resource_id, outcome
)
values ($9, $1, $2, $3, $4, $5, $6, $7, $8, 'refused')
returning id
