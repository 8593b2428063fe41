//! Whether a request carries credentials in a shape that AWS accepts.
//!
//! Signatures are read and not verified: anybody who reaches the port may use the database. The credential's Region
//! says which database answers, where a server serves several Regions; one that serves a single Region answers for all.
//! Order and texts are those measured on AWS by a peer's connection tests (facts 14.1 and 14.3).

use std::fmt::Write as _;

use hyper::Uri;
use hyper::header::{AUTHORIZATION, DATE, HeaderMap, HeaderName};
use memchr::memchr2_iter;

/// Why credentials are refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// The exception's name, such as `MissingAuthenticationTokenException`.
    pub code: &'static str,
    /// Its text.
    pub message: String,
}

const X_AMZ_DATE: HeaderName = HeaderName::from_static("x-amz-date");
const HEADER_PARAMETERS: [&str; 3] = ["Credential", "Signature", "SignedHeaders"];
const QUERY_PARAMETERS: [&str; 5] =
    ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];

/// Checks the shape of a request's credentials; no allocation when it is right.
pub(crate) fn check(uri: &Uri, headers: &HeaderMap) -> Result<(), Refusal> {
    let query = uri.query().unwrap_or_default();
    let presigned = !query.is_empty() && query_value(query, "X-Amz-Algorithm").is_some();
    match headers.get(AUTHORIZATION).map(hyper::header::HeaderValue::as_bytes) {
        Some(_) if presigned => Err(Refusal {
            code: "InvalidSignatureException",
            message:
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
                    .to_owned(),
        }),
        Some(header) if header.trim_ascii().starts_with(b"AWS4-") => {
            check_header(header.trim_ascii(), headers)
        }
        None if presigned => check_query(query),
        _ => Err(Refusal {
            code: "MissingAuthenticationTokenException",
            message: "Request is missing Authentication Token".to_owned(),
        }),
    }
}

/// The Region in the scope of a request's credential: `key/date/region/service/aws4_request`.
pub(crate) fn region<'a>(uri: &'a Uri, headers: &'a HeaderMap) -> Option<&'a str> {
    let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let credential = match header {
        Some(header) => header.split(['=', ' ', ',']).skip_while(|part| *part != "Credential").nth(1)?,
        None => query_value(uri.query()?, "X-Amz-Credential")?,
    };
    // In a query string its slashes are escaped.
    let separator = if credential.contains('/') { "/" } else { "%2F" };
    credential.split(separator).nth(2)
}

/// The refusal of a Region that a server of several does not have, in the words of AWS's signatures.
pub(crate) fn other_region(region: &str) -> Refusal {
    Refusal {
        code: "InvalidSignatureException",
        message: format!("Credential should be scoped to a valid region, not '{region}'. "),
    }
}

fn check_header(header: &[u8], headers: &HeaderMap) -> Result<(), Refusal> {
    let mut present = [false; HEADER_PARAMETERS.len()];
    // A signed header has some two hundred bytes, and this happens to every request.
    for separator in memchr2_iter(b',', b' ', header) {
        let part = &header[separator + 1..];
        for (known, present) in HEADER_PARAMETERS.iter().zip(&mut present) {
            if let Some(value) = part.strip_prefix(known.as_bytes()).and_then(|rest| rest.strip_prefix(b"="))
            {
                *present = value.first().is_some_and(|byte| !matches!(byte, b',' | b' '));
            }
        }
    }
    let dated = headers.contains_key(X_AMZ_DATE) || headers.contains_key(DATE);
    if dated && present == [true; HEADER_PARAMETERS.len()] {
        return Ok(());
    }
    let mut message = missing(&HEADER_PARAMETERS, &present, "Authorization header requires", " parameter. ");
    if !dated {
        message.push_str(
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
        );
    }
    let _ = write!(message, "Authorization={}", String::from_utf8_lossy(header));
    Err(Refusal { code: "IncompleteSignatureException", message })
}

fn check_query(query: &str) -> Result<(), Refusal> {
    let present =
        QUERY_PARAMETERS.map(|name| query_value(query, name).is_some_and(|value| !value.is_empty()));
    if present == [true; QUERY_PARAMETERS.len()] {
        return Ok(());
    }
    let mut message = missing(&QUERY_PARAMETERS, &present, "AWS query-string parameters must include", ". ");
    message.push_str("Re-examine the query-string parameters.");
    Err(Refusal { code: "IncompleteSignatureException", message })
}

fn missing(names: &[&str], present: &[bool], before: &str, after: &str) -> String {
    let absent = names.iter().zip(present).filter(|(_, present)| !**present);
    absent.map(|(name, _)| format!("{before} '{name}'{after}")).collect()
}

/// The value of a query-string parameter, empty where it has none. Names are compared as they came: no SDK escapes
/// the characters of these.
fn query_value<'q>(query: &'q str, name: &str) -> Option<&'q str> {
    query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use hyper::header::HeaderValue;

    use super::*;

    fn checked(path: &str, headers: &[(&'static str, &'static str)]) -> Result<(), Refusal> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(*name, HeaderValue::from_static(value));
        }
        check(&path.parse().unwrap(), &map)
    }

    const GOOD: &str = "AWS4-HMAC-SHA256 Credential=k/20250101/us-east-1/dynamodb/aws4_request, \
                        SignedHeaders=host;x-amz-date, Signature=abc";

    #[test]
    fn what_an_sdk_sends_is_accepted() {
        assert_eq!(checked("/", &[("authorization", GOOD), ("x-amz-date", "20250101T000000Z")]), Ok(()));
        assert_eq!(checked("/", &[("authorization", GOOD), ("date", "today")]), Ok(()));
        let presigned =
            "/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-SignedHeaders=d&X-Amz-Date=e";
        assert_eq!(checked(presigned, &[]), Ok(()));
    }

    #[test]
    fn the_region_is_the_third_part_of_the_credential() {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_static(GOOD));
        assert_eq!(region(&Uri::from_static("/"), &headers), Some("us-east-1"));
        let query = Uri::from_static("/?X-Amz-Credential=k%2F20250101%2Feu-west-1%2Fdynamodb%2Faws4_request");
        assert_eq!(region(&query, &HeaderMap::new()), Some("eu-west-1"));
        assert_eq!(region(&Uri::from_static("/"), &HeaderMap::new()), None);
    }

    #[test]
    fn no_credentials_is_a_missing_token() {
        for headers in [&[][..], &[("authorization", "AWS4")], &[("authorization", "Basic abc")]] {
            let refusal = checked("/", headers).unwrap_err();
            assert_eq!(refusal.code, "MissingAuthenticationTokenException");
            assert_eq!(refusal.message, "Request is missing Authentication Token");
        }
        assert!(checked("/?X-Amz-Signature=b", &[]).is_err());
    }

    #[test]
    fn the_text_names_everything_that_is_missing() {
        let refusal = checked("/", &[("authorization", "AWS4-")]).unwrap_err();
        assert_eq!(refusal.code, "IncompleteSignatureException");
        assert_eq!(
            refusal.message,
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
             parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires \
             existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-"
        );
        let refusal =
            checked("/", &[("authorization", "AWS4- Signature=b, Credential=a"), ("date", "a")]).unwrap_err();
        assert_eq!(
            refusal.message,
            "Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4- Signature=b, Credential=a"
        );
    }

    #[test]
    fn a_parameter_without_a_value_is_missing() {
        for header in [
            "AWS4-HMAC-SHA256 Credential=, SignedHeaders=b, Signature=c",
            "AWS4-HMAC-SHA256 SignedHeaders=b,Signature=c,Credential=",
            "AWS4-HMAC-SHA256 SignedHeaders=b,Credential= Signature=c",
        ] {
            let refusal = checked("/", &[("authorization", header), ("date", "a")]).unwrap_err();
            let expected = "Authorization header requires 'Credential' parameter. Authorization=";
            assert_eq!(refusal.message, format!("{expected}{header}"));
        }
        assert_eq!(
            checked(
                "/",
                &[("authorization", "AWS4- Credential=a,Signature=b,SignedHeaders=c"), ("date", "a")]
            ),
            Ok(())
        );
    }

    #[test]
    fn a_presigned_request_must_be_whole_and_alone() {
        let refusal = checked("/?X-Amz-Algorithm=a&X-Amz-Credential=b&X-Amz-Signature=c&X-Amz-Date=d", &[])
            .unwrap_err();
        assert_eq!(
            refusal.message,
            "AWS query-string parameters must include 'X-Amz-SignedHeaders'. Re-examine the query-string parameters."
        );
        let refusal = checked("/?X-Amz-Algorithm", &[("authorization", "X")]).unwrap_err();
        assert_eq!(refusal.code, "InvalidSignatureException");
    }
}
