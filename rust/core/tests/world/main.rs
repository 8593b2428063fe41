//! Several Regions by the JSON that reaches them.

#![allow(clippy::unwrap_used, reason = "a test may panic")]
#![allow(clippy::needless_pass_by_value, reason = "requests are written as literals")]

mod convergence;
mod legacy;
mod peers;
mod planet;
mod replicas;
mod scaling;
mod settings;
mod strong;
