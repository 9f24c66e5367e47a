//! One test's world: a database, the API on it, and hotels.

use std::net::SocketAddr;
use std::sync::Arc;

use poem::endpoint::BoxEndpoint;
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Endpoint, EndpointExt, Response};
use stayzr::app;
use stayzr::auth::{TokenKey, Tokens};
use stayzr::config::Settings;
use stayzr::db::{self, Address, Client, Database};
use stayzr::mail::Mailer;
use stayzr::tenancy::{SealKey, Sealer};
use uuid::Uuid;

use super::cluster::{Cluster, SEAL_KEY};
use super::{Hotel, Mails};

/// A database of its own and the API on it. The API connects as `stayzr_app` and
/// `stayzr_platform`; only [`World::admin`] is the administrator.
pub struct World {
    pub database: String,
    pub settings: Settings,
    pub tokens: Arc<Tokens>,
    pub endpoint: BoxEndpoint<'static, Response>,
    /// What this server mails.
    pub mails: Mails,
    roles: Roles,
    token_key: Vec<u8>,
}

/// How each role reaches the database.
#[derive(Clone)]
pub struct Roles {
    pub admin: Address,
    pub app: Address,
    pub platform: Address,
}

impl World {
    /// With the default settings.
    pub async fn new() -> Arc<World> {
        World::with(|_| ()).await
    }

    /// With other settings.
    pub async fn with(change: impl FnOnce(&mut Settings)) -> Arc<World> {
        let database = Cluster::get().migrated_database().await;
        let app = Cluster::get().config("stayzr_app", &database).into();
        World::on(database, &app, change)
    }

    /// On that database, which `stayzr_app` reaches through that address.
    pub fn on(database: String, app: &Address, change: impl FnOnce(&mut Settings)) -> Arc<World> {
        let roles = Roles {
            admin: Cluster::get().superuser(&database).into(),
            app: app.clone(),
            platform: Cluster::get().config("stayzr_platform", &database).into(),
        };
        World::reached_by(database, roles, change)
    }

    /// On a database that the roles reach in that way, wherever it is.
    pub fn reached_by(database: String, roles: Roles, change: impl FnOnce(&mut Settings)) -> Arc<World> {
        World::signing_with(TokenKey::generate_pkcs8().unwrap(), database, roles, change)
    }

    /// Another server on the same database, with the same keys.
    pub fn beside(&self) -> Arc<World> {
        World::signing_with(self.token_key.clone(), self.database.clone(), self.roles.clone(), |_| ())
    }

    fn signing_with(
        token_key: Vec<u8>,
        database: String,
        roles: Roles,
        change: impl FnOnce(&mut Settings),
    ) -> Arc<World> {
        let mut settings = Settings { app_connections: 4, platform_connections: 1, ..Settings::default() };
        change(&mut settings);
        let key = TokenKey::from_pkcs8(&token_key).unwrap();
        let tokens = Arc::new(Tokens::new(vec![key], settings.access_token_lifetime()).unwrap());
        let mails = Mails::new(&settings);
        let endpoint =
            app::endpoint(&settings, pools(&roles, &settings), tokens.clone(), mails.mailer()).unwrap().boxed();
        Arc::new(World { database, settings, tokens, endpoint, mails, roles, token_key })
    }

    /// The administrator's connection: for what no request may do, such as making hotels.
    pub async fn admin(&self) -> Client {
        db::connect(&self.roles.admin).await.unwrap()
    }

    /// A connection as `stayzr_app`, with its real password and nothing else.
    pub async fn app_client(&self) -> Client {
        db::connect(&Cluster::get().config("stayzr_app", &self.database).into()).await.unwrap()
    }

    /// How the API reaches this database.
    pub fn app_address(&self) -> Address {
        self.roles.app.clone()
    }

    /// What makes seals this database accepts.
    pub fn sealer(&self) -> Sealer {
        sealer()
    }

    /// The key tokens are signed with, in PKCS#8: for tests that forge some.
    pub fn token_pkcs8(&self) -> &[u8] {
        &self.token_key
    }

    /// A digest of every table's rows: the same before and after what writes nothing.
    pub async fn contents(&self) -> Vec<(String, String)> {
        let admin = self.admin().await;
        let tables = "select format('%I.%I', schemaname, tablename) from pg_tables
                      where schemaname in ('public', 'app') order by 1";
        let mut digests = Vec::new();
        for row in admin.query(tables, &[]).await.unwrap() {
            let table: String = row.get(0);
            let sql = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t");
            digests.push((table, admin.query_one(&sql, &[]).await.unwrap().get(0)));
        }
        digests
    }

    /// Every table's rows, as text.
    pub async fn rows(&self) -> Vec<(String, String)> {
        let admin = self.admin().await;
        let tables = "select format('%I.%I', schemaname, tablename) from pg_tables where schemaname = 'public'";
        let mut rows = Vec::new();
        for row in admin.query(tables, &[]).await.unwrap() {
            let table: String = row.get(0);
            let sql = format!("select coalesce(string_agg(t::text, '|'), '') from {table} t");
            rows.push((table, admin.query_one(&sql, &[]).await.unwrap().get(0)));
        }
        rows
    }

    /// A hotel with an administrator and an agent.
    pub async fn hotel(self: &Arc<Self>, slug: &str) -> Hotel {
        Hotel::create(self, slug).await
    }

    /// A token of a new session of that user.
    pub async fn token_of(&self, admin: &Client, organization_id: i32, tenant_id: Uuid, user: Uuid) -> String {
        let session = Uuid::now_v7();
        let begin = "insert into sessions (organization_id, id, user_id, expires_at)
                     values ($1, $2, $3, now() + interval '1 day')";
        admin.execute(begin, &[&organization_id, &session, &user]).await.unwrap();
        self.tokens.sign(&self.tokens.claims(user, organization_id, tenant_id, session)).unwrap()
    }

    /// The same API once more, on a real socket. It stops when the test ends.
    pub async fn serve(&self) -> SocketAddr {
        self.serve_through(&self.roles.app).await
    }

    /// The same, reaching the database through that address.
    pub async fn serve_through(&self, app: &Address) -> SocketAddr {
        let roles = Roles { app: app.clone(), ..self.roles.clone() };
        let database = pools(&roles, &self.settings);
        listen(app::endpoint(&self.settings, database, self.server_tokens(), self.mailer()).unwrap()).await
    }

    /// Pools of their own to this world's database, for endpoints that a test puts together.
    pub fn pools(&self, settings: &Settings) -> Arc<Database> {
        pools(&self.roles, settings)
    }

    /// The same, whose requests and listener go through that address.
    pub fn pools_through(&self, app: &Address) -> Arc<Database> {
        pools(&Roles { app: app.clone(), ..self.roles.clone() }, &self.settings)
    }

    /// What sends this world's mail, for endpoints that a test puts together.
    pub fn mailer(&self) -> Mailer {
        self.mails.mailer()
    }

    /// What another server with this world's key signs and verifies with.
    pub fn server_tokens(&self) -> Arc<Tokens> {
        let key = TokenKey::from_pkcs8(&self.token_key).unwrap();
        Arc::new(Tokens::new(vec![key], self.settings.access_token_lifetime()).unwrap())
    }
}

/// Serves on a real socket until the test ends.
pub async fn listen(endpoint: impl Endpoint + 'static) -> SocketAddr {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = *acceptor.local_addr()[0].as_socket_addr().unwrap();
    tokio::spawn(poem::Server::new_with_acceptor(acceptor).run(endpoint));
    address
}

/// Two hotels in one world. Each is the other's wrong tenant.
pub async fn two_hotels() -> (Hotel, Hotel) {
    let world = World::new().await;
    (world.hotel("grand-plaza").await, world.hotel("sea-breeze").await)
}

fn pools(roles: &Roles, settings: &Settings) -> Arc<Database> {
    Arc::new(Database::new(&roles.app, &roles.platform, sealer(), &settings.database()).unwrap())
}

fn sealer() -> Sealer {
    Sealer::new(&[SealKey::new("test", SEAL_KEY.to_vec()).unwrap()]).unwrap()
}
