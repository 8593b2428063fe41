//! The engines of a scenario: one, or one for each Region with global tables between them.

use std::time::Duration;

use dynacore::clock::Timestamp;
use dynacore::engine::Engine;
use dynacore::error::Error;
use dynacore::request::{Operation, Response, Service};
use dynacore::store::MemoryStore;
use dynacore::table::Settings;
use dynacore::table::partition::PartitionDescription;
use dynacore::world::World;
use serde_json::{Value, json};

use crate::error::PlanError;
use crate::report::{Replication, ReplicationMinute};
use crate::request::RequestReader;
use crate::scenario::Scenario;
use crate::table::Console;

/// How long before the scenario its tables are made for each replica, where they are replicated. It is little, so that
/// tables begin with what they would have had without it.
const PREPARATION: Duration = Duration::from_millis(50);
/// How long a message takes meanwhile.
const PREPARATION_LATENCY: Duration = Duration::from_millis(1);

/// Datapoints of one answer of GetMetricStatistics at most.
const DATAPOINTS_MAX: f64 = 1_440.0;

/// The engines.
pub struct Engines {
    engines: Vec<Engine>,
    /// Where there is more than one.
    world: Option<World>,
}

impl Engines {
    /// Engines without tables.
    pub fn new(scenario: &Scenario, seed: u64) -> Self {
        let settings = |region: &String| Settings {
            initial_burst_seconds: scenario.initial_burst_seconds,
            throttle_on_demand: true,
            region: region.clone(),
            ..Settings::default()
        };
        let engine = |region| Engine::new(settings(region), Box::new(MemoryStore::new()), seed);
        let world = (scenario.regions.len() > 1).then(|| World::new(&scenario.regions, None, seed));
        Self { engines: scenario.regions.iter().map(engine).collect(), world }
    }

    /// Carries out an operation in a Region, after what was due there and between the Regions.
    ///
    /// # Errors
    /// The operation's exceptions.
    pub fn execute(
        &mut self,
        region: usize,
        operation: &Operation,
        now: Timestamp,
    ) -> Result<Response, Error> {
        let Some(world) = &mut self.world else { return self.engines[region].execute(operation, now) };
        world.tick(&mut self.engines, now)?;
        let outcome = world.execute(&mut self.engines, region, operation, now);
        // So that a change is sent when it is made, and not when somebody calls next.
        world.tick(&mut self.engines, now)?;
        outcome
    }

    /// The partitions of a table or of an index.
    ///
    /// # Errors
    /// [`PlanError::Refused`].
    pub fn partitions(
        &self,
        region: usize,
        (table, index): (&str, Option<&str>),
        now: Timestamp,
    ) -> Result<Vec<PartitionDescription>, PlanError> {
        let described = self.engines[region].describe_partitions(table, index, now);
        described.map_err(|error| refused(&error))
    }

    /// Lets happen what is due.
    ///
    /// # Errors
    /// [`PlanError::Refused`] where a store failed.
    pub fn tick(&mut self, now: Timestamp) -> Result<(), PlanError> {
        let Some(world) = &mut self.world else { return Ok(()) };
        world.tick(&mut self.engines, now).map_err(|error| refused(&error))
    }

    /// Makes the scenario's tables in all Regions, so that they serve at `start`.
    ///
    /// # Errors
    /// [`PlanError::Refused`], for example where a provisioned table is to be replicated whose writes are not scaled.
    pub fn make_tables(
        &mut self,
        scenario: &Scenario,
        reader: &RequestReader,
        start: Timestamp,
    ) -> Result<(), PlanError> {
        if self.world.is_none() {
            let mut console = Console { engines: self, region: 0, reader, now: start };
            return scenario.tables.iter().try_for_each(|table| console.make(table));
        }
        self.set_latency(PREPARATION_LATENCY);
        let replicas = scenario.tables.len() * (scenario.regions.len() - 1);
        let mut now = (0..replicas).fold(start, |now, _| now - PREPARATION);
        for table in &scenario.tables {
            Console { engines: &mut *self, region: 0, reader, now }.make(table)?;
            for region in &scenario.regions[1..] {
                let update = json!({
                    "TableName": table.name, "ReplicaUpdates": [{ "Create": { "RegionName": region } }],
                });
                let mut console = Console { engines: &mut *self, region: 0, reader, now };
                console.call(Service::DynamoDb, "UpdateTable", &update)?;
                now = now + PREPARATION;
                self.check_replicas(&table.name, reader, now)?;
            }
            for region in 1..scenario.regions.len() {
                Console { engines: &mut *self, region, reader, now }.scale_all(table)?;
            }
        }
        self.set_latency(Duration::from_secs_f64(scenario.replication_seconds));
        Ok(())
    }

    /// Whether every replica of a table is active at a time.
    fn check_replicas(
        &mut self,
        table: &str,
        reader: &RequestReader,
        now: Timestamp,
    ) -> Result<(), PlanError> {
        let mut console = Console { engines: self, region: 0, reader, now };
        let answer = console.call(Service::DynamoDb, "DescribeTable", &json!({ "TableName": table }))?;
        let replicas = answer["Table"]["Replicas"].as_array().cloned().unwrap_or_default();
        let waiting = replicas.iter().find(|replica| replica["ReplicaStatus"] != "ACTIVE");
        match waiting {
            None => Ok(()),
            Some(replica) => {
                let text = format!("{table}: its replica in {} is not active in time", replica["RegionName"]);
                Err(PlanError::Refused(text))
            }
        }
    }

    fn set_latency(&mut self, latency: Duration) {
        let Some(world) = &mut self.world else { return };
        for one in 0..self.engines.len() {
            for other in one + 1..self.engines.len() {
                world.network_mut().set_latency(one, other, latency);
            }
        }
    }

    /// What CloudWatch has of the replication of every table, from each Region to each other.
    ///
    /// # Errors
    /// [`PlanError::Refused`].
    pub fn replication(
        &mut self,
        scenario: &Scenario,
        reader: &RequestReader,
        (start, end): (Timestamp, Timestamp),
    ) -> Result<Vec<Replication>, PlanError> {
        let mut all = Vec::new();
        if self.world.is_none() {
            return Ok(all);
        }
        let minutes = (end.since(start).as_secs_f64() / 60.0 / DATAPOINTS_MAX).ceil().max(1.0);
        for table in &scenario.tables {
            for (position, from) in scenario.regions.iter().enumerate() {
                for to in scenario.regions.iter().filter(|to| *to != from) {
                    let mut points = |metric: &str| {
                        let body = json!({
                            "Namespace": "AWS/DynamoDB", "MetricName": metric, "Period": 60 * minutes as u64,
                            "StartTime": start.as_seconds_f64(), "EndTime": end.as_seconds_f64() + 60.0,
                            "Statistics": ["SampleCount", "Sum", "Maximum"],
                            "Dimensions": [
                                { "Name": "TableName", "Value": table.name },
                                { "Name": "ReceivingRegion", "Value": to },
                            ],
                        });
                        let mut console = Console { engines: &mut *self, region: position, reader, now: end };
                        console.call(Service::CloudWatch, "GetMetricStatistics", &body)
                    };
                    let (latencies, pending) =
                        (points("ReplicationLatency")?, points("PendingReplicationCount")?);
                    let minutes = series(&latencies, &pending, start);
                    all.push(Replication::new(&table.name, (from, to), minutes));
                }
            }
        }
        Ok(all)
    }
}

/// The points of both metrics by the minute in which they begin.
fn series(latencies: &Value, pending: &Value, start: Timestamp) -> Vec<ReplicationMinute> {
    let points = |answer: &Value| answer["Datapoints"].as_array().cloned().unwrap_or_default();
    let waiting: Vec<(f64, f64)> = points(pending).iter().map(|point| at(point, "Maximum")).collect();
    let made = points(latencies);
    made.iter()
        .map(|point| {
            let (second, replicated) = at(point, "SampleCount");
            let (_, sum) = at(point, "Sum");
            let (_, max) = at(point, "Maximum");
            let pending = waiting.iter().find(|(at, _)| *at == second).map_or(0.0, |(_, count)| *count);
            ReplicationMinute {
                second: second - start.as_seconds_f64(),
                replicated: replicated as u64,
                latency_milliseconds: [sum / replicated.max(1.0), max],
                pending_max: pending as u64,
            }
        })
        .collect()
}

/// When a datapoint begins, and one of its statistics.
fn at(point: &Value, statistic: &str) -> (f64, f64) {
    (point["Timestamp"].as_f64().unwrap_or(0.0), point[statistic].as_f64().unwrap_or(0.0))
}

fn refused(error: &Error) -> PlanError {
    PlanError::Refused(error.message().to_owned())
}
