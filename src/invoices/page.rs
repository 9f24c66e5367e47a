//! An invoice as a page to print: no script, no image, nothing from elsewhere.

use std::fmt::Write;

use rust_decimal::Decimal;

use super::{InvoiceDetails, InvoiceLine, InvoiceStatus};
use crate::html::escape;

const STYLE: &str = "body{font:15px/1.5 system-ui,sans-serif;color:#111;max-width:44rem;margin:3rem auto;padding:0 1rem}\
    h1{font-size:1.6rem;margin:0}header{display:flex;justify-content:space-between;align-items:baseline}\
    dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.5rem;margin:2rem 0}dt{color:#666}dd{margin:0}\
    table{width:100%;border-collapse:collapse}th{font-weight:600;text-align:left}\
    th,td{padding:.5rem 0 .5rem 1rem;border-bottom:1px solid #ddd}th:first-child,td:first-child{padding-left:0}\
    .n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}tfoot td{border:0}\
    tfoot .total{font-weight:600;border-top:2px solid #111}.status{text-transform:uppercase;letter-spacing:.05em}\
    @media print{body{margin:0;max-width:none}}";

/// What a browser lets the page do, should anything in it ever not be escaped: look as it does.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";

/// The page of an invoice. Every value that anybody could have chosen is escaped.
pub(super) fn render(details: &InvoiceDetails) -> String {
    let InvoiceDetails { invoice, lines, days } = details;
    let currency = escape(&invoice.currency);
    let mut rows = String::new();
    for line in lines {
        // Writing to a String cannot fail.
        let _ = writeln!(
            rows,
            "<tr><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td></tr>",
            escape(&line.description),
            line.quantity,
            price(line),
            line.amount.0
        );
    }
    let mut facts = String::new();
    let mut fact = |name: &str, value: &str| {
        let _ = writeln!(facts, "<dt>{name}</dt><dd>{}</dd>", escape(value));
    };
    fact("Billed to", &invoice.billed_to);
    fact("Period", &format!("{} to {}", days.first, days.last));
    fact("Date", &days.opened.to_string());
    match (invoice.status, &invoice.void_reason) {
        (InvoiceStatus::Void, Some(reason)) => fact("Void because", reason),
        _ => fact("Due by", &days.due.to_string()),
    }
    let status = invoice.status.as_str();
    let (number, total) = (invoice.number, invoice.total.0);
    let subtotal = match invoice.subtotal.0 {
        same if same == total => String::new(),
        more => format!("<tr><td colspan=\"3\">Before discounts</td><td class=\"n\">{more}</td></tr>\n"),
    };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>Invoice {number}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <header><h1>Invoice {number}</h1><span class=\"status\">{status}</span></header>\n\
         <dl>\n{facts}</dl>\n<table>\n\
         <thead><tr><th>For</th><th class=\"n\">Quantity</th><th class=\"n\">Price</th>\
         <th class=\"n\">{currency}</th></tr></thead>\n\
         <tbody>\n{rows}</tbody>\n\
         <tfoot>{subtotal}<tr><td class=\"total\" colspan=\"3\">Total</td><td class=\"n total\">{currency} {total}</td></tr></tfoot>\n\
         </table>\n</body>\n</html>\n"
    )
}

/// With the decimals of the currency, or more where it is finer.
fn price(line: &InvoiceLine) -> Decimal {
    let mut price = line.unit_price.normalize();
    price.rescale(price.scale().max(line.amount.0.scale()));
    price
}
