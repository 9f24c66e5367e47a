//! What is asked before anything is measured: whether the answers are right, which search takes longest, and once each
//! hotel, so that the server knows it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use futures_util::future::try_join_all;
use serde_json::Value;

use crate::Failure;
use crate::asks::{self, Noise, SEARCHES};
use crate::http::Client;
use crate::world::Hotels;

const CONNECTIONS: usize = 16;
/// Of each search; the first fills the caches.
const SEARCHES_EACH: usize = 4;
/// The statements of a quiet hotel recur after that many.
const QUIET_REQUESTS: u64 = 10;

/// Asks for everything once; the search that takes longest.
pub async fn up(address: SocketAddr, hotels: &Hotels) -> Result<&'static str, Failure> {
    let mut client = Client::connect(address).await?;
    for hotel in &hotels.quiet {
        for number in 0..QUIET_REQUESTS {
            let (request, status) = hotel.quiet_request(number);
            ask(&mut client, &request, status).await?;
        }
    }
    let search = slowest(&mut client, hotels).await?;
    for noise in Noise::ALL {
        ask(&mut client, &hotels.noisy.noisy_request(noise, search), noise.status()).await?;
    }
    Ok(search)
}

/// As each of those once, some at the same time.
pub async fn ask_all(address: SocketAddr, tokens: &[String]) -> Result<(), Failure> {
    let begin = Instant::now();
    let work = tokens.chunks(tokens.len().div_ceil(CONNECTIONS)).map(async |tokens| {
        let mut client = Client::connect(address).await?;
        for token in tokens {
            ask(&mut client, &asks::get(token, "/v1/guests?limit=1"), 200).await?;
        }
        Ok::<(), Failure>(())
    });
    try_join_all(work).await?;
    println!("\nasked as each of {} idle hotels once, in {:.0} s", tokens.len(), begin.elapsed().as_secs_f64());
    Ok(())
}

async fn slowest(client: &mut Client, hotels: &Hotels) -> Result<&'static str, Failure> {
    let mut slowest = (Duration::ZERO, SEARCHES[0]);
    for search in SEARCHES {
        let mut fastest = Duration::MAX;
        let mut found = 0;
        for _ in 0..SEARCHES_EACH {
            let begin = Instant::now();
            let body = ask(client, &hotels.noisy.search(search), 200).await?;
            fastest = fastest.min(begin.elapsed());
            found = body["items"].as_array().map_or(0, Vec::len);
        }
        println!("search {search}: {found} found in {:.1} ms", fastest.as_secs_f64() * 1000.0);
        slowest = slowest.max((fastest, search));
    }
    println!("the noisy hotel searches for {}", slowest.1);
    Ok(slowest.1)
}

async fn ask(client: &mut Client, request: &[u8], status: u16) -> Result<Value, Failure> {
    let answer = client.ask(request).await?;
    if answer.status != status {
        let (asked, body) = (String::from_utf8_lossy(request), String::from_utf8_lossy(answer.body));
        let asked = asked.lines().next().unwrap_or_default();
        return Err(format!("{asked} was answered with {}: {body}", answer.status).into());
    }
    Ok(serde_json::from_slice(answer.body)?)
}
