-- What explains the answer, as far as the asker sees it. $1 the user, $2 the permissions in question, $3 feature or null; the row,
-- one of the two or neither: $4 guest, $5 conversation; $6 the teams the user is a member of, $7 conversations of the
-- guest that the user sees. Shares that have run out are told too: they were a reason once.
select
    exists (
        select from sessions where user_id = $1 and ended_at is null and expires_at > now()
    ) as signed_in,
    (
        select coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'id', r.id,
                    'name', r.name,
                    'permissions', r.permissions,
                    'held', exists (
                        select from user_roles h
                        where h.organization_id = r.organization_id and h.user_id = $1 and h.role_id = r.id
                    )
                )
                order by r.name_folded
            ),
            '[]'
        )
        from (
            select
                organization_id, id, name, name_folded,
                case when built_in is null then permissions else app.built_in_permissions(built_in) end as permissions
            from roles
        ) r
        where r.permissions && $2
    ) as roles,
    case when $3::text is null then true else app.has_feature($3) end as has_feature,
    thing.id is not null as in_sight, thing.owner_id, thing.team_id,
    (
        select coalesce(
            jsonb_agg(
                jsonb_build_object(
                    'id', s.id,
                    'team_id', s.team_id,
                    'writes', s.access = 'write',
                    'expires_at', s.expires_at,
                    'is_over', coalesce(s.expires_at <= now(), false)
                )
                order by s.created_at, s.id
            ),
            '[]'
        )
        from shares s
        where (s.guest_id = $4 or s.conversation_id = $5)
            and (s.user_id = $1 or s.team_id = any ($6))
            and thing.id is not null
    ) as shares,
    (
        select c.id from conversations c
        where c.id = any ($7)
        order by c.activity_at desc, c.id desc
        limit 1
    ) as conversation_id
from (values (1)) as asked
left join (
    select id, owner_id, team_id from guests where id = $4
    union all
    select id, owner_id, team_id from conversations where id = $5
) thing on true
