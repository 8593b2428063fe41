//! The run: requests, answers and minutes in order of their time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use dynacore::clock::{NANOS_PER_SECOND, Timestamp};
use dynacore::error::{Error, ThrottlingReason};
use dynacore::random::Random;
use hdrhistogram::Histogram;

use crate::arrival::ArrivalTimes;
use crate::bill::{Bill, Usage};
use crate::client::Client;
use crate::error::PlanError;
use crate::key_choice::KeyChoice;
use crate::latency::LatencyDraw;
use crate::recommendation::recommend;
use crate::regions::Engines;
use crate::report::{
    LoadMinute, LoadReport, PartitionReport, Percentiles, Report, ResourceReport, TableReport,
};
use crate::request::{RequestPlan, RequestReader, RequestWriter};
use crate::scenario::{Load, Rate, Scenario};
use crate::table::Console;
use crate::trace::Trace;
use crate::watched::{Watched, consumed_units};

/// When virtual time begins: 2025-01-01T00:00:00Z, at the beginning of a day because quotas count days.
const START: Timestamp = Timestamp::from_seconds(1_735_689_600);

const MINUTE_SECONDS: f64 = 60.0;

/// Latencies up to an hour, in microseconds, within 0.1 %.
const LATENCY_MICROSECONDS_MAX: u64 = 3_600_000_000;
const SIGNIFICANT_DIGITS: u8 = 3;

/// Events between two calls of the progress function.
const EVENTS_BETWEEN_PROGRESS: u64 = 4_096;

/// Plays a scenario. `progress` is told how much of it is done, from 0 to 1, and ends it by answering false.
///
/// # Errors
/// [`PlanError`].
pub fn simulate(scenario: &Scenario, progress: &mut dyn FnMut(f64) -> bool) -> Result<Report, PlanError> {
    let mut simulation = Simulation::new(scenario)?;
    simulation.run(progress)?;
    simulation.report()
}

/// What happens at a moment.
enum Event {
    /// A load's next request comes.
    Arrival(usize),
    /// A request is tried again.
    Retry(Box<Flight>),
    /// A minute is over.
    MinuteEnd,
}

/// A request that is not answered yet.
struct Flight {
    load: usize,
    plan: RequestPlan,
    came_at: f64,
    attempts: u32,
}

/// An event in the queue: by time, and of equal times by the order in which they were put in.
struct Due {
    second: f64,
    number: u64,
    event: Event,
}

impl PartialEq for Due {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.second.total_cmp(&other.second).then(self.number.cmp(&other.number))
    }
}

/// Where a load's requests come from.
enum Source {
    Process { times: ArrivalTimes, keys: KeyChoice },
    Recorded(Box<Trace>),
}

/// One load while it runs.
struct Running {
    load: Load,
    /// The position of the Region that it calls.
    region: usize,
    source: Source,
    upcoming: Option<RequestPlan>,
    client: Client,
    writer: RequestWriter,
    random: Random,
    latency: Histogram<u64>,
    report: LoadReport,
}

struct Simulation<'a> {
    scenario: &'a Scenario,
    engines: Engines,
    reader: RequestReader,
    latency: LatencyDraw,
    running: Vec<Running>,
    watched: Vec<Watched>,
    /// For each table of each Region the most heat of a partition by the first hash it holds, which a split does not change.
    heat_max: Vec<BTreeMap<u64, f64>>,
    queue: BinaryHeap<Reverse<Due>>,
    next_number: u64,
    now: f64,
    last_minute: f64,
    attempts: u64,
    end: f64,
}

impl<'a> Simulation<'a> {
    fn new(scenario: &'a Scenario) -> Result<Self, PlanError> {
        let mut seeds = Random::new(scenario.seed);
        let mut engines = Engines::new(scenario, seeds.next_u64());
        let mut running = Vec::new();
        for load in &scenario.loads {
            running.push(Running::new(scenario, load, Random::new(seeds.next_u64()))?);
        }
        let has_replicas = scenario.regions.len() > 1;
        let places = scenario
            .regions
            .iter()
            .flat_map(|region| scenario.tables.iter().map(move |table| (region, table)));
        let watched = places.flat_map(|(region, table)| {
            let indexes = table.indexes.iter().map(|index| Some(index.name.clone()));
            let resources = std::iter::once(None).chain(indexes);
            resources.map(move |index| Watched::new((region, &table.name), index, has_replicas))
        });
        let reader = RequestReader::new();
        engines.make_tables(scenario, &reader, START)?;
        Ok(Self {
            scenario,
            engines,
            reader,
            latency: LatencyDraw::new(scenario.latency),
            running,
            watched: watched.collect(),
            heat_max: vec![BTreeMap::new(); scenario.regions.len() * scenario.tables.len()],
            queue: BinaryHeap::new(),
            next_number: 0,
            now: 0.0,
            last_minute: 0.0,
            attempts: 0,
            end: if scenario.seconds > 0.0 { scenario.seconds } else { f64::INFINITY },
        })
    }

    fn run(&mut self, progress: &mut dyn FnMut(f64) -> bool) -> Result<(), PlanError> {
        for load in 0..self.running.len() {
            self.expect_arrival(load)?;
        }
        self.push(MINUTE_SECONDS.min(self.end), Event::MinuteEnd);
        let mut events = 0_u64;
        while let Some(Reverse(due)) = self.queue.pop() {
            if due.second > self.end {
                break;
            }
            self.now = due.second;
            match due.event {
                Event::Arrival(load) => self.arrive(load)?,
                Event::Retry(flight) => self.attempt(flight)?,
                Event::MinuteEnd => self.end_minute()?,
            }
            events += 1;
            let done = if self.end.is_finite() { self.now / self.end } else { 0.0 };
            if events.is_multiple_of(EVENTS_BETWEEN_PROGRESS) && !progress(done) {
                return Err(PlanError::Interrupted);
            }
        }
        if self.now > self.last_minute {
            self.look(self.now)?;
        }
        for due in std::mem::take(&mut self.queue) {
            if let Event::Retry(flight) = due.0.event {
                self.running[flight.load].report.unfinished += u64::from(self.counted(flight.came_at));
            }
        }
        Ok(())
    }

    fn push(&mut self, second: f64, event: Event) {
        self.queue.push(Reverse(Due { second, number: self.next_number, event }));
        self.next_number += 1;
    }

    fn expect_arrival(&mut self, load: usize) -> Result<(), PlanError> {
        if let Some(second) = self.running[load].next_arrival(self.end)? {
            self.push(second, Event::Arrival(load));
        }
        Ok(())
    }

    /// Whether a request that came at a moment is in the figures.
    fn counted(&self, came_at: f64) -> bool {
        came_at >= self.scenario.warm_up_seconds
    }

    fn arrive(&mut self, load: usize) -> Result<(), PlanError> {
        let plan = self.running[load].upcoming.take().expect("an arrival was prepared before it was queued");
        self.running[load].report.requests += u64::from(self.counted(self.now));
        self.attempt(Box::new(Flight { load, plan, came_at: self.now, attempts: 0 }))?;
        self.expect_arrival(load)
    }

    fn attempt(&mut self, mut flight: Box<Flight>) -> Result<(), PlanError> {
        let counted = self.counted(flight.came_at);
        let running = &mut self.running[flight.load];
        let operation = running.writer.operation(flight.plan, &self.reader)?;
        flight.attempts += 1;
        self.attempts += 1;
        let answer_in = self.latency.draw(&mut running.random);
        let answered_at = self.now + answer_in;
        match self.engines.execute(running.region, &operation, timestamp(self.now)) {
            Ok(_) => {
                running.client.succeeded(flight.attempts);
                if counted {
                    running.succeed(self.now, answered_at - flight.came_at);
                }
                Ok(())
            }
            Err(Error::ProvisionedThroughputExceeded(reasons) | Error::Throttling(_, reasons)) => {
                let delay = running.client.delay(flight.attempts, &mut running.random);
                if counted {
                    running.throttle(self.now, &reasons, delay.is_none());
                }
                if let Some(delay) = delay {
                    self.push(answered_at + delay, Event::Retry(flight));
                }
                Ok(())
            }
            Err(error) => Err(PlanError::Refused(format!("{}: {}", running.report.name, error.message()))),
        }
    }

    fn end_minute(&mut self) -> Result<(), PlanError> {
        self.look(self.now)?;
        // Without an end the scenario is over when nothing else is to come.
        if self.end.is_finite() || !self.queue.is_empty() {
            let next = (self.now + MINUTE_SECONDS).min(self.end);
            if next > self.now {
                self.push(next, Event::MinuteEnd);
            }
        }
        Ok(())
    }

    /// Notes what was consumed and is provisioned, for the time since the last look.
    fn look(&mut self, now: f64) -> Result<(), PlanError> {
        let seconds = now - self.last_minute;
        let time = timestamp(now);
        self.engines.tick(time)?;
        let (mut position, mut number) = (0, 0);
        for region in 0..self.scenario.regions.len() {
            for table in &self.scenario.tables {
                let mut console =
                    Console { engines: &mut self.engines, region, reader: &self.reader, now: time };
                let provisioned = console.provisioned(table)?;
                let described = self.engines.partitions(region, (&table.name, None), time)?;
                for partition in &described {
                    let heat = self.heat_max[number].entry(partition.range.start).or_default();
                    *heat = heat.max(partition.heat());
                }
                number += 1;
                let mut consumed = vec![consumed_units(&described)];
                for index in &table.indexes {
                    let described =
                        self.engines.partitions(region, (&table.name, Some(&index.name)), time)?;
                    consumed.push(consumed_units(&described));
                }
                for (units, consumed) in provisioned.into_iter().zip(consumed) {
                    self.watched[position].note(seconds, units, consumed);
                    position += 1;
                }
            }
        }
        self.last_minute = now;
        Ok(())
    }

    fn report(mut self) -> Result<Report, PlanError> {
        let tables = self.table_reports()?;
        let span = (START, timestamp(self.now));
        let replication = self.engines.replication(self.scenario, &self.reader, span)?;
        let loads: Vec<LoadReport> = self.running.into_iter().map(Running::finish).collect();
        let resources: Vec<ResourceReport> = self.watched.into_iter().map(|watched| watched.report).collect();
        Ok(Report {
            name: self.scenario.name.clone(),
            seed: self.scenario.seed,
            seconds: self.now,
            attempts: self.attempts,
            recommendations: recommend(self.scenario, &loads, &resources, &tables),
            loads,
            resources,
            tables,
            regions: self.scenario.regions.clone(),
            replication,
        })
    }

    fn table_reports(&self) -> Result<Vec<TableReport>, PlanError> {
        let mut tables = Vec::new();
        let mut heats = self.heat_max.iter();
        for (position, region) in self.scenario.regions.iter().enumerate() {
            for table in &self.scenario.tables {
                let heats = heats.next().expect("there are heats for each table of each Region");
                let described =
                    self.engines.partitions(position, (&table.name, None), timestamp(self.now))?;
                let partitions = described.into_iter().map(|partition| PartitionReport {
                    hash_share: (partition.range.end - partition.range.start) as f64 / u64::MAX as f64,
                    items: partition.items,
                    bytes: partition.bytes,
                    units: [partition.read_units.as_f64(), partition.write_units.as_f64()],
                    heat_max: heats.get(&partition.range.start).copied().unwrap_or(0.0),
                });
                let is_its = |watched: &&Watched| {
                    watched.report.table == table.name && watched.report.region == *region
                };
                let usage: Vec<Usage> =
                    self.watched.iter().filter(is_its).map(|watched| watched.usage).collect();
                let replicated = usage.iter().find(|usage| usage.is_replicated);
                tables.push(TableReport {
                    name: table.name.clone(),
                    region: region.clone(),
                    replicated_write_units: replicated.map(|usage| usage.consumed[1]),
                    partitions: partitions.collect(),
                    bill: Bill::new(&usage, table.read_units.is_some(), &self.scenario.prices),
                });
            }
        }
        Ok(tables)
    }
}

impl Running {
    fn new(scenario: &Scenario, load: &Load, random: Random) -> Result<Self, PlanError> {
        let table = scenario.table(&load.table).expect("a scenario's loads were checked");
        if let Rate::Recorded(recorded) = &load.rate {
            return Err(PlanError::Scenario(format!(
                "{}: its rate is in a file that was not read; call Scenario::resolve_files first",
                recorded.cloudwatch
            )));
        }
        let source = match &load.trace {
            Some(path) => Source::Recorded(Box::new(Trace::open(path, load.item_bytes)?)),
            None => Source::Process {
                times: ArrivalTimes::new(load.rate.clone(), load.arrivals),
                keys: KeyChoice::new(load.keys),
            },
        };
        let latency = Histogram::new_with_bounds(1, LATENCY_MICROSECONDS_MAX, SIGNIFICANT_DIGITS)
            .expect("the bounds are in order");
        let region = scenario.region_of(load).expect("a scenario's loads were checked");
        Ok(Self {
            load: load.clone(),
            region,
            source,
            upcoming: None,
            client: Client::new(load.retry),
            writer: RequestWriter::new(table, load),
            random,
            latency,
            report: LoadReport {
                name: load.title(),
                table: load.table.clone(),
                region: scenario.regions[region].clone(),
                requests: 0,
                succeeded: 0,
                gave_up: 0,
                unfinished: 0,
                throttled_attempts: 0,
                reasons: BTreeMap::new(),
                latency_milliseconds: None,
                minutes: Vec::new(),
            },
        })
    }

    /// Prepares the next request and says when it comes.
    fn next_arrival(&mut self, end: f64) -> Result<Option<f64>, PlanError> {
        match &mut self.source {
            Source::Process { times, keys } => {
                let Some(second) = times.next(&mut self.random, end) else { return Ok(None) };
                let key = keys.choose(&mut self.random, second);
                let (operation, item_bytes) = (self.load.operation, self.load.item_bytes);
                self.upcoming = Some(RequestPlan { operation, key, item_bytes });
                Ok(Some(second))
            }
            Source::Recorded(trace) => {
                let Some((second, plan)) = trace.next()? else { return Ok(None) };
                self.upcoming = Some(plan);
                Ok(Some(second))
            }
        }
    }

    fn minute(&mut self, second: f64) -> &mut LoadMinute {
        let minute = (second / MINUTE_SECONDS) as usize;
        if self.report.minutes.len() <= minute {
            self.report.minutes.resize(minute + 1, LoadMinute::default());
        }
        &mut self.report.minutes[minute]
    }

    fn succeed(&mut self, now: f64, seconds: f64) {
        self.report.succeeded += 1;
        self.minute(now).succeeded += 1;
        self.latency.saturating_record(((seconds * 1e6) as u64).max(1));
    }

    fn throttle(&mut self, now: f64, reasons: &[ThrottlingReason], last: bool) {
        self.report.throttled_attempts += 1;
        self.report.gave_up += u64::from(last);
        let minute = self.minute(now);
        minute.throttled += 1;
        minute.gave_up += u64::from(last);
        for reason in reasons {
            let resource =
                reason.resource.split_once(":table/").map_or(reason.resource.as_str(), |(_, name)| name);
            let text = format!("{} on {resource}", reason.reason);
            *self.report.reasons.entry(text).or_default() += 1;
        }
    }

    fn finish(mut self) -> LoadReport {
        self.report.latency_milliseconds = Percentiles::of(&self.latency);
        self.report
    }
}

fn timestamp(second: f64) -> Timestamp {
    Timestamp::from_nanos(START.as_nanos() + (second * NANOS_PER_SECOND as f64) as i64)
}
