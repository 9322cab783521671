//! The server's address as people write it.

use std::fmt;

use reqwest::Url;

use super::ClientError;

/// A checked base address, without a path's trailing `/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(Url);

impl Address {
    /// Reads `http://host:port`, or just `host:port` or `host`; the port is then 8088.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        let wrong =
            |reason: &str| ClientError::Address { address: text.to_owned(), reason: reason.to_owned() };
        let text = text.trim();
        let (full, port_given) = match text.split_once("://") {
            Some(_) => (text.to_owned(), true),
            None => (format!("http://{text}"), text.rsplit(']').next().is_some_and(|end| end.contains(':'))),
        };
        let mut url = Url::parse(&full).map_err(|error| wrong(&error.to_string()))?;
        match url.scheme() {
            "http" => {}
            "https" => return Err(wrong("this build speaks http only; put a TLS proxy before the server")),
            other => return Err(wrong(&format!("{other:?} is not a scheme to reach a server by"))),
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(wrong("there is no host in it"));
        }
        if !port_given {
            url.set_port(Some(8088)).map_err(|()| wrong("it cannot have a port"))?;
        }
        Ok(Self(url))
    }

    /// The address of a path below the base; each segment is escaped as needed.
    pub(super) fn join<'a>(&self, segments: impl IntoIterator<Item = &'a str>) -> Url {
        let mut url = self.0.clone();
        url.set_query(None);
        url.set_fragment(None);
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(segments);
        }
        url
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_completed() {
        for (written, meant) in [
            ("http://localhost:8088", "http://localhost:8088"),
            ("http://localhost:8088/", "http://localhost:8088"),
            ("localhost", "http://localhost:8088"),
            ("10.0.0.1:9000", "http://10.0.0.1:9000"),
            ("[::1]", "http://[::1]:8088"),
            ("http://gate/millrace", "http://gate/millrace"),
        ] {
            assert_eq!(Address::parse(written).expect(written).to_string(), meant);
        }
        for wrong in ["https://x", "ftp://x", "http://", "http://a b"] {
            assert!(Address::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn segments_are_escaped() {
        let address = Address::parse("http://gate/base/").expect("valid");
        assert_eq!(address.join(["topics", "a/b c"]).as_str(), "http://gate/base/topics/a%2Fb%20c");
    }
}
