//! Stand-in for the host of `dynacore_server`.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::expression::Cache;
use dynacore::random::Random;
use dynacore::request::{Operation, Response};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;

pub struct Host {
    engine: Mutex<Engine>,
    pub cache: Cache,
    clock: Option<Arc<std::sync::atomic::AtomicI64>>,
    seed: u64,
    requests: AtomicU64,
}

impl Host {
    pub fn new(settings: Settings, clock: Option<Arc<std::sync::atomic::AtomicI64>>, seed: u64) -> Self {
        let engine = Mutex::new(Engine::new(settings, Box::new(MemoryStore::new()), seed));
        Self { engine, cache: Cache::new(1024), clock, seed, requests: AtomicU64::new(0) }
    }

    pub fn now(&self) -> Timestamp {
        let nanos = match &self.clock {
            Some(nanos) => nanos.load(Ordering::SeqCst),
            None => SystemTime::now()
                .duration_since(SystemTime::UNIX_EPOCH)
                .map_or(0, |past| past.as_nanos() as i64),
        };
        Timestamp::from_nanos(nanos)
    }

    pub fn with_engine<R>(&self, work: impl FnOnce(&mut Engine) -> R) -> R {
        work(&mut self.engine.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub fn execute(&self, operation: &Operation) -> Result<Response, Error> {
        let now = self.now();
        self.with_engine(|engine| engine.execute(operation, now))
    }

    pub fn request_id(&self) -> RequestId {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut random = Random::new(self.seed ^ number.wrapping_mul(0xD6E8_FEB8_6659_FD93));
        let mut text = [0; 52];
        for chunk in text.chunks_exact_mut(13) {
            let mut bits = random.next_u64();
            for letter in chunk {
                *letter = b"0123456789ABCDEFGHIJKLMNOPQRSTUV"[(bits & 31) as usize];
                bits >>= 5;
            }
        }
        RequestId(text)
    }
}

pub struct RequestId([u8; 52]);

impl RequestId {
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}
