-- What hotels owe, period by period, and what it is worked out from.

-- What a hotel had, and whether it paid for it, since when. The hotel's row says what it has now; an invoice that is made
-- after the period has to know what was then.
create table public.subscription_spans (
    organization_id integer not null references public.organizations (id),
    since timestamptz not null,
    tier text not null,
    tier_version integer not null,
    -- Trials, suspended and cancelled subscriptions are not paid for.
    is_charged boolean not null,
    primary key (organization_id, since),
    constraint subscription_spans_tier_unknown foreign key (tier, tier_version)
        references public.subscription_tier_versions (tier_name, version)
);

alter table public.subscription_spans enable row level security;
alter table public.subscription_spans force row level security;

comment on table public.subscription_spans is
    'Which tier a hotel had since when, and whether it was charged for it. Invoices are worked out from it.';

-- The period of each hotel that is to be invoiced next.
create table public.invoice_schedules (
    organization_id integer not null references public.organizations (id),
    -- When the month began that the period is the end of: earlier than the period where the billing day was changed.
    month_start timestamptz not null,
    period_start timestamptz not null,
    period_end timestamptz not null,
    primary key (organization_id),
    constraint invoice_schedules_period check (month_start <= period_start and period_start < period_end)
);

alter table public.invoice_schedules enable row level security;
alter table public.invoice_schedules force row level security;

-- Across hotels, so not led by organization_id: whoever asks which are due finds them without reading the others.
create index invoice_schedules_due on public.invoice_schedules (period_end, organization_id);

comment on table public.invoice_schedules is
    'The period of a hotel that is invoiced next. Moves on in the transaction that makes the invoice.';

create table public.invoices (
    organization_id integer not null references public.organizations (id),
    id uuid not null,
    -- Given when it is opened, one after the other on the whole platform, and never given back.
    number bigint check (number > 0),
    status text not null default 'draft' check (status in ('draft', 'open', 'paid', 'void')),
    -- Whom it is made out to, and where its days begin: as they were when it was made.
    billed_to text not null,
    time_zone text not null,
    -- The tier in force when the period began, or when the hotel began to be charged within it.
    tier text not null,
    tier_version integer not null,
    period_start timestamptz not null,
    period_end timestamptz not null,
    currency text not null check (currency ~ '^[A-Z]{3}$'),
    -- Before discounts, and after.
    subtotal numeric(14, 3) not null,
    total numeric(14, 3) not null check (total >= 0),
    opened_at timestamptz,
    due_at timestamptz,
    paid_at timestamptz,
    voided_at timestamptz,
    void_reason text check (length(void_reason) between 3 and 500),
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    version integer not null default 1,
    primary key (organization_id, id),
    constraint invoices_period check (period_start < period_end),
    constraint invoices_opened check (
        num_nonnulls(number, opened_at, due_at) = case when status = 'draft' then 0 else 3 end
    ),
    constraint invoices_paid check ((paid_at is not null) = (status = 'paid')),
    constraint invoices_voided check (
        num_nonnulls(voided_at, void_reason) = case when status = 'void' then 2 else 0 end
    ),
    constraint invoices_tier_unknown foreign key (tier, tier_version)
        references public.subscription_tier_versions (tier_name, version)
);

alter table public.invoices enable row level security;
alter table public.invoices force row level security;

-- A period is invoiced once. A hotel that was moved to another currency within it gets one in each: amounts in two
-- currencies have no sum.
create unique index invoices_once on public.invoices (organization_id, period_start, currency);
create unique index invoices_number on public.invoices (number);
create index invoices_newest on public.invoices (organization_id, period_start desc, id desc);
-- Across hotels, for stayzr_platform.
create index invoices_across_newest on public.invoices (number desc, id desc);
create index invoices_across_id on public.invoices (id, organization_id);

comment on table public.invoices is
    'What a hotel owes for a period. Made by app.close_period; once open only paid or void, and never changed otherwise.';

create table public.invoice_lines (
    organization_id integer not null,
    invoice_id uuid not null,
    position smallint not null check (position > 0),
    kind text not null check (kind in ('plan', 'proration', 'overage', 'discount')),
    description text not null check (length(description) between 1 and 200),
    -- amount is quantity times unit_price, rounded once to the minor unit of the invoice's currency.
    quantity numeric not null check (quantity > 0),
    unit_price numeric not null,
    amount numeric(14, 3) not null,
    primary key (organization_id, invoice_id, position),
    constraint invoice_lines_sign check (
        case kind when 'discount' then amount <= 0 when 'proration' then true else amount >= 0 end
    ),
    constraint invoice_lines_invoice_unknown foreign key (organization_id, invoice_id)
        references public.invoices (organization_id, id)
);

alter table public.invoice_lines enable row level security;
alter table public.invoice_lines force row level security;

comment on table public.invoice_lines is 'What an invoice is made of. They add up to its total, exactly.';

-- The number of the last invoice. One row, locked by whoever opens one until that is committed or given up: that is what
-- leaves no gap.
create table app.invoice_numbers (
    only_row boolean primary key default true check (only_row),
    last bigint not null check (last >= 0)
);

insert into app.invoice_numbers (last) values (0);
