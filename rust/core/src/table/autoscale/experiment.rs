//! The published experiment, played against the state machines alone (see [`Assumptions`]).

use std::time::Duration;

use super::*;
use crate::clock::Timestamp;
use crate::table::capacity::CapacityUnits;
use crate::table::meter::Point;
use crate::table::partition::Partitions;
use crate::table::throughput::{Kind, Mode, Throughput};

/// A minute's beginning.
const START: i64 = 1_700_000_040;

struct Table {
    throughput: Throughput,
    partitions: Partitions,
    now: Timestamp,
}

impl Metrics for Table {
    fn capacity(&self, _: &ResourceId, kind: Kind) -> Capacity {
        Capacity::Provisioned(self.throughput.mode().units(kind))
    }

    fn minute(&self, _: &ResourceId, kind: Kind, start: Timestamp) -> Option<Point> {
        self.throughput.meter(kind).point(start, self.now)
    }
}

/// What the experiment's author did not publish.
#[derive(Clone, Copy)]
struct Setting {
    /// Seconds into a minute at which the table is made.
    phase: u64,
    idle: Duration,
    switch_on: Duration,
    latency: Duration,
}

impl Setting {
    fn switch_on(seconds: u64) -> Self {
        Self {
            phase: 0,
            idle: Duration::from_secs(244),
            switch_on: Duration::from_secs(seconds),
            latency: Duration::from_micros(8_800),
        }
    }
}

/// What came out.
#[derive(Clone, PartialEq, Debug)]
struct Outcome {
    /// Seconds of the three batches.
    batches: [f64; 3],
    throttled: u64,
    scaling: AutoScaling,
}

impl Outcome {
    /// Within 5 % of what was published.
    fn fits(&self) -> bool {
        let published = [56.0, 274.0, 44.0];
        self.batches
            .iter()
            .zip(published)
            .all(|(simulated, published): (&f64, f64)| (simulated - published).abs() <= published * 0.05)
    }
}

struct World {
    table: Table,
    scaling: AutoScaling,
    latency: Duration,
    throttled: u64,
}

impl World {
    /// Lets time pass, with all that happens meanwhile.
    fn advance(&mut self, duration: Duration) {
        let until = self.table.now + duration;
        while let Some(at) = self.scaling.next_event_at().filter(|at| *at <= until) {
            self.table.now = self.table.now.max(at);
            let now = self.table.now;
            for action in self.scaling.tick(now, &self.table) {
                let mode = Mode::Provisioned { read: 5, write: action.capacity };
                let allowed = self.table.throughput.check_change(mode, "us-east-1", now);
                if allowed.is_ok() {
                    self.table.throughput.apply_change(mode, now);
                }
                let outcome = allowed.map_err(|error| error.to_string());
                self.scaling.settle(&action.activity_id, outcome, now);
            }
        }
        self.table.now = until;
    }

    /// One PutItem with botocore's legacy retries: 10 attempts, 50 ms doubled after each (facts 16).
    fn put(&mut self) {
        let mut wait = Duration::from_millis(50);
        for _ in 0..10 {
            self.advance(self.latency);
            let Table { throughput, partitions, now } = &mut self.table;
            if throughput.admit(partitions, 0, Kind::Write, CapacityUnits::whole(1), *now).is_ok() {
                return;
            }
            self.throttled += 1;
            self.advance(wait);
            wait *= 2;
        }
        panic!("the client gave up");
    }

    fn batch(&mut self, count: usize) -> f64 {
        let began = self.table.now;
        for _ in 0..count {
            self.put();
        }
        self.table.now.since(began).as_secs_f64()
    }

    fn switch_on(&mut self) {
        let resource = ResourceId::table("carsPE");
        let now = self.table.now;
        let registration = Registration::limits(resource.clone(), Dimension::TableWrite, 5, 100);
        self.scaling.register(&registration, &self.table, now).unwrap();
        let target = TargetValue::new(70.0).unwrap();
        let configuration = TargetTracking::new(target, PredefinedMetric::WriteUtilization);
        self.scaling
            .put_policy(&resource, Dimension::TableWrite, "writes", configuration, &self.table, now)
            .unwrap();
    }
}

fn play(setting: Setting) -> Outcome {
    let start = Timestamp::from_seconds(START) + Duration::from_secs(setting.phase);
    assert_eq!(Timestamp::from_seconds(START).floor(Duration::from_secs(60)), Timestamp::from_seconds(START));
    let throughput = Throughput::new(Mode::Provisioned { read: 5, write: 5 }, 0, start);
    let partitions = Partitions::new(1, crate::table::partition::PARTITION_BYTES, start);
    let mut world = World {
        table: Table { throughput, partitions, now: start },
        scaling: AutoScaling::new("us-east-1", "000000000000", 1, Assumptions::default()),
        latency: setting.latency,
        throttled: 0,
    };
    world.advance(setting.idle);
    let first = world.batch(1_500);
    world.advance(setting.switch_on);
    world.switch_on();
    let second = world.batch(5_000);
    world.advance(Duration::from_secs(180));
    let third = world.batch(5_000);
    Outcome { batches: [first, second, third], throttled: world.throttled, scaling: world.scaling }
}

#[test]
fn the_published_timings_come_out_for_these_switch_on_times() {
    for range in [34..=56, 272..=296, 304..=356, 364..=408] {
        let (first, last) = (*range.start(), *range.end());
        for seconds in range.step_by(4).chain([last]) {
            let outcome = play(Setting::switch_on(seconds));
            assert!(outcome.fits(), "{seconds} s of {first}..={last}: {:?}", outcome.batches);
        }
    }
}

#[test]
fn they_come_out_wherever_in_a_minute_the_table_is_made() {
    for phase in (0..=48).step_by(6) {
        let outcome = play(Setting { phase, ..Setting::switch_on(330 - phase) });
        assert!(outcome.fits(), "phase {phase} s: {:?}", outcome.batches);
    }
}

#[test]
fn what_was_not_published_matters() {
    let calibrated = play(Setting::switch_on(326));
    let [first, second, third] = calibrated.batches;
    let idle_less = play(Setting { idle: Duration::from_secs(60), ..Setting::switch_on(326) });
    assert!(idle_less.batches[0] > first * 2.0, "{:?}", idle_less.batches);
    let soon = play(Setting::switch_on(100));
    assert!(soon.batches[1] > second * 1.2, "{:?}", soon.batches);
    let slow = play(Setting { latency: Duration::from_millis(20), ..Setting::switch_on(326) });
    assert!(slow.batches[2] > third * 1.2, "{:?}", slow.batches);
}

#[test]
fn a_run_is_the_same_every_time() {
    let outcome = play(Setting::switch_on(326));
    assert_eq!(outcome, play(Setting::switch_on(326)));
    assert!(outcome.throttled > 0);
    let activities: Vec<_> = outcome.scaling.activities(Timestamp::from_seconds(START + 3_600)).collect();
    assert!(activities.iter().all(|activity| activity.status == Status::Successful));
    assert!(activities.iter().any(|activity| activity.capacity == Some(24)), "{activities:?}");
}
