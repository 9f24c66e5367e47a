//! Lists, read to their end.

use serde_json::Value;

use super::Answer;

/// Far more than any test makes: a list that is still going on then never ends.
const ROWS_MAX: usize = 10_000;

/// Every row of a list, page by page, in order. The path has its filters already.
pub async fn walk(get: impl AsyncFn(String) -> Answer, path: &str, limit: usize) -> Vec<Value> {
    let separator = if path.contains('?') { '&' } else { '?' };
    let first = format!("{path}{separator}limit={limit}");
    let (mut rows, mut next) = (Vec::new(), first.clone());
    loop {
        let page = get(next).await.assert_ok();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit, "{} rows on a page of {limit}", items.len());
        rows.extend(items.iter().cloned());
        let Some(cursor) = page["nextCursor"].as_str() else { return rows };
        assert_eq!(items.len(), limit, "only the last page is not full");
        assert!(rows.len() < ROWS_MAX, "{path} comes to an end");
        next = format!("{first}&after={cursor}");
    }
}
