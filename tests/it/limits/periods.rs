//! Periods, alerts and forecasts, by a clock that the test sets: an administrator writes
//! messages of whatever moment.

use std::sync::Arc;

use chrono::{DateTime, Duration, TimeZone, Utc};
use futures_util::future::join_all;

use stayzr::db::Client;

use super::Scene;

impl Scene {
    /// So many messages, written at that moment in one statement.
    async fn write_at(&self, moment: DateTime<Utc>, count: i32) -> Result<(), String> {
        self.write_by(&self.world().admin().await, moment, count).await
    }

    async fn write_by(&self, admin: &Client, moment: DateTime<Utc>, count: i32) -> Result<(), String> {
        let sql = "insert into messages (organization_id, id, conversation_id, sender_type, content, created_at)
                   select $1, gen_random_uuid(), $2, 'guest', 'Hi', $3 from generate_series(1, $4)";
        let written = admin.execute(sql, &[&self.hotel.id, &self.conversation, &moment, &count]).await;
        written.map(drop).map_err(|error| error.code().unwrap().code().to_owned())
    }

    async fn periods(&self) -> Vec<(String, i64)> {
        let sql = "select to_char(period_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI'), used from feature_usage
                   where organization_id = $1 and resource = 'messages' order by period_start";
        let rows = self.world().admin().await.query(sql, &[&self.hotel.id]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }

    /// The marks that were told, in order: of which limit. What was foretold is apart.
    async fn alerts(&self) -> Vec<(i16, i64)> {
        let sql = "select threshold, maximum from usage_alerts where organization_id = $1 and resource = 'messages' and threshold > 0
                   order by period_start, maximum, threshold";
        let rows = self.world().admin().await.query(sql, &[&self.hotel.id]).await.unwrap();
        rows.iter().map(|row| (row.get(0), row.get(1))).collect()
    }
}

impl Scene {
    /// How often it was told that the forecast passes a limit.
    async fn foretold(&self) -> i64 {
        let sql = "select count(*) from usage_alerts where organization_id = $1 and threshold = 0";
        self.world().admin().await.query_one(sql, &[&self.hotel.id]).await.unwrap().get(0)
    }
}

/// At that hour of that day of the future: the hotel is of now, and its counters only go on.
fn at(year: i32, month: u32, day: u32, hour: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, hour, 0, 0).unwrap()
}

async fn hotel_in_berlin(billing_day: i16) -> Scene {
    let scene = Scene::set().await;
    let sql = "update organizations set billing_day = $2, time_zone = 'Europe/Berlin' where id = $1";
    scene.world().admin().await.execute(sql, &[&scene.hotel.id, &billing_day]).await.unwrap();
    scene
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_count_in_the_period_they_were_written_in() {
    let scene = hotel_in_berlin(31).await;
    // Midnight in Berlin is 23:00 UTC in winter and 22:00 in summer; February ends on its 28th.
    for (moment, count) in [
        (at(2031, 1, 30, 22), 1),
        (at(2031, 1, 30, 23), 2),
        (at(2031, 2, 27, 22), 4),
        (at(2031, 2, 27, 23), 8),
        (at(2031, 3, 30, 21), 16),
        (at(2031, 3, 30, 22), 32),
    ] {
        scene.write_at(moment, count).await.unwrap();
    }
    // Late ones find their own period, also where none was on record.
    scene.write_at(at(2031, 2, 27, 22), 64).await.unwrap();
    scene.write_at(at(2030, 12, 31, 12), 128).await.unwrap();
    let periods = scene.periods().await;
    let future: Vec<_> = periods.iter().filter(|(start, _)| start.as_str() > "2030").collect();
    assert_eq!(
        future.iter().map(|(start, used)| (start.as_str(), *used)).collect::<Vec<_>>(),
        [
            ("2030-12-30 23:00", 1 + 128),
            ("2031-01-30 23:00", 2 + 4 + 64),
            ("2031-02-27 23:00", 8 + 16),
            ("2031-03-30 22:00", 32),
        ]
    );
    assert_eq!(scene.differences(false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_message_is_held_to_the_limit_of_its_own_period() {
    let scene = hotel_in_berlin(1).await;
    scene.allow("maxMessagesPerMonth", 10).await;
    scene.write_at(at(2031, 5, 10, 12), 9).await.unwrap();
    scene.write_at(at(2031, 6, 10, 12), 1).await.unwrap();
    scene.write_at(at(2031, 5, 31, 12), 1).await.unwrap();
    assert_eq!(scene.write_at(at(2031, 5, 31, 12), 1).await, Err("SZ001".into()));
    scene.write_at(at(2031, 6, 10, 12), 9).await.unwrap();
    assert_eq!(scene.write_at(at(2031, 6, 30, 12), 1).await, Err("SZ001".into()));
    scene.write_at(at(2031, 6, 30, 22), 10).await.unwrap();
    assert_eq!(scene.differences(false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn each_mark_is_told_once_for_a_limit_and_a_period() {
    let scene = Arc::new(hotel_in_berlin(1).await);
    scene.allow("maxMessagesPerMonth", 200).await;
    let fill = async |moment: DateTime<Utc>| {
        let writers = (0..32).map(|_| {
            let scene = scene.clone();
            tokio::spawn(async move {
                let admin = scene.world().admin().await;
                for _ in 0..10 {
                    let _ = scene.write_by(&admin, moment, 1).await;
                }
            })
        });
        join_all(writers).await.into_iter().for_each(Result::unwrap);
    };
    fill(at(2031, 5, 10, 12)).await;
    assert_eq!(scene.alerts().await, [(80, 200), (90, 200), (100, 200)], "320 at once, and a limit of 200");
    // Another period, another time; a raise, another time.
    fill(at(2031, 6, 10, 12)).await;
    scene.allow("maxMessagesPerMonth", 240).await;
    fill(at(2031, 6, 11, 12)).await;
    let may = [(80, 200), (90, 200), (100, 200)];
    let june = [(80, 200), (90, 200), (100, 200), (80, 240), (90, 240), (100, 240)];
    assert_eq!(scene.alerts().await, [&may[..], &june[..]].concat());
    // What is charged for is told, and not refused.
    let admin = scene.world().admin().await;
    let charge = "insert into subscription_tier_versions
                      (tier_name, version, limits, features, monthly_price, overage_price, currency)
                  select tier_name, 2, limits || '{\"maxMessagesPerMonth\": 50}', features, monthly_price, 12.5, currency
                  from subscription_tier_versions where tier_name = 'starter' and version = 1;
                  delete from subscription_overrides;
                  update organizations set subscription_tier = 'starter', subscription_tier_version = 2";
    admin.batch_execute(charge).await.unwrap();
    scene.write_at(at(2031, 7, 10, 12), 70).await.unwrap();
    scene.write_at(at(2031, 7, 10, 12), 70).await.unwrap();
    assert_eq!(scene.alerts().await[9..], [(80, 50), (90, 50), (100, 50)]);
    assert_eq!(scene.differences(false).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alert_goes_with_the_transaction_that_raised_it() {
    let scene = hotel_in_berlin(1).await;
    let app = scene.app().await;
    scene.allow("maxMessagesPerMonth", 10).await;
    let message = scene.one_more("messages");
    let eight = [&*message; 8].join("; ");
    app.batch_execute(&format!("{} {eight}; rollback", scene.begin())).await.unwrap();
    assert_eq!(scene.alerts().await, []);
    app.batch_execute(&format!("{} savepoint here; {eight}; rollback to here; {message}; commit", scene.begin()))
        .await
        .unwrap();
    assert_eq!(scene.alerts().await, []);
    assert_eq!(scene.used("messages").await, 2);
    app.batch_execute(&format!("{} {eight}; commit", scene.begin())).await.unwrap();
    assert_eq!(scene.alerts().await, [(80, 10), (90, 10), (100, 10)]);
}

/// What a hotel wrote each day from a Monday on: twice as much at weekends, more in the second
/// month, and as uneven as days are.
fn recorded(day: i64) -> i32 {
    let weekday = [40, 36, 42, 45, 60, 95, 88][(day % 7) as usize];
    let uneven = [3, -5, 4, 0, -2, 6, -4, 1, 5, -3, 2][(day % 11) as usize];
    weekday * (100 + i32::try_from(day).unwrap() / 4) / 100 + uneven
}

#[tokio::test(flavor = "multi_thread")]
async fn the_forecast_foretells_a_recorded_series_and_warns_once() {
    let scene = hotel_in_berlin(1).await;
    // From Monday, the 2nd of June 2031, over July, which is the period that is foretold.
    let first = at(2031, 6, 2, 10);
    let july = 29..60;
    let actual: i32 = july.clone().map(recorded).sum();
    // More than it will take, by more than the forecast is off.
    let limit = i64::from(actual) * 11 / 10;
    let mut forecasts = Vec::new();
    for day in 0..60 {
        if day == 29 {
            scene.allow("maxMessagesPerMonth", limit).await;
        }
        scene.write_at(first + Duration::days(day), recorded(day)).await.unwrap();
        if july.contains(&day) {
            let sql = "select app.usage_forecast($1, 'messages', u.used, $2, $3, u.period_end) from feature_usage u
                       where u.organization_id = $1 and u.resource = 'messages' and u.is_open";
            let (today, moment) = ((first + Duration::days(day)).date_naive(), first + Duration::days(day));
            let admin = scene.world().admin().await;
            let forecast: i64 = admin.query_one(sql, &[&scene.hotel.id, &today, &moment]).await.unwrap().get(0);
            forecasts.push((day - 28, (forecast as f64 / f64::from(actual) - 1.0) * 100.0));
        }
    }
    for (day, error) in forecasts.iter().step_by(5) {
        eprintln!("on day {day} of 31 the forecast is {error:+.1} % off");
    }
    assert!(forecasts.iter().all(|(_, error)| error.abs() < 12.0), "{forecasts:?}");
    assert!(forecasts.iter().skip(15).all(|(_, error)| error.abs() < 6.0), "{forecasts:?}");
    assert_eq!(scene.alerts().await, [(80, limit), (90, limit)]);
    assert_eq!(scene.foretold().await, 0);

    // August, with less than it will take: foretold once, long before a mark is reached.
    scene.allow("maxMessagesPerMonth", 1_700).await;
    let mut told = Vec::new();
    for day in 60..90 {
        if scene.write_at(first + Duration::days(day), recorded(day)).await.is_err() {
            break;
        }
        told.push((scene.foretold().await, scene.alerts().await.len() - 2));
    }
    assert_eq!(told[0], (1, 0), "on the first day, by the week before");
    assert_eq!(*told.last().unwrap(), (1, 2), "once, and the marks as they are reached");
}
