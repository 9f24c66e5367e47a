//! Time of the processors, which tells more than the clock where others use them too.

use std::time::Duration;

use stayzr::db::Client;

use crate::Failure;

/// Linux counts in hundredths of a second, whatever its own tick is.
const TICK: Duration = Duration::from_millis(10);

/// What PostgreSQL has used so far; none where there is no /proc.
pub async fn of_postgres(admin: &Client) -> Result<Option<Duration>, Failure> {
    let rows = admin.query("select pid from pg_stat_activity", &[]).await?;
    let mut total = Some(Duration::ZERO);
    for row in rows {
        // A backend may end in between; it takes what it used out of the sum.
        let of_backend = of(&row.try_get::<_, i32>(0)?.to_string());
        total = total.and_then(|sum| Some(sum + of_backend?));
    }
    Ok(total)
}

/// What a process has used so far, or a thread (`thread-self`): user and system time, the 14th and 15th field of
/// proc(5)'s stat, the 2nd of which is a name in parentheses.
pub fn of(process: &str) -> Option<Duration> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_ascii_whitespace().skip(11);
    let (user, system): (u32, u32) = (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?);
    Some(TICK * (user + system))
}
