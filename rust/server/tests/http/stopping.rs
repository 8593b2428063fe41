//! Stopping: nothing new, but what has begun is finished.

use std::net::TcpStream;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dynacore_server::{Handler, Limits, Refusal, Reply, RequestId, RequestIds};

use crate::client::{call, request};
use crate::fixture::{Server, get, put};

/// Tells when a request has arrived and answers it when it is let to.
struct Gate {
    arrived: SyncSender<()>,
    open: Mutex<Receiver<()>>,
    /// Whether time was let pass.
    caught_up: SyncSender<()>,
}

impl Handler for Gate {
    fn answer(&self, _: &str, _: &[u8]) -> Reply {
        self.arrived.send(()).unwrap();
        self.open.lock().unwrap().recv_timeout(Duration::from_secs(20)).unwrap();
        let body = b"{\"late\":true}".to_vec();
        Reply { status: 200, body, request_id: self.request_id(), query_error: None }
    }

    fn refuse(&self, target: &str, body: &[u8], _: &Refusal) -> Reply {
        self.answer(target, body)
    }

    fn answer_cbor(&self, operation: &str, body: &[u8]) -> Reply {
        self.answer(operation, body)
    }

    fn refuse_cbor(&self, _: &Refusal) -> Reply {
        self.answer("", b"")
    }

    fn problem(&self) -> Option<String> {
        None
    }

    fn metrics(&self) -> Option<String> {
        None
    }

    fn request_id(&self) -> RequestId {
        RequestIds::new(7).next()
    }

    fn region(&self) -> &str {
        "eu-central-1"
    }

    fn catch_up(&self) -> Option<Duration> {
        let _ = self.caught_up.try_send(());
        Some(Duration::ZERO)
    }
}

fn await_closed_port(server: &Server) {
    for _ in 0..1_000 {
        if TcpStream::connect(server.address).is_err() {
            return;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    panic!("the port stays open");
}

#[test]
fn a_request_in_flight_is_answered() {
    let (arrived, arrival) = sync_channel(1);
    let (open, gate) = sync_channel(1);
    let (caught_up, _) = sync_channel(1);
    let gate = Gate { arrived, open: Mutex::new(gate), caught_up };
    let server = Server::of(Arc::new(gate), Limits::default());
    let mut client = server.connect();
    client.send(&call("GetItem", b"{}"));
    arrival.recv_timeout(Duration::from_secs(20)).unwrap();
    server.ask_to_stop();
    await_closed_port(&server);
    open.send(()).unwrap();
    assert_eq!(client.receive().checked().text(), r#"{"late":true}"#);
    assert!(client.is_closed());
    server.stop();
}

#[test]
fn a_body_on_its_way_is_awaited() {
    let server = Server::start();
    let mut client = server.connect();
    let whole = call("PutItem", &put("last", "x"));
    // The answer to the first request shows that the connection is being read.
    client.send(&[call("ListTables", b"{}"), whole[..whole.len() - 5].to_vec()].concat());
    assert_eq!(client.receive().checked().status, 200);
    server.ask_to_stop();
    await_closed_port(&server);
    client.send(&whole[whole.len() - 5..]);
    assert_eq!(client.receive().checked().text(), "{}");
    server.stop();
}

#[test]
fn idle_connections_are_closed_at_once() {
    let server = Server::start_with(Limits { drain: Duration::from_secs(3_600), ..Limits::default() });
    let mut used = server.connect();
    used.call("GetItem", &get("a"));
    let mut unused = server.connect();
    assert_eq!(server.connect().call("ListTables", b"{}").status, 200);
    server.stop();
    assert!(used.is_closed());
    assert!(unused.is_closed());
}

#[test]
fn a_client_that_never_ends_its_request_is_not_awaited_for_ever() {
    let server = Server::start_with(Limits { drain: Duration::from_millis(100), ..Limits::default() });
    let mut client = server.connect();
    let whole = request("Host: localhost\r\n", b"{}");
    client.send(&whole[..whole.len() - 1]);
    server.stop();
    assert!(client.is_closed());
}

#[test]
fn time_passes_while_no_request_comes() {
    let (arrived, _) = sync_channel(1);
    let (_, gate) = sync_channel(1);
    let (caught_up, passing) = sync_channel(1);
    let server = Server::of(Arc::new(Gate { arrived, open: Mutex::new(gate), caught_up }), Limits::default());
    for _ in 0..3 {
        passing.recv_timeout(Duration::from_secs(20)).unwrap();
    }
    server.stop();
}
