//! Where somebody comes from, as far as it tells one from another.

use std::net::{IpAddr, Ipv6Addr};

/// The bits of an IPv6 address that a provider gives out; its customer chooses the others freely (RFC 6177).
const IPV6_PREFIX: u128 = !0 << 64;

/// The network of an address, as its first address: of IPv6 the /64, of IPv4 the address itself, however it is written.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & IPV6_PREFIX).into(),
        address => address,
    }
}

#[cfg(test)]
mod tests {
    use super::network;

    #[test]
    fn addresses_that_one_customer_has_are_one_network() {
        let network = |text: &str| network(text.parse().unwrap()).to_string();
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:2:ffff::"), "2001:db8:1:2::");
        assert_eq!(network("2001:db8:1:3::1"), "2001:db8:1:3::");
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
    }
}
