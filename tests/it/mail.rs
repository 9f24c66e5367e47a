//! Mail: what arrives, what happens when it does not, and what the log never holds.

pub mod log;
mod received;
pub mod server;

use std::process::Command;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use clap::Parser;
use log::Log;
use server::{MailServer, Manner};
use stayzr::config::{Cli, Secrets, Settings};
use stayzr::mail::{Counts, Invitation, Mailer, Message, PasswordReset, SmtpServer};

use crate::support::eventually;

const TO: &str = "ada@guests.example";
const TOKEN: &str = "t0ken-_~.of+reset/1==";
const ENCODED_TOKEN: &str = "t0ken-_~.of%2Breset%2F1%3D%3D";
const PASSWORD: &str = "smtp-pa55";

fn mailer(url: Option<&str>, embedded: bool) -> Mailer {
    let smtp = url.map(|url| SmtpServer::parse(url).unwrap());
    let arguments =
        ["stayzr", "--public-url", "https://app.stayzr.example/", "--mail-from", "Stayzr <mail@stayzr.example>"];
    let settings = Cli::parse_from(arguments).settings;
    Mailer::from_settings(&settings, &Secrets { smtp, ..Secrets::default() }, embedded)
}

async fn served(manner: Manner) -> (MailServer, Mailer) {
    let server = MailServer::start(manner).await;
    let mailer = mailer(Some(&format!("smtp://127.0.0.1:{}", server.port)), false);
    (server, mailer)
}

fn reset() -> Message {
    let good_for = Duration::from_secs(1800);
    Message::password_reset(&PasswordReset { to: TO, organization: "Grand Plaza", token: TOKEN, good_for })
}

fn invitation(organization: &str, inviter: &str) -> Message {
    let expires_at = "2026-12-02T14:05:00Z".parse::<DateTime<Utc>>().unwrap();
    Message::invitation(&Invitation { to: TO, organization, inviter, token: TOKEN, expires_at })
}

const HEADERS: [&str; 9] = [
    "Auto-Submitted",
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Subject",
    "To",
];

#[tokio::test]
async fn a_password_reset_arrives_whole() {
    let log = Log::capture();
    let (server, mailer) = served(Manner::default()).await;
    mailer.send(&reset());
    mailer.flush().await;
    let [mail] = server.received().try_into().ok().unwrap();
    assert_eq!(mail.from, "MAIL FROM:<mail@stayzr.example>");
    assert_eq!(mail.to, [format!("RCPT TO:<{TO}>")]);
    assert_eq!(mail.header_names(), HEADERS);
    assert_eq!(mail.header("From"), "Stayzr <mail@stayzr.example>");
    assert_eq!(mail.header("To"), TO);
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert_eq!(mail.header("Content-Type"), "text/plain; charset=utf-8");
    assert_eq!(mail.subject(), "Choose a new password");
    let id = mail.header("Message-ID");
    assert!(id.starts_with('<') && id.ends_with("@stayzr.example>"), "{id}");
    assert_eq!(
        mail.text().trim_end(),
        format!(
            "Hello,\n\n\
             somebody asked for a new password for your account at Grand Plaza. We do not know who it was.\n\n\
             If it was you, choose the password here:\n\n\
             https://app.stayzr.example/reset-password?token={ENCODED_TOKEN}\n\n\
             The link works once and for 30 minutes.\n\n\
             If it was not you, ignore this message: your password stays as it is. Pass the link on\n\
             to nobody, not even to us."
        )
    );
    assert_eq!(mailer.counts(), Counts { sent: 1, ..Counts::default() });
    log.assert_says(&["a mail was taken", "password_reset", &id]);
    assert!(!format!("{mailer:?} {:?}", reset()).contains("t0ken"));
}

#[tokio::test]
async fn an_invitation_names_the_hotel_and_who_invites_in_any_script() {
    let log = Log::capture();
    let (server, mailer) = served(Manner::default()).await;
    mailer.send(&invitation("Hôtel des Alpes 🏔", "Ада Лавлейс"));
    mailer.flush().await;
    let [mail] = server.received().try_into().ok().unwrap();
    assert!(mail.data.is_ascii(), "no server has to know 8BITMIME");
    assert_eq!(mail.header_names(), HEADERS);
    assert_eq!(mail.subject(), "Ада Лавлейс invites you to Hôtel des Alpes 🏔");
    let text = mail.text();
    assert!(text.contains("Ада Лавлейс invites you to join Hôtel des Alpes 🏔 on Stayzr"), "{text}");
    assert!(
        text.contains(&format!("\n\nhttps://app.stayzr.example/accept-invitation?token={ENCODED_TOKEN}\n\n")),
        "{text}"
    );
    assert!(text.contains("until 2 December 2026, 14:05 UTC."), "{text}");
    log.assert_says(&["a mail was taken", "invitation"]);
}

#[tokio::test]
async fn names_add_neither_headers_nor_recipients_nor_paragraphs() {
    let (server, mailer) = served(Manner::default()).await;
    let plain = invitation("Grand Plaza", "Eve");
    let attacks = [
        "Eve\r\nBcc: all@example.com",
        "Eve\nBcc: all@example.com\n\nBuy",
        "Eve\rBcc: all@example.com",
        "Eve\r\n\r\n.\r\nMAIL FROM:<eve@example.com>\r\n",
        "Eve\u{2028}\u{85}Bcc: all@example.com",
        "Ève\r\nBcc: all@example.com",
        "=?utf-8?q?Eve=0D=0ABcc:_all@example.com?=",
    ];
    mailer.send(&plain);
    for attack in attacks {
        mailer.send(&invitation("Grand Plaza", attack));
        mailer.send(&invitation(attack, "Eve"));
    }
    mailer.flush().await;
    let received = server.received();
    assert_eq!(received.len(), 1 + 2 * attacks.len());
    for mail in &received {
        assert_eq!(mail.header_names(), HEADERS, "{}", mail.data);
        assert_eq!(mail.to, [format!("RCPT TO:<{TO}>")]);
        assert_eq!(mail.text().trim_end().split('\n').count(), 11, "{}", mail.text());
    }
    let transactions = server.commands().iter().filter(|command| command.starts_with("MAIL")).count();
    assert_eq!(transactions, received.len());
}

#[tokio::test]
async fn a_server_that_refuses_for_the_moment_is_tried_again() {
    let log = Log::capture();
    let (server, mailer) =
        served(Manner { refusals: vec!["451 later, ada@guests.example"], ..Manner::default() }).await;
    mailer.send(&reset());
    mailer.flush().await;
    assert_eq!(server.received().len(), 1);
    assert_eq!(server.connections(), 2);
    assert_eq!(mailer.counts(), Counts { sent: 1, ..Counts::default() });
    log.assert_says(&["tried again later", "attempt=1", "the server answered 451", "a mail was taken", "attempt=2"]);
}

#[tokio::test]
async fn a_server_that_refuses_for_good_is_not_tried_again() {
    let log = Log::capture();
    let (server, mailer) =
        served(Manner { refusals: vec!["550 no ada@guests.example here"], ..Manner::default() }).await;
    mailer.send(&reset());
    mailer.flush().await;
    assert_eq!((server.received().len(), server.connections()), (0, 1));
    assert_eq!(mailer.counts(), Counts { failed: 1, ..Counts::default() });
    log.assert_says(&["given up", "the server answered 550"]);
    // The next letter does not suffer.
    mailer.send(&reset());
    mailer.flush().await;
    assert_eq!(mailer.counts(), Counts { failed: 1, sent: 1, ..Counts::default() });
}

#[tokio::test]
async fn a_server_that_is_away_holds_nobody_up_and_is_given_up() {
    let log = Log::capture();
    // Taken, so that no other test gets it, and not listened on.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let mailer = mailer(Some(&format!("smtp://stayzr:{PASSWORD}@127.0.0.1:{port}")), false);
    let start = Instant::now();
    mailer.send(&reset());
    assert!(start.elapsed() < Duration::from_millis(100), "{:?}", start.elapsed());
    eventually("it is given up", async || mailer.counts().waiting == 0).await;
    assert_eq!(mailer.counts(), Counts { failed: 1, ..Counts::default() });
    assert!(start.elapsed() > Duration::from_secs(4), "it was tried for a while");
    log.assert_says(&["attempt=1", "attempt=2", "given up", "attempt=3", "Connection refused", "demand encryption"]);
}

#[tokio::test]
async fn a_server_that_falls_silent_fills_a_queue_with_an_end() {
    let log = Log::capture();
    let (server, mailer) = served(Manner { silent: true, ..Manner::default() }).await;
    for _ in 0..1_100 {
        mailer.send(&reset());
    }
    assert_eq!(mailer.counts(), Counts { waiting: 1_000, dropped: 100, ..Counts::default() });
    let start = Instant::now();
    mailer.flush().await;
    let waited = start.elapsed();
    assert!(waited >= Duration::from_secs(5) && waited < Duration::from_secs(7), "{waited:?}");
    assert_eq!(server.connections(), 4, "a server in trouble is not overrun");
    log.assert_says(&["the queue takes no more", "dropped=100", "ends with mails that are not sent", "waiting=1000"]);
}

#[tokio::test]
async fn a_flush_waits_for_all_that_is_queued() {
    let (server, mailer) = served(Manner::default()).await;
    for _ in 0..50 {
        mailer.clone().send(&reset());
    }
    mailer.flush().await;
    assert_eq!(server.received().len(), 50);
    let start = Instant::now();
    mailer.flush().await;
    assert!(start.elapsed() < Duration::from_millis(100), "there is nothing to wait for");
}

#[tokio::test]
async fn credentials_are_shown_to_the_server_and_to_nobody_else() {
    let log = Log::capture();
    // NUL stayzr NUL smtp-pa55
    let credentials = Some("AHN0YXl6cgBzbXRwLXBhNTU=");
    let server = MailServer::start(Manner { credentials, ..Manner::default() }).await;
    let right = mailer(Some(&format!("smtp://stayzr:smtp%2Dpa55@127.0.0.1:{}", server.port)), false);
    right.send(&reset());
    right.flush().await;
    assert_eq!(right.counts(), Counts { sent: 1, ..Counts::default() });
    let wrong = mailer(Some(&format!("smtp://stayzr:smtp-pa55-wrong@127.0.0.1:{}", server.port)), false);
    wrong.send(&reset());
    wrong.flush().await;
    assert_eq!(wrong.counts(), Counts { failed: 1, ..Counts::default() });
    log.assert_says(&["a mail was taken", "given up", "the server answered 535"]);
    // A server that does not ask for them does not see them, nor the mail.
    let (plain, _) = served(Manner::default()).await;
    let careful = mailer(Some(&format!("smtp://stayzr:{PASSWORD}@127.0.0.1:{}", plain.port)), false);
    careful.send(&reset());
    careful.flush().await;
    assert_eq!(careful.counts(), Counts { failed: 1, ..Counts::default() });
    assert!(!plain.commands().iter().any(|command| command.starts_with("AUTH") || command.starts_with("MAIL")));
}

/// Whoever sits in between and strikes STARTTLS from the server's offer gets no mail.
#[tokio::test]
async fn encryption_that_is_required_is_never_done_without() {
    let log = Log::capture();
    let credentials = Some("AHN0YXl6cgBzbXRwLXBhNTU=");
    let server = MailServer::start(Manner { credentials, ..Manner::default() }).await;
    let mailer = mailer(Some(&format!("smtp://stayzr:{PASSWORD}@127.0.0.1:{}?tls=required", server.port)), false);
    mailer.send(&reset());
    eventually("it is given up", async || mailer.counts().waiting == 0).await;
    assert_eq!(mailer.counts(), Counts { failed: 1, ..Counts::default() });
    let commands = server.commands();
    assert!(!commands.is_empty(), "it was asked");
    assert!(commands.iter().all(|command| command.starts_with("EHLO") || command.starts_with("QUIT")), "{commands:?}");
    log.assert_says(&["given up"]);
    assert!(!log.text().contains("demand encryption"), "{}", log.text());
}

#[tokio::test]
async fn the_demo_logs_the_link() {
    let log = Log::capture();
    let mailer = mailer(None, true);
    mailer.send(&reset());
    mailer.flush().await;
    let text = log.text();
    let link = format!("https://app.stayzr.example/reset-password?token={ENCODED_TOKEN}");
    for word in ["INFO", TO, "Choose a new password", &format!("\n{link}\n"), "30 minutes"] {
        assert!(text.contains(word), "no word of {word}:\n{text}");
    }
}

#[tokio::test]
async fn mail_of_an_unconfigured_server_goes_nowhere() {
    let log = Log::capture();
    let mailer = mailer(None, false);
    mailer.send(&reset());
    mailer.send(&invitation("Grand Plaza", "Ada"));
    mailer.flush().await;
    assert_eq!(mailer.counts(), Counts { dropped: 2, ..Counts::default() });
    log.assert_says(&["WARN", "STAYZR_SMTP_URL is not set", "password_reset", "invitation"]);
}

#[tokio::test]
async fn an_address_that_cannot_be_read_is_told_without_the_address() {
    let log = Log::capture();
    let (server, smtp) = served(Manner::default()).await;
    for mailer in [smtp, mailer(None, true), mailer(None, false)] {
        for to in ["ada", "ada@guests.example>\r\nRCPT TO:<eve@example.com", "ada@guests.example, eve@example.com"] {
            let good_for = Duration::from_secs(60);
            mailer.send(&Message::password_reset(&PasswordReset {
                to,
                organization: "Grand Plaza",
                token: TOKEN,
                good_for,
            }));
        }
        mailer.flush().await;
        assert_eq!(mailer.counts(), Counts { failed: 3, ..Counts::default() }, "{mailer:?}");
    }
    assert_eq!(server.connections(), 0);
    log.assert_says(&["ERROR", "address that cannot be read"]);
}

#[test]
fn smtp_urls_are_read_or_refused_as_a_whole() {
    for good in [
        "smtp://localhost",
        "smtp://[::1]:2525",
        "smtp://u:p@mail.example:587?tls=required",
        "smtp://u:p%40ss@mail.example?tls=opportunistic",
        "smtps://u:p@mail.example",
        "smtps://u:p@mail.example:465/app.stayzr.example",
    ] {
        assert!(SmtpServer::parse(good).is_ok(), "{good}");
    }
    for bad in [
        "",
        "hunter2",
        "mail.example:587",
        "https://mail.example",
        "smtp://",
        "smtp://u:hunter2@",
        "smtp://u:hunter2@mail.example?tls=requird",
        "smtp://u:hunter2@mail.example?TLS=required",
        "smtp://u:hunter2@mail.example?starttls=required",
        "smtp://u:hunter2@mail.example?tls=required&x=1",
        "smtp://hunter2@mail.example",
        "smtp://u:hunter2?@mail.example",
        "smtp://u:hunter2/@mail.example",
    ] {
        let Some(error) = SmtpServer::parse(bad).err() else { panic!("{bad} is taken") };
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[test]
fn a_command_that_is_told_nonsense_about_mail_says_so_without_the_secret() {
    let serve = |name: &str, value: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_stayzr")).arg("serve").env(name, value).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    let file = std::env::temp_dir().join(format!("stayzr-smtp-url-{}", std::process::id()));
    std::fs::write(&file, "smtp://u:hunter2@mail.example?tls=yes\n").unwrap();
    let by_file = serve("STAYZR_SMTP_URL_FILE", file.to_str().unwrap());
    std::fs::remove_file(&file).unwrap();
    for said in [serve("STAYZR_SMTP_URL", "smtp://u:hunter2@mail.example?tls=yes"), by_file] {
        assert!(said.contains("STAYZR_SMTP_URL: expected smtps://") && !said.contains("hunter2"), "{said}");
    }
    for (name, value) in [
        ("STAYZR_MAIL_FROM", "nobody"),
        ("STAYZR_PUBLIC_URL", "app.stayzr.example"),
        ("STAYZR_PUBLIC_URL", "https://"),
        ("STAYZR_PUBLIC_URL", "https://app.stayzr.example/?x"),
        ("STAYZR_PUBLIC_URL", "javascript://app.stayzr.example"),
    ] {
        let said = serve(name, value);
        assert!(
            said.contains(&format!("--{}", name.trim_start_matches("STAYZR_").to_lowercase().replace('_', "-"))),
            "{said}"
        );
    }
}

#[test]
fn links_begin_with_the_public_address_or_the_one_served_on() {
    assert_eq!(Settings::default().public_url(), "http://127.0.0.1:8080");
    let settings = |arguments: &[&str]| Cli::parse_from([&["stayzr"], arguments].concat()).settings;
    assert_eq!(settings(&["--listen", "[::1]:9"]).public_url(), "http://[::1]:9");
    assert_eq!(settings(&["--public-url", "https://a.example/app//"]).public_url(), "https://a.example/app");
    assert_eq!(settings(&[]).mail_from.to_string(), "Stayzr <no-reply@localhost>");
}
