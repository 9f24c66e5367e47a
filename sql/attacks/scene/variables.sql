-- What the attempts call things: in psql by \gset, in Stayzr by the names of the columns.
select
    own.id as own, rival.id as rival, nobody.id as nobody,
    own.marker as own_marker, rival.marker as marker, nobody.marker as nobody_marker,
    'attack-' || rival.marker as rival_slug,
    format('user1@%s.example', rival.marker) as rival_email,
    md5(own.marker || '/user')::uuid as own_user,
    md5(own.marker || '/guest')::uuid as own_guest,
    md5(own.marker || '/conversation')::uuid as own_conversation,
    md5(own.marker || '/message')::uuid as own_message,
    md5(own.marker || '/team')::uuid as own_team,
    md5(rival.marker || '/tenant')::uuid as rival_tenant,
    md5(rival.marker || '/user')::uuid as rival_user,
    md5(rival.marker || '/department')::uuid as rival_department,
    md5(rival.marker || '/team')::uuid as rival_team,
    md5(rival.marker || '/role')::uuid as rival_role,
    md5(rival.marker || '/guest')::uuid as rival_guest,
    md5(rival.marker || '/conversation')::uuid as rival_conversation,
    md5(rival.marker || '/message')::uuid as rival_message,
    md5(rival.marker || '/session')::uuid as rival_session,
    md5(rival.marker || '/invoice')::uuid as rival_invoice,
    split_part(current_setting('app.context'), E'\n', 1) as own_seal,
    split_part(current_setting('attack.rival_context'), E'\n', 1) as rival_seal,
    current_setting('attack.rival_context') as rival_context,
    current_setting('attack.expired_context') as expired_context
from (select current_setting('attack.own')::integer, current_setting('attack.own_marker')) as own (id, marker)
cross join (select current_setting('attack.rival')::integer, current_setting('attack.marker')) as rival (id, marker)
cross join (
    select current_setting('attack.nobody')::integer, current_setting('attack.nobody_marker')
) as nobody (id, marker)
\gset
