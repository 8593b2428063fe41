//! The database that all doors share, and its HTTP door.
//!
//! [`Database`] adds to the engine what the engine refuses to have: a lock, a clock and a way to survive a panic.
//! The Python door calls it directly; [`serve`] answers AWS's SDKs with it over HTTP/1.1, `rust/server/src/main.rs`
//! from a command line. No rule of DynamoDB is in this crate: it knows bodies, headers and connections.
//!
//! A request flows `listener -> worker -> site -> Handler` (the database); the reply takes the same way back.

mod authorization;
mod body;
mod clock;
mod compression;
mod connection;
mod content_type;
mod database;
mod handler;
mod headers;
mod limits;
mod listener;
mod notice;
mod peers;
mod pending;
mod place;
mod reply;
mod request_id;
mod shutdown;
mod site;
mod transfers;
mod worker;
mod world;

pub use authorization::Refusal;
pub use clock::{Calls, Clock, Timed, VirtualClock};
pub use database::{Database, Invoker, Snapshot, Started};
pub use dynacore_transfer::{Bucket, Buckets, DirectoryBucket, Upload};
pub use handler::Handler;
pub use limits::Limits;
pub use listener::serve;
pub use peers::{PeerAddress, Peers};
pub use pending::Pending;
pub use reply::{Reply, message_member};
pub use request_id::{RequestId, RequestIds};
pub use shutdown::{Shutdown, Stop, shutdown, stop_on_signals};
pub use world::World;
