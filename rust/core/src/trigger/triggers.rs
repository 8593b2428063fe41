//! All mappings and rules, and the calls that are to be made for them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::random::Random;
use crate::table::Tables;
use crate::trigger::function::FunctionName;
use crate::trigger::invocation::{Content, Invocation};
use crate::trigger::lane::GivenUp;
use crate::trigger::mapping::{Mapping, Place, Wish};
use crate::trigger::options::{MappingOptions, StartingPosition};
use crate::trigger::outcome::Outcome;
use crate::trigger::rule::{Event, NewRule, Rule, Rules, Target};

/// From a failure of a function that was called for an event to the next attempt, as Lambda does for calls that nobody
/// waits for: after a minute, after two more, and then no more.
const EVENT_BACK_OFF: [Duration; 2] = [Duration::from_secs(60), Duration::from_secs(120)];

/// Who waits for the outcome of a call.
#[derive(Clone)]
enum Ticket {
    Lane {
        mapping: u64,
        place: Place,
    },
    Event(PendingEvent),
    /// A destination is told once.
    Destination,
}

/// A call for an event of a rule.
#[derive(Clone)]
struct PendingEvent {
    function: FunctionName,
    input: String,
    failures: usize,
}

/// Triggers of a database: mappings, rules, and the functions they name.
pub struct Triggers {
    region: Arc<str>,
    account_id: String,
    random: Random,
    functions: BTreeSet<FunctionName>,
    mappings: BTreeMap<u64, Mapping>,
    rules: Rules,
    /// Calls for events that failed, by when they are made again.
    delayed: BTreeMap<(Timestamp, u64), PendingEvent>,
    waiting: VecDeque<Invocation>,
    in_flight: BTreeMap<u64, Ticket>,
    /// The last number that was given to a mapping or a call.
    last_number: u64,
}

impl Triggers {
    /// None yet. The seed determines the identifiers.
    #[must_use]
    pub fn new(region: &str, account_id: &str, seed: u64) -> Self {
        Self {
            region: region.into(),
            account_id: account_id.to_owned(),
            random: Random::new(seed),
            functions: BTreeSet::new(),
            mappings: BTreeMap::new(),
            rules: Rules::default(),
            delayed: BTreeMap::new(),
            waiting: VecDeque::new(),
            in_flight: BTreeMap::new(),
            last_number: 0,
        }
    }

    /// The same, with a life of its own. Calls that nobody has reported are made anew there: what they do for this one
    /// is not told to the other.
    #[must_use]
    pub fn fork(&self) -> Self {
        let mut mappings = self.mappings.clone();
        mappings.values_mut().for_each(Mapping::recall);
        let mut delayed = self.delayed.clone();
        for (number, ticket) in &self.in_flight {
            if let Ticket::Event(event) = ticket {
                delayed.insert((Timestamp::default(), *number), event.clone());
            }
        }
        Self {
            region: Arc::clone(&self.region),
            account_id: self.account_id.clone(),
            random: self.random.clone(),
            functions: self.functions.clone(),
            mappings,
            rules: self.rules.clone(),
            delayed,
            waiting: VecDeque::new(),
            in_flight: BTreeMap::new(),
            last_number: self.last_number,
        }
    }

    /// Takes over the functions that the outside has, and numbers that none of its calls has.
    pub fn keep_functions_of(&mut self, other: &Self) {
        self.functions.clone_from(&other.functions);
        self.last_number = self.last_number.max(other.last_number);
    }

    /// A seed for what follows this.
    pub fn next_seed(&mut self) -> u64 {
        self.random.next_u64()
    }

    /// Whether there is neither a mapping nor a rule, so that nothing here ever has something to do.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.mappings.is_empty() && self.rules.next_event_at().is_none() && self.is_idle()
    }

    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.delayed.is_empty()
    }

    /// Makes a function known, which the outside runs.
    pub fn add_function(&mut self, name: FunctionName) {
        self.functions.insert(name);
    }

    /// Forgets a function. What names it stays, and its calls fail.
    pub fn remove_function(&mut self, name: &FunctionName) {
        self.functions.remove(name);
    }

    /// Whether there is a function of this name.
    #[must_use]
    pub fn has_function(&self, name: &FunctionName) -> bool {
        self.functions.contains(name)
    }

    /// The ARN of a function.
    #[must_use]
    pub fn function_arn(&self, name: &FunctionName) -> String {
        name.arn(&self.region, &self.account_id)
    }

    /// Makes a mapping; what it starts with is decided now. It is under way until `until`.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where there is no such stream.
    pub fn add_mapping(
        &mut self,
        (function, stream_arn): (FunctionName, String),
        (start, options): (StartingPosition, MappingOptions),
        (is_enabled, now, until): (bool, Timestamp, Timestamp),
        tables: &Tables,
    ) -> Result<&Mapping, Error> {
        let uuid = self.random.uuid();
        let mut mapping =
            Mapping::new(uuid, (function, stream_arn), (start, options), (is_enabled, now, until));
        mapping.begin(tables)?;
        let number = self.next_number();
        Ok(self.mappings.entry(number).or_insert(mapping))
    }

    /// The mappings, in the order in which they were made.
    pub fn mappings(&self) -> impl Iterator<Item = &Mapping> {
        self.mappings.values()
    }

    /// A mapping.
    #[must_use]
    pub fn mapping(&self, uuid: &str) -> Option<&Mapping> {
        self.mappings.values().find(|mapping| mapping.uuid == uuid)
    }

    /// Changes a mapping: its function, its options, and whether it is enabled. It is under way until `until`. Where
    /// there is none of this id, nothing happens.
    pub fn change_mapping(
        &mut self,
        uuid: &str,
        (function, options): (FunctionName, MappingOptions),
        is_enabled: bool,
        (now, until): (Timestamp, Timestamp),
    ) {
        let Some(mapping) = self.mappings.values_mut().find(|mapping| mapping.uuid == uuid) else { return };
        let state = match (mapping.is_enabled, is_enabled) {
            (false, true) => "Enabling",
            (true, false) => "Disabling",
            _ => "Updating",
        };
        mapping.transition = (state, until);
        mapping.is_enabled = is_enabled;
        mapping.modified = now;
        mapping.function = function;
        mapping.change(options);
    }

    /// Removes a mapping, with its calls that wait. What becomes of those under way does not matter any more.
    pub fn remove_mapping(&mut self, uuid: &str) -> Option<Mapping> {
        let number = *self.mappings.iter().find(|(_, mapping)| mapping.uuid == uuid)?.0;
        let in_flight = &self.in_flight;
        let is_its_own =
            |ticket: &Ticket| matches!(ticket, Ticket::Lane { mapping, .. } if *mapping == number);
        self.waiting.retain(|call| !in_flight.get(&call.number).is_some_and(is_its_own));
        self.mappings.remove(&number)
    }

    /// Makes a rule, or replaces what it says; gives its ARN.
    pub fn put_rule(&mut self, rule: NewRule, now: Timestamp) -> String {
        let arn = format!("arn:aws:events:{}:{}:rule/{}", self.region, self.account_id, rule.name);
        self.rules.put(rule, arn.clone(), now);
        arn
    }

    /// A rule.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.get(name)
    }

    /// A rule, to change its targets.
    pub fn rule_targets(&mut self, name: &str) -> Option<&mut BTreeMap<String, Target>> {
        self.rules.get_mut(name).map(|rule| &mut rule.targets)
    }

    /// The rules by name.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.all()
    }

    /// Removes a rule.
    pub fn remove_rule(&mut self, name: &str) {
        self.rules.remove(name);
    }

    /// Switches a rule on or off; `false` where there is none.
    pub fn enable_rule(&mut self, name: &str, is_enabled: bool, now: Timestamp) -> bool {
        self.rules.enable(name, is_enabled, now)
    }

    /// Gives an event to all rules that match it; gives its id.
    pub fn put_event(&mut self, event: &Event) -> String {
        let id = self.random.uuid();
        let envelope = event.envelope(&id, (&self.region, &self.account_id));
        for target in self.rules.targets_of(&envelope) {
            let input = target.input(&envelope);
            self.call_for_event(PendingEvent { function: target.function, input, failures: 0 });
        }
        id
    }

    /// When something is to be read or called. Calls that wait for the outside are no events any more.
    #[must_use]
    pub fn next_event_at(&self, tables: &Tables) -> Option<Timestamp> {
        let mappings = self.mappings.values().filter_map(|mapping| mapping.next_event_at(tables));
        let delayed = self.delayed.keys().next().map(|(at, _)| *at);
        mappings.chain(delayed).chain(self.rules.next_event_at()).min()
    }

    /// Reads and makes calls of what is due.
    ///
    /// # Errors
    /// `InternalServerError` when the store failed; it is tried again.
    pub fn tick(&mut self, now: Timestamp, tables: &Tables) -> Result<(), Error> {
        let mut outcome = Ok(());
        for number in self.mappings.keys().copied().collect::<Vec<_>>() {
            outcome = outcome.and(self.tick_mapping(number, now, tables));
        }
        for (event, targets) in self.rules.due(now) {
            let id = self.random.uuid();
            let envelope = event.envelope(&id, (&self.region, &self.account_id));
            for target in targets {
                let input = target.input(&envelope);
                self.call_for_event(PendingEvent { function: target.function, input, failures: 0 });
            }
        }
        while let Some(first) = self.delayed.first_entry().filter(|first| first.key().0 <= now) {
            let event = first.remove();
            self.call_for_event(event);
        }
        outcome
    }

    fn tick_mapping(&mut self, number: u64, now: Timestamp, tables: &Tables) -> Result<(), Error> {
        let region = Arc::clone(&self.region);
        let Some(mapping) = self.mappings.get_mut(&number) else { return Ok(()) };
        if mapping.next_event_at(tables).is_none_or(|at| at > now) {
            return Ok(());
        }
        let outcome = mapping.read(tables, &region, now);
        while let Some(mapping) = self.mappings.get_mut(&number) {
            let Some(wish) = mapping.step(tables, &region, now) else { break };
            let (function, wants_answer) = (mapping.function.clone(), mapping.wants_answer());
            match wish {
                Wish::Call { place, content } => {
                    let ticket = Ticket::Lane { mapping: number, place };
                    self.call(&function, content, wants_answer, ticket);
                }
                Wish::Tell { shard, given_up } => self.tell(number, &shard, &given_up, now),
            }
        }
        outcome
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn call(&mut self, function: &FunctionName, content: Content, wants_answer: bool, ticket: Ticket) {
        let number = self.next_number();
        let request_id = self.random.uuid();
        let (function_arn, function) = (self.function_arn(function), function.as_str().to_owned());
        self.in_flight.insert(number, ticket);
        let invocation = Invocation { number, function, function_arn, request_id, content, wants_answer };
        self.waiting.push_back(invocation);
    }

    /// Calls a function for an event; where it fails it is called again.
    pub(super) fn call_with(&mut self, function: FunctionName, input: String) {
        self.call_for_event(PendingEvent { function, input, failures: 0 });
    }

    fn call_for_event(&mut self, event: PendingEvent) {
        let content = Content::Document(event.input.clone());
        self.call(&event.function.clone(), content, false, Ticket::Event(event));
    }

    /// Tells a mapping's destination, if it has one, of records that were given up.
    fn tell(&mut self, number: u64, shard: &str, given_up: &GivenUp, now: Timestamp) {
        let request_id = self.random.uuid();
        let Some(mapping) = self.mappings.get(&number) else { return };
        let destination = mapping.options.on_failure.as_deref().and_then(FunctionName::parse);
        let arn = self.function_arn(&mapping.function);
        let document = mapping.describe_failure(shard, given_up, (&request_id, &arn), now);
        if let Some((destination, document)) = destination.zip(document) {
            self.call(&destination, Content::Document(document), false, Ticket::Destination);
        }
    }

    /// The next call for the outside to make.
    pub fn take(&mut self) -> Option<Invocation> {
        self.waiting.pop_front()
    }

    /// Whether calls wait for the outside.
    #[must_use]
    pub fn has_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes note of what became of a call. A call that is not known, or was settled before, changes nothing.
    pub fn settle(&mut self, number: u64, outcome: &Outcome, now: Timestamp) {
        match self.in_flight.remove(&number) {
            Some(Ticket::Lane { mapping, place }) => {
                let given_up =
                    self.mappings.get_mut(&mapping).and_then(|mapping| mapping.settle(&place, outcome, now));
                if let Some(given_up) = given_up {
                    self.tell(mapping, &place.shard, &given_up, now);
                }
            }
            Some(Ticket::Event(event)) if *outcome == Outcome::Failed => {
                if let Some(back_off) = EVENT_BACK_OFF.get(event.failures) {
                    let order = self.next_number();
                    let failures = event.failures + 1;
                    self.delayed.insert((now + *back_off, order), PendingEvent { failures, ..event });
                }
            }
            Some(Ticket::Event(_) | Ticket::Destination) | None => {}
        }
    }
}
