-- Walks the chain of every hotel and returns what does not fit in it; no row on an intact log. For whoever bypasses row
-- security; in psql, as stayzr_platform, first `set statement_timeout = 0`.
--
-- altered: the record is not what its hash was made of, or its hash not what the next record was chained to.
-- removed: places of the chain, from `sequence` to `last`, that no record has. inserted: a record with no place in it.
-- head differs: the head of the chain (app.audit_heads) is not the last record.
--
-- A broken link is laid to one of its two records: to the one whose own hash does not fit, else to the earlier one,
-- unless what comes next does not hold the later one either.
with record as (
    select a.organization_id, a.sequence, a.id, a.previous_hash, a.hash,
        h.sequence as head_sequence, h.hash as head_hash,
        coalesce(a.hash = app.audit_hash(
            a.previous_hash, a.organization_id, a.sequence, a.id, a.created_at, a.actor_user_id, a.actor_kind,
            a.api_key_id, a.grant_id, a.address, a.request_id, a.action, a.resource, a.resource_id, a.reason,
            a.outcome, a.changes
        ), false) as fits
    from public.audit_log a
    left join app.audit_heads h on h.organization_id = a.organization_id
    -- Keeps the planner from hashing after it has sorted, and sorting all that is hashed.
    offset 0
),
neighbour as (
    select r.*,
        lag(r.sequence, 1, 0::bigint) over chain as before,
        lead(r.sequence) over chain is null as is_last,
        -- The last record and whatever shares its place, in whichever order the two are read.
        last_value(r.sequence) over (chain range between current row and unbounded following) = r.sequence as is_at_end,
        count(*) over (chain range current row) as at_this_place,
        array_agg(r.previous_hash) over (chain range between 1 following and 1 following) as next_previous_hashes
    from record r
    window chain as (partition by r.organization_id order by r.sequence)
),
held as (
    select n.*,
        case
            when n.next_previous_hashes is not null then n.hash = any (n.next_previous_hashes)
            -- Nothing follows the last record but the head; where the next one is gone, nothing can say.
            when n.is_at_end and n.sequence = n.head_sequence then n.hash = n.head_hash
        end as is_held
    from neighbour n
),
judged as (
    select h.*,
        coalesce(
            bool_or(h.fits and h.is_held is not false)
                over (partition by h.organization_id order by h.sequence range between 1 following and 1 following),
            true
        ) as next_is_sound
    from held h
)
select j.organization_id, fault.*
from judged j
cross join lateral (
    select j.sequence, null::bigint as last, j.id,
        case
            when j.sequence > j.head_sequence or j.sequence < 1 then 'inserted'
            when j.at_this_place > 1 and not (j.fits and j.is_held is true) then 'inserted'
            when not j.fits then 'altered'
            when j.sequence = 1 and j.previous_hash <> decode(repeat('00', 32), 'hex') then 'altered'
            when j.is_held is false and j.next_previous_hashes is null then 'head differs'
            when j.is_held is false and j.next_is_sound then 'altered'
        end as finding
    union all
    -- Before the record, so far as the head says there were any; and after the last one.
    select j.before + 1, least(j.sequence - 1, j.head_sequence), null, 'removed'
    where j.before + 1 <= least(j.sequence - 1, j.head_sequence)
    union all
    select j.sequence + 1, j.head_sequence, null, 'removed'
    where j.is_last and j.sequence < j.head_sequence
    union all
    select null, null, null, 'head differs'
    where j.is_last and j.head_sequence is null
) as fault
where fault.finding is not null
union all
select h.organization_id, 1, h.sequence, null, 'removed'
from app.audit_heads h
where h.sequence > 0
    and not exists (select from public.audit_log a where a.organization_id = h.organization_id)
