-- bench.idle hotels more, each with one user who is signed in.
set session_replication_role = replica;

insert into public.organizations (slug, name, subscription_tier, subscription_tier_version, subscription_status)
select 'idle-' || o, 'Idle Hotel ' || o, 'starter', 1, 'active'
from generate_series(1, current_setting('bench.idle')::integer) as o;

insert into public.users (organization_id, id, email, full_name, is_org_admin)
select id, md5(slug)::uuid, 'user@bench.example', 'User', true
from public.organizations
where slug like 'idle-%';

insert into public.sessions (organization_id, id, user_id, expires_at)
select organization_id, u.id, u.id, now() + interval '1 day'
from public.users u
join public.organizations o on o.id = u.organization_id
where o.slug like 'idle-%';

-- As a trigger does with each hotel that is made. These are most of the rows.
select app.open_usage_everywhere();

reset session_replication_role;
