-- $1 hotel. With all its overrides, those that are over too.
select s.*,
    (
        select coalesce(jsonb_agg(jsonb_build_object(
            'name', x.name, 'value', x.value, 'reason', x.reason, 'expiresAt', x.expires_at,
            'createdAt', x.created_at, 'updatedAt', x.updated_at, 'version', x.version
        ) order by x.name), '[]')
        from subscription_overrides x
        where x.organization_id = o.id
    ) as overrides
from organizations o
cross join app.subscription_details(o.id, now()) s
where o.id = $1
