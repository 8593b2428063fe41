//! Triggers: functions that are called with what happens to tables, by Lambda's rules for event source mappings, and
//! rules that call functions on a schedule or for an event, by EventBridge's.
//!
//! A mapping pulls from a stream; nothing calls up to here. What is to be called waits as an [`Invocation`] for the
//! outside to take it, run the function and report the [`Outcome`]: the core itself runs nothing.

mod alarm_action;
mod event;
mod failure;
mod function;
mod invocation;
mod lane;
mod mapping;
mod options;
mod outcome;
mod pattern;
mod rule;
mod shard_reader;
mod triggers;

pub use function::FunctionName;
pub use invocation::Invocation;
pub use mapping::Mapping;
pub use options::{Filter, MappingOptions, StartingPosition};
pub use outcome::Outcome;
pub use pattern::{Pattern, PatternProblem};
pub use rule::{Event, NewRule, Rule, Target};
pub use triggers::Triggers;
