//! What is simulated.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cloudwatch::read_curve;
use crate::error::PlanError;

/// A scenario: tables, the loads on them, and the world they live in.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What a report calls it.
    #[serde(default)]
    pub name: String,
    /// Seconds of virtual time; of a trace, 0 plays all of it.
    #[serde(default)]
    pub seconds: f64,
    /// Determines everything that is left to chance.
    #[serde(default)]
    pub seed: u64,
    /// Seconds of unused throughput that tables start with, 0 to 300.
    #[serde(default = "full_burst")]
    pub initial_burst_seconds: u32,
    /// Seconds from the beginning that are played but left out of the figures.
    #[serde(default)]
    pub warm_up_seconds: f64,
    /// The Regions. Where there are several, every table is a global one with a replica in each of them.
    #[serde(default = "one_region")]
    pub regions: Vec<String>,
    /// Seconds that a change takes from one Region to another.
    #[serde(default = "replication_seconds")]
    pub replication_seconds: f64,
    /// The tables.
    #[serde(rename = "table")]
    pub tables: Vec<Table>,
    /// Who calls them.
    #[serde(rename = "load", default)]
    pub loads: Vec<Load>,
    /// How long an answer takes that is not throttled.
    #[serde(default)]
    pub latency: Latency,
    /// What AWS charges.
    #[serde(default)]
    pub prices: Prices,
}

const fn full_burst() -> u32 {
    300
}

fn one_region() -> Vec<String> {
    vec!["us-east-1".to_owned()]
}

/// "Within a second or less", AWS says of it.
const fn replication_seconds() -> f64 {
    0.5
}

/// A table. Without units it is on demand.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// The attribute of its partition key, a string.
    pub partition_key: String,
    /// The attribute of its sort key, a string.
    pub sort_key: Option<String>,
    /// Provisioned read capacity units.
    pub read_units: Option<u64>,
    /// Provisioned write capacity units.
    pub write_units: Option<u64>,
    /// Application Auto Scaling of reads.
    pub read_scaling: Option<Scaling>,
    /// Application Auto Scaling of writes.
    pub write_scaling: Option<Scaling>,
    /// Global secondary indexes.
    #[serde(rename = "index", default)]
    pub indexes: Vec<Index>,
}

/// A global secondary index.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// The attribute of its partition key, a string.
    pub partition_key: String,
    /// How many values that attribute has in the items written; few of them make a hot index.
    #[serde(default = "many_values")]
    pub partition_values: u64,
    /// Provisioned read capacity units.
    pub read_units: Option<u64>,
    /// Provisioned write capacity units.
    pub write_units: Option<u64>,
    /// Application Auto Scaling of reads.
    pub read_scaling: Option<Scaling>,
    /// Application Auto Scaling of writes.
    pub write_scaling: Option<Scaling>,
}

const fn many_values() -> u64 {
    1_000_000
}

/// Target tracking.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Scaling {
    /// The fewest units.
    pub min: u64,
    /// The most units.
    pub max: u64,
    /// Percent of the units that should be used.
    #[serde(default = "target_percent")]
    pub target_percent: f64,
}

const fn target_percent() -> f64 {
    70.0
}

/// Clients that call one table in one way.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Load {
    /// What a report calls it; the operation and its table if it has no name.
    #[serde(default)]
    pub name: String,
    /// The table.
    pub table: String,
    /// The Region that they call; the scenario's first where it is absent.
    pub region: Option<String>,
    /// What they call. With a trace its rows say that.
    #[serde(default)]
    pub operation: OperationKind,
    /// The global index that a Query reads.
    pub index: Option<String>,
    /// Requests a second: a number, or points in time between which it changes evenly.
    #[serde(default)]
    pub rate: Rate,
    /// How the requests come.
    #[serde(default)]
    pub arrivals: Arrivals,
    /// Which keys they have.
    #[serde(default)]
    pub keys: Keys,
    /// Bytes of an item that is written, key included.
    #[serde(default = "item_bytes")]
    pub item_bytes: usize,
    /// Whether reads are strongly consistent.
    #[serde(default)]
    pub consistent: bool,
    /// Items that a Query or Scan reads at most.
    #[serde(default = "page_items")]
    pub page_items: u64,
    /// What a client does when it is throttled.
    #[serde(default)]
    pub retry: Retry,
    /// Requests one after the other from a file: CSV with the columns time, operation, key and size.
    pub trace: Option<String>,
}

const fn item_bytes() -> usize {
    400
}

const fn page_items() -> u64 {
    10
}

/// The operations that a load can have.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub enum OperationKind {
    /// `GetItem`.
    #[default]
    GetItem,
    /// `PutItem`.
    PutItem,
    /// `UpdateItem`, which sets one attribute.
    UpdateItem,
    /// `DeleteItem`.
    DeleteItem,
    /// `Query` of one partition key.
    Query,
    /// `Scan` of one page.
    Scan,
}

/// Requests a second.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(untagged)]
pub enum Rate {
    /// Always the same.
    Constant(f64),
    /// Points of (second, requests a second), in order of time; straight lines between them.
    Curve(Vec<(f64, f64)>),
    /// What CloudWatch recorded of `Consumed...CapacityUnits`.
    Recorded(CloudWatch),
}

/// Sums of consumed units, as `aws cloudwatch get-metric-statistics --statistics Sum` prints them.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct CloudWatch {
    /// The file.
    pub cloudwatch: String,
    /// The period that was asked for.
    #[serde(default = "minute_seconds")]
    pub period_seconds: f64,
    /// What one request of the load consumes.
    #[serde(default = "one_unit")]
    pub units_per_request: f64,
}

const fn minute_seconds() -> f64 {
    60.0
}

const fn one_unit() -> f64 {
    1.0
}

impl Default for Rate {
    fn default() -> Self {
        Self::Constant(1.0)
    }
}

/// How requests come.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Arrivals {
    /// By chance, independent of each other.
    #[default]
    Poisson,
    /// With equal gaps.
    Even,
}

/// Which keys requests have.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(tag = "distribution", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Keys {
    /// Each of `count` equally often.
    Uniform {
        /// How many there are.
        #[serde(default = "key_count")]
        count: u64,
    },
    /// The one of rank r in proportion to `1 / r ** exponent`.
    Zipf {
        /// How many there are.
        #[serde(default = "key_count")]
        count: u64,
        /// 0.99 is YCSB's.
        #[serde(default = "zipf_exponent")]
        exponent: f64,
    },
    /// One key gets `share` of the requests, all others the rest evenly.
    HotKey {
        /// How many there are.
        #[serde(default = "key_count")]
        count: u64,
        /// From 0 to 1.
        share: f64,
    },
    /// A new partition key every `period_seconds`, as with dates: all requests of a period have the same one.
    TimeOrdered {
        /// How long a key is used.
        period_seconds: f64,
    },
    /// Each request has the next number.
    Sequential,
}

impl Default for Keys {
    fn default() -> Self {
        Self::Uniform { count: key_count() }
    }
}

const fn key_count() -> u64 {
    100_000
}

const fn zipf_exponent() -> f64 {
    0.99
}

/// What a client does when it is throttled: the SDK's retry modes (facts 16).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// It gives up.
    None,
    /// Ten attempts, 50 ms and then twice as long each time, without chance: botocore's default for DynamoDB.
    #[default]
    Legacy,
    /// Three attempts, up to 1 s and then twice as long, by chance, while the client's quota lasts.
    Standard,
}

/// The time from a request to its answer: log-normal, in seconds.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Latency {
    /// Half of the answers take less.
    pub median: f64,
    /// One answer in a hundred takes more.
    pub p99: f64,
}

/// "Single-digit milliseconds" is all that AWS publishes; these two are ours.
impl Default for Latency {
    fn default() -> Self {
        Self { median: 0.004, p99: 0.010 }
    }
}

/// US dollars in us-east-1, standard table class, as published in November 2024 and since.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prices {
    /// A provisioned read capacity unit for an hour.
    pub read_unit_hour: f64,
    /// A provisioned write capacity unit for an hour.
    pub write_unit_hour: f64,
    /// A provisioned write capacity unit of a table with replicas, for an hour.
    pub replicated_write_unit_hour: f64,
    /// A million write request units on demand of a table with replicas.
    pub replicated_write_request_units_million: f64,
    /// A million read request units on demand.
    pub read_request_units_million: f64,
    /// A million write request units on demand.
    pub write_request_units_million: f64,
    /// What reserving for one year saves, from 0 to 1 ("up to 54 %").
    pub reserved_one_year_discount: f64,
    /// What reserving for three years saves, from 0 to 1 ("up to 77 %").
    pub reserved_three_years_discount: f64,
}

impl Default for Prices {
    fn default() -> Self {
        Self {
            read_unit_hour: 0.000_13,
            write_unit_hour: 0.000_65,
            replicated_write_unit_hour: 0.000_65,
            replicated_write_request_units_million: 0.625,
            read_request_units_million: 0.125,
            write_request_units_million: 0.625,
            reserved_one_year_discount: 0.54,
            reserved_three_years_discount: 0.77,
        }
    }
}

/// The longest scenario: a year.
const SECONDS_MAX: f64 = 366.0 * 86_400.0;

impl Scenario {
    /// Reads a scenario from TOML.
    ///
    /// # Errors
    /// [`PlanError::Scenario`], with the line where TOML or a value is wrong.
    pub fn from_toml(text: &str) -> Result<Self, PlanError> {
        let scenario: Self = toml::from_str(text).map_err(|error| PlanError::Scenario(error.to_string()))?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Reads a scenario from JSON.
    ///
    /// # Errors
    /// [`PlanError::Scenario`], with the line where JSON or a value is wrong.
    pub fn from_json(text: &str) -> Result<Self, PlanError> {
        let scenario: Self =
            serde_json::from_str(text).map_err(|error| PlanError::Scenario(error.to_string()))?;
        scenario.check()?;
        Ok(scenario)
    }

    /// Takes relative paths of files as being in `directory`, and reads what CloudWatch recorded.
    ///
    /// # Errors
    /// [`PlanError::Scenario`] with the path of a file that cannot be read.
    pub fn resolve_files(&mut self, directory: &Path) -> Result<(), PlanError> {
        for load in &mut self.loads {
            if let Some(trace) = &mut load.trace {
                *trace = directory.join(&*trace).to_string_lossy().into_owned();
            }
            if let Rate::Recorded(recorded) = &load.rate {
                let path = directory.join(&recorded.cloudwatch);
                let curve = read_curve(&path, recorded.period_seconds, recorded.units_per_request)?;
                load.rate = Rate::Curve(curve);
            }
        }
        self.check()
    }

    fn check(&self) -> Result<(), PlanError> {
        let traced = self.loads.iter().any(|load| load.trace.is_some());
        require(in_range(self.seconds, 0.0, SECONDS_MAX), "seconds", "is from 0 to 366 days")?;
        require(traced || self.seconds > 0.0, "seconds", "is missing: how long is simulated?")?;
        require(in_range(self.warm_up_seconds, 0.0, SECONDS_MAX), "warm_up_seconds", "is not negative")?;
        require(self.initial_burst_seconds <= 300, "initial_burst_seconds", "is from 0 to 300")?;
        require(!self.tables.is_empty(), "[[table]]", "is missing: there is nothing to simulate")?;
        let latency = self.latency;
        let ordered = latency.median > 0.0 && latency.p99 >= latency.median && latency.p99.is_finite();
        require(ordered, "latency", "has a median above 0 and a p99 that is not below it")?;
        self.check_regions()?;
        self.tables.iter().try_for_each(Table::check)?;
        self.loads.iter().try_for_each(|load| load.check(self))
    }

    fn check_regions(&self) -> Result<(), PlanError> {
        require(!self.regions.is_empty(), "regions", "has at least one Region")?;
        for (position, region) in self.regions.iter().enumerate() {
            require(!region.is_empty(), "regions", "has names that are not empty")?;
            let once = !self.regions[..position].contains(region);
            require(once, "regions", &format!("has {region} twice"))?;
        }
        require(in_range(self.replication_seconds, 0.0, 3_600.0), "replication_seconds", "is from 0 to 3,600")
    }

    /// The position of the Region that a load calls.
    #[must_use]
    pub fn region_of(&self, load: &Load) -> Option<usize> {
        match &load.region {
            None => Some(0),
            Some(name) => self.regions.iter().position(|region| region == name),
        }
    }

    /// The table of a name.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl Table {
    fn check(&self) -> Result<(), PlanError> {
        let place = format!("table {}", self.name);
        check_units(&place, self.read_units, self.write_units)?;
        check_scaling(&place, self.read_units, self.read_scaling)?;
        check_scaling(&place, self.write_units, self.write_scaling)?;
        for index in &self.indexes {
            let place = format!("{place}, index {}", index.name);
            check_units(&place, index.read_units, index.write_units)?;
            let alike = index.read_units.is_some() == self.read_units.is_some();
            require(alike, &place, "has units if its table has, and none if its table is on demand")?;
            check_scaling(&place, index.read_units, index.read_scaling)?;
            check_scaling(&place, index.write_units, index.write_scaling)?;
            require(index.partition_values > 0, &place, "has at least one of partition_values")?;
        }
        Ok(())
    }
}

impl Load {
    fn check(&self, scenario: &Scenario) -> Result<(), PlanError> {
        let place = format!("load on {}", self.table);
        let Some(table) = scenario.table(&self.table) else {
            return Err(PlanError::Scenario(format!("{place}: there is no table of that name")));
        };
        if scenario.region_of(self).is_none() {
            let name = self.region.as_deref().unwrap_or_default();
            return Err(PlanError::Scenario(format!("{place}: there is no Region {name} in `regions`")));
        }
        if let Some(name) = &self.index {
            let known = table.indexes.iter().any(|index| index.name == *name);
            require(known, &place, &format!("there is no index {name} in that table"))?;
            require(self.operation == OperationKind::Query, &place, "an index is for operation = \"Query\"")?;
        }
        match &self.rate {
            Rate::Constant(rate) => require(in_range(*rate, 0.0, 1e7), &place, "rate is from 0 to 1e7")?,
            Rate::Curve(points) => {
                let rates = points.iter().all(|(_, rate)| in_range(*rate, 0.0, 1e7));
                require(!points.is_empty() && rates, &place, "rate has points, each from 0 to 1e7")?;
                require(
                    points.is_sorted_by(|a, b| a.0 < b.0),
                    &place,
                    "points of rate are in order of time",
                )?;
            }
            Rate::Recorded(CloudWatch { period_seconds, units_per_request, .. }) => {
                let fits = *period_seconds >= 1.0 && *units_per_request > 0.0;
                require(fits, &place, "rate.period_seconds and rate.units_per_request are positive")?;
            }
        }
        require(self.item_bytes <= 400 * 1024, &place, "item_bytes is at most 409,600")?;
        require(self.page_items > 0, &place, "page_items is at least 1")?;
        match self.keys {
            Keys::Uniform { count } => require(count > 0, &place, "keys.count is at least 1"),
            Keys::Zipf { count, exponent } => {
                let fits = count > 0 && in_range(exponent, 0.0, 10.0);
                require(fits, &place, "keys has a count of at least 1 and an exponent from 0 to 10")
            }
            Keys::HotKey { count, share } => {
                let fits = count > 0 && in_range(share, 0.0, 1.0);
                require(fits, &place, "keys has a count of at least 1 and a share from 0 to 1")
            }
            Keys::TimeOrdered { period_seconds } => require(
                in_range(period_seconds, 1e-3, SECONDS_MAX),
                &place,
                "keys.period_seconds is at least 0.001",
            ),
            Keys::Sequential => Ok(()),
        }
    }

    /// What a report calls it.
    #[must_use]
    pub fn title(&self) -> String {
        match (&self.region, self.name.is_empty()) {
            (_, false) => self.name.clone(),
            (None, true) => format!("{:?} {}", self.operation, self.table),
            (Some(region), true) => format!("{:?} {} in {region}", self.operation, self.table),
        }
    }
}

fn check_units(place: &str, read: Option<u64>, write: Option<u64>) -> Result<(), PlanError> {
    require(read.is_some() == write.is_some(), place, "read_units and write_units come together")
}

fn check_scaling(place: &str, units: Option<u64>, scaling: Option<Scaling>) -> Result<(), PlanError> {
    let Some(scaling) = scaling else { return Ok(()) };
    require(units.is_some(), place, "scaling needs provisioned units")?;
    let bounds = 1 <= scaling.min && scaling.min <= scaling.max;
    require(bounds, place, "scaling has a min of at least 1 and a max that is not below it")?;
    require(in_range(scaling.target_percent, 20.0, 90.0), place, "target_percent is from 20 to 90")
}

fn in_range(number: f64, from: f64, to: f64) -> bool {
    (from..=to).contains(&number)
}

fn require(holds: bool, place: &str, rule: &str) -> Result<(), PlanError> {
    if holds { Ok(()) } else { Err(PlanError::Scenario(format!("{place}: {rule}"))) }
}
