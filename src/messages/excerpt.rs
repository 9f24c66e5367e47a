//! Excerpts of messages that a search found.

use poem_openapi::Object;

/// What stands around a match in what PostgreSQL answers, as `sql/queries/messages/search.sql` asks it to. It takes both
/// out of the message before.
const MATCH: char = '\u{2}';
const MATCH_END: char = '\u{3}';

/// A piece of an excerpt. It is plain text, with nothing escaped and no markup of its own: show it as text.
#[derive(Debug, PartialEq, Eq, Object)]
#[oai(rename_all = "camelCase")]
pub struct ExcerptPart {
    /// What it says.
    pub text: String,
    /// Whether this is a word that was searched for.
    pub matched: bool,
}

/// The pieces of a marked text, in their order; none of them is empty.
pub(super) fn parts(marked: &str) -> Vec<ExcerptPart> {
    let pieces = marked.split(MATCH).enumerate().flat_map(|(number, piece)| match piece.split_once(MATCH_END) {
        Some((matched, rest)) if number > 0 => [(matched, true), (rest, false)],
        _ => [(piece, false), ("", false)],
    });
    let pieces = pieces.filter(|(text, _)| !text.is_empty());
    pieces.map(|(text, matched)| ExcerptPart { text: text.to_owned(), matched }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(marked: &str) -> Vec<(String, bool)> {
        parts(marked).into_iter().map(|part| (part.text, part.matched)).collect()
    }

    #[test]
    fn what_is_marked_is_matched_and_the_rest_is_not() {
        let (text, matched) = (|text: &str| (text.to_owned(), false), |text: &str| (text.to_owned(), true));
        assert_eq!(of("Fresh \u{2}towels\u{3} please"), [text("Fresh "), matched("towels"), text(" please")]);
        assert_eq!(of("\u{2}a\u{3}\u{2}b\u{3}"), [matched("a"), matched("b")]);
        assert_eq!(of("<b>\u{2}&amp;\u{3}"), [text("<b>"), matched("&amp;")]);
        assert_eq!(of("plain"), [text("plain")]);
        assert_eq!(of(""), []);
    }
}
