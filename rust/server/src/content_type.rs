//! The media types that SDKs send, one of which each reply repeats.

use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue};

/// The form of a request's body: the same JSON under three names, or CBOR.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ContentType {
    /// `application/x-amz-json-1.0`: DynamoDB's own.
    AwsJson10,
    /// `application/x-amz-json-1.1`: Application Auto Scaling's.
    AwsJson11,
    /// `application/json`, for people with curl.
    Json,
    /// `application/cbor`: CloudWatch's.
    Cbor,
    /// `text/plain`, of answers only: Prometheus's.
    Prometheus,
}

const NAMES: [(ContentType, &str); 5] = [
    (ContentType::AwsJson10, "application/x-amz-json-1.0"),
    (ContentType::AwsJson11, "application/x-amz-json-1.1"),
    (ContentType::Json, "application/json"),
    (ContentType::Cbor, "application/cbor"),
    (ContentType::Prometheus, "text/plain; version=0.0.4; charset=utf-8"),
];

impl ContentType {
    /// The type a request names, parameters aside; `None` where it names none that is known.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(CONTENT_TYPE)?.as_bytes();
        // SDKs send it so.
        if value == Self::AwsJson10.name().as_bytes() {
            return Some(Self::AwsJson10);
        }
        let end = value.iter().position(|byte| *byte == b';').unwrap_or(value.len());
        let name = value[..end].trim_ascii();
        NAMES.iter().find(|(_, known)| known.as_bytes().eq_ignore_ascii_case(name)).map(|(found, _)| *found)
    }

    fn name(self) -> &'static str {
        NAMES.iter().find(|(known, _)| *known == self).map_or("", |(_, name)| *name)
    }

    /// The header of the reply.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: &'static str) -> Option<ContentType> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(value));
        ContentType::of(&headers)
    }

    #[test]
    fn parameters_and_spaces_do_not_matter_and_other_types_are_not_known() {
        assert_eq!(of("application/x-amz-json-1.0"), Some(ContentType::AwsJson10));
        assert_eq!(of("application/x-amz-json-1.1; charset=utf-8"), Some(ContentType::AwsJson11));
        assert_eq!(of("  application/json  ;   asfd"), Some(ContentType::Json));
        assert_eq!(of("application/jsonasdf"), None);
        assert_eq!(ContentType::of(&HeaderMap::new()), None);
        assert_eq!(ContentType::AwsJson11.header(), "application/x-amz-json-1.1");
    }
}
