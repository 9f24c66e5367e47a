-- One busy hotel, with as many conversations as keep its writers from waiting for each other's. Its plan has a limit, far
-- away: what is left is handed out as it is in production.
insert into public.organizations (slug, name, subscription_tier, subscription_status)
values ('busy', 'Busy Hotel', 'enterprise', 'active');

insert into public.subscription_overrides (organization_id, name, value, reason)
select id, 'maxMessagesPerMonth', '1000000000', 'The benchmark counts up to a limit'
from public.organizations;

insert into public.guests (organization_id, id, full_name, email)
select id, gen_random_uuid(), 'Guest', 'guest@bench.example' from public.organizations;

insert into public.conversations (organization_id, id, guest_id, channel)
select g.organization_id, md5(n::text)::uuid, g.id, 'email'
from public.guests g
cross join generate_series(1, 1000) as n;
