//! The headers of replies.

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_HEADERS,
    ACCESS_CONTROL_REQUEST_METHOD, CONNECTION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName,
    HeaderValue, ORIGIN, SERVER,
};
use hyper::{Response, StatusCode};

use crate::compression::Coding;
use crate::content_type::ContentType;
use crate::request_id::RequestId;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");
const CRC32: HeaderName = HeaderName::from_static("x-amz-crc32");

/// A reply before it is one of HTTP.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: Option<ContentType>,
    pub(crate) coding: Option<Coding>,
    /// As it is sent, compressed or not.
    pub(crate) body: Bytes,
    pub(crate) request_id: RequestId,
    /// The code of an error in an older protocol.
    pub(crate) query_error: Option<&'static str>,
    /// Whether the connection ends with it, because the rest of the request was not read.
    pub(crate) last: bool,
}

impl Answer {
    /// A reply that carries no JSON.
    pub(crate) fn bare(status: u16, body: &'static [u8], request_id: RequestId) -> Self {
        Self {
            status,
            content_type: None,
            coding: None,
            body: Bytes::from_static(body),
            request_id,
            query_error: None,
            last: false,
        }
    }

    /// The response. `Date` and `Content-Length` are added by hyper, which formats the date once a second.
    pub(crate) fn into_response(self) -> Response<Full<Bytes>> {
        let crc32 = crc32fast::hash(&self.body);
        let mut response = Response::new(Full::new(self.body));
        // Every status comes from this crate or from core's table of errors.
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.reserve(8);
        headers.insert(SERVER, HeaderValue::from_static("Server"));
        if let Some(content_type) = self.content_type {
            headers.insert(CONTENT_TYPE, content_type.header());
        }
        if let Ok(id) = HeaderValue::from_str(self.request_id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        if let Some(code) = self.query_error
            && let Ok(value) = HeaderValue::from_str(&format!("{code};Sender"))
        {
            headers.insert(QUERY_ERROR, value);
        }
        if self.content_type == Some(ContentType::Cbor) {
            headers.insert(SMITHY_PROTOCOL, HeaderValue::from_static("rpc-v2-cbor"));
        }
        headers.insert(CRC32, HeaderValue::from(crc32));
        if let Some(coding) = self.coding {
            headers.insert(CONTENT_ENCODING, coding.header());
        }
        if self.last {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

/// What a page's script may read of a reply beside its body; AWS's list and the checksum that its SDK verifies.
const EXPOSED: &str = "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-amz-crc32";

/// What a page in a browser may do: everything, as on AWS. Only requests with an `Origin` cost anything here.
pub(crate) fn allow_origin(request: &HeaderMap, response: &mut HeaderMap) {
    if request.contains_key(ORIGIN) {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        response.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    }
}

/// The answer to a browser's question before the request proper.
pub(crate) fn allow_preflight(request: &HeaderMap, response: &mut HeaderMap) {
    let echoed = [
        (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
        (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
    ];
    for (asked, allowed) in echoed {
        if let Some(value) = request.get(asked) {
            response.insert(allowed, value.clone());
        }
    }
    response.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("172800"));
}
