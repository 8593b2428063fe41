//! What the outside does for triggers: it names functions, takes calls and reports them.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::trigger::{FunctionName, Invocation, Outcome, Triggers};

impl Engine {
    /// Forgets all functions, mappings and rules: of an engine that was forked, as the functions belong to the other.
    pub fn forget_triggers(&mut self) {
        let settings = self.tables.settings();
        self.triggers = Triggers::new(&settings.region, &settings.account_id, self.triggers.next_seed());
    }

    /// Makes a function known to triggers, by its name or ARN; `false` where that is none.
    pub fn add_function(&mut self, name: &str) -> bool {
        FunctionName::parse(name).map(|name| self.triggers.add_function(name)).is_some()
    }

    /// Forgets a function; what names it stays.
    pub fn remove_function(&mut self, name: &str) {
        if let Some(name) = FunctionName::parse(name) {
            self.triggers.remove_function(&name);
        }
    }

    /// The next call of a function for the outside to make and to report with [`Engine::settle_invocation`]. Calls are
    /// made by [`Engine::tick`], in the order in which they fall due.
    pub fn take_invocation(&mut self) -> Option<Invocation> {
        self.triggers.take()
    }

    /// Whether calls wait for the outside.
    #[must_use]
    pub fn has_invocations(&self) -> bool {
        self.triggers.has_waiting()
    }

    /// Whether there is a mapping or a rule that may make calls.
    #[must_use]
    #[inline]
    pub fn has_triggers(&self) -> bool {
        !self.triggers.is_empty()
    }

    /// See [`Tables::streamed_records`].
    #[must_use]
    #[inline]
    pub fn streamed_records(&self) -> u64 {
        self.tables.streamed_records()
    }

    /// Takes note of what became of a call.
    pub fn settle_invocation(&mut self, number: u64, outcome: &Outcome, now: Timestamp) {
        self.now = self.now.max(now);
        self.triggers.settle(number, outcome, self.now);
    }
}
