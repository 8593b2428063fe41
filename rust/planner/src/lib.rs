//! What a workload does to a table: the real engine, fed by simulated clients, in virtual time.
//!
//! A [`Scenario`] says which tables there are, who calls them how often, and with which keys; [`simulate`] plays it
//! and gives a [`Report`]: throttles, latencies as the clients see them, capacity over time, heat by partition, the
//! bill, and what to change. With several Regions its tables are global ones. The same scenario and seed give the same report.
//!
//! It is **not** a model of DynamoDB: every request goes through the engine that serves real ones. Only what AWS's
//! network and hardware add is a model, [`Latency`](scenario::Latency).
//!
//! ```
//! use dynacore_planner::{Scenario, simulate};
//! let scenario = Scenario::from_toml(
//!     r#"
//!     seconds = 60
//!     [[table]]
//!     name = "orders"
//!     partition_key = "id"
//!     read_units = 5
//!     write_units = 5
//!     [[load]]
//!     table = "orders"
//!     operation = "PutItem"
//!     rate = 2
//!     "#,
//! )?;
//! let report = simulate(&scenario, &mut |_| true)?;
//! assert_eq!(report.loads[0].throttled_attempts, 0);
//! # Ok::<(), dynacore_planner::PlanError>(())
//! ```

mod arrival;
mod bill;
mod client;
mod cloudwatch;
mod error;
mod key_choice;
mod latency;
mod recommendation;
mod regions;
mod report;
mod request;
pub mod scenario;
mod simulation;
mod table;
mod trace;
mod watched;

pub use error::PlanError;
pub use report::Report;
pub use scenario::Scenario;
pub use simulation::simulate;
