-- Attempts that nobody got in by are on record as well: whoever made up a token is somebody
-- of no hotel.

alter table public.audit_log
    drop constraint audit_log_actor_kind_check,
    add constraint audit_log_actor_kind_check
        check (actor_kind in ('user', 'api_key', 'super_admin', 'administrator', 'stranger'));
