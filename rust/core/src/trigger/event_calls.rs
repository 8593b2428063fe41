//! Calls with a document of their own: for events of rules, and for destinations. They are kept until they are done.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;
use crate::trigger::function::FunctionName;

/// From a failure of a function that was called for an event to the next attempt, as Lambda does for calls that nobody
/// waits for: after a minute, after two more, and then no more.
const BACK_OFF: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// A call that is to be made, or was made and not reported yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EventCall {
    pub(super) function: FunctionName,
    /// JSON.
    pub(super) input: String,
    /// Whether it is made again where it fails; a destination is told once.
    pub(super) is_repeated: bool,
    pub(super) failures: usize,
    /// When it is to be made, or was.
    pub(super) at: Timestamp,
}

/// All of them, by number.
#[derive(Clone, Default)]
pub(super) struct EventCalls {
    all: BTreeMap<u64, EventCall>,
    /// Those that are to be made at a time. The others were made, or wait for their function to be known.
    planned: BTreeSet<(Timestamp, u64)>,
}

impl EventCalls {
    pub(super) fn get(&self, number: u64) -> Option<&EventCall> {
        self.all.get(&number)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &EventCall> {
        self.all.values()
    }

    /// Takes one up without a plan to make it.
    pub(super) fn insert(&mut self, number: u64, call: EventCall) {
        self.all.insert(number, call);
    }

    /// Plans to make one at its time.
    pub(super) fn plan(&mut self, number: u64) {
        if let Some(call) = self.all.get(&number) {
            self.planned.insert((call.at, number));
        }
    }

    /// Plans all that are for a function.
    pub(super) fn plan_for(&mut self, function: &FunctionName) {
        let waiting = self.all.iter().filter(|(_, call)| call.function == *function);
        self.planned.extend(waiting.map(|(number, call)| (call.at, *number)));
    }

    pub(super) fn next_event_at(&self) -> Option<Timestamp> {
        self.planned.first().map(|(at, _)| *at)
    }

    /// The next one whose time has come.
    pub(super) fn take_due(&mut self, now: Timestamp) -> Option<u64> {
        let first = *self.planned.first().filter(|(at, _)| *at <= now)?;
        self.planned.remove(&first);
        Some(first.1)
    }

    /// Ends one, or plans it once more where it failed and is to be repeated.
    pub(super) fn settle(&mut self, number: u64, has_failed: bool, now: Timestamp) {
        let Some(call) = self.all.get_mut(&number) else { return };
        let back_off = BACK_OFF.get(call.failures).filter(|_| has_failed && call.is_repeated);
        let Some(back_off) = back_off else {
            self.all.remove(&number);
            return;
        };
        call.failures += 1;
        call.at = now + *back_off;
        self.plan(number);
    }

    /// Lets one that was made and that nobody will report be made again, at once; one that is not repeated is over.
    pub(super) fn recall(&mut self, number: u64) {
        match self.all.get_mut(&number) {
            Some(call) if call.is_repeated => {
                call.at = Timestamp::default();
                self.plan(number);
            }
            _ => drop(self.all.remove(&number)),
        }
    }
}
