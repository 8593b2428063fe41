//! All mappings and rules, and the calls that are to be made for them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use crate::clock::Timestamp;
use crate::cloudwatch::CloudWatch;
use crate::error::Error;
use crate::random::Random;
use crate::table::Tables;
use crate::trigger::event_calls::{EventCall, EventCalls};
use crate::trigger::function::FunctionName;
use crate::trigger::invocation::{Content, Invocation};
use crate::trigger::lane::GivenUp;
use crate::trigger::mapping::{Mapping, Place, Transition, Wish};
use crate::trigger::options::{MappingOptions, StartingPosition};
use crate::trigger::outcome::Outcome;
use crate::trigger::record::Part;
use crate::trigger::rule::{Event, NewRule, Rule, Rules, Target};

/// Who waits for the outcome of a call.
#[derive(Clone)]
enum Ticket {
    Lane { mapping: u64, place: Place },
    Event(u64),
}

/// Triggers of a database: mappings, rules, and the functions they name.
pub struct Triggers {
    pub(super) region: Arc<str>,
    account_id: String,
    pub(super) random: Random,
    pub(super) functions: BTreeSet<FunctionName>,
    /// Where functions are that can be made known again without the program.
    pub(super) urls: BTreeMap<FunctionName, String>,
    /// Functions that something stored names, and that were not made known since the database was opened. What names
    /// one waits.
    pub(super) awaited: BTreeSet<FunctionName>,
    pub(super) mappings: BTreeMap<u64, Mapping>,
    pub(super) rules: Rules,
    pub(super) calls: EventCalls,
    waiting: VecDeque<Invocation>,
    in_flight: BTreeMap<u64, Ticket>,
    /// The last number that was given to a mapping or a call.
    pub(super) last_number: u64,
    /// Whether there is a store to be told of changes.
    pub(super) is_durable: bool,
    pub(super) changed: BTreeSet<Part>,
}

impl Triggers {
    /// None yet. The seed determines the identifiers.
    #[must_use]
    pub fn new((region, account_id): (&str, &str), seed: u64, is_durable: bool) -> Self {
        Self {
            region: region.into(),
            account_id: account_id.to_owned(),
            random: Random::new(seed),
            functions: BTreeSet::new(),
            urls: BTreeMap::new(),
            awaited: BTreeSet::new(),
            mappings: BTreeMap::new(),
            rules: Rules::default(),
            calls: EventCalls::default(),
            waiting: VecDeque::new(),
            in_flight: BTreeMap::new(),
            last_number: 0,
            is_durable,
            changed: BTreeSet::new(),
        }
    }

    /// The same, with a life of its own. Calls that nobody has reported are made anew there: what they do for this one
    /// is not told to the other.
    #[must_use]
    pub fn fork(&self) -> Self {
        let mut mappings = self.mappings.clone();
        mappings.values_mut().for_each(Mapping::recall);
        let mut calls = self.calls.clone();
        for ticket in self.in_flight.values() {
            if let Ticket::Event(number) = ticket {
                calls.recall(*number);
            }
        }
        Self {
            region: Arc::clone(&self.region),
            account_id: self.account_id.clone(),
            random: self.random.clone(),
            functions: self.functions.clone(),
            urls: self.urls.clone(),
            awaited: self.awaited.clone(),
            mappings,
            rules: self.rules.clone(),
            calls,
            waiting: VecDeque::new(),
            in_flight: BTreeMap::new(),
            last_number: self.last_number,
            is_durable: false,
            changed: BTreeSet::new(),
        }
    }

    /// A seed for what follows this.
    pub fn next_seed(&mut self) -> u64 {
        self.random.next_u64()
    }

    /// Whether there is neither a mapping nor a rule, so that nothing here ever has something to do.
    #[must_use]
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.mappings.is_empty() && self.rules.next_event_at(&self.awaited).is_none() && self.is_idle()
    }

    fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.calls.next_event_at().is_none()
    }

    /// Goes on after a time in which nobody was there.
    pub fn resume(&mut self, now: Timestamp) {
        if self.is_durable {
            self.rules.resume(&self.awaited, now);
        }
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
        self.mappings.insert(number, mapping);
        self.change_with_shards(number);
        Ok(&self.mappings[&number])
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
        let found = self.mappings.iter_mut().find(|(_, mapping)| mapping.uuid == uuid);
        let Some((number, mapping)) = found.map(|(number, mapping)| (*number, mapping)) else { return };
        let transition = match (mapping.is_enabled, is_enabled) {
            (false, true) => Transition::Enabling,
            (true, false) => Transition::Disabling,
            _ => Transition::Updating,
        };
        mapping.transition = (transition, until);
        mapping.is_enabled = is_enabled;
        mapping.modified = now;
        mapping.function = function;
        mapping.change(options);
        self.change_with_shards(number);
    }

    /// Removes a mapping, with its calls that wait. What becomes of those under way does not matter any more.
    pub fn remove_mapping(&mut self, uuid: &str) -> Option<Mapping> {
        let number = *self.mappings.iter().find(|(_, mapping)| mapping.uuid == uuid)?.0;
        let in_flight = &self.in_flight;
        let is_its_own =
            |ticket: &Ticket| matches!(ticket, Ticket::Lane { mapping, .. } if *mapping == number);
        self.waiting.retain(|call| !in_flight.get(&call.number).is_some_and(is_its_own));
        self.change_with_shards(number);
        self.mappings.remove(&number)
    }

    /// Makes a rule, or replaces what it says; gives its ARN.
    pub fn put_rule(&mut self, rule: NewRule, now: Timestamp) -> String {
        let arn = format!("arn:aws:events:{}:{}:rule/{}", self.region, self.account_id, rule.name);
        self.rules.put(rule, arn.clone(), now);
        self.change(Part::Rules);
        arn
    }

    /// A rule.
    #[must_use]
    pub fn rule(&self, name: &str) -> Option<&Rule> {
        self.rules.get(name)
    }

    /// A rule, to change its targets.
    pub fn rule_targets(&mut self, name: &str) -> Option<&mut BTreeMap<String, Target>> {
        self.change(Part::Rules);
        self.rules.get_mut(name).map(|rule| &mut rule.targets)
    }

    /// The rules by name.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.all()
    }

    /// Removes a rule.
    pub fn remove_rule(&mut self, name: &str) {
        self.rules.remove(name);
        self.change(Part::Rules);
    }

    /// Switches a rule on or off; `false` where there is none.
    pub fn enable_rule(&mut self, name: &str, is_enabled: bool, now: Timestamp) -> bool {
        self.change(Part::Rules);
        self.rules.enable(name, is_enabled, now)
    }

    /// Gives an event to all rules that match it; gives its id.
    pub fn put_event(&mut self, event: &Event) -> String {
        let id = self.random.uuid();
        let envelope = event.envelope(&id, (&self.region, &self.account_id));
        for target in self.rules.targets_of(&envelope) {
            let input = target.input(&envelope);
            self.call_with((target.function, input), true, Timestamp::default());
        }
        id
    }

    /// When something is to be read or called. Calls that wait for the outside are no events any more.
    #[must_use]
    pub fn next_event_at(&self, tables: &Tables) -> Option<Timestamp> {
        let known = self.mappings.values().filter(|mapping| self.is_known(&mapping.function));
        let mappings = known.filter_map(|mapping| mapping.next_event_at(tables));
        mappings.chain(self.calls.next_event_at()).chain(self.rules.next_event_at(&self.awaited)).min()
    }

    /// Reads and makes calls of what is due, and tells how old the records are.
    ///
    /// # Errors
    /// `InternalServerError` when the store failed; it is tried again.
    pub fn tick(&mut self, now: Timestamp, tables: &Tables, watch: &mut CloudWatch) -> Result<(), Error> {
        let mut outcome = Ok(());
        for number in self.mappings.keys().copied().collect::<Vec<_>>() {
            outcome = outcome.and(self.tick_mapping(number, now, (tables, watch)));
        }
        for (event, targets) in self.rules.due(&self.awaited, now) {
            self.change(Part::Rules);
            let id = self.random.uuid();
            let envelope = event.envelope(&id, (&self.region, &self.account_id));
            for target in targets {
                let input = target.input(&envelope);
                self.call_with((target.function, input), true, now);
            }
        }
        while let Some(number) = self.calls.take_due(now) {
            self.call_for_event(number);
        }
        outcome
    }

    fn tick_mapping(
        &mut self,
        number: u64,
        now: Timestamp,
        (tables, watch): (&Tables, &mut CloudWatch),
    ) -> Result<(), Error> {
        let region = Arc::clone(&self.region);
        let awaited = &self.awaited;
        let mapping = self.mappings.get_mut(&number).filter(|mapping| !awaited.contains(&mapping.function));
        let Some(mapping) = mapping else { return Ok(()) };
        if mapping.next_event_at(tables).is_none_or(|at| at > now) {
            return Ok(());
        }
        let mut gone = Vec::new();
        let outcome = mapping.read((tables, &region), now, &mut gone);
        gone.into_iter().for_each(|shard| self.change(Part::Shard(number, shard)));
        while let Some(mapping) = self.mappings.get_mut(&number) {
            let Some(wish) = mapping.step(tables, &region, now) else { break };
            let (function, wants_answer) = (mapping.function.clone(), mapping.wants_answer());
            match wish {
                Wish::Call { place, content } => {
                    content.observe_age(&function, now, watch);
                    let ticket = Ticket::Lane { mapping: number, place };
                    self.call(&function, content, wants_answer, ticket);
                }
                Wish::Tell { shard, given_up } => {
                    self.tell(number, &shard.1, &given_up, now);
                    self.change(Part::Shard(number, shard.0));
                }
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

    /// Calls a function with a document, as soon as it is known.
    pub(super) fn call_with(
        &mut self,
        (function, input): (FunctionName, String),
        is_repeated: bool,
        at: Timestamp,
    ) {
        let number = self.next_number();
        self.calls.insert(number, EventCall { function, input, is_repeated, failures: 0, at });
        self.change(Part::Call(number));
        self.call_for_event(number);
    }

    fn call_for_event(&mut self, number: u64) {
        let Some(call) = self.calls.get(number) else { return };
        if self.is_known(&call.function) {
            let (function, content) = (call.function.clone(), Content::Document(call.input.clone()));
            self.call(&function, content, false, Ticket::Event(number));
        }
    }

    /// Tells a mapping's destination, if it has one, of records that were given up.
    fn tell(&mut self, number: u64, shard: &str, given_up: &GivenUp, now: Timestamp) {
        let request_id = self.random.uuid();
        let Some(mapping) = self.mappings.get(&number) else { return };
        let destination = mapping.options.on_failure.as_deref().and_then(FunctionName::parse);
        let arn = self.function_arn(&mapping.function);
        let document = mapping.describe_failure(shard, given_up, (&request_id, &arn), now);
        if let Some((destination, document)) = destination.zip(document) {
            self.call_with((destination, document), false, now);
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
                let Some(found) = self.mappings.get_mut(&mapping) else { return };
                let is_news = found.note_result(outcome);
                if let Some(given_up) = found.settle(&place, outcome, now) {
                    self.tell(mapping, &place.shard, &given_up, now);
                }
                if is_news {
                    self.change(Part::Mapping(mapping));
                }
                self.change(Part::Shard(mapping, place.number));
            }
            Some(Ticket::Event(call)) => {
                self.calls.settle(call, *outcome == Outcome::Failed, now);
                self.change(Part::Call(call));
            }
            None => {}
        }
    }
}
