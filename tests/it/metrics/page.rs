//! The page as Prometheus would read it.

use std::collections::{BTreeMap, BTreeSet};

/// Series by name, then by labels.
#[derive(Debug)]
pub struct Page {
    pub text: String,
    series: BTreeMap<String, BTreeMap<Labels, f64>>,
}

type Labels = BTreeMap<String, String>;

impl Page {
    /// Every line has to be one of the text format; no series comes twice.
    #[track_caller]
    pub fn read(text: String) -> Page {
        let mut series: BTreeMap<String, BTreeMap<Labels, f64>> = BTreeMap::new();
        for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let (name, value) = line.rsplit_once(' ').expect(line);
            let (name, labels) =
                name.split_once('{').map_or((name, ""), |(name, rest)| (name, rest.trim_end_matches('}')));
            let labels: Labels = labels
                .split(',')
                .filter(|label| !label.is_empty())
                .map(|label| {
                    let (name, value) = label.split_once('=').expect(line);
                    (name.to_owned(), value.trim_matches('"').to_owned())
                })
                .collect();
            let twice = series.entry(name.to_owned()).or_default().insert(labels, value.parse().expect(line));
            assert!(twice.is_none(), "twice: {line}");
        }
        Page { text, series }
    }

    /// The names of what is described: those of histograms without their suffixes.
    pub fn names(&self, kind: &str) -> BTreeSet<&str> {
        let all = self.text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
        all.filter(|(_, found)| *found == kind).map(|(name, _)| name).collect()
    }

    fn of(&self, name: &str) -> impl Iterator<Item = (&Labels, f64)> {
        self.series.get(name).into_iter().flatten().map(|(labels, value)| (labels, *value))
    }

    /// All series of that name with these labels and any others, together.
    pub fn sum(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let fits = |found: &Labels| labels.iter().all(|(name, value)| found.get(*name).is_some_and(|is| is == value));
        self.of(name).filter(|(found, _)| fits(found)).map(|(_, value)| value).sum()
    }

    /// The one series of that name with just these labels.
    pub fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.series.get(name)?.get(&labels).copied()
    }

    /// What a label of that name is set to anywhere.
    pub fn labels(&self, name: &str, label: &str) -> BTreeSet<&str> {
        self.of(name).filter_map(|(found, _)| found.get(label)).map(String::as_str).collect()
    }

    /// What counts up, and is less here than it was there.
    pub fn less_than(&self, before: &Page) -> Vec<String> {
        let counts = |name: &str| ["_total", "_count", "_bucket"].iter().any(|end| name.ends_with(end));
        let mut less = Vec::new();
        for (name, all) in before.series.iter().filter(|(name, _)| counts(name)) {
            for (labels, was) in all {
                let now = self.series.get(name).and_then(|all| all.get(labels));
                if now.is_some_and(|now| now < was) {
                    less.push(format!("{name} {labels:?}: {was} became {now:?}"));
                }
            }
        }
        less
    }

    /// Nothing that is counted twice differs by a single request.
    #[track_caller]
    pub fn assert_sums_agree(&self) {
        let requests = self.sum("stayzr_requests_total", &[]);
        assert_eq!(self.sum("stayzr_organization_requests_total", &[]), requests, "{}", self.text);
        assert!(self.sum("stayzr_refusals_total", &[]) <= requests);
    }
}
