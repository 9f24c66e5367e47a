//! The features of a plan. Each guards something: a row or an answer, at its operation and
//! once more in the database, off and on.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stayzr::subscriptions::Feature;
use uuid::Uuid;

use crate::forged::{ALL_PERMISSIONS, Context, Outcome, attempt};
use crate::support::{Answer, Call, Hotel, World, eventually, two_hotels};

/// What a feature guards. Done again and again it is done each time, where nothing refuses it.
struct Gate {
    feature: &'static str,
    available_in: &'static [&'static str],
    /// The table and the trigger that ask; none where a statement asks.
    trigger: Option<(&'static str, &'static str)>,
    call: fn(&Ground) -> Call,
    sql: fn(&Ground) -> String,
}

/// A hotel with a guest, a conversation by e-mail and a property.
struct Ground {
    hotel: Hotel,
    guest: String,
    conversation: String,
}

impl Ground {
    async fn of(hotel: &Hotel) -> Ground {
        let guest = hotel.create_guest("ada@example.com").await;
        let body = json!({"guestId": guest["id"], "channel": "email"});
        let conversation = hotel.post("/v1/conversations", body).await.assert_created();
        hotel.post("/v1/properties", json!({"name": "First"})).await.assert_created();
        let id = |made: &Value| made["id"].as_str().unwrap().to_owned();
        Ground { hotel: hotel.clone(), guest: id(&guest), conversation: id(&conversation) }
    }

    fn begin(&self, channel: &str) -> Call {
        Call::post("/v1/conversations", &json!({"guestId": self.guest, "channel": channel}))
    }

    fn insert(&self, channel: &str) -> String {
        format!("insert into conversations (guest_id, channel) values ('{}', '{channel}')", self.guest)
    }

    fn set(setting: &str) -> Call {
        Call::patch("/v1/organization", &json!({"settings": {setting: {"is": Uuid::now_v7()}}}))
    }

    fn update(setting: &str) -> String {
        let value = json!({setting: {"is": Uuid::now_v7()}});
        format!("update organizations set settings = settings || '{value}'")
    }

    /// Tries it as `stayzr_app` with everything an administrator holds; undone.
    async fn by_hand(&self, sql: &str) -> Outcome {
        let Hotel { world, admin_id, .. } = &self.hotel;
        let context = Context::of(&world.sealer(), &self.hotel, *admin_id, ALL_PERMISSIONS);
        attempt(&world.app_client().await, &format!("begin; {} {sql}", context.statements())).await
    }

    async fn override_with(&self, feature: &str, value: Option<bool>) {
        let admin = self.hotel.world.admin().await;
        let sql = "delete from subscription_overrides where organization_id = $1 and name = $2";
        admin.execute(sql, &[&self.hotel.id, &feature]).await.unwrap();
        if let Some(value) = value {
            let sql = "insert into subscription_overrides (organization_id, name, value, reason)
                       values ($1, $2, to_jsonb($3::boolean), 'As agreed')";
            admin.execute(sql, &[&self.hotel.id, &feature, &value]).await.unwrap();
        }
    }

    async fn move_to(&self, tier: &str) {
        let sql = "update organizations set subscription_tier = $2 where id = $1";
        self.hotel.world.admin().await.execute(sql, &[&self.hotel.id, &tier]).await.unwrap();
    }

    async fn call_at(&self, world: &World, call: Call) -> Answer {
        call.header("Authorization", &format!("Bearer {}", self.hotel.admin_token)).send(world).await
    }
}

const PAID: &[&str] = &["professional", "enterprise"];
const LARGEST: &[&str] = &["enterprise"];

const GATES: &[Gate] = &[
    Gate {
        feature: "whatsappIntegration",
        available_in: PAID,
        trigger: Some(("conversations", "conversations_gate_whatsapp")),
        call: |ground| ground.begin("whatsapp"),
        sql: |ground| ground.insert("whatsapp"),
    },
    Gate {
        feature: "smsIntegration",
        available_in: PAID,
        trigger: Some(("conversations", "conversations_gate_sms")),
        call: |ground| ground.begin("sms"),
        sql: |ground| ground.insert("sms"),
    },
    Gate {
        feature: "emailIntegration",
        available_in: &["starter", "professional", "enterprise"],
        trigger: Some(("conversations", "conversations_gate_email")),
        call: |ground| ground.begin("email"),
        sql: |ground| ground.insert("email"),
    },
    Gate {
        feature: "aiAutomation",
        available_in: LARGEST,
        trigger: Some(("messages", "messages_gate")),
        call: |ground| {
            let path = format!("/v1/conversations/{}/messages", ground.conversation);
            Call::post(path, &json!({"senderType": "ai", "content": "How may I help?"}))
        },
        sql: |ground| {
            let values = format!("('{}', 'ai', 'How may I help?')", ground.conversation);
            format!("insert into messages (conversation_id, sender_type, content) values {values}")
        },
    },
    Gate {
        feature: "workflowAutomation",
        available_in: PAID,
        trigger: Some(("organizations", "organizations_gate")),
        call: |_| Ground::set("workflows"),
        sql: |_| Ground::update("workflows"),
    },
    Gate {
        feature: "advancedAnalytics",
        available_in: PAID,
        trigger: None,
        call: |_| Call::get("/v1/analytics/messages"),
        sql: |_| {
            let sql = include_str!("../../sql/queries/analytics/messages.sql");
            sql.replace("$1", "null").replace("$2", "null")
        },
    },
    Gate {
        feature: "customBranding",
        available_in: LARGEST,
        trigger: Some(("organizations", "organizations_gate")),
        call: |_| Ground::set("branding"),
        sql: |_| Ground::update("branding"),
    },
    Gate {
        feature: "apiAccess",
        available_in: PAID,
        trigger: Some(("api_keys", "api_keys_limit")),
        call: |_| Call::post("/v1/api-keys", &json!({"name": "Key", "permissions": ["guests.read"]})),
        sql: |_| {
            "insert into api_keys (id, name, prefix, hash, permissions, data_scope)
             values (gen_random_uuid(), 'Key', 'szk_abcdefgh', sha256('key'), array['guests.read'], 'all')"
                .into()
        },
    },
    Gate {
        feature: "multiPropertyManagement",
        available_in: LARGEST,
        trigger: Some(("properties", "properties_gate")),
        call: |_| Call::post("/v1/properties", &json!({"name": Uuid::now_v7()})),
        sql: |_| format!("insert into properties (name) values ('{}')", Uuid::now_v7()),
    },
];

impl Gate {
    /// The whole problem, but what names this very request.
    fn problem(&self) -> Value {
        let Gate { feature, available_in, .. } = self;
        json!({
            "type": "urn:stayzr:problem:feature_not_available",
            "title": format!("Feature '{feature}' not available in your subscription"),
            "status": 403,
            "detail": format!(
                "The hotel's plan, starter, does not have {feature}; these tiers have it: {}.", available_in.join(", ")
            ),
            "code": "feature_not_available",
            "feature": feature,
            "currentTier": "starter",
            "availableIn": available_in,
        })
    }

    async fn is_closed(&self, ground: &Ground) {
        let mut problem = ground.hotel.call((self.call)(ground)).await.assert_problem(403, "feature_not_available");
        problem.as_object_mut().unwrap().remove("instance");
        assert_eq!(problem, self.problem());
        assert_eq!(ground.by_hand(&(self.sql)(ground)).await, Outcome::refused("SZ002"), "{}", self.feature);
    }

    /// Once the server has heard of it.
    async fn is_open(&self, ground: &Ground) {
        assert_eq!(ground.by_hand(&(self.sql)(ground)).await, Outcome::Rows(1), "{}", self.feature);
        let passes = async || ground.hotel.call((self.call)(ground)).await.status.is_success();
        eventually(&format!("{} opens its gate", self.feature), passes).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_feature_guards_something_off_and_on() {
    let named: BTreeSet<_> = GATES.iter().map(|gate| gate.feature).collect();
    assert_eq!(named, Feature::ALL.iter().map(|feature| feature.name()).collect(), "every feature has a gate");
    let (plaza, breeze) = two_hotels().await;
    let (ground, rivals) = (Ground::of(&plaza).await, Ground::of(&breeze).await);
    ground.move_to("starter").await;
    for gate in GATES {
        let in_tier = gate.available_in.contains(&"starter");
        ground.override_with(gate.feature, in_tier.then_some(false)).await;
        gate.is_closed(&ground).await;
        ground.override_with(gate.feature, (!in_tier).then_some(true)).await;
        gate.is_open(&ground).await;
        // What the hotel has stays in use when the feature goes.
        ground.override_with(gate.feature, in_tier.then_some(false)).await;
        gate.is_closed(&ground).await;
        assert_eq!(plaza.get(format!("/v1/conversations/{}", ground.conversation)).await.status, 200);
        gate.is_open(&rivals).await;
    }
}

/// What refuses by hand is the trigger, or the question in the statement, and nothing else
/// that happens to stand in the way.
#[tokio::test(flavor = "multi_thread")]
async fn without_its_gate_each_write_gets_through() {
    let (plaza, _) = two_hotels().await;
    let ground = Ground::of(&plaza).await;
    ground.move_to("starter").await;
    ground.override_with("emailIntegration", Some(false)).await;
    let admin = plaza.world.admin().await;
    for gate in GATES {
        let mut sql = (gate.sql)(&ground);
        assert_eq!(ground.by_hand(&sql).await, Outcome::refused("SZ002"), "{}", gate.feature);
        match gate.trigger {
            Some((table, trigger)) => {
                admin.batch_execute(&format!("alter table {table} disable trigger {trigger}")).await.unwrap();
            }
            None => sql = sql.replace("app.require_feature(app.organization_id(), 'advancedAnalytics')", "true"),
        }
        assert_eq!(ground.by_hand(&sql).await, Outcome::Rows(1), "{}", gate.feature);
        if let Some((table, trigger)) = gate.trigger {
            admin.batch_execute(&format!("alter table {table} enable trigger {trigger}")).await.unwrap();
        }
    }
}

/// A server that hears nothing goes on believing what it knew; the database does not, and
/// refuses in the same words.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_deaf_server_lets_through_the_database_refuses_alike() {
    let (plaza, _) = two_hotels().await;
    let ground = Ground::of(&plaza).await;
    let key = json!({"name": "Key", "permissions": ["guests.read"]});
    let key = plaza.post("/v1/api-keys", key).await.assert_created();
    let by_key = || {
        let secret = format!("Bearer {}", key["secret"].as_str().unwrap());
        Call::get("/v1/guests").header("Authorization", &secret)
    };
    by_key().send(&plaza.world).await.assert_ok();
    let silence = "alter table organizations disable trigger organizations_standing;
                   alter table subscription_overrides disable trigger subscription_overrides_standing";
    plaza.world.admin().await.batch_execute(silence).await.unwrap();
    ground.move_to("starter").await;
    ground.override_with("emailIntegration", Some(false)).await;
    let told = plaza.world.beside();
    for gate in GATES {
        let deaf = ground.hotel.call((gate.call)(&ground)).await;
        let mut problem = deaf.assert_problem(403, "feature_not_available");
        problem.as_object_mut().unwrap().remove("instance");
        assert_eq!(problem, gate.problem());
        let told = ground.call_at(&told, (gate.call)(&ground)).await;
        assert_eq!(deaf.without_request_id(), told.without_request_id(), "{}", gate.feature);
    }
    // It was the database: this server's memory still has the feature, and the other's has not.
    by_key().send(&plaza.world).await.assert_ok();
    by_key().send(&told).await.assert_problem(403, "feature_not_available");
}

/// An override opens the gate until it expires, and nobody has to do anything for it to close.
#[tokio::test(flavor = "multi_thread")]
async fn an_override_that_expires_closes_the_gate_by_itself() {
    let (plaza, _) = two_hotels().await;
    let ground = Ground::of(&plaza).await;
    ground.move_to("starter").await;
    let gate = GATES.iter().find(|gate| gate.feature == "advancedAnalytics").unwrap();
    gate.is_closed(&ground).await;
    ground.override_with(gate.feature, Some(true)).await;
    gate.is_open(&ground).await;
    let expire = "update subscription_overrides set expires_at = clock_timestamp() + interval '2 seconds'";
    plaza.world.admin().await.execute(expire, &[]).await.unwrap();
    gate.is_open(&ground).await;
    let closed = async || ground.hotel.call((gate.call)(&ground)).await.status == 403;
    eventually("the override expires", closed).await;
    gate.is_closed(&ground).await;
}

/// A feature that is younger than the version the hotel bought: its plan has it by an override
/// only, for the server as for the database, and the offer has it.
#[tokio::test(flavor = "multi_thread")]
async fn a_feature_that_the_bought_version_lacks_comes_by_an_override() {
    let (plaza, _) = two_hotels().await;
    let admin = plaza.world.admin().await;
    // The version of this hotel has no analytics; the one on offer does.
    let offer = "insert into subscription_tier_versions (tier_name, version, limits, features, monthly_price, currency)
                 select tier_name, 7, limits, features || '{\"advancedAnalytics\": false}', monthly_price, currency
                 from subscription_tier_versions where tier_name = 'enterprise' and version = 1;
                 update organizations set subscription_tier_version = 7 where slug = 'grand-plaza'";
    admin.batch_execute(offer).await.unwrap();
    let ground = Ground::of(&plaza).await;
    let refused = async || plaza.get("/v1/analytics/messages").await.status == 403;
    eventually("the older version counts", refused).await;
    let problem = plaza.get("/v1/analytics/messages").await.assert_problem(403, "feature_not_available");
    assert_eq!((&problem["currentTier"], &problem["availableIn"]), (&json!("enterprise"), &json!(PAID)));
    ground.override_with("advancedAnalytics", Some(true)).await;
    let gate = GATES.iter().find(|gate| gate.feature == "advancedAnalytics").unwrap();
    gate.is_open(&ground).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gated_setting_is_removed_without_the_feature_and_stays_as_it_is() {
    let (plaza, _) = two_hotels().await;
    let ground = Ground::of(&plaza).await;
    let set = json!({"settings": {"branding": {"colour": "blue"}, "workflows": {"late": "call"}}});
    plaza.patch("/v1/organization", set).await.assert_ok();
    ground.move_to("starter").await;
    // Other settings change beside it, and what is there is read.
    let changed = plaza.patch("/v1/organization", json!({"settings": {"checkInFrom": "15:00"}})).await.assert_ok();
    assert_eq!(changed["settings"]["branding"], json!({"colour": "blue"}));
    // To say the same again changes nothing.
    let same = "update organizations set settings = settings || '{\"branding\": {\"colour\": \"blue\"}}'";
    assert_eq!(ground.by_hand(same).await, Outcome::Rows(1));
    for setting in ["branding", "workflows"] {
        let other = json!({"settings": {setting: {"colour": "red"}}});
        plaza.patch("/v1/organization", other).await.assert_problem(403, "feature_not_available");
        let removed = plaza.patch("/v1/organization", json!({"settings": {setting: null}})).await.assert_ok();
        assert_eq!(removed["settings"].get(setting), None);
    }
    // A hotel that is made with them is no way round.
    let made = "insert into organizations (slug, name, subscription_tier, settings)
                values ('third', 'Third', $1, '{\"branding\": {}}')";
    let admin = plaza.world.admin().await;
    let refused = admin.execute(made, &[&"starter"]).await.unwrap_err();
    assert_eq!(refused.code().unwrap().code(), "SZ002");
    admin.execute(made, &[&"enterprise"]).await.unwrap();
}
