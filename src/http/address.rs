//! Where a request comes from.

use std::net::IpAddr;

use poem::Request;
use poem::web::RemoteAddr;

/// The address of the client, put into every request by the authentication layer.
/// `None` where there is no socket.
#[derive(Debug, Clone, Copy)]
pub struct ClientAddress(pub Option<IpAddr>);

impl ClientAddress {
    /// The peer's, or what a trusted proxy says of it. Only the last entry counts; the
    /// client may have written the others.
    pub fn of(request: &Request, trusted_proxies: &[IpAddr]) -> Self {
        let RemoteAddr(remote) = request.remote_addr();
        let Some(peer) = remote.as_socket_addr().map(|address| address.ip().to_canonical()) else {
            return ClientAddress(None);
        };
        if !trusted_proxies.contains(&peer) {
            return ClientAddress(Some(peer));
        }
        let forwarded = request.header("X-Forwarded-For").and_then(|list| list.rsplit(',').next());
        ClientAddress(forwarded.and_then(|entry| entry.trim().parse().ok()).or(Some(peer)))
    }

    /// As the log has it: nothing where there is none.
    pub fn text(self) -> String {
        self.0.map(|address| address.to_string()).unwrap_or_default()
    }
}
