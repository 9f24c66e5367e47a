-- Beside the two hotels of an attack, who all of whose own is their administrator's: what is somebody else's in the
-- first of them. Run behind sql/attacks/scene/hotels.sql, by an administrator.
do $rows$
declare
    hotel constant integer := current_setting('attack.own')::integer;
    mark constant text := current_setting('attack.own_marker');
    colleague constant uuid := md5(mark || '/colleague');
begin
    insert into public.teams (organization_id, id, name) values (hotel, md5('team')::uuid, 'Other');
    insert into public.team_members (organization_id, team_id, user_id) values (hotel, md5('team')::uuid, colleague);
    insert into public.guests (organization_id, id, email, full_name, owner_id, team_id)
    values (hotel, md5('guest')::uuid, 'other@guest.example', 'Other', colleague, md5('team')::uuid);
    insert into public.conversations (organization_id, id, guest_id, channel, owner_id, team_id)
    values (hotel, md5('conversation')::uuid, md5('guest')::uuid, 'email', colleague, md5('team')::uuid);
    insert into public.messages (organization_id, id, conversation_id, sender_type, sender_user_id, content)
    values (hotel, md5('message')::uuid, md5('conversation')::uuid, 'staff', colleague, 'Other');
    insert into public.attachments (organization_id, id, message_id, file_name, media_type, size_bytes, sha256)
    values (hotel, md5('attachment')::uuid, md5('message')::uuid, 'x.pdf', 'application/pdf', 1, sha256('x'));
    insert into public.shares (organization_id, id, conversation_id, team_id, access, created_by)
    values (hotel, md5('share')::uuid, md5('conversation')::uuid, md5('team')::uuid, 'write', colleague);
    insert into public.sessions (organization_id, id, user_id, expires_at)
    values (hotel, md5('session')::uuid, colleague, now() + interval '1 hour');
    insert into public.refresh_tokens (organization_id, hash, session_id, user_id)
    values (hotel, sha256('x'), md5('session')::uuid, colleague);
    insert into public.password_resets (organization_id, hash, user_id, expires_at)
    values (hotel, sha256('x'), colleague, now() + interval '1 hour');
    insert into public.api_keys (organization_id, id, name, prefix, hash, permissions, created_by)
    values (hotel, md5('key')::uuid, 'Other', 'other-key-01', sha256('x'), array['guests.read'], colleague);
    insert into public.idempotency_keys (organization_id, user_id, operation, key, request_hash, response)
    values (hotel, colleague, 'create', 'once', sha256('x'), '{}');
    insert into public.invoices (
        organization_id, id, billed_to, time_zone, tier, tier_version, period_start, period_end, currency, subtotal, total
    )
    select hotel, md5('draft')::uuid, 'Draft', 'UTC', i.tier, i.tier_version, i.period_end, i.period_end + interval '1 month',
        'EUR', 0, 0
    from public.invoices i
    where i.organization_id = hotel;
end
$rows$;
