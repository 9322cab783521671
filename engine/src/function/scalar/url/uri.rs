//! URIs by the rules of RFC 2396, as `java.net.URI` reads them.

use std::borrow::Cow;

/// The parts of a URI, as they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Uri<'a> {
    pub(super) scheme: Option<&'a str>,
    pub(super) host: Option<&'a str>,
    pub(super) port: Option<i32>,
    /// None for an opaque URI such as `mailto:a@b.c`.
    pub(super) path: Option<&'a str>,
    pub(super) query: Option<&'a str>,
    pub(super) fragment: Option<&'a str>,
}

impl<'a> Uri<'a> {
    /// Reads a URI; the error says why it is none.
    pub(super) fn parse(text: &'a str) -> Result<Self, String> {
        let invalid = |why: &str| format!("URL input has invalid syntax: {why}: {text}");
        check_characters(text).map_err(|at| invalid(&format!("illegal character at index {at}")))?;
        let mut uri = Self::default();
        let (rest, fragment) = match text.split_once('#') {
            Some((rest, fragment)) => (rest, Some(fragment)),
            None => (text, None),
        };
        if fragment.is_some_and(|fragment| fragment.contains('#')) {
            return Err(invalid("a second # in the fragment"));
        }
        uri.fragment = fragment;
        let scheme_end = rest.find([':', '/', '?']).filter(|at| rest.as_bytes()[*at] == b':');
        let rest = match scheme_end {
            Some(0) => return Err(invalid("expected scheme name at index 0")),
            Some(at) if is_scheme(&rest[..at]) => {
                uri.scheme = Some(&rest[..at]);
                &rest[at + 1..]
            }
            Some(_) => return Err(invalid("illegal character in scheme name")),
            None => rest,
        };
        if uri.scheme.is_some() && !rest.starts_with('/') {
            if rest.is_empty() {
                return Err(invalid("expected scheme-specific part"));
            }
            // Opaque: nothing inside is known.
            return Ok(uri);
        }
        let (hierarchy, query) = match rest.split_once('?') {
            Some((hierarchy, query)) => (hierarchy, Some(query)),
            None => (rest, None),
        };
        uri.query = query;
        let path = match hierarchy.strip_prefix("//") {
            Some(rest) => {
                let end = rest.find('/').unwrap_or(rest.len());
                if end == 0 && rest.is_empty() {
                    return Err(invalid("expected authority"));
                }
                (uri.host, uri.port) = host_and_port(&rest[..end]);
                &rest[end..]
            }
            None => hierarchy,
        };
        uri.path = Some(path);
        Ok(uri)
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
}

/// The first character that a URI cannot have, if there is one.
fn check_characters(text: &str) -> Result<(), usize> {
    let bytes = text.as_bytes();
    for (at, byte) in bytes.iter().enumerate() {
        let fine = match byte {
            b'%' => bytes.get(at + 1..at + 3).is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit)),
            0..=b' ' | 0x7f | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
            _ => true,
        };
        if !fine {
            return Err(at);
        }
    }
    Ok(())
}

/// Host and port of an authority; neither where the authority is not that of a server.
fn host_and_port(authority: &str) -> (Option<&str>, Option<i32>) {
    let server = authority.rsplit_once('@').map_or(authority, |(_, server)| server);
    let (host, port) = if server.starts_with('[') {
        match server.find(']') {
            Some(end) => (&server[..=end], server[end + 1..].strip_prefix(':')),
            None => return (None, None),
        }
    } else {
        match server.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (server, None),
        }
    };
    let valid = host.starts_with('[')
        || (!host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.'));
    match port {
        _ if !valid => (None, None),
        None | Some("") => (Some(host), None),
        Some(digits) => match digits.parse::<i32>() {
            Ok(port) if port >= 0 => (Some(host), Some(port)),
            _ => (None, None),
        },
    }
}

/// A part with its escapes resolved; bytes that are no UTF-8 become replacement characters.
pub(super) fn decoded(part: &str) -> Cow<'_, str> {
    if !part.contains('%') {
        return Cow::Borrowed(part);
    }
    let bytes = part.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escaped = (bytes[at] == b'%').then(|| hex_pair(bytes.get(at + 1..at + 3)?)).flatten();
        out.push(escaped.unwrap_or(bytes[at]));
        at += if escaped.is_some() { 3 } else { 1 };
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// The byte that two hex digits make.
pub(super) fn hex_pair(digits: &[u8]) -> Option<u8> {
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    match digits {
        [high, low] => Some((digit(high)? << 4 | digit(low)?) as u8),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_javas() {
        let uri = Uri::parse("https://me@example.com:8080/a%20b?q=1&r#top").unwrap();
        assert_eq!(uri.scheme, Some("https"));
        assert_eq!((uri.host, uri.port), (Some("example.com"), Some(8080)));
        assert_eq!((uri.path, uri.query, uri.fragment), (Some("/a%20b"), Some("q=1&r"), Some("top")));
        let relative = Uri::parse("www.example.com").unwrap();
        assert_eq!((relative.scheme, relative.host, relative.path), (None, None, Some("www.example.com")));
        assert_eq!(Uri::parse("mailto:a@b.c").unwrap().path, None);
        assert_eq!(Uri::parse("http://under_score/").unwrap().host, None);
        assert_eq!(Uri::parse("http://[::1]:9/").unwrap().port, Some(9));
        for text in ["http://a b", "http://", "http:", ":x", "a#b#c", "%zz", "1a:b"] {
            assert!(Uri::parse(text).is_err(), "{text}");
        }
        assert_eq!(decoded("a%C3%A9%2"), "aé%2");
    }
}
