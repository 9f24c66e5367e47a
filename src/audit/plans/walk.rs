//! Reads a plan as `EXPLAIN (FORMAT JSON, VERBOSE)` prints it.

use serde_json::Value;

use super::{Access, Tenant};

/// Conditions by which an index finds rows.
const INDEX_CONDITIONS: [&str; 2] = ["Index Cond", "TID Cond"];
/// Conditions that are looked at for each row that was found.
const FILTERS: [&str; 3] = ["Filter", "Join Filter", "Recheck Cond"];

/// How each of the tables is reached.
pub(super) fn accesses(plan: &Value, tables: &[String], operators: &[String]) -> Vec<Access> {
    let mut found = Vec::new();
    let root = plan.as_array().and_then(|plans| plans.first()).map_or(plan, |first| &first["Plan"]);
    visit(root, tables, operators, &mut found);
    found
}

fn visit(node: &Value, tables: &[String], operators: &[String], found: &mut Vec<Access>) {
    let table = format!("{}.{}", text(node, "Schema"), text(node, "Relation Name"));
    let kind = text(node, "Node Type");
    if kind.contains("Scan") && tables.contains(&table) {
        found.push(access(node, table, operators));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        visit(child, tables, operators, found);
    }
}

fn access(node: &Value, table: String, operators: &[String]) -> Access {
    let mut conditions = Vec::new();
    let mut index = node["Index Name"].as_str().map(str::to_owned);
    collect(node, &INDEX_CONDITIONS, &mut conditions);
    // What a bitmap is made of stands below it.
    let bitmaps = node["Plans"].as_array().into_iter().flatten();
    for bitmap in bitmaps.filter(|child| text(child, "Node Type").starts_with("Bitmap")) {
        bitmap_conditions(bitmap, &mut conditions, &mut index);
    }
    let mut filters = Vec::new();
    collect(node, &FILTERS, &mut filters);
    let column = if table == "public.organizations" { "id" } else { "organization_id" };
    let tenant = match conditions.iter().find_map(|condition| compared(condition, column)) {
        Some(By::Context) => Tenant::Indexed,
        Some(By::Row) => Tenant::Joined,
        None if filters.iter().any(|filter| compared(filter, column).is_some()) => Tenant::Filtered,
        None => Tenant::Absent,
    };
    let per_row = conditions.iter().chain(&filters).any(|condition| calls_context(condition));
    let held_back = operators.iter().filter(|operator| filters.iter().any(|filter| uses(filter, operator)));
    Access { table, index, tenant, per_row, held_back: held_back.cloned().collect(), rows: rows(node) }
}

fn bitmap_conditions<'a>(node: &'a Value, conditions: &mut Vec<&'a str>, index: &mut Option<String>) {
    collect(node, &INDEX_CONDITIONS, conditions);
    if let Some(name) = node["Index Name"].as_str() {
        *index = Some(index.take().map_or(name.to_owned(), |others| format!("{others}, {name}")));
    }
    for child in node["Plans"].as_array().into_iter().flatten() {
        bitmap_conditions(child, conditions, index);
    }
}

fn collect<'a>(node: &'a Value, names: &[&str], into: &mut Vec<&'a str>) {
    into.extend(names.iter().filter_map(|name| node[*name].as_str()));
}

fn text<'a>(node: &'a Value, name: &str) -> &'a str {
    node[name].as_str().unwrap_or_default()
}

fn rows(node: &Value) -> f64 {
    node["Plan Rows"].as_f64().unwrap_or_default()
}

/// What the column of the hotel is compared with.
enum By {
    /// What an InitPlan gave, once: the context. No statement names a hotel by a parameter.
    Context,
    /// A column of rows that were found before.
    Row,
}

/// Finds `column = …` in a condition as EXPLAIN writes it.
fn compared(condition: &str, column: &str) -> Option<By> {
    let comparison = format!("{column} = ");
    let places = condition.match_indices(&*comparison).map(|(at, found)| (at, at + found.len()));
    places
        .filter(|(at, _)| {
            let before = condition[..*at].chars().next_back();
            before.is_none_or(|letter| !letter.is_alphanumeric() && letter != '_')
        })
        .map(|(_, end)| {
            let value = condition[end..].trim_start_matches('(');
            // `$0` up to version 16, `(InitPlan 1).col1` since.
            if value.starts_with('$') || value.starts_with("InitPlan") { By::Context } else { By::Row }
        })
        .next()
}

/// Whether a function of the context is called where the condition stands. In an InitPlan it would not show here.
fn calls_context(condition: &str) -> bool {
    ["app.organization_id()", "app.claimed_organization_id()", "app.user_id()", "app.sees_all()", "app.has_permission("]
        .iter()
        .any(|call| condition.contains(call))
}

fn uses(filter: &str, operator: &str) -> bool {
    filter.contains(&format!(" {operator} ")) || filter.contains(&format!(".{operator}) "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn one(node: Value) -> Access {
        let plan = json!([{"Plan": node}]);
        accesses(&plan, &["public.guests".to_owned()], &["@@".to_owned()]).remove(0)
    }

    fn scan(extra: Value) -> Value {
        let mut node =
            json!({"Node Type": "Index Scan", "Schema": "public", "Relation Name": "guests", "Plan Rows": 3});
        node.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        node
    }

    #[test]
    fn the_hotel_is_found_where_it_stands() {
        let indexed = json!({"Index Cond": "((guests.organization_id = $0) AND (guests.id = $1))"});
        assert_eq!(one(scan(indexed)).tenant, Tenant::Indexed);
        let newer = json!({"Index Cond": "(guests.organization_id = (InitPlan 1).col1)"});
        assert_eq!(one(scan(newer)).tenant, Tenant::Indexed);
        let joined = json!({"Index Cond": "(guests.organization_id = c.organization_id)"});
        assert_eq!(one(scan(joined)).tenant, Tenant::Joined);
        let filtered = json!({"Filter": "(guests.organization_id = $0)"});
        assert_eq!(one(scan(filtered)).tenant, Tenant::Filtered);
        let another = json!({"Index Cond": "(guests.current_organization_id = $0)"});
        assert_eq!(one(scan(another)).tenant, Tenant::Absent);
    }

    #[test]
    fn a_bitmap_is_asked_for_what_is_below_it() {
        let below =
            json!([{"Node Type": "Bitmap Index Scan", "Index Name": "one", "Index Cond": "(organization_id = $0)"}]);
        let access = one(scan(json!({"Node Type": "Bitmap Heap Scan", "Plans": below})));
        assert_eq!((access.tenant, access.index.as_deref()), (Tenant::Indexed, Some("one")));
    }

    #[test]
    fn what_is_asked_for_each_row_is_told() {
        let each = json!({"Filter": "((organization_id = app.organization_id()) AND (document @@ $2))"});
        let access = one(scan(each));
        assert!(access.per_row && access.tenant == Tenant::Filtered);
        assert_eq!(access.held_back, ["@@"]);
    }
}
