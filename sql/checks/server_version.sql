-- Id: RLS053
-- Severity: critical
-- What: the server's minor release has the fixes of row security there are.
-- Why: CVE-2023-2455 and CVE-2024-10976 (policies of another user, after a function was inlined or a role was set),
--   CVE-2023-39418 (MERGE past policies), CVE-2024-10978 (the wrong role), CVE-2025-8713 (statistics show rows that
--   policies hide).
-- Mend: update the server to the newest minor release of its major one.
-- See: https://www.postgresql.org/docs/current/release.html
select 'PostgreSQL ' || current_setting('server_version') as object,
    'lacks fixes of row security: update to ' || f.fixed || ' or newer' as finding,
    'server_version_num ' || v.setting as detail
from pg_settings v
-- The first minor release with all of them. Major release 18 began with them; one older than 15 is not supported.
join (values (15, 14, '15.14'), (16, 10, '16.10'), (17, 6, '17.6')) f (major, minor, fixed)
    on v.setting::integer / 10000 = f.major and v.setting::integer % 10000 < f.minor
where v.name = 'server_version_num'
union all
select 'PostgreSQL ' || current_setting('server_version'), 'is older than the oldest supported major release, 15',
    'server_version_num ' || v.setting
from pg_settings v
where v.name = 'server_version_num' and v.setting::integer < 150000
order by 1
