//! The floor of the HTTP comparison: one thread, epoll, and the same reply to whatever comes.
//!
//! It looks for the end of the headers and skips the body, and does nothing else that a server must do.
//! `cargo run --release --package dynacore-benches --example fixed_reply -- PORT`

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;

use mio::net::{TcpListener, TcpStream};
use mio::{Events, Interest, Poll, Token};

const LISTENER: Token = Token(usize::MAX);

fn main() {
    let port = std::env::args().nth(1).map_or(0, |port| port.parse().expect("a port"));
    let mut listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], port))).expect("a free port");
    println!("ready on http://{}", listener.local_addr().expect("a bound address"));
    // As long as a GetItem's answer is.
    let body = [b'x'; 350];
    let mut reply =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: 350\r\n\r\n"
            .to_vec();
    reply.extend(body);
    let mut poll = Poll::new().expect("epoll");
    let mut events = Events::with_capacity(256);
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE).expect("the listener is new");
    let mut connections: Vec<Option<Connection>> = Vec::new();
    loop {
        match poll.poll(&mut events, None) {
            Ok(()) => {}
            // A stop and a continuation of the process end its waiting.
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => panic!("epoll: {error}"),
        }
        for event in &events {
            if event.token() == LISTENER {
                accept(&listener, &poll, &mut connections);
                continue;
            }
            let slot = &mut connections[event.token().0];
            if !slot.as_mut().is_some_and(|connection| connection.answer(&reply)) {
                *slot = None;
            }
        }
    }
}

fn accept(listener: &TcpListener, poll: &Poll, connections: &mut Vec<Option<Connection>>) {
    while let Ok((mut stream, _)) = listener.accept() {
        stream.set_nodelay(true).expect("a TCP socket");
        let token = Token(connections.len());
        poll.registry().register(&mut stream, token, Interest::READABLE).expect("the stream is new");
        connections.push(Some(Connection { stream, received: Vec::with_capacity(64 * 1024) }));
    }
}

struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    /// Answers every whole request that has come; `false` when the connection has ended.
    fn answer(&mut self, reply: &[u8]) -> bool {
        let mut buffer = [0; 64 * 1024];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return false,
                Ok(length) => self.received.extend_from_slice(&buffer[..length]),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return true,
                Err(_) => return false,
            }
            while let Some(length) = request_length(&self.received) {
                self.received.drain(..length);
                if self.stream.write_all(reply).is_err() {
                    return false;
                }
            }
        }
    }
}

/// The length of the first request with its body, if all of it is there.
fn request_length(received: &[u8]) -> Option<usize> {
    let head = received.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let text = std::str::from_utf8(&received[..head]).ok()?;
    let body = text.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().ok())?
    });
    let length = head + body.unwrap_or(0);
    (received.len() >= length).then_some(length)
}
