-- The end of each hotel's chain in the audit log. Only app.audit_chain writes it, with its
-- owner's rights; `stayzr audit-log verify` compares it with the records.

select app.policy_reset('app.audit_heads');

grant select (organization_id, sequence, hash) on app.audit_heads to stayzr_platform;
