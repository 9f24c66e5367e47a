-- How money is rounded. Amounts are exact until they are due; what is due is rounded once, to the minor unit of its
-- currency, halves away from zero, so that a charge and the credit that takes it back are the same number.
--
-- On an invoice what is due is the line: quantity times price, both exact, rounded once. The total is the sum of the lines
-- and never rounded itself, so they add up in any currency; a discount is taken of the sum of the rounded lines it is of.
-- Amounts in two currencies are never added: each has an invoice of its own.

-- How many decimals a currency has: ISO 4217, for the currencies that are not of two. Those of four (CLF, UYW) are
-- units of account that nobody is billed in.
create or replace function app.minor_digits(currency text) returns integer
language sql immutable parallel safe
return case
    when currency in (
        'BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF',
        'XPF'
    ) then 0
    when currency in ('BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND') then 3
    else 2
end;

-- numeric rounds halves away from zero, and the result has exactly the decimals of the currency.
create or replace function app.round_money(amount numeric, currency text) returns numeric
language sql immutable parallel safe
return round(amount, app.minor_digits(currency));

-- What another price costs for the rest of a period. Divided to 24 decimals, far more than two moments to the
-- microsecond can bring close to a half, so that nothing is rounded on the way.
create or replace function app.proration(
    old_price numeric, new_price numeric, currency text, starts_at timestamptz, ends_at timestamptz, moment timestamptz
) returns numeric
language sql immutable parallel safe
return app.round_money(
    (new_price - old_price)
    * round(extract(epoch from ends_at) - extract(epoch from greatest(starts_at, least(moment, ends_at))), 24)
    / (extract(epoch from ends_at) - extract(epoch from starts_at)),
    currency
);

revoke all on function app.minor_digits(text) from public;
revoke all on function app.round_money(numeric, text) from public;
revoke all on function app.proration(numeric, numeric, text, timestamptz, timestamptz, timestamptz) from public;
grant execute on function app.minor_digits(text) to stayzr_app, stayzr_platform, stayzr_billing;
grant execute on function app.round_money(numeric, text) to stayzr_app, stayzr_platform, stayzr_billing;
grant execute on function app.proration(numeric, numeric, text, timestamptz, timestamptz, timestamptz)
    to stayzr_platform, stayzr_billing;
