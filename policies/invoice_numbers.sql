-- The number of the last invoice. Only app.draw_invoices raises it, in the transaction that opens the invoice.

select app.policy_reset('app.invoice_numbers');

grant select (last), update (last) on app.invoice_numbers to stayzr_billing;
