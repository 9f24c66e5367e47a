//! `stayzr serve`: from the configuration to a listening server and back to silence.

mod measuring;

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use poem::Server;
use poem::listener::{Acceptor, Listener, TcpAcceptor, TcpListener};
use stayzr::app;
use stayzr::auth::{TokenKey, Tokens};
use stayzr::config::{Secrets, Settings};
use stayzr::db::{self, Accounts, Address, Database, demo, embedded, embedded::Embedded, migrate};
use stayzr::invoices::{self, NoProvider};
use stayzr::mail::Mailer;
use stayzr::metrics::Metrics;
use stayzr::tenancy::{SealKey, Sealer};
use stayzr::usage_alerts::Telling;
use tokio::task::JoinSet;

use crate::{DATABASE, Failure, keys};
use measuring::Measuring;

/// How often the audit log's partitions are looked after. They are made a year ahead.
const PARTITIONS_EVERY: Duration = Duration::from_secs(24 * 60 * 60);
/// How often periods that are over are invoiced. They are over at midnight, and nobody waits for them.
const INVOICES_EVERY: Duration = Duration::from_secs(5 * 60);
/// How long requests under way may go on after the signal to stop.
const GRACE: Duration = Duration::from_secs(5);

pub(crate) async fn serve(settings: &Settings) -> Result<(), Failure> {
    let mut secrets = Secrets::read()?;
    let stop = stop_signal()?;
    if !secrets.is_embedded() {
        return serve_existing(settings, secrets, stop).await;
    }
    // The port first: nothing is started for a server that cannot listen.
    let acceptor = listen(settings).await?;
    let measuring = Measuring::listen(settings).await?;
    let embedded = Embedded::start(settings.embedded()).await?;
    let served = async {
        let fresh = prepare(settings, &embedded, &mut secrets).await?;
        let app: Address = embedded.config("stayzr_app", DATABASE).into();
        let platform: Address = embedded.config("stayzr_platform", DATABASE).into();
        let database = database(settings, &app, &platform, &secrets, &measuring.metrics)?;
        let _daily = look_after_partitions(database.clone());
        let _invoicing = look_after_invoices(platform);
        let mailer = Mailer::from_settings(settings, &secrets, true);
        let _telling = Telling::start(Accounts::new(database.clone()), mailer.clone());
        let tokens = tokens(settings, &mut secrets)?;
        let _reading = keys::read_again(secrets.token_key_file.clone(), tokens.clone());
        let endpoint =
            app::counted_endpoint(settings, database.clone(), tokens, mailer.clone(), measuring.metrics.clone())?;
        let page = app::metrics_endpoint(measuring.metrics.clone(), database);
        let _measuring = measuring.serve(page);
        println!("{}", welcome(settings, fresh));
        let stop = async {
            tokio::select! {
                () = stop => Ok(()),
                ended = embedded.ended() => Err(ended),
            }
        };
        run(settings, acceptor, endpoint, &mailer, stop).await
    }
    .await;
    let stopped = embedded.stop().await;
    served?;
    Ok(stopped?)
}

async fn serve_existing(
    settings: &Settings,
    mut secrets: Secrets,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), Failure> {
    let (Some(app), Some(platform)) = (secrets.app_database.clone(), secrets.platform_database.clone()) else {
        return Err("serve needs STAYZR_APP_DATABASE_URL and STAYZR_PLATFORM_DATABASE_URL".into());
    };
    if secrets.seal_keys.is_empty() {
        return Err("serve needs STAYZR_SEAL_KEYS, the same as `stayzr migrate` was given".into());
    }
    let client = db::connect(&app).await?;
    migrate::require_migrated(&client, &migrate::Sources::embedded()?).await?;
    warn_about_server(&client).await?;
    drop(client);
    let measuring = Measuring::listen(settings).await?;
    let database = database(settings, &app, &platform, &secrets, &measuring.metrics)?;
    let _daily = look_after_partitions(database.clone());
    let _invoicing = look_after_invoices(platform);
    let mailer = Mailer::from_settings(settings, &secrets, false);
    let _telling = Telling::start(Accounts::new(database.clone()), mailer.clone());
    let tokens = tokens(settings, &mut secrets)?;
    let _reading = keys::read_again(secrets.token_key_file.clone(), tokens.clone());
    let endpoint =
        app::counted_endpoint(settings, database.clone(), tokens, mailer.clone(), measuring.metrics.clone())?;
    let page = app::metrics_endpoint(measuring.metrics.clone(), database);
    let _measuring = measuring.serve(page);
    let acceptor = listen(settings).await?;
    println!("Stayzr serves http://{0} · documentation http://{0}/docs", settings.listen);
    run(settings, acceptor, endpoint, &mailer, async {
        stop.await;
        Ok::<_, embedded::EmbeddedError>(())
    })
    .await
}

/// Migrates the embedded database and loads the demo hotels. Tells whether it is new.
async fn prepare(settings: &Settings, embedded: &Embedded, secrets: &mut Secrets) -> Result<bool, Failure> {
    let kept = embedded_secrets(settings)?;
    secrets.seal_keys = kept.seal_keys;
    if secrets.token_keys.is_empty() {
        (secrets.token_keys, secrets.token_key_file) = (kept.token_keys, kept.token_key_file);
    }
    embedded.create_database(DATABASE).await?;
    let mut client = db::connect(&embedded.superuser(DATABASE).into()).await?;
    let summary = migrate::run(&mut client, &migrate::Sources::embedded()?, &seal_keys(secrets)).await?;
    if !summary.is_empty() {
        tracing::info!("{summary}");
    }
    embedded.set_role_passwords().await?;
    Ok(demo::load(&mut client).await?)
}

/// The keys of the embedded database: made once, kept beside its data.
pub(crate) fn embedded_secrets(settings: &Settings) -> Result<Secrets, Failure> {
    let directory = settings.embedded().data_dir.join("secrets");
    let seal_key = embedded::load_or_create(&directory, "seal_key", || random_key().to_vec())?;
    let new = TokenKey::generate_pkcs8()?;
    let token_keys = embedded::load_or_create(&directory, keys::FILE, || new)?;
    Ok(Secrets {
        seal_keys: vec![SealKey::new("embedded", seal_key)?],
        token_keys: TokenKey::parse_all(&token_keys)?,
        token_key_file: Some(directory.join(keys::FILE)),
        ..Secrets::default()
    })
}

/// As `migrate` tells them to the database.
pub(crate) fn seal_keys(secrets: &Secrets) -> Vec<(String, Vec<u8>)> {
    secrets.seal_keys.iter().map(|key| (key.id().to_owned(), key.material().to_vec())).collect()
}

fn random_key() -> [u8; 32] {
    let mut key = [0; 32];
    // Two random UUIDs would hold 244 bits; the generator of the token keys holds all 256.
    aws_lc_rs::rand::fill(&mut key).expect("the operating system gives random bytes");
    key
}

fn tokens(settings: &Settings, secrets: &mut Secrets) -> Result<Arc<Tokens>, Failure> {
    if secrets.token_keys.is_empty() {
        return Err("serve needs STAYZR_TOKEN_KEY, an Ed25519 private key in PEM".into());
    }
    let keys = std::mem::take(&mut secrets.token_keys);
    Ok(Arc::new(Tokens::new(keys, settings.access_token_lifetime())?))
}

fn database(
    settings: &Settings,
    app: &Address,
    platform: &Address,
    secrets: &Secrets,
    metrics: &Metrics,
) -> Result<Arc<Database>, Failure> {
    let sealer = Sealer::new(&secrets.seal_keys)?;
    Ok(Arc::new(Database::new(app, platform, sealer, &settings.database())?.metered(metrics)))
}

/// Sees at once and then every day that the audit log has its partitions, until what this
/// returns is dropped. Without one the records of a month are safe in the default partition,
/// so that it did not work is for the log and for another day.
fn look_after_partitions(database: Arc<Database>) -> JoinSet<()> {
    let mut daily = JoinSet::new();
    daily.spawn(async move {
        let mut day = tokio::time::interval(PARTITIONS_EVERY);
        loop {
            day.tick().await;
            match database.make_audit_partitions().await {
                Ok(made) if made.is_empty() => {}
                Ok(made) => tracing::info!(?made, "made partitions of the audit log"),
                Err(error) => tracing::error!(%error, "the partitions of the audit log could not be looked after"),
            }
        }
    });
    daily
}

/// Makes the invoices that are due, at once and then every few minutes, until what this returns is dropped. On a
/// connection of its own, which is closed in between: super admins have few, and none to spare for this. Every server does
/// it, and the database sees that it is done once.
fn look_after_invoices(platform: Address) -> JoinSet<()> {
    let mut invoicing = JoinSet::new();
    invoicing.spawn(async move {
        let mut due = tokio::time::interval(INVOICES_EVERY);
        due.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            due.tick().await;
            let closed = match db::connect(&platform).await {
                Ok(client) => invoices::close(&client, &NoProvider).await.map_err(|error| error.to_string()),
                Err(error) => Err(error.to_string()),
            };
            match closed {
                Ok(closed) if closed.periods == 0 && closed.failed == 0 => {}
                Ok(closed) => tracing::info!(?closed, "closed periods that are over"),
                Err(error) => tracing::error!(%error, "the periods that are over could not be closed"),
            }
        }
    });
    invoicing
}

async fn warn_about_server(client: &db::Client) -> Result<(), Failure> {
    if let Some(warning) = embedded::missing_security_fixes(db::server_version(client).await?) {
        tracing::warn!("{warning}");
    }
    Ok(())
}

async fn listen(settings: &Settings) -> Result<TcpAcceptor, Failure> {
    bind(settings.listen, "STAYZR_LISTEN").await
}

/// Takes the port that a setting names.
async fn bind(address: SocketAddr, setting: &str) -> Result<TcpAcceptor, Failure> {
    TcpListener::bind(address)
        .into_acceptor()
        .await
        .map_err(|error| format!("cannot listen on {address}: {error}. {setting} names another address.").into())
}

async fn run<E: std::error::Error + Send + 'static>(
    settings: &Settings,
    acceptor: impl Acceptor + 'static,
    endpoint: impl poem::Endpoint<Output = poem::Response> + 'static,
    mailer: &Mailer,
    stop: impl Future<Output = Result<(), E>> + Send,
) -> Result<(), Failure> {
    let (told, tell) = tokio::sync::oneshot::channel::<()>();
    let server = Server::new_with_acceptor(acceptor)
        .idle_timeout(Duration::from_millis(settings.idle_timeout_ms))
        .run_with_graceful_shutdown(endpoint, async { tell.await.unwrap_or(()) }, Some(GRACE));
    let ending = async {
        let reason = stop.await;
        let _ = told.send(());
        reason
    };
    let (served, reason) = tokio::join!(server, ending);
    // Before the embedded database goes, whatever the reason: nobody hands in mail any more.
    mailer.flush().await;
    reason?;
    Ok(served?)
}

/// Resolves at Ctrl-C or SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()> + Send + 'static, Failure> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {},
            _ = terminate.recv() => {},
        }
    })
}

fn welcome(settings: &Settings, fresh: bool) -> String {
    let base = format!("http://{}", settings.listen);
    let data = if fresh { "Two demo hotels have been loaded." } else { "The data is as you left it." };
    format!(
        r#"
Stayzr serves {base}. {data}

  Documentation   {base}/docs
  Sign in as      admin@grand-plaza.example   agent@grand-plaza.example   (organization grand-plaza)
                  admin@sea-breeze.example    agent@sea-breeze.example    (organization sea-breeze)
                  super@stayzr.example                                    (organization stayzr)
  Password        stayzr-demo

  TOKEN=$(curl -s {base}/v1/auth/login -H 'Content-Type: application/json' -d '{{"organization":"grand-plaza","email":"agent@grand-plaza.example","password":"stayzr-demo"}}' | sed 's/.*"accessToken":"\([^"]*\)".*/\1/')
  curl -s '{base}/v1/conversations?limit=2' -H "Authorization: Bearer $TOKEN"

Ctrl-C stops it.
"#
    )
}
