-- $1 share, $2 the guest or the conversation, $3 expected version or null. A share never changes, so its version is 1.
delete from shares
where id = $1
    and $2 in (guest_id, conversation_id)
    and ($3::integer is null or $3 = 1)
returning id, guest_id, conversation_id, user_id, team_id, access, expires_at, created_by, created_at
