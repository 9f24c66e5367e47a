//! `policies/README.md` can be followed word by word.

use crate::support::World;
use crate::support::repository::read;

const HANDBOOK: &str = "policies/README.md";

/// The statements of each block of SQL.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match &mut open {
            None if line == "```sql" => open = Some(String::new()),
            Some(_) if line == "```" => blocks.extend(open.take()),
            Some(block) => {
                block.push_str(line);
                block.push('\n');
            }
            None => (),
        }
    }
    blocks
}

#[tokio::test(flavor = "multi_thread")]
async fn the_handbook_of_the_policies_can_be_followed_word_by_word() {
    let world = World::new().await;
    let plaza = world.hotel("grand-plaza").await;
    plaza.create_guest("ada@example.com").await;
    world.hotel("sea-breeze").await.create_guest("bo@example.com").await;
    let blocks = blocks(&read(HANDBOOK));
    assert!(blocks.len() >= 3, "{HANDBOOK} shows how in blocks of SQL");
    for block in blocks {
        let admin = world.admin().await;
        let mut statement = String::new();
        for line in block.lines() {
            statement.push_str(line);
            statement.push('\n');
            // A statement that the text says fails is followed by the SQLSTATE it fails with.
            let (sql, expected) = match line.split_once("; -- fails: ") {
                Some((_, state)) => (statement.as_str(), Some(state[..5].to_owned())),
                None if line.ends_with(';') => (statement.as_str(), None),
                None => continue,
            };
            let error = admin.batch_execute(sql).await.err();
            let state = error.as_ref().and_then(|error| error.code()).map(|state| state.code().to_owned());
            assert_eq!(state, expected, "{HANDBOOK}: {sql}{error:?}");
            statement.clear();
        }
    }
}

#[test]
fn the_handbook_of_the_policies_is_read_in_ten_minutes() {
    assert!(read(HANDBOOK).lines().count() < 140, "{HANDBOOK} has fewer than 140 lines");
}
