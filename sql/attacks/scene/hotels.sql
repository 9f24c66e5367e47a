-- The two hotels of an attack: `own`, whose context the attacker holds, and its rival, with rows in every table that
-- hotels have. For an administrator that bypasses row security, inside a transaction that is rolled back.
--
-- Every text of the rival's that can hold it, and every hash, holds the rival's marker; so do the attacker's with
-- their own. Ids are worked out from the marker, numbers from the connection: no sequence moves, and two audits at
-- once do not meet. Nothing here writes a row that is not the hotels' own.

set local lock_timeout = '2s';
set local statement_timeout = '5s';
set local idle_in_transaction_session_timeout = '60s';
-- Compiling takes longer than anything here runs.
set local jit = off;

do $scene$
declare
    number constant integer := 2000000000 + 3 * pg_backend_pid();
    hotel integer;
    mark text;
    hash bytea;
    people uuid[];
    best text := (select t.name from public.subscription_tiers t order by t.rank desc limit 1);
    best_version integer := (select t.current_version from public.subscription_tiers t where t.name = best);
begin
    perform set_config('attack.own', number::text, true);
    perform set_config('attack.rival', (number + 1)::text, true);
    perform set_config('attack.nobody', (number + 2)::text, true);
    -- Letters only, and one of them in no hexadecimal number: a digit may give a text a meaning that the other's has not,
    -- as that of a time zone.
    perform set_config(
        'attack.' || name,
        head || substr(translate(md5(gen_random_uuid()::text), '0123456789', 'ghijlmnopr'), 1, 6), true
    )
    from (values ('own_marker', 'zk'), ('marker', 'zq'), ('nobody_marker', 'zw')) as marker (name, head);

    -- Nobody grants what they do not hold, by hand neither.
    perform set_config('app.context', E'\n\n\n\n\ntrue\n\n\nguests.read', true);

    for hotel, mark in
        values (number, current_setting('attack.own_marker')), (number + 1, current_setting('attack.marker'))
    loop
        hash := convert_to(rpad(mark, 32, '.'), 'UTF8');
        people := array[md5(mark || '/user')::uuid, md5(mark || '/colleague')::uuid];

        insert into public.organizations (
            id, tenant_id, slug, name, subscription_tier, subscription_status, settings, time_zone
        ) overriding system value
        values (
            hotel, md5(mark || '/tenant')::uuid, 'attack-' || mark, 'Hotel ' || mark, best, 'active',
            jsonb_build_object('note', mark), 'UTC'
        );
        insert into public.users (organization_id, id, email, full_name, is_org_admin, password_hash)
        select
            hotel, people[n], format('user%s@%s.example', n, mark), format('User %s %s', n, mark), n = 1,
            'hash ' || mark
        from generate_series(1, 2) n;

        insert into public.departments (organization_id, id, name)
        values (hotel, md5(mark || '/department')::uuid, 'Department ' || mark);
        insert into public.teams (organization_id, id, department_id, name)
        values (hotel, md5(mark || '/team')::uuid, md5(mark || '/department')::uuid, 'Team ' || mark);
        insert into public.team_members (organization_id, team_id, user_id)
        values (hotel, md5(mark || '/team')::uuid, people[1]);
        insert into public.roles (organization_id, id, name, description, permissions)
        values (hotel, md5(mark || '/role')::uuid, 'Role ' || mark, 'What ' || mark || ' may', array['guests.read']);
        insert into public.user_roles (organization_id, user_id, role_id)
        values (hotel, people[2], md5(mark || '/role')::uuid);
        insert into public.properties (organization_id, id, name, address)
        values (hotel, md5(mark || '/property')::uuid, 'House ' || mark, mark || ' Street 1');

        insert into public.guests (
            organization_id, id, email, phone, full_name, language, notes, preferences, owner_id, team_id
        ) values (
            hotel, md5(mark || '/guest')::uuid, mark || '@guest.example', '+49' || hotel, 'Guest ' || mark,
            'en-' || mark,
            'Notes of ' || mark, jsonb_build_object('pillow', mark), people[1], md5(mark || '/team')::uuid
        );
        insert into public.conversations (organization_id, id, guest_id, channel, subject, owner_id, team_id)
        values (
            hotel, md5(mark || '/conversation')::uuid, md5(mark || '/guest')::uuid, 'email', 'About ' || mark,
            people[1],
            md5(mark || '/team')::uuid
        );
        insert into public.messages (organization_id, id, conversation_id, sender_type, sender_user_id, content)
        values (
            hotel, md5(mark || '/message')::uuid, md5(mark || '/conversation')::uuid, 'staff', people[1],
            'Says ' || mark
        );
        insert into public.attachments (organization_id, id, message_id, file_name, media_type, size_bytes, sha256)
        values (
            hotel, md5(mark || '/attachment')::uuid, md5(mark || '/message')::uuid, mark || '.pdf',
            'application/' || mark,
            1000, hash
        );
        insert into public.shares (organization_id, id, guest_id, user_id, access, created_by)
        values (hotel, md5(mark || '/share')::uuid, md5(mark || '/guest')::uuid, people[1], 'read', people[1]);

        insert into public.sessions (organization_id, id, user_id, user_agent, address, expires_at)
        values (hotel, md5(mark || '/session')::uuid, people[1], 'Browser ' || mark, mark, now() + interval '1 hour');
        insert into public.refresh_tokens (organization_id, hash, session_id, user_id)
        values (hotel, hash, md5(mark || '/session')::uuid, people[1]);
        insert into public.password_resets (organization_id, hash, user_id, expires_at)
        values (hotel, hash, people[1], now() + interval '1 hour');
        insert into public.api_keys (organization_id, id, name, prefix, hash, permissions, created_by)
        values (
            hotel, md5(mark || '/key')::uuid, 'Key ' || mark, 'key-' || mark, hash, array['guests.read'], people[1]
        );
        insert into public.invitations (organization_id, id, email, hash, invited_by, expires_at)
        values (
            hotel, md5(mark || '/invitation')::uuid, mark || '@invited.example', hash, people[1],
            now() + interval '1 hour'
        );
        insert into public.platform_grants (
            organization_id, id, super_admin_organization_id, super_admin_id, reason, can_write, expires_at
        ) values (
            hotel, md5(mark || '/grant')::uuid, hotel, people[1], 'Because of ' || mark, false,
            now() + interval '1 hour'
        );
        insert into public.idempotency_keys (organization_id, user_id, operation, key, request_hash, response)
        values (hotel, people[1], 'create ' || mark, 'once ' || mark, hash, jsonb_build_object('answer', mark));
        insert into public.audit_log (
            organization_id, actor_user_id, actor_kind, address, request_id, action, resource, resource_id, reason,
            changes
        ) values (
            hotel, people[1], 'user', mark, mark, 'attack ' || mark, mark, mark, 'Because of ' || mark,
            jsonb_build_object('to', mark)
        );

        insert into public.subscription_overrides (organization_id, name, value, reason)
        values (hotel, 'discountPercent', '10', 'Because of ' || mark);
        insert into public.subscription_changes (
            organization_id, id, kind, from_tier, from_version, amount, currency, period_start, period_end, by_user
        ) values (
            hotel, md5(mark || '/change')::uuid, 'cancel', best, best_version, 0, 'EUR', now(),
            now() + interval '1 month',
            people[1]
        );
        insert into public.usage_periods (organization_id, resource, period_start, period_end, used)
        values (hotel, 'messages', now() - interval '1 month', now(), 7);
        insert into public.usage_days (organization_id, resource, day, period_start, used)
        values (hotel, 'messages', current_date - 1, now() - interval '1 month', 7);
        insert into public.usage_alerts (
            organization_id, id, resource, threshold, maximum, used, period_start, period_end
        ) values (
            hotel, md5(mark || '/alert')::uuid, 'guests', 80, 10, 9, now(), now() + interval '1 month'
        );
        -- Opened under a number that is far from any given: the counter of numbers is everybody's, and stays as it is.
        insert into public.invoices (
            organization_id, id, billed_to, time_zone, tier, tier_version, period_start, period_end, currency,
            subtotal, total
        ) values (
            hotel, md5(mark || '/invoice')::uuid, 'Hotel ' || mark, 'UTC', best, best_version,
            now() - interval '1 month',
            now(), 'EUR', 7, 7
        );
        insert into public.invoice_lines (
            organization_id, invoice_id, position, kind, description, quantity, unit_price, amount
        ) values (hotel, md5(mark || '/invoice')::uuid, 1, 'plan', 'Plan of ' || mark, 1, 7, 7);
        update public.invoices i set status = 'open', number = hotel, opened_at = now(), due_at = now()
        where i.organization_id = hotel;
    end loop;
end
$scene$;

-- Only the owner seals by hand. What is left set at the end is the attacker's true context: its administrator's, who
-- sees all of the hotel and holds every permission there is.
set local role stayzr_owner;

do $seals$
declare
    own_slug constant text := 'attack-' || current_setting('attack.own_marker');
    own_user constant uuid := md5(current_setting('attack.own_marker') || '/user');
    everything constant text := array_to_string(app.all_permissions(), ',');
begin
    perform app.impersonate(
        'attack-' || current_setting('attack.marker'), md5(current_setting('attack.marker') || '/user')::uuid,
        everything
    );
    perform set_config('attack.rival_context', current_setting('app.context'), true);
    perform app.impersonate(own_slug, own_user, everything, interval '-1 minute');
    perform set_config('attack.expired_context', current_setting('app.context'), true);
    perform app.impersonate(own_slug, own_user, everything);
end
$seals$;

set local role none;

-- What the triggers above planned, they planned for who bypasses row security, and functions of PL/pgSQL keep such
-- plans of what they call to the end of the transaction, whoever calls next. No request changes its role in the middle.
discard plans;
