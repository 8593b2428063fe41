//! Credentials are looked at, and after what AWS looks at first.

use crate::client::{Response, SDK_HEADERS, request};
use crate::fixture::Server;

const JSON: &str = "Host: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n";

fn reply(server: &Server, path: &str, headers: &str, body: &str) -> Response {
    let mut client = server.connect();
    let bytes = request(&format!("{JSON}{headers}"), body.as_bytes());
    let text = String::from_utf8(bytes).unwrap().replace("POST / ", &format!("POST {path} "));
    client.send(text.as_bytes());
    client.receive().checked()
}

const LIST_TABLES: &str = "X-Amz-Target: DynamoDB_20120810.ListTables\r\n";

#[test]
fn a_call_without_credentials_misses_its_token() {
    let server = Server::start();
    for authorization in ["", "Authorization: AWS4\r\n", "Authorization: Bearer x\r\n", "Authorization: \r\n"]
    {
        let reply = reply(&server, "/", &format!("{LIST_TABLES}{authorization}"), "{}");
        assert_eq!(reply.status, 400);
        assert_eq!(
            reply.text(),
            r#"{"__type":"com.amazon.coral.service#MissingAuthenticationTokenException","message":"Request is missing Authentication Token"}"#
        );
    }
}

#[test]
fn the_reply_names_what_a_signature_lacks() {
    let server = Server::start();
    let reply = reply(
        &server,
        "/",
        &format!("{LIST_TABLES}Authorization: AWS4- Signature=b,Credential=a\r\nDate: a\r\n"),
        "{}",
    );
    assert_eq!((reply.status, reply.error().as_str()), (400, "IncompleteSignatureException"));
    assert_eq!(
        reply.json()["message"],
        "Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4- Signature=b,Credential=a"
    );
}

#[test]
fn a_presigned_call_is_a_call() {
    let server = Server::start();
    let path = "/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=k%2F20250101&X-Amz-Date=20250101T000000Z\
                &X-Amz-SignedHeaders=host&X-Amz-Signature=0";
    assert_eq!(reply(&server, path, LIST_TABLES, "{}").status, 200);
    let both = reply(&server, path, &format!("{LIST_TABLES}Authorization: AWS4-X\r\n"), "{}");
    assert_eq!(both.error(), "InvalidSignatureException");
    let half = reply(&server, "/?X-Amz-Algorithm=x", LIST_TABLES, "{}");
    assert_eq!(half.error(), "IncompleteSignatureException");
}

#[test]
fn malformed_bodies_and_unknown_targets_are_reported_first() {
    let server = Server::start();
    assert_eq!(reply(&server, "/", LIST_TABLES, "hi").error(), "SerializationException");
    assert_eq!(reply(&server, "/", "X-Amz-Target: whatever\r\n", "{}").error(), "UnknownOperationException");
    assert_eq!(reply(&server, "/", "", "{}").error(), "UnknownOperationException");
    assert_eq!(reply(&server, "/", "", "").error(), "UnknownOperationException");
}

#[test]
fn any_region_and_any_key_are_served() {
    let server = Server::start();
    let mut client = server.connect();
    let headers =
        SDK_HEADERS.replace("us-east-1", "ap-southeast-2").replace("Credential=k", "Credential=other");
    client.send(&request(&format!("{headers}{LIST_TABLES}"), b"{}"));
    assert_eq!(client.receive().checked().text(), r#"{"TableNames":["cars"]}"#);
}
