//! Triggers: functions that are called with what happens to tables, by Lambda's rules for event source mappings, and
//! rules that call functions on a schedule or for an event, by EventBridge's.
//!
//! A mapping pulls from a stream; nothing calls up to here. What is to be called waits as an [`Invocation`] for the
//! outside to take it, run the function and report the [`Outcome`]: the core itself runs nothing.
//!
//! A durable store has all but the functions: mappings with what is settled of each shard, rules, calls that were not
//! reported, and the URLs of functions. What names a function waits, after opening, until that is made known again.

mod alarm_action;
mod event;
mod event_calls;
mod failure;
mod function;
mod functions;
mod invocation;
mod lane;
mod mapping;
mod options;
mod outcome;
mod pattern;
mod record;
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
