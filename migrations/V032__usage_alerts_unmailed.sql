-- What nobody has been told of yet. Nearly always empty: who looks for what is left over looks at nothing else.
create index usage_alerts_unmailed on public.usage_alerts (organization_id, id) where mailed_at is null;
