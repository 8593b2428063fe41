//! What one client may use up.

use std::time::Duration;

use dynacore_server::Limits;

use crate::client::{SDK_HEADERS, call, request};
use crate::fixture::{Server, get, put};

const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A PutItem that is longer only by white space, which JSON allows at its end.
fn padded_put(id: &str, length: usize) -> Vec<u8> {
    let mut body = put(id, "x");
    body.resize(length, b' ');
    body
}

#[test]
fn sixteen_megabytes_are_read_and_one_byte_more_is_not() {
    let server = Server::start();
    let mut client = server.connect();
    client.send(&call("PutItem", &padded_put("largest", BODY_BYTES_MAX)));
    assert_eq!(client.receive().checked().status, 200);
    client.send(&call("PutItem", &padded_put("larger", BODY_BYTES_MAX + 1)));
    let reply = client.receive().checked();
    assert_eq!((reply.status, reply.body.len()), (413, 0));
    assert!(client.is_closed(), "what follows an unread body cannot be understood");
    let mut client = server.connect();
    assert_eq!(client.call("GetItem", &get("larger")).text(), "{}");
    assert_eq!(client.call("GetItem", &get("largest")).json()["Item"]["id"]["S"], "largest");
}

#[test]
fn chunks_are_counted_too() {
    let server = Server::start();
    let mut client = server.connect();
    let head = format!(
        "POST / HTTP/1.1\r\n{SDK_HEADERS}X-Amz-Target: DynamoDB_20120810.PutItem\r\nTransfer-Encoding: chunked\r\n\r\n"
    );
    client.send(head.as_bytes());
    let chunk = vec![b' '; 1024 * 1024];
    for _ in 0..17 {
        client.send_ignoring_errors(b"100000\r\n");
        client.send_ignoring_errors(&chunk);
        client.send_ignoring_errors(b"\r\n");
    }
    client.send_ignoring_errors(b"0\r\n\r\n");
    assert_eq!(client.receive().checked().status, 413);
}

#[test]
fn a_body_that_is_only_promised_costs_nothing() {
    let server = Server::start();
    let mut client = server.connect();
    let headers = format!("{SDK_HEADERS}Expect: 100-continue\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\n");
    client.send(format!("POST / HTTP/1.1\r\n{headers}Content-Length: 99999999999\r\n\r\n").as_bytes());
    drop(client);
    assert_eq!(server.connect().call("ListTables", b"{}").status, 200);
}

#[test]
fn a_head_is_at_most_sixteen_kilobytes() {
    let server = Server::start();
    let with_header = |length: usize| {
        let headers = format!(
            "{SDK_HEADERS}X-Amz-Target: DynamoDB_20120810.ListTables\r\nX-Long: {}\r\n",
            "x".repeat(length)
        );
        let mut client = server.connect();
        client.send_ignoring_errors(&request(&headers, b"{}"));
        client.receive().status
    };
    assert_eq!(with_header(10_000), 200);
    assert_eq!(with_header(17_000), 400);
    // Far beyond the limit it is refused before all of it was read.
    assert_eq!(with_header(200_000), 431);
    let with_line = |length: usize| {
        let mut client = server.connect();
        let line = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(length));
        client.send_ignoring_errors(line.as_bytes());
        client.receive().status
    };
    assert_eq!((with_line(15_000), with_line(17_000), with_line(200_000)), (404, 400, 431));
    let mut client = server.connect();
    let long = format!("GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: {}\r\n\r\n", "x".repeat(17_000));
    client.send(long.as_bytes());
    assert_eq!(client.receive().checked().body.len(), 0);
    assert!(client.is_closed(), "the body of such a request is not read");
    assert_eq!(with_header(1), 200);
}

#[test]
fn slow_clients_are_left() {
    let second = Duration::from_secs(1);
    let limits =
        Limits { head: second, request: second, idle: second, write_stall: second, ..Limits::default() };
    let server = Server::start_with(limits);
    let whole = call("PutItem", &put("slow", "x"));
    let mut silent = server.connect();
    let mut in_head = server.connect();
    in_head.send(&whole[..40]);
    let mut in_body = server.connect();
    in_body.send(&whole[..whole.len() - 1]);
    let mut idle = server.connect();
    idle.call("ListTables", b"{}");
    for client in [&mut silent, &mut in_head, &mut in_body, &mut idle] {
        assert!(client.is_closed());
    }
    assert_eq!(server.connect().call("GetItem", &get("slow")).text(), "{}");
}

#[test]
fn a_client_that_does_not_take_its_answers_is_left() {
    let limits = Limits { write_stall: Duration::from_secs(1), ..Limits::default() };
    let server = Server::start_with(limits);
    let mut client = server.connect();
    client.call("PutItem", &put("long", &"x".repeat(390_000)));
    // Far more than the buffers of two sockets hold, and nobody reads it.
    client.send(&call("GetItem", &get("long")).repeat(200));
    assert!(client.is_cut_off(), "the server still holds answers that nobody takes");
}

#[test]
fn more_connections_than_allowed_wait_for_a_place() {
    let server = Server::start_with(Limits { connections: 2, ..Limits::default() });
    let mut first = server.connect();
    let mut second = server.connect();
    assert_eq!(first.call("ListTables", b"{}").status, 200);
    assert_eq!(second.call("ListTables", b"{}").status, 200);
    let mut third = server.connect();
    third.send(&call("ListTables", b"{}"));
    drop(first);
    assert_eq!(third.receive().checked().status, 200);
    assert_eq!(second.call("ListTables", b"{}").status, 200);
}
