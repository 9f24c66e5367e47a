//! What the server asks before there is a context, past row security: of each question it seals the purpose and what is
//! asked for, so who holds the password of `stayzr_app` cannot ask.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use uuid::Uuid;

use super::{Context, Outcome, Scene, literal};

/// A function that takes a seal.
struct Question {
    function: &'static str,
    /// What the seal is for.
    purpose: &'static str,
    /// Each argument as it was sealed, and another one.
    arguments: Vec<[String; 2]>,
    /// How many rows the server is told.
    rows: u64,
}

impl Question {
    fn text(&self) -> String {
        let sealed = self.arguments.iter().map(|[sealed, _]| format!("\n{sealed}")).collect::<String>();
        format!("{}{sealed}", self.purpose)
    }

    fn sql(&self, arguments: &[&str], seal: &str) -> String {
        let arguments = arguments.iter().map(|argument| format!("{}, ", literal(argument))).collect::<String>();
        format!("select * from {}({arguments}{seal})", self.function)
    }

    fn sealed(&self) -> Vec<&str> {
        self.arguments.iter().map(|[sealed, _]| &**sealed).collect()
    }

    /// Each argument in turn as another than was sealed.
    fn others(&self) -> impl Iterator<Item = Vec<&str>> {
        (0..self.arguments.len()).map(move |changed| {
            let numbered = self.arguments.iter().enumerate();
            numbered.map(|(at, [sealed, other])| if at == changed { &**other } else { &**sealed }).collect()
        })
    }
}

/// All there are, each about the breeze; the other arguments are the plaza's.
async fn questions(scene: &Scene) -> Vec<Question> {
    let (breeze, plaza) = (&scene.breeze, &scene.plaza);
    let admin = breeze.world.admin().await;
    let session = "select id from sessions where organization_id = $1 and user_id = $2 limit 1";
    let session: Uuid = admin.query_one(session, &[&breeze.id, &breeze.admin_id]).await.unwrap().get("id");
    let pair = |sealed: &dyn ToString, other: &dyn ToString| [sealed.to_string(), other.to_string()];
    let hotel = || pair(&breeze.id, &plaza.id);
    let member = || pair(&breeze.admin_id, &breeze.agent_id);
    let none = || pair(&Uuid::nil(), &Uuid::max());
    let address = |slug: &str| format!("admin@{slug}.example");
    let login = vec![pair(&breeze.slug, &plaza.slug), [address(&breeze.slug), address(&plaza.slug)]];
    let of = |function, purpose, rows, arguments| Question { function, purpose, arguments, rows };
    vec![
        of("app.login_lookup", "login", 1, login),
        of("app.password_lookup", "password", 1, vec![hotel(), member()]),
        of("app.user_standing", "user_standing", 1, vec![hotel(), member()]),
        of("app.session_standing", "session_standing", 1, vec![hotel(), member(), pair(&session, &Uuid::nil())]),
        of("app.api_key_standing", "api_key_standing", 0, vec![hotel(), none()]),
        of("app.grant_standing", "grant_standing", 0, vec![hotel(), none(), member()]),
        of("app.invitation_lookup", "invitation", 0, vec![hotel(), none()]),
        of("app.organizations_to_alert", "organizations_to_alert", 0, vec![]),
        of("app.claim_usage_alerts", "claim_usage_alerts", 0, vec![hotel()]),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn every_function_that_takes_a_seal_answers_no_other() {
    let scene = Scene::set().await;
    let context = scene.at_breeze();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    for question in questions(&scene).await {
        let text = question.text();
        let sealed = |text: &str| literal(&scene.sealer.seal(text));
        let asked = question.sql(&question.sealed(), &sealed(&text));
        assert_eq!(scene.attempt(&Context::none(), &asked).await, Outcome::Rows(question.rows), "{asked}");
        let longer = format!("{text}\n");
        for (sqlstate, seal) in [
            ("SZ100", literal("")),
            ("SZ100", "null".to_owned()),
            ("SZ101", literal("test..")),
            ("SZ101", literal(&context.seal)),
            ("SZ101", sealed(&text.replacen(question.purpose, "context", 1))),
            ("SZ101", sealed(&longer)),
            ("SZ102", literal(&scene.sealer.seal_until(&text, now - 5))),
        ] {
            let sql = question.sql(&question.sealed(), &seal);
            assert_eq!(scene.attempt(&context, &sql).await, Outcome::refused(sqlstate), "{sql}");
        }
        for others in question.others() {
            let sql = question.sql(&others, &sealed(&text));
            assert_eq!(scene.attempt(&context, &sql).await, Outcome::refused("SZ101"), "{sql}");
        }
    }
}

/// The list above leaves none out; what they are made of is granted to nobody.
#[tokio::test(flavor = "multi_thread")]
async fn what_takes_a_seal_is_all_the_application_may_ask() {
    let scene = Scene::set().await;
    let admin = scene.breeze.world.admin().await;
    let functions = "select p.oid::regproc::text as name from pg_proc p
                     where 'seal' = any (p.proargnames) and has_function_privilege('stayzr_app', p.oid, 'execute')";
    let rows = admin.query(functions, &[]).await.unwrap();
    let there: BTreeSet<String> = rows.iter().map(|row| row.get("name")).collect();
    let listed = questions(&scene).await.iter().map(|question| question.function.to_owned()).collect();
    assert_eq!(there, listed);
    let (hotel, user) = (scene.breeze.id, scene.breeze.admin_id);
    for direct in [
        format!("select * from app.member_standing({hotel}, '{user}')"),
        format!("select app.guard_password() from users where id = '{user}'"),
        "select app.verify_seal('password', 'test..')".to_owned(),
    ] {
        let outcome = scene.attempt(&scene.at_breeze(), &direct).await;
        assert!(matches!(outcome, Outcome::Refused(_)), "{direct}: {outcome:?}");
    }
}
