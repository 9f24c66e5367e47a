//! A database with hotels in it, and the server on it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use poem::Server;
use poem::listener::{Acceptor, Listener, TcpListener};
use stayzr::app;
use stayzr::auth::{TokenKey, Tokens};
use stayzr::config::{Secrets, Settings};
use stayzr::db::embedded::{Embedded, Options};
use stayzr::db::{self, Client, Database, migrate};
use stayzr::mail::Mailer;
use stayzr::tenancy::{SealKey, Sealer};
use tokio_postgres::Row;

use crate::Failure;
use crate::arguments::Arguments;
use crate::asks::Hotel;

const DATABASE: &str = "stayzr_bench";
/// Tokens outlast the benchmark.
const TOKEN_SECONDS: u64 = 86_400;
/// Of each hotel, before the noisy one gets its own.
const MESSAGES_PER_ORGANIZATION: u32 = 1000;

/// See the module.
pub struct World {
    pub embedded: Embedded,
    pub settings: Settings,
    pub admin: Client,
    sealer: Sealer,
    tokens: Arc<Tokens>,
}

/// Those who ask.
pub struct Hotels {
    pub quiet: Vec<Hotel>,
    pub noisy: Hotel,
    /// What the plan of the noisy one allows.
    pub requests_per_second: u32,
}

impl World {
    /// Starts PostgreSQL and migrates. The data goes when the process ends.
    pub async fn start(arguments: &Arguments) -> Result<World, Failure> {
        let settings = Settings { access_token_seconds: TOKEN_SECONDS, ..Settings::default() };
        let mut options = Options::new(std::env::temp_dir().join(format!("stayzr-neighbours-{}", std::process::id())));
        options.postgres_bin = settings.postgres_bin.clone();
        options.path = std::env::var_os("PATH");
        options.ephemeral = true;
        options.durable = !arguments.no_fsync;
        let embedded = Embedded::start(options).await?;
        embedded.create_database(DATABASE).await?;
        let seal_key = SealKey::new("bench", vec![7; 32])?;
        let mut admin = db::connect(&embedded.superuser(DATABASE).into()).await?;
        let keys = [(seal_key.id().to_owned(), seal_key.material().to_vec())];
        migrate::run(&mut admin, &migrate::Sources::embedded()?, &keys).await?;
        embedded.set_role_passwords().await?;
        let sealer = Sealer::new(std::slice::from_ref(&seal_key))?;
        let key = TokenKey::from_pkcs8(&TokenKey::generate_pkcs8()?)?;
        let tokens = Arc::new(Tokens::new(vec![key], settings.access_token_lifetime())?);
        Ok(World { embedded, settings, admin, sealer, tokens })
    }

    /// Makes the hotels that ask.
    pub async fn load(&self, arguments: &Arguments) -> Result<Hotels, Failure> {
        let begin = Instant::now();
        let organizations = arguments.quiet + 1;
        let messages = organizations * MESSAGES_PER_ORGANIZATION;
        self.set("organizations", &organizations.to_string()).await?;
        self.set("messages", &messages.to_string()).await?;
        self.set("noisy_messages", &arguments.noisy_messages.to_string()).await?;
        let concurrent = arguments.noisy_concurrent.map(|number| number.to_string()).unwrap_or_default();
        self.set("noisy_concurrent", &concurrent).await?;
        self.set("tier", arguments.tier.name()).await?;
        self.admin.batch_execute(include_str!("../requests/load.sql")).await?;
        self.admin.batch_execute(include_str!("load.sql")).await?;
        self.settle().await?;
        let rows = self.admin.query(include_str!("hotels.sql"), &[&(organizations as i32)]).await?;
        let mut quiet = rows.iter().map(|row| self.hotel(row)).collect::<Result<Vec<_>, _>>()?;
        let noisy = quiet.pop().ok_or("no hotel was loaded")?;
        let sql = "select (limits ->> 'maxRequestsPerSecond')::integer from subscription_tier_versions
                   where tier_name = $1 and version = 1";
        let allowed: i32 = self.admin.query_one(sql, &[&arguments.tier.name()]).await?.try_get(0)?;
        let seconds = begin.elapsed().as_secs_f64();
        println!("loaded {organizations} hotels, {} messages in {seconds:.0} s", messages + arguments.noisy_messages);
        Ok(Hotels { quiet, noisy, requests_per_second: allowed.try_into()? })
    }

    /// Makes the others: a token of each.
    pub async fn load_idle(&self, number: u32) -> Result<Vec<String>, Failure> {
        self.set("idle", &number.to_string()).await?;
        self.admin.batch_execute(include_str!("idle.sql")).await?;
        self.settle().await?;
        self.admin.query(include_str!("../requests/active.sql"), &[]).await?.iter().map(|row| self.token(row)).collect()
    }

    /// Starts the server, which listens until the process ends.
    pub async fn serve(&self) -> Result<SocketAddr, Failure> {
        let mailer = Mailer::from_settings(&self.settings, &Secrets::default(), true);
        let login = self.embedded.config("stayzr_app", DATABASE).into();
        let platform = self.embedded.config("stayzr_platform", DATABASE).into();
        let database = Database::new(&login, &platform, self.sealer.clone(), &self.settings.database())?;
        let endpoint = app::endpoint(&self.settings, Arc::new(database), self.tokens.clone(), mailer)?;
        let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
        let address = acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied());
        tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
        Ok(address.ok_or("no address")?)
    }

    /// Does what autovacuum would do sooner or later, and then in the middle of a turn.
    async fn settle(&self) -> Result<(), Failure> {
        self.admin.batch_execute("vacuum (analyze)").await?;
        Ok(self.admin.batch_execute("checkpoint").await?)
    }

    async fn set(&self, name: &str, value: &str) -> Result<(), Failure> {
        self.admin.execute("select set_config($1, $2, false)", &[&format!("bench.{name}"), &value]).await?;
        Ok(())
    }

    fn hotel(&self, row: &Row) -> Result<Hotel, Failure> {
        let (guests, conversations) = (row.try_get("guests")?, row.try_get("conversations")?);
        Ok(Hotel { token: self.token(row)?, guests, conversations })
    }

    /// A session has its user's id.
    fn token(&self, row: &Row) -> Result<String, Failure> {
        let (organization_id, user_id) = (row.try_get("organization_id")?, row.try_get("user_id")?);
        let claims = self.tokens.claims(user_id, organization_id, row.try_get("tenant_id")?, user_id);
        Ok(self.tokens.sign(&claims)?)
    }
}
