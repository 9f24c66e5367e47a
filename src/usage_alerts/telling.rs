//! Telling people of alerts.
//!
//! An alert is raised in the transaction that reaches the mark, and its commit is heard by every
//! server. Each tries to take the hotel's alerts, one gets them (`app.claim_usage_alerts`), and
//! hands them on. An alert whose commit nobody heard waits in its table: every server looks for
//! such when it begins to listen and when it listens again. Nobody asks in between.
//!
//! Taken is taken: an alert is noted as told in the transaction that takes it, before it is
//! handed on. A server that is killed in between, or while the mail is still in its queue, has
//! told nobody, and no other server tells in its stead: the alert is then only where it always
//! is, in `usage_alerts_list`. The other order would tell twice whenever something goes wrong
//! after the mail went out, and at most once is what a warning is to be.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::store::{self, Raised};
use crate::db::{Accounts, Channel, DbError, Heard, Listener};
use crate::mail::{self, Mailer, Message};
use crate::usage::Metered;

/// How long to wait before alerts that could not be taken are tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Tells of alerts until it is dropped.
pub struct Telling {
    _listener: Listener,
    _task: JoinSet<()>,
}

/// Whose alerts are to be told.
enum Whose {
    Everybodys,
    Hotels(i32),
}

impl Telling {
    /// Begins to listen, and takes what is left over. Must be called in a runtime.
    pub fn start(accounts: Accounts, mailer: Mailer) -> Self {
        let (whose, heard) = mpsc::unbounded_channel();
        let listener = accounts.listen(Channel::Alerts, move |heard| {
            let next = match heard {
                Heard::Listening | Heard::Everywhere => Whose::Everybodys,
                Heard::Changed(organization_id) => Whose::Hotels(organization_id),
                Heard::Confirmed(_) => return,
            };
            // Nobody takes it only when this is being dropped.
            let _ = whose.send(next);
        });
        let mut task = JoinSet::new();
        task.spawn(tell(accounts, mailer, heard));
        Telling { _listener: listener, _task: task }
    }
}

/// Ends with the listener.
async fn tell(accounts: Accounts, mailer: Mailer, mut heard: mpsc::UnboundedReceiver<Whose>) {
    let mut behind = false;
    loop {
        let next = if behind {
            tokio::time::timeout(AGAIN, heard.recv()).await.unwrap_or(Some(Whose::Everybodys))
        } else {
            heard.recv().await
        };
        let told = match next {
            None => return,
            Some(Whose::Hotels(organization_id)) if !behind => tell_hotel(&accounts, &mailer, organization_id).await,
            Some(_) => tell_everybody(&accounts, &mailer).await,
        };
        behind = told.is_err();
        if let Err(error) = told {
            tracing::warn!(%error, "alerts could not be taken and are tried again");
        }
    }
}

async fn tell_everybody(accounts: &Accounts, mailer: &Mailer) -> Result<(), DbError> {
    for organization_id in store::unmailed(accounts).await? {
        tell_hotel(accounts, mailer, organization_id).await?;
    }
    Ok(())
}

async fn tell_hotel(accounts: &Accounts, mailer: &Mailer, organization_id: i32) -> Result<(), DbError> {
    for alert in store::claim(accounts, organization_id).await? {
        let (resource, threshold, people) = (alert.resource.as_str(), alert.threshold, alert.addresses.len());
        tracing::info!(organization = organization_id, resource, threshold, people, "an alert is told");
        on_alert(mailer, &alert);
    }
    Ok(())
}

/// Where an alert leaves the house. It is mailed; another channel is another line here.
fn on_alert(mailer: &Mailer, alert: &Raised) {
    for to in &alert.addresses {
        mailer.send(&Message::usage_alert(&mail::UsageAlert {
            to,
            organization: &alert.hotel,
            what: what(alert.resource),
            used: &amount(alert.resource, alert.used),
            limit: &amount(alert.resource, alert.limit),
            threshold: alert.threshold,
            forecast: alert.forecast.map(|forecast| amount(alert.resource, forecast)).as_deref(),
            period_ends_on: alert.period_ends_on,
            begins_anew: alert.resource == Metered::Messages,
            charges_more: alert.charges_more,
        }));
    }
}

/// What is limited, in words.
fn what(resource: Metered) -> &'static str {
    match resource {
        Metered::Users => "users",
        Metered::Guests => "guests",
        Metered::Conversations => "active conversations",
        Metered::Messages => "messages",
        Metered::Storage => "storage",
    }
}

/// So much of it, in words.
fn amount(resource: Metered, count: i64) -> String {
    match resource {
        Metered::Storage => {
            // Tenths of a gigabyte, never more than there is.
            let tenths = count / 100_000_000;
            format!("{}.{} GB", tenths / 10, tenths % 10)
        }
        _ => count.to_string(),
    }
}
