//! Where another process is.

use std::fmt;
use std::str::FromStr;

/// A Region and where it is served: `eu-central-1=http://127.0.0.1:8002`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerAddress {
    region: String,
    /// Host and port.
    authority: String,
}

impl PeerAddress {
    /// The Region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// Host and port.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }
}

impl FromStr for PeerAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("a peer is REGION=http://HOST:PORT, not {text}");
        let (region, address) = text.split_once('=').ok_or_else(wrong)?;
        let authority = address.strip_prefix("http://").ok_or_else(wrong)?.trim_end_matches('/');
        let (host, port) = authority.rsplit_once(':').ok_or_else(wrong)?;
        if region.is_empty() || host.is_empty() || authority.contains('/') || port.parse::<u16>().is_err() {
            return Err(wrong());
        }
        Ok(Self { region: region.to_owned(), authority: authority.to_owned() })
    }
}

impl fmt::Display for PeerAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "http://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_a_region_and_an_address() {
        let peer: PeerAddress = "eu-central-1=http://127.0.0.1:8002/".parse().unwrap();
        assert_eq!((peer.region(), peer.authority()), ("eu-central-1", "127.0.0.1:8002"));
        assert_eq!(peer.to_string(), "http://127.0.0.1:8002");
        for wrong in
            ["eu-central-1", "=http://h:1", "a=https://h:1", "a=http://h", "a=http://h:1/x", "a=http://:1"]
        {
            assert!(wrong.parse::<PeerAddress>().is_err(), "{wrong}");
        }
    }
}
