//! The addresses to listen on.

use std::net::{SocketAddr, ToSocketAddrs};

/// ksqlDB's default port.
const PORT: u16 = 8088;

/// Reads `http://host:port`, or several with commas between them.
///
/// # Errors
/// What is wrong, in words.
pub fn parse_listeners(text: &str) -> Result<Vec<SocketAddr>, String> {
    let mut addresses = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        if part.starts_with("https://") {
            return Err(format!("'{part}' asks for TLS, which is not supported yet; put a proxy in front"));
        }
        let rest = part
            .strip_prefix("http://")
            .ok_or_else(|| format!("'{part}' is no address such as http://0.0.0.0:8088"))?
            .trim_end_matches('/');
        let (host, port) = match rest.rsplit_once(':') {
            Some((host, port)) if !port.contains(']') => {
                (host, port.parse().map_err(|_| format!("'{part}' has no port from 0 to 65535 at its end"))?)
            }
            _ => (rest, PORT),
        };
        let host = match host.trim_start_matches('[').trim_end_matches(']') {
            "" => "0.0.0.0",
            host => host,
        };
        let mut found = (host, port)
            .to_socket_addrs()
            .map_err(|error| format!("the host of '{part}' is unknown: {error}"))?;
        addresses.push(found.next().ok_or_else(|| format!("the host of '{part}' has no address"))?);
    }
    match addresses.is_empty() {
        true => Err("it names no address; one is http://0.0.0.0:8088".to_owned()),
        false => Ok(addresses),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_all_forms() {
        let shown =
            |text| parse_listeners(text).map(|all| all.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(shown("http://0.0.0.0:8088"), Ok(vec!["0.0.0.0:8088".to_owned()]));
        assert_eq!(
            shown("http://127.0.0.1, http://[::1]:9/"),
            Ok(vec!["127.0.0.1:8088".to_owned(), "[::1]:9".to_owned()])
        );
        assert_eq!(shown("http://:1"), Ok(vec!["0.0.0.0:1".to_owned()]));
        for wrong in ["", "0.0.0.0:8088", "https://0.0.0.0:1", "http://0.0.0.0:70000", "http://0.0.0.0:x"] {
            assert!(shown(wrong).is_err(), "{wrong}");
        }
    }
}
