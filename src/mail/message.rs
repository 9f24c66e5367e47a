//! What the messages say.
//!
//! Plain text. Hotels and people name themselves as they like, so a name is made one line
//! of visible text before it is put anywhere: it can add neither a header nor a paragraph.

use std::fmt;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use lettre::Address;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The longest name a message repeats, in characters; what is longer is cut.
const NAME_CHARACTERS_MAX: usize = 80;

/// What RFC 3986 calls unreserved stays as it is.
const QUERY_VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// What a message about a forgotten password is made of.
#[derive(Clone, Copy)]
pub struct PasswordReset<'a> {
    /// The address of the account.
    pub to: &'a str,
    /// The hotel of the account: one person may work for two.
    pub organization: &'a str,
    /// What proves that the mail was read.
    pub token: &'a str,
    /// How long the token is good for.
    pub good_for: Duration,
}

/// What an invitation is made of.
#[derive(Clone, Copy)]
pub struct Invitation<'a> {
    /// Who is invited.
    pub to: &'a str,
    /// The hotel's name.
    pub organization: &'a str,
    /// The name of who invites.
    pub inviter: &'a str,
    /// What proves that the mail was read.
    pub token: &'a str,
    /// Until when the token is good.
    pub expires_at: DateTime<Utc>,
}

/// What a warning about a limit of the plan is made of.
#[derive(Clone, Copy)]
pub struct UsageAlert<'a> {
    /// Who manages the subscription.
    pub to: &'a str,
    /// The hotel's name.
    pub organization: &'a str,
    /// What is limited, such as `active conversations`.
    pub what: &'a str,
    /// How much of it is used, in words.
    pub used: &'a str,
    /// How much of it the plan allows, in words.
    pub limit: &'a str,
    /// How many hundredths of the limit are reached; `None`: it will be passed.
    pub threshold: Option<i16>,
    /// What it will come to when the period ends, in words.
    pub forecast: Option<&'a str>,
    /// The day the period ends on.
    pub period_ends_on: NaiveDate,
    /// Whether it is counted anew then.
    pub begins_anew: bool,
    /// Whether what goes beyond the limit is charged for instead of refused.
    pub charges_more: bool,
}

/// A message to one person.
pub struct Message {
    kind: &'static str,
    to: String,
    subject: String,
    before_link: String,
    page: &'static str,
    /// Proves that the mail was read, where the link is good for something.
    token: Option<String>,
    after_link: String,
}

impl Message {
    /// Lets somebody who forgot a password choose another.
    pub fn password_reset(reset: &PasswordReset<'_>) -> Self {
        let hotel = name(reset.organization, "your hotel");
        Message {
            kind: "password_reset",
            to: reset.to.to_owned(),
            subject: "Choose a new password".into(),
            before_link: format!(
                "Hello,\n\n\
                 somebody asked for a new password for your account at {hotel}. We do not know who it was.\n\n\
                 If it was you, choose the password here:"
            ),
            page: "reset-password",
            token: Some(reset.token.to_owned()),
            after_link: format!(
                "The link works once and for {}.\n\n\
                 If it was not you, ignore this message: your password stays as it is. Pass the link on\n\
                 to nobody, not even to us.",
                spell(reset.good_for)
            ),
        }
    }

    /// Invites somebody to work at a hotel.
    pub fn invitation(invitation: &Invitation<'_>) -> Self {
        let (hotel, inviter) = (name(invitation.organization, "a hotel"), name(invitation.inviter, "A colleague"));
        Message {
            kind: "invitation",
            to: invitation.to.to_owned(),
            subject: format!("{inviter} invites you to {hotel}"),
            before_link: format!(
                "Hello,\n\n\
                 {inviter} invites you to join {hotel} on Stayzr, where the hotel talks with its guests.\n\n\
                 Accept the invitation here:"
            ),
            page: "accept-invitation",
            token: Some(invitation.token.to_owned()),
            after_link: format!(
                "The link works once and until {} UTC.\n\n\
                 If you do not know who invites you, ignore this message and nothing happens.",
                invitation.expires_at.format("%-d %B %Y, %H:%M")
            ),
        }
    }

    /// Warns of a limit of the plan, before it is reached and when it is.
    pub fn usage_alert(alert: &UsageAlert<'_>) -> Self {
        let UsageAlert { what, used, limit, .. } = alert;
        let hotel = name(alert.organization, "Your hotel");
        let subject = match alert.threshold {
            None => format!("{hotel} will probably pass its limit of {what}"),
            Some(100..) => format!("{hotel} has reached its limit of {what}"),
            Some(threshold) => format!("{hotel} has reached {threshold} % of its limit of {what}"),
        };
        let ends_on = alert.period_ends_on.format("%-d %B %Y");
        let mut text = format!("Hello,\n\n{hotel} uses {used} of the {limit} {what} that its plan allows.");
        if let Some(forecast) = alert.forecast {
            text += &format!("\nIf it goes on as in the last seven days, it will be {forecast} by {ends_on}.");
        }
        text += match (alert.charges_more, alert.threshold) {
            (true, _) => "\n\nWhat goes beyond the limit is charged for, as the plan says.",
            (false, Some(100..)) => "\n\nMore is refused from now on",
            (false, _) => "\n\nWhen the limit is reached, more is refused",
        };
        if !alert.charges_more {
            text += &if alert.begins_anew { format!(", until it is counted anew on {ends_on}.") } else { ".".into() };
        }
        Message {
            kind: "usage_alert",
            to: alert.to.to_owned(),
            subject,
            before_link: text + "\n\nWhat is used, and what other plans allow, is here:",
            page: "usage",
            token: None,
            after_link: format!("You get this message because you manage the subscription of {hotel}."),
        }
    }

    /// What it is about, for the log.
    pub(super) fn kind(&self) -> &'static str {
        self.kind
    }

    /// Where it goes.
    pub(super) fn address(&self) -> Option<Address> {
        address(&self.to)
    }

    pub(super) fn subject(&self) -> &str {
        &self.subject
    }

    pub(super) fn link(&self, public_url: &str) -> String {
        match &self.token {
            Some(token) => format!("{public_url}/{}?token={}", self.page, utf8_percent_encode(token, QUERY_VALUE)),
            None => format!("{public_url}/{}", self.page),
        }
    }

    pub(super) fn body(&self, link: &str) -> String {
        format!("{}\n\n{link}\n\n{}\n", self.before_link, self.after_link)
    }
}

impl fmt::Debug for Message {
    /// Neither the address nor the token.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Message({})", self.kind)
    }
}

/// A text as an address. The SMTP dialogue is lines, so no line end may be in one,
/// whatever the grammar of quoted addresses has to say.
pub(super) fn address(text: &str) -> Option<Address> {
    let text = text.trim();
    if text.chars().any(char::is_control) { None } else { text.parse().ok() }
}

/// A name as one line of visible text.
fn name(text: &str, otherwise: &str) -> String {
    let visible = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    let line = visible.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let line: String = line.chars().filter(|letter| !is_invisible(*letter)).collect();
    let mut letters = line.trim().chars();
    let mut short: String = letters.by_ref().take(NAME_CHARACTERS_MAX).collect();
    if letters.next().is_some() {
        short.push('…');
    }
    if short.is_empty() { otherwise.to_owned() } else { short }
}

/// What turns the direction of the text around it or is not there at all. The joiners
/// stay: scripts and emoji need them.
fn is_invisible(letter: char) -> bool {
    matches!(letter,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// "2 hours": the largest unit that says it exactly, and never more than is true.
fn spell(duration: Duration) -> String {
    let minutes = duration.as_secs() / 60;
    let (count, unit) = match minutes {
        0 => (duration.as_secs(), "second"),
        minutes if minutes % (24 * 60) == 0 => (minutes / (24 * 60), "day"),
        minutes if minutes % 60 == 0 => (minutes / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_visible_line() {
        for (written, said) in [
            ("Grand Plaza", "Grand Plaza"),
            ("  Grand \t Plaza ", "Grand Plaza"),
            ("Eve\r\nBcc: all@example.com", "Eve Bcc: all@example.com"),
            ("Eve\u{2028}\u{85}\u{b}\0Mallory", "Eve Mallory"),
            ("\u{202e}evE\u{2066}\u{feff}", "evE"),
            ("Zoë 👩\u{200d}🍳 مریم\u{200c}ها", "Zoë 👩\u{200d}🍳 مریم\u{200c}ها"),
            ("\r\n\u{200b}\u{7f}", "nobody"),
            ("", "nobody"),
        ] {
            assert_eq!(name(written, "nobody"), said, "{written:?}");
        }
        assert_eq!(name(&"é".repeat(81), "nobody"), "é".repeat(80) + "…");
        assert_eq!(name(&"é".repeat(80), "nobody"), "é".repeat(80));
    }

    #[test]
    fn durations_are_spelled_in_the_unit_that_fits() {
        for (seconds, said) in [
            (1, "1 second"),
            (59, "59 seconds"),
            (119, "1 minute"),
            (1800, "30 minutes"),
            (3600, "1 hour"),
            (5400, "90 minutes"),
            (86_400, "1 day"),
            (7 * 86_400, "7 days"),
        ] {
            assert_eq!(spell(Duration::from_secs(seconds)), said);
        }
    }

    #[test]
    fn addresses_are_one_mailbox_and_no_more() {
        let to = |to: &str| {
            let reset = PasswordReset { to, organization: "", token: "", good_for: Duration::ZERO };
            Message::password_reset(&reset).address().map(|address| address.to_string())
        };
        assert_eq!(to(" ada+1@example.com ").as_deref(), Some("ada+1@example.com"));
        assert_eq!(to("zoë@exämple.com").as_deref(), Some("zoë@exämple.com"));
        for refused in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "ada@example.com, eve@example.com",
            "Ada <ada@example.com>",
            "ada@example.com>\r\nRCPT TO:<eve@example.com",
            "\"ada\r\nRCPT TO:<eve@example.com>\"@example.com",
            "ada\0@example.com",
        ] {
            assert_eq!(to(refused), None, "{refused:?}");
        }
    }
}
