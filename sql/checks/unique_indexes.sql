-- Id: RLS012
-- Severity: medium
-- What: every unique or excluding index in public begins with organization_id.
-- Why: uniqueness across hotels tells one hotel what another has: the insert that fails is an oracle. And a unique
--   bare id invites a foreign key that does not carry the hotel.
-- Mend: put organization_id first.
-- See: https://www.postgresql.org/docs/current/ddl-rowsecurity.html
with exempt (name, reason) as (
    values
        ('organizations_pkey', 'the tenant itself'),
        ('organizations_slug_taken', 'the name a hotel signs in under, known before the tenant is; only the platform writes it'),
        ('organizations_tenant_taken', 'the tenant''s public identifier; only the platform writes it'),
        ('subscription_tiers_pkey', 'global'),
        ('subscription_tiers_rank_key', 'global'),
        ('subscription_tier_versions_pkey', 'global'),
        ('invoices_number', 'numbered on the whole platform without a gap; no hotel writes it')
)
select format('public.%I', c.relname) as object, 'is unique across hotels' as finding,
    pg_get_indexdef(i.indexrelid) as detail
from pg_index i
join pg_class c on c.oid = i.indexrelid
left join pg_attribute a on a.attrelid = i.indrelid and a.attname = 'organization_id'
where c.relnamespace = 'public'::regnamespace
    and (i.indisunique or i.indisexclusion)
    and c.relname not in (select name from exempt)
    and i.indkey[0] is distinct from a.attnum
order by 1
