-- The closed list of permissions and what the built-in roles hold of it. The enum in
-- src/auth/permission.rs is the same list; a test holds the two together.

create or replace function app.all_permissions() returns text[]
language sql immutable parallel safe
return array[
    'guests.read', 'guests.write', 'conversations.read', 'conversations.write', 'conversations.assign',
    'messages.send', 'shares.manage', 'users.read', 'organization.read', 'users.manage', 'roles.manage',
    'organization.manage', 'subscription.read', 'subscription.manage', 'audit.read', 'analytics.read', 'data.export'
];

create or replace function app.built_in_permissions(role text) returns text[]
language sql immutable parallel safe
return case role
    when 'admin' then app.all_permissions()
    when 'manager' then array[
        'guests.read', 'guests.write', 'conversations.read', 'conversations.write', 'conversations.assign',
        'messages.send', 'shares.manage', 'users.read', 'organization.read', 'subscription.read', 'audit.read',
        'analytics.read', 'data.export'
    ]
    when 'agent' then array[
        'guests.read', 'guests.write', 'conversations.read', 'conversations.write', 'conversations.assign',
        'messages.send', 'shares.manage', 'users.read', 'organization.read'
    ]
    when 'viewer' then array['guests.read', 'conversations.read', 'users.read', 'organization.read']
end;

revoke all on function app.all_permissions() from public;
revoke all on function app.built_in_permissions(text) from public;
grant execute on function app.all_permissions() to stayzr_app, stayzr_platform, stayzr_lookup;
grant execute on function app.built_in_permissions(text) to stayzr_app, stayzr_platform, stayzr_lookup;
