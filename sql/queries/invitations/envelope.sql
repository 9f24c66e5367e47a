-- Whom the mail of an invitation names: the hotel, and the user who invites.
select o.name as organization, u.full_name as inviter
from organizations o
left join users u on u.id = app.user_id()
