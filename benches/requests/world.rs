//! A database with hotels in it, and the servers on it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Endpoint, EndpointExt, IntoEndpoint, Response, Route, Server};
use poem_openapi::{OpenApi, OpenApiService};
use stayzr::admission::Admission;
use stayzr::app;
use stayzr::auth::{TokenKey, Tokens, UnknownKeys};
use stayzr::config::{Secrets, Settings};
use stayzr::db::embedded::{Embedded, Options};
use stayzr::db::{self, Client, Database, migrate};
use stayzr::http::authenticate::Authenticate;
use stayzr::http::observe::Observe;
use stayzr::mail::Mailer;
use stayzr::metrics::Metrics;
use stayzr::tenancy::{SealKey, Sealer};

use crate::Failure;
use crate::arguments::Arguments;
use crate::constant::Constant;
use crate::process::url;
use crate::rivals::{Rival, Way};
use crate::targets::{Target, Targets};

const DATABASE: &str = "stayzr_bench";
/// Tokens outlast the benchmark.
const TOKEN_SECONDS: u64 = 86_400;

/// See the module.
pub struct World {
    pub embedded: Embedded,
    pub settings: Settings,
    pub sealer: Sealer,
    token_key: Vec<u8>,
    seal_key: SealKey,
}

/// Where the servers listen.
#[derive(Clone, Copy)]
pub struct Servers {
    pub ours: SocketAddr,
    pub tenant_only: SocketAddr,
    pub unguarded: SocketAddr,
    pub four_trips: SocketAddr,
    pub metered: SocketAddr,
    pub no_database: SocketAddr,
}

impl Servers {
    /// Those that answer from the database.
    pub fn with_database(self) -> [SocketAddr; 5] {
        [self.ours, self.tenant_only, self.unguarded, self.four_trips, self.metered]
    }
}

impl World {
    /// Starts PostgreSQL and migrates. The data goes when the process ends.
    pub async fn start(arguments: &Arguments) -> Result<World, Failure> {
        let settings = Settings { access_token_seconds: TOKEN_SECONDS, ..Settings::default() };
        let mut options = Options::new(std::env::temp_dir().join(format!("stayzr-bench-{}", std::process::id())));
        options.postgres_bin = settings.postgres_bin.clone();
        options.path = std::env::var_os("PATH");
        options.ephemeral = true;
        options.durable = !arguments.no_fsync;
        let embedded = Embedded::start(options).await?;
        embedded.create_database(DATABASE).await?;
        let seal_key = SealKey::new("bench", vec![7; 32])?;
        let mut client = db::connect(&embedded.superuser(DATABASE).into()).await?;
        let keys = [(seal_key.id().to_owned(), seal_key.material().to_vec())];
        migrate::run(&mut client, &migrate::Sources::embedded()?, &keys).await?;
        embedded.set_role_passwords().await?;
        let sealer = Sealer::new(std::slice::from_ref(&seal_key))?;
        Ok(World { embedded, settings, sealer, token_key: TokenKey::generate_pkcs8()?, seal_key })
    }

    /// An administrator's connection, which row security does not bind.
    pub async fn admin(&self) -> Result<Client, Failure> {
        Ok(db::connect(&self.embedded.superuser(DATABASE).into()).await?)
    }

    /// The service's own login.
    pub fn app_config(&self) -> tokio_postgres::Config {
        self.embedded.config("stayzr_app", DATABASE)
    }

    /// Makes the hotels.
    pub async fn load(&self, arguments: &Arguments) -> Result<Targets, Failure> {
        let begin = Instant::now();
        let client = self.admin().await?;
        for (name, number) in [("organizations", arguments.organizations), ("messages", arguments.messages)] {
            client
                .execute("select set_config($1, $2, false)", &[&format!("bench.{name}"), &number.to_string()])
                .await?;
        }
        client.batch_execute(include_str!("load.sql")).await?;
        client.batch_execute(include_str!("admission.sql")).await?;
        client.batch_execute(include_str!("tenant_only.sql")).await?;
        // What autovacuum would do sooner or later, and then in the middle of a round.
        client.batch_execute("vacuum (analyze)").await?;
        client.batch_execute("checkpoint").await?;
        let tokens = self.tokens()?;
        let rows = client.query(include_str!("targets.sql"), &[]).await?;
        let targets: Result<Vec<Target>, Failure> = rows
            .iter()
            .map(|row| {
                let (organization_id, user_id) = (row.try_get("organization_id")?, row.try_get("user_id")?);
                let claims = tokens.claims(user_id, organization_id, row.try_get("tenant_id")?, user_id);
                let (guests, conversations) = (row.try_get("guests")?, row.try_get("conversations")?);
                Ok(Target { organization_id, user_id, token: tokens.sign(&claims)?, guests, conversations })
            })
            .collect();
        let (targets, seconds) = (Targets::new(targets?, arguments.law), begin.elapsed().as_secs_f64());
        println!("loaded {} hotels, {} messages in {seconds:.0} s", targets.len(), arguments.messages);
        Ok(targets)
    }

    /// Starts the servers, which listen until the process ends.
    pub async fn serve(&self) -> Result<Servers, Failure> {
        let mailer = Mailer::from_settings(&self.settings, &Secrets::default(), true);
        let database = self.database(self.app_config())?;
        let ours = app::endpoint(&self.settings, database.clone(), self.tokens()?, mailer.clone())?;
        let metrics = Metrics::on();
        let measured = Arc::new(self.new_database(self.app_config())?.metered(&metrics));
        let (tokens, settings) = (self.tokens()?, &self.settings);
        let metered = app::counted_endpoint(settings, measured, tokens, mailer.clone(), metrics.clone())?;
        tokio::spawn(upkeep(metrics));
        let mut login = self.app_config();
        login.user("bench_tenant_only").password("bench");
        let tenant_only = app::endpoint(&self.settings, self.database(login)?, self.tokens()?, mailer)?;
        let unguarded = self.rival(Way::Unguarded, &database, self.embedded.superuser(DATABASE))?;
        let four_trips = self.rival(Way::FourTrips(self.sealer.clone()), &database, self.app_config())?;
        Ok(Servers {
            ours: listen(ours).await?,
            tenant_only: listen(tenant_only).await?,
            unguarded: listen(unguarded).await?,
            four_trips: listen(four_trips).await?,
            metered: listen(metered).await?,
            no_database: listen(self.layered(Constant, &database)?).await?,
        })
    }

    /// Makes the hotels that are only active: a token of each.
    pub async fn load_active(&self, number: u32) -> Result<Vec<String>, Failure> {
        let client = self.admin().await?;
        client.execute("select set_config('bench.idle', $1, false)", &[&number.to_string()]).await?;
        client.batch_execute(include_str!("../neighbours/idle.sql")).await?;
        client.batch_execute("vacuum (analyze)").await?;
        let tokens = self.tokens()?;
        let rows = client.query(include_str!("active.sql"), &[]).await?;
        let token = |row: &tokio_postgres::Row| {
            let (organization_id, user_id) = (row.try_get("organization_id")?, row.try_get("user_id")?);
            Ok(tokens.sign(&tokens.claims(user_id, organization_id, row.try_get("tenant_id")?, user_id))?)
        };
        rows.iter().map(token).collect()
    }

    /// What the program itself needs to know to serve on this database.
    pub fn environment(&self) -> Result<Vec<(&'static str, String)>, Failure> {
        let base64 = |bytes: &[u8]| BASE64_STANDARD.encode(bytes);
        let key = base64(&self.token_key);
        Ok(vec![
            ("STAYZR_APP_DATABASE_URL", url(&self.app_config())?),
            ("STAYZR_PLATFORM_DATABASE_URL", url(&self.embedded.config("stayzr_platform", DATABASE))?),
            ("STAYZR_SEAL_KEYS", format!("{}:{}", self.seal_key.id(), base64(self.seal_key.material()))),
            ("STAYZR_TOKEN_KEY", format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n")),
        ])
    }

    /// As `app::endpoint` puts the layers together. The connections of the token check are those of ours.
    fn rival(
        &self,
        way: Way,
        database: &Arc<Database>,
        config: tokio_postgres::Config,
    ) -> Result<impl Endpoint<Output = Response> + 'static, Failure> {
        self.layered(Rival::new(way, config, self.settings.app_connections)?, database)
    }

    /// Below the layers, which take tokens as ours does.
    fn layered(
        &self,
        api: impl OpenApi + 'static,
        database: &Arc<Database>,
    ) -> Result<impl Endpoint<Output = Response> + 'static, Failure> {
        let tokens = self.tokens()?;
        let service = OpenApiService::new(api, "Rival", "0").into_endpoint();
        let admission = Admission::new(Duration::from_secs(1));
        let unknown_keys = UnknownKeys::new(self.settings.login_attempts_per_address);
        let authenticate = Authenticate::new(tokens, database.clone(), admission, unknown_keys, Vec::new());
        Ok(Route::new().nest("/", service).with(authenticate).with(self.settings.limits()).with(Observe::default()))
    }

    fn database(&self, login: tokio_postgres::Config) -> Result<Arc<Database>, Failure> {
        self.new_database(login).map(Arc::new)
    }

    fn new_database(&self, login: tokio_postgres::Config) -> Result<Database, Failure> {
        let platform = self.embedded.config("stayzr_platform", DATABASE).into();
        let sealer = Sealer::new(std::slice::from_ref(&self.seal_key))?;
        Ok(Database::new(&login.into(), &platform, sealer, &self.settings.database())?)
    }

    fn tokens(&self) -> Result<Arc<Tokens>, Failure> {
        let key = TokenKey::from_pkcs8(&self.token_key)?;
        Ok(Arc::new(Tokens::new(vec![key], self.settings.access_token_lifetime())?))
    }
}

/// As the real server does it.
async fn upkeep(metrics: Metrics) {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        metrics.upkeep();
    }
}

async fn listen(endpoint: impl Endpoint<Output = Response> + 'static) -> Result<SocketAddr, Failure> {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await?;
    let address = acceptor.local_addr().first().and_then(|address| address.as_socket_addr().copied());
    tokio::spawn(Server::new_with_acceptor(acceptor).run(endpoint));
    Ok(address.ok_or("no address")?)
}
