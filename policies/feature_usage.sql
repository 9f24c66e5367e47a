-- feature_usage: a view that asks with the reader's rights, so the policies of usage_counters,
-- usage_slots and usage_periods are those of the view. And a barrier: what the view leaves out no condition of the
-- reader's looks at.

select app.policy_reset('public.feature_usage');

alter view public.feature_usage set (security_invoker = true, security_barrier = true);

grant select (organization_id, resource, period_start, period_end, used, is_open)
    on public.feature_usage to stayzr_app, stayzr_platform, stayzr_meter, stayzr_billing;
