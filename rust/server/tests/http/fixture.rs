//! A server on a free port of the loopback address, stopped when the test ends.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;

use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore_server::{Clock, Database, Handler, Limits, Stop, serve, shutdown};

use crate::client::Client;

pub struct Server {
    pub address: SocketAddr,
    stop: Option<Stop>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// A database with the table `cars` (key `id`, a string).
    pub fn start() -> Self {
        Self::start_with(Limits::default())
    }

    pub fn start_with(limits: Limits) -> Self {
        let database = Database::new(Settings::default(), Box::new(MemoryStore::new()), Clock::System, 7);
        let server = Self::of(database, limits);
        let created = server.connect().call("CreateTable", CREATE_CARS);
        assert_eq!(created.status, 200, "{}", created.text());
        server
    }

    /// Serves anything.
    pub fn of(handler: Arc<dyn Handler>, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, shutdown) = shutdown();
        let thread = std::thread::spawn(move || serve(listener, handler, &limits, shutdown).unwrap());
        Self { address, stop: Some(stop), thread: Some(thread) }
    }

    pub fn connect(&self) -> Client {
        Client::connect(self.address)
    }

    /// Asks it to stop and returns at once.
    pub fn ask_to_stop(&self) {
        if let Some(stop) = &self.stop {
            stop.stop();
        }
    }

    /// Returns when it has stopped.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let ended = thread.join();
            assert!(ended.is_ok() || std::thread::panicking(), "the server's thread panicked");
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

pub const CREATE_CARS: &[u8] = br#"{"TableName":"cars","KeySchema":[{"AttributeName":"id","KeyType":"HASH"}],
    "AttributeDefinitions":[{"AttributeName":"id","AttributeType":"S"}],"BillingMode":"PAY_PER_REQUEST"}"#;

pub fn put(id: &str, text: &str) -> Vec<u8> {
    format!(r#"{{"TableName":"cars","Item":{{"id":{{"S":"{id}"}},"text":{{"S":"{text}"}}}}}}"#).into_bytes()
}

pub fn get(id: &str) -> Vec<u8> {
    format!(r#"{{"TableName":"cars","Key":{{"id":{{"S":"{id}"}}}}}}"#).into_bytes()
}
