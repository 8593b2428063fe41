//! Many connections, kept ones, and several requests at once on one.

use std::net::Shutdown;

use crate::client::{SDK_HEADERS, call, request};
use crate::fixture::{Server, get, put};

#[test]
fn a_connection_is_kept() {
    let server = Server::start();
    let mut client = server.connect();
    for round in 0..200 {
        let id = round.to_string();
        assert_eq!(client.call("PutItem", &put(&id, "x")).status, 200);
        assert_eq!(client.call("GetItem", &get(&id)).json()["Item"]["id"]["S"], id);
    }
}

#[test]
fn a_client_that_asks_for_it_has_its_connection_closed() {
    let server = Server::start();
    let mut client = server.connect();
    let headers = format!("{SDK_HEADERS}Connection: close\r\nX-Amz-Target: DynamoDB_20120810.ListTables\r\n");
    client.send(&request(&headers, b"{}"));
    assert_eq!(client.receive().checked().status, 200);
    assert!(client.is_closed());
    let mut client = server.connect();
    client.send(b"GET / HTTP/1.0\r\n\r\n");
    assert_eq!(client.receive().status, 200);
    assert!(client.is_closed());
}

#[test]
fn answers_come_in_the_order_of_requests_sent_at_once() {
    let server = Server::start();
    let mut client = server.connect();
    let ids: Vec<String> = (0..100).map(|number| format!("item-{number}")).collect();
    let calls: Vec<Vec<u8>> =
        ids.iter().flat_map(|id| [call("PutItem", &put(id, "x")), call("GetItem", &get(id))]).collect();
    client.send(&calls.concat());
    for id in &ids {
        assert_eq!(client.receive().checked().text(), "{}");
        assert_eq!(client.receive().checked().json()["Item"]["id"]["S"], *id);
    }
}

#[test]
fn many_connections_are_served_at_the_same_time() {
    let server = Server::start();
    let mut clients: Vec<_> = (0..200).map(|_| server.connect()).collect();
    for round in 0..3 {
        for (number, client) in clients.iter_mut().enumerate() {
            client.send(&call("PutItem", &put(&format!("{number}-{round}"), "x")));
        }
        for client in &mut clients {
            assert_eq!(client.receive().checked().status, 200);
        }
    }
    let count = clients[0].call("Scan", br#"{"TableName":"cars","Select":"COUNT"}"#);
    assert_eq!(count.json()["Count"], 600);
}

#[test]
fn a_body_may_come_in_chunks_and_in_pieces() {
    let server = Server::start();
    let mut client = server.connect();
    let headers = format!("POST / HTTP/1.1\r\n{SDK_HEADERS}X-Amz-Target: DynamoDB_20120810.PutItem\r\n");
    client.send(format!("{headers}Transfer-Encoding: chunked\r\n\r\n").as_bytes());
    for piece in put("chunked", "some text").chunks(7) {
        client.send(format!("{:x}\r\n", piece.len()).as_bytes());
        client.send(piece);
        client.send(b"\r\n");
    }
    client.send(b"0\r\n\r\n");
    assert_eq!(client.receive().checked().text(), "{}");
    for byte in call("GetItem", &get("chunked")) {
        client.send(&[byte]);
    }
    assert_eq!(client.receive().checked().json()["Item"]["text"]["S"], "some text");
}

#[test]
fn a_client_that_waits_to_be_asked_for_its_body_is_asked() {
    let server = Server::start();
    let mut client = server.connect();
    let body = put("expected", "x");
    let headers = format!("{SDK_HEADERS}Expect: 100-continue\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\n");
    let whole = request(&headers, &body);
    client.send(&whole[..whole.len() - body.len()]);
    assert_eq!(client.interim(), 100);
    client.send(&body);
    assert_eq!(client.receive().checked().text(), "{}");
}

#[test]
fn clients_that_go_away_leave_the_server_as_it_was() {
    let server = Server::start();
    let whole = call("PutItem", &put("half", "x"));
    for length in [0, 1, 30, whole.len() - 20, whole.len() - 1] {
        let mut client = server.connect();
        client.send(&whole[..length]);
        client.shut(Shutdown::Write);
        assert!(client.is_closed());
    }
    assert_eq!(server.connect().call("GetItem", &get("half")).text(), "{}");
}
