-- What the hotels of ../requests/load.sql are beyond that, in the same session: the last one is noisy, on the plan that
-- bench.tier says and with bench.noisy_messages more messages, and may write none of them any more; the others are on
-- the smallest plan.
--
-- Of the messages one in three says `breakfast`, of the older half one in five `chandelier`, and all say `airport`.
set session_replication_role = replica;

update public.organizations
set subscription_tier = case when slug = 'bench-' || current_setting('bench.organizations')
    then current_setting('bench.tier') else 'starter' end;

insert into public.subscription_overrides (organization_id, name, value, reason)
select id, 'maxMessagesPerMonth', '0', 'The benchmark writes at its limit'
from public.organizations
where slug = 'bench-' || current_setting('bench.organizations');

insert into public.subscription_overrides (organization_id, name, value, reason)
select
    id, 'maxConcurrentRequests', to_jsonb(current_setting('bench.noisy_concurrent')::integer),
    'The benchmark was told so'
from public.organizations
where slug = 'bench-' || current_setting('bench.organizations') and current_setting('bench.noisy_concurrent') <> '';

insert into public.messages (
    organization_id, id, conversation_id, sender_type, content, search_language, words, created_at
)
select
    organization_id, pg_temp.bench_id('noisy', n), pg_temp.bench_id('conversation', hotel * 60 + 10 + n % 50), 'guest',
    content, 'en', app.text_words(organization_id, 'en', content), written_at
from generate_series(0, current_setting('bench.noisy_messages')::bigint - 1) as n
cross join lateral (
    select timestamptz '2026-04-01 00:00:00+00' + n * interval '1 second' as written_at,
        concat_ws(
            ' ', 'Could you book us a car from the airport for Friday at 18:40? We are two adults, number', n || '.',
            case when n % 3 = 0 then 'And breakfast at seven.' end,
            case when n % 5 = 0 and n < current_setting('bench.noisy_messages')::bigint / 2
                then 'The room with the chandelier.' end
        ) as content
) as said
join hotels on hotels.hotel = current_setting('bench.organizations')::bigint - 1
order by n;

reset session_replication_role;
