//! All tables of one account in one Region, with the store that holds their items.

use std::collections::BTreeMap;
use std::ops::{Bound, ControlFlow};
use std::time::Duration;

use crate::clock::Timestamp;
use crate::error::Error;
use crate::random::Random;
use crate::store::{Batch, Direction, Space, Store, Write};
use crate::table::catalog::{Definition, State, Table};
use crate::table::key_span::KeySpan;
use crate::table::partition::{Partitions, Tally};
use crate::table::read::Reading;
use crate::table::throughput::{Kind, Mode, Throughput};
use crate::table::write::Writing;
use crate::value::ItemRef;

/// How a database behaves, chosen when it is opened.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The Region in ARNs.
    pub region: String,
    /// The twelve digits in ARNs.
    pub account_id: String,
    /// Whether provisioned tables refuse what exceeds their throughput.
    pub throttle: bool,
    /// Seconds of throughput that a new table's burst bucket holds, 0 to 300.
    pub initial_burst_seconds: u32,
    /// How long CREATING, UPDATING and DELETING last.
    pub table_transition: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account_id: "000000000000".to_owned(),
            throttle: true,
            initial_burst_seconds: 300,
            table_transition: Duration::ZERO,
        }
    }
}

/// The first space that holds items; lower ones are kept for what the database says about itself.
const FIRST_ITEM_SPACE: u32 = 16;

/// The tables and their store.
pub struct Tables {
    settings: Settings,
    store: Box<dyn Store>,
    by_name: BTreeMap<String, Table>,
    next_space: u32,
    random: Random,
    /// When the next state ends by itself; kept so that an operation need not look at every table.
    next_transition: Option<Timestamp>,
}

impl Tables {
    /// No tables, over an empty store.
    #[must_use]
    pub fn new(settings: Settings, store: Box<dyn Store>, seed: u64) -> Self {
        Self {
            settings,
            store,
            by_name: BTreeMap::new(),
            next_space: FIRST_ITEM_SPACE,
            random: Random::new(seed),
            next_transition: None,
        }
    }

    /// How the database behaves.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// A table in any state.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Table> {
        self.by_name.get(name)
    }

    /// Up to `limit` names behind `start`, in order, and whether more follow.
    #[must_use]
    pub fn names(&self, start: Option<&str>, limit: usize) -> (Vec<String>, bool) {
        let lower = start.map_or(Bound::Unbounded, Bound::Excluded);
        let mut names = self.by_name.range::<str, _>((lower, Bound::Unbounded)).map(|(name, _)| name.clone());
        let page: Vec<String> = names.by_ref().take(limit).collect();
        let more = names.next().is_some();
        (page, more)
    }

    fn serving(&mut self, name: &str) -> Result<(&mut Table, &mut dyn Store), Error> {
        match self.by_name.get_mut(name) {
            Some(table) if matches!(table.state, State::Active | State::Updating { .. }) => {
                Ok((table, self.store.as_mut()))
            }
            _ => Err(Error::ResourceNotFound("Requested resource not found".to_owned())),
        }
    }

    /// A table, open for reading.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where it does not serve.
    pub fn reading(&mut self, name: &str, now: Timestamp) -> Result<Reading<'_>, Error> {
        self.serving(name).map(|(table, store)| Reading { table, store, now })
    }

    /// A table, open for writing.
    ///
    /// # Errors
    /// `ResourceNotFoundException` where it does not serve.
    pub fn writing(&mut self, name: &str, now: Timestamp) -> Result<Writing<'_>, Error> {
        self.serving(name).map(|(table, store)| Writing { table, store, now })
    }

    /// Makes a table.
    ///
    /// # Errors
    /// `ResourceInUseException` where the name is taken, `LimitExceededException` for more throughput than one
    /// table may have.
    pub fn create(&mut self, definition: Definition, now: Timestamp) -> Result<&Table, Error> {
        let name = definition.name.clone();
        if self.by_name.contains_key(&name) {
            return Err(Error::ResourceInUse(format!("Table already exists: {name}")));
        }
        definition.mode.check_maximum(&self.settings.region)?;
        let (read, write) = (definition.mode.units(Kind::Read), definition.mode.units(Kind::Write));
        let until = now + self.settings.table_transition;
        let table = Table {
            arn: self.arn(&name),
            id: self.random.uuid(),
            space: Space(self.next_space),
            created: now,
            state: State::Creating { until },
            throughput: Throughput::new(definition.mode, self.settings.initial_burst_seconds, now),
            partitions: Partitions::new(Partitions::initial_count(read, write, 0), now),
            throttles: self.settings.throttle,
            definition,
        };
        self.next_space += 1;
        self.expect_transition(until);
        Ok(self.by_name.entry(name).or_insert(table))
    }

    /// The ARN of a table's name.
    #[must_use]
    pub fn arn(&self, name: &str) -> String {
        format!("arn:aws:dynamodb:{}:{}:table/{name}", self.settings.region, self.settings.account_id)
    }

    /// Starts to remove a table. Removing one that is being removed is no error.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException` while it is made or changed, `ValidationException` while
    /// it is protected.
    pub fn delete(&mut self, name: &str, now: Timestamp) -> Result<&Table, Error> {
        let until = now + self.settings.table_transition;
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        if !matches!(table.state, State::Deleting { .. }) {
            refuse_unless_active(table)?;
            if table.definition.deletion_protection {
                return Err(Error::Validation(format!(
                    "Resource cannot be deleted as it is currently protected against deletion. Disable deletion \
                     protection first. Table: {name}"
                )));
            }
            table.state = State::Deleting { until };
            self.expect_transition(until);
        }
        Ok(&self.by_name[name])
    }

    /// Starts to change a table's billing mode or throughput; it takes effect when UPDATING ends.
    ///
    /// # Errors
    /// `ResourceNotFoundException`, `ResourceInUseException`, or what [`Throughput::check_change`] refuses.
    pub fn change_throughput(&mut self, name: &str, mode: Mode, now: Timestamp) -> Result<&Table, Error> {
        let until = now + self.settings.table_transition;
        let region = self.settings.region.clone();
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        refuse_unless_active(table)?;
        table.throughput.check_change(mode, &region, now)?;
        table.state = State::Updating { until, mode };
        self.expect_transition(until);
        Ok(&self.by_name[name])
    }

    /// Switches a table's deletion protection, at once.
    ///
    /// # Errors
    /// `ResourceNotFoundException` or `ResourceInUseException`.
    pub fn protect(&mut self, name: &str, protection: bool) -> Result<&Table, Error> {
        let table = self.by_name.get_mut(name).ok_or_else(|| not_found(name))?;
        refuse_unless_active(table)?;
        table.definition.deletion_protection = protection;
        Ok(table)
    }

    fn expect_transition(&mut self, until: Timestamp) {
        self.next_transition = Some(self.next_transition.map_or(until, |next| next.min(until)));
    }

    /// When the next table changes its state by itself.
    #[must_use]
    pub fn next_transition(&self) -> Option<Timestamp> {
        self.next_transition
    }

    /// Ends the states that are due, in the order of their names.
    ///
    /// # Errors
    /// `InternalServerError` when the store cannot drop a table's items; the table stays then.
    pub fn tick(&mut self, now: Timestamp) -> Result<(), Error> {
        if self.next_transition.is_none_or(|next| next > now) {
            return Ok(());
        }
        let due = |table: &Table| table.state.until().is_some_and(|until| until <= now);
        let names: Vec<String> =
            self.by_name.iter().filter(|(_, table)| due(table)).map(|(name, _)| name.clone()).collect();
        for name in names {
            self.end_state(&name)?;
        }
        self.next_transition = self.by_name.values().filter_map(|table| table.state.until()).min();
        Ok(())
    }

    fn end_state(&mut self, name: &str) -> Result<(), Error> {
        let Some(table) = self.by_name.get_mut(name) else { return Ok(()) };
        match table.state {
            State::Active => {}
            State::Creating { .. } => table.state = State::Active,
            State::Updating { until, mode } => {
                table.state = State::Active;
                change_mode(table, self.store.as_ref(), mode, until)?;
            }
            State::Deleting { .. } => {
                let mut batch = Batch::default();
                batch.writes.push(Write::Clear(table.space));
                self.store.commit(batch)?;
                self.by_name.remove(name);
            }
        }
        Ok(())
    }
}

/// Gives a table its new throughput, with as many partitions as that needs. A split counts its lower half, so the
/// tallies stay exact; that walk is paid once a split, never by a request.
fn change_mode(table: &mut Table, store: &dyn Store, mode: Mode, now: Timestamp) -> Result<(), Error> {
    table.definition.mode = mode;
    table.throughput.apply_change(mode, now);
    let mut failure = None;
    let space = table.space;
    table.partitions.grow(mode.units(Kind::Read), mode.units(Kind::Write), now, |range| {
        let mut tally = Tally::default();
        let span = KeySpan::of_hashes(range);
        let walked = store.scan(space, span.range(), Direction::Forward, &mut |entry| {
            tally.items += 1;
            tally.bytes += ItemRef::trusted(entry.value()).size() as u64;
            ControlFlow::Continue(())
        });
        failure = failure.take().or(walked.err());
        tally
    });
    failure.map_or(Ok(()), |failure| Err(failure.into()))
}

/// The error of control-plane operations for a table that is not there.
#[must_use]
pub fn not_found(name: &str) -> Error {
    Error::ResourceNotFound(format!("Requested resource not found: Table: {name} not found"))
}

fn refuse_unless_active(table: &Table) -> Result<(), Error> {
    let name = &table.definition.name;
    let doing = match table.state {
        State::Active => return Ok(()),
        State::Creating { .. } => "created",
        State::Updating { .. } => "updated",
        State::Deleting { .. } => "deleted",
    };
    Err(Error::ResourceInUse(format!(
        "Attempt to change a resource which is still in use: Table is being {doing}: {name}"
    )))
}
