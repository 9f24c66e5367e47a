//! Two demo hotels and the platform.

use tokio_postgres::Client;

use super::DbError;

/// Loads the demo data unless it is there; tells whether it did.
///
/// `client` is an administrator that bypasses row security.
///
/// # Errors
/// When the database refuses; nothing is loaded then.
pub async fn load(client: &mut Client) -> Result<bool, DbError> {
    let transaction = client.transaction().await?;
    let there = transaction.query_opt("select 1 from public.organizations where slug = 'grand-plaza'", &[]).await?;
    if there.is_some() {
        return Ok(false);
    }
    transaction.batch_execute(include_str!("../../sql/demo.sql")).await?;
    transaction.commit().await?;
    Ok(true)
}
