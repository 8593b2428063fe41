//! What the outside does for triggers: it names functions, takes calls and reports them.

use crate::clock::Timestamp;
use crate::engine::Engine;
use crate::error::Error;
use crate::trigger::{FunctionName, Invocation, Outcome, Triggers};

impl Engine {
    /// Forgets all functions, mappings and rules: of an engine that was forked, as the functions belong to the other.
    pub fn forget_triggers(&mut self) {
        let settings = self.tables.settings();
        let place = (settings.region.as_str(), settings.account_id.as_str());
        self.triggers = Triggers::new(place, self.triggers.next_seed(), self.is_durable);
    }

    /// Makes a function known to triggers, by its name or ARN; `false` where that is none. A URL is what
    /// [`Engine::awaited_urls`] tells when a durable database is opened again. What waited for the function goes on.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn add_function(&mut self, name: &str, url: Option<&str>) -> Result<bool, Error> {
        let Some(name) = FunctionName::parse(name) else { return Ok(false) };
        self.triggers.add_function(name, url);
        self.save().map(|()| true)
    }

    /// Forgets a function; what names it stays.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn remove_function(&mut self, name: &str) -> Result<(), Error> {
        if let Some(name) = FunctionName::parse(name) {
            self.triggers.remove_function(&name);
        }
        self.save()
    }

    /// Functions that have a URL and were not made known since the database was opened: name and URL.
    #[must_use]
    pub fn awaited_urls(&self) -> Vec<(String, String)> {
        let urls = self.triggers.awaited_urls();
        urls.map(|(name, url)| (name.as_str().to_owned(), url.to_owned())).collect()
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

    /// Takes note of what became of a call. In a durable database it is not made again once the store's
    /// [`Engine::sequence`] is safe; one that nobody has reported is made again when the database is opened.
    ///
    /// # Errors
    /// `InternalServerError` when the store fails.
    pub fn settle_invocation(&mut self, number: u64, outcome: &Outcome, now: Timestamp) -> Result<(), Error> {
        self.now = self.now.max(now);
        self.triggers.settle(number, outcome, self.now);
        self.save()
    }
}
