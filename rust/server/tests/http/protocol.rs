//! What a reply looks like.

use crate::client::{SDK_HEADERS, request};
use crate::fixture::{Server, get, put};

#[test]
fn what_is_put_is_got() {
    let server = Server::start();
    let mut client = server.connect();
    let reply = client.call("PutItem", &put("a", "grün"));
    assert_eq!((reply.status, reply.text()), (200, "{}"));
    assert_eq!(reply.header("content-type"), Some("application/x-amz-json-1.0"));
    let reply = client.call("GetItem", &get("a"));
    assert_eq!(reply.text(), r#"{"Item":{"id":{"S":"a"},"text":{"S":"grün"}}}"#);
}

#[test]
fn the_reply_repeats_the_type_of_the_request() {
    let server = Server::start();
    let mut client = server.connect();
    let types = [
        ("application/x-amz-json-1.1", "application/x-amz-json-1.1"),
        ("application/json; charset=utf-8", "application/json"),
        ("application/x-amz-json-1.0;x", "application/x-amz-json-1.0"),
    ];
    for (sent, expected) in types {
        for (body, status) in [("{}", 200), ("hi", 400)] {
            let headers = SDK_HEADERS.replace("application/x-amz-json-1.0", sent);
            let headers = format!("{headers}X-Amz-Target: DynamoDB_20120810.ListTables\r\n");
            client.send(&request(&headers, body.as_bytes()));
            let reply = client.receive().checked();
            assert_eq!((reply.status, reply.header("content-type")), (status, Some(expected)));
        }
    }
}

#[test]
fn application_auto_scaling_is_on_the_same_port_in_its_own_form() {
    let server = Server::start();
    let mut client = server.connect();
    let headers = format!("{SDK_HEADERS}X-Amz-Target: AnyScaleFrontendService.DescribeScalableTargets\r\n");
    client.send(&request(&headers, br#"{"ServiceNamespace":"dynamodb"}"#));
    let reply = client.receive().checked();
    assert_eq!((reply.status, reply.text()), (200, r#"{"ScalableTargets":[]}"#));
    client.send(&request(&headers, b"{}"));
    let reply = client.receive().checked();
    assert_eq!((reply.status, reply.json()["__type"].as_str()), (400, Some("ValidationException")));
}

#[test]
fn a_get_tells_that_the_server_is_well() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let reply = client.receive().checked();
    assert_eq!((reply.status, reply.text()), (200, "healthy: dynamodb.us-east-1.amazonaws.com "));
}

#[test]
fn what_is_no_call_is_not_found() {
    let server = Server::start();
    let mut client = server.connect();
    let headers = SDK_HEADERS.replace("Content-Type: application/x-amz-json-1.0\r\n", "");
    let requests = [
        b"PUT / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"DELETE / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"OPTIONS / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"GET /favicon.ico HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        b"POST /somewhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n".to_vec(),
        request(&headers, b"hi"),
        request(&format!("{headers}Content-Type: whatever\r\n"), b"{}"),
        request(&format!("{headers}Content-Type: application/jsonasdf\r\n"), b"{}"),
    ];
    for bytes in requests {
        client.send(&bytes);
        let reply = client.receive().checked();
        let sent = String::from_utf8_lossy(&bytes);
        assert_eq!((reply.status, reply.text()), (404, "<UnknownOperationException/>\n"), "{sent}");
    }
}

#[test]
fn a_page_in_a_browser_may_call() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(
        b"OPTIONS / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://page\r\n\
          Access-Control-Request-Headers: authorization, x-amz-target\r\n\
          Access-Control-Request-Method: POST\r\n\r\n",
    );
    let reply = client.receive().checked();
    assert_eq!((reply.status, reply.body.len()), (200, 0));
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(reply.header("access-control-allow-headers"), Some("authorization, x-amz-target"));
    assert_eq!(reply.header("access-control-allow-methods"), Some("POST"));
    assert_eq!(reply.header("access-control-max-age"), Some("172800"));
    let headers =
        format!("{SDK_HEADERS}Origin: http://page\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n");
    client.send(&request(&headers, b"{}"));
    let reply = client.receive().checked();
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    assert_eq!(
        reply.header("access-control-expose-headers"),
        Some("x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,x-amz-crc32")
    );
    assert_eq!(reply.header("access-control-max-age"), None);
}
