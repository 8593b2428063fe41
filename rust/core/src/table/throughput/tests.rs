use std::time::Duration;

use super::*;
use crate::table::partition::{PARTITION_BYTES, Tally};

const DAY: i64 = 86_400;

fn second(count: i64) -> Timestamp {
    Timestamp::from_seconds(count)
}

fn units(count: u64) -> CapacityUnits {
    CapacityUnits::whole(count)
}

fn provisioned(read: u64, write: u64) -> Mode {
    Mode::Provisioned { read, write }
}

fn change(throughput: &mut Throughput, mode: Mode, now: Timestamp) -> Result<(), ThroughputError> {
    throughput.check_change(mode, "us-east-1", now)?;
    throughput.apply_change(mode, now);
    Ok(())
}

#[test]
fn a_hot_partition_may_use_what_the_others_leave() {
    let mut partitions = Partitions::new(4, PARTITION_BYTES, second(0));
    let mut throughput = Throughput::new(provisioned(1, 400), 0, second(0));
    for tick in 1..=600 {
        let now = second(tick);
        for (partition, rate) in [50, 50, 50, 150].into_iter().enumerate() {
            for _ in 0..rate {
                throughput.admit(&mut partitions, partition, Kind::Write, units(1), now).unwrap();
            }
        }
    }
    let meter = throughput.meter(Kind::Write).point(second(540), second(600)).unwrap();
    assert_eq!((meter.consumed, meter.throttle_events), (units(18_000), 0));
}

#[test]
fn a_partition_stops_at_its_own_limit_however_much_is_saved() {
    let mut partitions = Partitions::new(4, PARTITION_BYTES, second(0));
    let mut throughput = Throughput::new(provisioned(12_000, 4_000), 300, second(0));
    let mut admitted = 0;
    let throttle = loop {
        match throughput.admit(&mut partitions, 2, Kind::Write, units(1), second(0)) {
            Ok(()) => admitted += 1,
            Err(throttle) => break throttle,
        }
    };
    assert_eq!(admitted, 1_000);
    assert_eq!(throttle, Throttle { kind: Kind::Write, scope: Scope::KeyRange });
    assert_eq!(throttle.reason(false), "TableWriteKeyRangeThroughputExceeded");
    assert_eq!(throttle.reason(true), "IndexWriteKeyRangeThroughputExceeded");
    // The refusal took nothing of the table's.
    assert_eq!(throughput.bucket(Kind::Write).balance(second(0)), units(4_000 * 300 - 1_000).nanos());
    assert!(throughput.admit(&mut partitions, 3, Kind::Write, units(1), second(0)).is_ok());
}

#[test]
fn the_tables_refusal_takes_nothing_of_the_partitions() {
    let mut partitions = Partitions::new(1, PARTITION_BYTES, second(0));
    let mut throughput = Throughput::new(provisioned(5, 5), 0, second(0));
    let before = partitions.clone();
    let refused = throughput.admit(&mut partitions, 0, Kind::Read, units(1), second(0)).unwrap_err();
    assert_eq!(refused.reason(false), "TableReadProvisionedThroughputExceeded");
    assert_eq!(partitions, before);
    let point = throughput.meter(Kind::Read).point(second(0), second(0)).unwrap();
    assert_eq!((point.throttle_events, point.consumed, point.provisioned), (1, units(0), 5));
    let moment = throughput.available_at(&partitions, 0, Kind::Read, units(1));
    assert_eq!(moment, second(0) + Duration::from_millis(200));
    assert!(throughput.admit(&mut partitions, 0, Kind::Read, units(1), moment).is_ok());
}

#[test]
fn on_demand_without_limits_counts_and_never_refuses() {
    let mut partitions = Partitions::new(1, PARTITION_BYTES, second(0));
    let mut throughput = Throughput::new(Mode::PayPerRequest, 300, second(0));
    for _ in 0..100_000 {
        throughput.admit(&mut partitions, 0, Kind::Write, units(1), second(0)).unwrap();
    }
    assert_eq!(throughput.meter(Kind::Write).point(second(0), second(0)).unwrap().consumed, units(100_000));
    assert_eq!(throughput.describe(second(0)).mode.units(Kind::Write), 0);
}

#[test]
fn with_throttling_off_what_is_used_is_still_counted() {
    let mut throughput = Throughput::new(provisioned(5, 5), 0, second(0));
    throughput.record(Kind::Write, units(9), second(0));
    assert_eq!(throughput.meter(Kind::Write).point(second(0), second(0)).unwrap().consumed, units(9));
    assert_eq!(throughput.bucket(Kind::Write).balance(second(0)), 0);
}

#[test]
fn the_fifth_decrease_of_a_day_waits_an_hour() {
    let start = 1_000 * DAY;
    let mut throughput = Throughput::new(provisioned(10, 10), 300, second(start));
    for step in 1..=4 {
        change(&mut throughput, provisioned(10 - step, 10), second(start + 10)).unwrap();
    }
    let last = second(start + 10);
    let early = second(start + 10 + 3_599);
    let refused = change(&mut throughput, provisioned(5, 10), early).unwrap_err();
    let ThroughputError::Decreases(limit) = &refused else { panic!("{refused}") };
    assert_eq!((limit.count, limit.last, limit.next), (4, last, second(start + 3_610)));
    assert_eq!(refused.code(), "LimitExceededException");
    // Increases are not limited, and a refusal is not counted.
    change(&mut throughput, provisioned(20, 10), early).unwrap();
    assert_eq!(throughput.describe(early).number_of_decreases_today, 4);
    assert_eq!(throughput.describe(early).last_increase, Some(early));
    change(&mut throughput, provisioned(5, 10), second(start + 3_610)).unwrap();
    assert_eq!(throughput.describe(early).number_of_decreases_today, 5);
    assert!(change(&mut throughput, provisioned(4, 10), second(start + 3_611)).is_err());
    assert_eq!(throughput.describe(second(start + DAY)).number_of_decreases_today, 0);
}

#[test]
fn the_decreases_of_a_day_end_at_midnight() {
    let midnight = 1_001 * DAY;
    let mut throughput = Throughput::new(provisioned(10, 10), 300, second(midnight - 60));
    for step in 1..=4 {
        change(&mut throughput, provisioned(10 - step, 10), second(midnight - 60)).unwrap();
    }
    let refused = change(&mut throughput, provisioned(5, 5), second(midnight - 1)).unwrap_err();
    assert!(refused.to_string().contains("Number of decreases today: 4. Last decrease at"), "{refused}");
    assert!(refused.to_string().ends_with("12:00:00 AM Coordinated Universal Time"), "{refused}");
    for step in 1..=4 {
        change(&mut throughput, provisioned(6 - step, 10), second(midnight)).unwrap();
    }
}

#[test]
fn at_most_27_decreases_fit_into_a_day() {
    let start = 2_000 * DAY;
    let mut throughput = Throughput::new(provisioned(1_000, 1_000), 300, second(start));
    let mut accepted = 0;
    for minute in 0..1_440 {
        let now = second(start + minute * 60);
        while change(&mut throughput, provisioned(999 - accepted, 1_000), now).is_ok() {
            accepted += 1;
        }
    }
    assert_eq!(accepted, 27);
}

#[test]
fn both_values_lowered_at_once_are_one_decrease() {
    let mut throughput = Throughput::new(provisioned(10, 10), 300, second(0));
    change(&mut throughput, provisioned(9, 9), second(1)).unwrap();
    change(&mut throughput, provisioned(12, 8), second(2)).unwrap();
    let description = throughput.describe(second(3));
    assert_eq!(description.number_of_decreases_today, 2);
    assert_eq!((description.last_increase, description.last_decrease), (Some(second(2)), Some(second(2))));
}

#[test]
fn the_same_values_are_refused() {
    let mut throughput = Throughput::new(provisioned(5, 6), 300, second(0));
    let refused = change(&mut throughput, provisioned(5, 6), second(1)).unwrap_err();
    assert_eq!(refused.code(), "ValidationException");
    assert_eq!(
        refused.to_string(),
        "The provisioned throughput for the table will not change. The requested value equals the current value. \
         Current ReadCapacityUnits provisioned for the table: 5. Requested ReadCapacityUnits: 5. Current \
         WriteCapacityUnits provisioned for the table: 6. Requested WriteCapacityUnits: 6. Refer to the Amazon \
         DynamoDB Developer Guide for current limits and how to request higher limits."
    );
}

#[test]
fn more_than_the_quota_is_refused() {
    let mut throughput = Throughput::new(provisioned(5, 5), 300, second(0));
    let refused = change(&mut throughput, provisioned(5, 45_000), second(1)).unwrap_err();
    assert_eq!(refused.code(), "LimitExceededException");
    assert!(refused.to_string().starts_with(
        "The requested WriteCapacityUnits, 45000, is above the per table maximum for the account in us-east-1. \
         Per table maximum: 40000."
    ));
}

#[test]
fn going_on_demand_and_back_is_no_decrease() {
    let mut throughput = Throughput::new(provisioned(5, 5), 300, second(0));
    change(&mut throughput, Mode::PayPerRequest, second(1)).unwrap();
    assert_eq!(throughput.describe(second(2)).last_pay_per_request, Some(second(1)));
    change(&mut throughput, provisioned(1, 1), second(3)).unwrap();
    let description = throughput.describe(second(3));
    assert_eq!((description.number_of_decreases_today, description.last_increase), (0, None));
    // Nothing is saved up on demand.
    assert_eq!(throughput.bucket(Kind::Write).balance(second(3)), 0);
}

#[test]
fn a_request_of_several_partitions_needs_all_of_them() {
    let now = second(1_000);
    let mut partitions = Partitions::new(2, PARTITION_BYTES, now);
    let mut throughput = Throughput::new(provisioned(1, 1_500), 1, now);
    throughput.take(&mut partitions, 0, Kind::Write, units(900), now);
    assert!(
        throughput.meter(Kind::Write).point(now, now).unwrap().consumed.is_zero(),
        "taken, but not counted"
    );
    let check =
        |parts: &[(usize, CapacityUnits)]| throughput.check_parts(&partitions, parts, Kind::Write, now);
    let refused = |scope| Err(Throttle { kind: Kind::Write, scope });
    assert_eq!(check(&[]), Ok(()));
    assert_eq!(check(&[(0, units(60)), (1, units(60))]), Ok(()));
    assert_eq!(check(&[(0, units(60)), (0, units(60))]), refused(Scope::KeyRange));
    assert_eq!(check(&[(0, units(60)), (1, units(600))]), refused(Scope::Provisioned));
}

/// Asks for `rate` writes a second over four partitions for so many minutes; gives what was granted in each.
fn drive(throughput: &mut Throughput, start: i64, minutes: i64, rate: u64) -> Vec<u64> {
    let mut partitions = Partitions::new(16, PARTITION_BYTES, second(start));
    let mut granted = Vec::new();
    for minute in 0..minutes {
        granted.push(0);
        for tick in 0..60 {
            let now = second(start + minute * 60 + tick);
            throughput.grow_allowances(now);
            for part in 0..16 {
                let cost = units(rate / 16);
                if throughput.admit(&mut partitions, part, Kind::Write, cost, now).is_ok() {
                    granted[minute as usize] += rate / 16;
                }
            }
        }
    }
    granted
}

fn on_demand(burst_seconds: u32) -> Throughput {
    Throughput::with_limits(Mode::PayPerRequest, true, burst_seconds, second(0))
}

#[test]
fn a_new_on_demand_table_serves_4000_writes_and_12000_reads_a_second() {
    let throughput = on_demand(1);
    assert_eq!(throughput.bucket(Kind::Write).rate(), 4_000);
    assert_eq!(throughput.bucket(Kind::Read).rate(), 12_000);
    assert_eq!(Partitions::on_demand_count(12_000, 4_000), 4);
    let mut partitions = Partitions::new(8, PARTITION_BYTES, second(0));
    let mut throughput = on_demand(1);
    let mut served = 0;
    let throttle = loop {
        match throughput.admit(&mut partitions, served % 8, Kind::Write, units(1), second(0)) {
            Ok(()) => served += 1,
            Err(throttle) => break throttle,
        }
    };
    assert_eq!(served, 4_000);
    assert_eq!(throttle.reason(false), "TableWriteKeyRangeThroughputExceeded");
}

#[test]
fn on_demand_doubles_its_previous_peak_after_half_an_hour() {
    let mut throughput = on_demand(0);
    // Within the allowance nothing is refused; the peak of 3,200 counts after 30 minutes.
    let granted = drive(&mut throughput, 60, 32, 3_200);
    assert!(granted[1..].iter().all(|minute| *minute == 3_200 * 60), "{granted:?}");
    assert_eq!(throughput.bucket(Kind::Write).rate(), 6_400);
    // Ten times as much is throttled to twice the previous peak, which is then the next one.
    let granted = drive(&mut throughput, 60 * 40, 33, 32_000);
    let later = &granted[8..29];
    assert!(later.iter().all(|minute| minute.abs_diff(6_400 * 60) < 64_000), "{granted:?}");
    assert!(throughput.bucket(Kind::Write).rate() >= 12_800);
    // What was learned stays through provisioned mode and back.
    let rate = throughput.bucket(Kind::Write).rate();
    throughput.apply_change(provisioned(5, 5), second(9_000));
    throughput.apply_change(Mode::PayPerRequest, second(9_100));
    assert_eq!(throughput.bucket(Kind::Write).rate(), rate);
}

#[test]
fn a_table_that_was_provisioned_higher_starts_there_on_demand() {
    let mut throughput = Throughput::with_limits(provisioned(15_000, 10_000), true, 0, second(0));
    throughput.apply_change(provisioned(10, 10), second(1));
    throughput.apply_change(Mode::PayPerRequest, second(2));
    assert_eq!(throughput.bucket(Kind::Write).rate(), 10_000);
    assert_eq!(throughput.bucket(Kind::Read).rate(), 15_000);
    throughput.make_ready(12_000, 39_000, second(3));
    assert_eq!(throughput.ready_units(Kind::Write), 39_000);
    // The quota of a table is named as the account's limit.
    throughput.make_ready(12_000, 90_000, second(3));
    let partitions = Partitions::new(1, PARTITION_BYTES, second(3));
    let refused = throughput.check(&partitions, 0, Kind::Write, units(90_000), second(3)).unwrap_err();
    assert_eq!(refused.reason(true), "IndexWriteAccountLimitExceeded");
}

#[test]
fn on_demand_mode_is_entered_four_times_in_a_rolling_day() {
    let mut throughput = Throughput::new(provisioned(5, 5), 0, second(0));
    for count in 0..4 {
        change(&mut throughput, Mode::PayPerRequest, second(count * 3_600)).unwrap();
        change(&mut throughput, provisioned(5, 5), second(count * 3_600 + 1)).unwrap();
    }
    let refused = change(&mut throughput, Mode::PayPerRequest, second(DAY - 1)).unwrap_err();
    assert_eq!(refused.code(), "LimitExceededException");
    assert_eq!(
        refused.to_string(),
        "Subscriber limit exceeded: Update to PayPerRequest mode are limited to 4 times in 1 day(s). Last update at \
         Thu Jan 01 03:00:00 UTC 1970. Next update can be made at Fri Jan 02 00:00:00 UTC 1970"
    );
    change(&mut throughput, Mode::PayPerRequest, second(DAY)).unwrap();
    // It is no switch where it is on demand already.
    assert!(throughput.check_change(Mode::PayPerRequest, "us-east-1", second(DAY + 1)).is_ok());
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    /// Requests in order of time: nanoseconds since the one before, partition, units.
    fn requests() -> impl Strategy<Value = Vec<(u64, usize, u64)>> {
        let wait = prop_oneof![3 => Just(0_u64), 3 => 0..50_000_000_u64, 1 => 0..400_000_000_000_u64];
        prop::collection::vec((wait, 0..4_usize, 1..400_u64), 1..300)
    }

    proptest! {
        /// In any window that two grants span, a table gives its burst and its rate over the window at most, and a
        /// partition a second's limit and its limit over the window; the grant that empties a bucket may go beyond
        /// by itself.
        #[test]
        fn no_window_is_granted_more_than_the_rules_allow(
            rate in 1..6_000_u64, burst in 0..=300_u32, requests in requests()
        ) {
            let mut partitions = Partitions::new(4, PARTITION_BYTES, second(0));
            let mut throughput = Throughput::new(provisioned(1, rate), burst, second(0));
            let mut now = second(0);
            let mut granted: Vec<(Timestamp, usize, u64)> = Vec::new();
            for (wait, partition, cost) in requests {
                now = now + Duration::from_nanos(wait);
                if throughput.admit(&mut partitions, partition, Kind::Write, units(cost), now).is_ok() {
                    granted.push((now, partition, cost));
                }
            }
            for (first, (start, ..)) in granted.iter().enumerate() {
                let (mut table, mut parts) = (0, [0; 4]);
                for (time, partition, cost) in &granted[first..] {
                    table += cost;
                    parts[*partition] += cost;
                    let seconds = time.since(*start).as_secs_f64();
                    let allowed = rate as f64 * (300.0 + seconds) + 400.0;
                    prop_assert!(table as f64 <= allowed + 1e-3, "table {table} > {allowed}");
                    let allowed = 1_000.0 * (1.0 + seconds) + 400.0;
                    prop_assert!(parts[*partition] as f64 <= allowed + 1e-3, "{partition}: {parts:?} > {allowed}");
                }
            }
        }

        /// A split gives room to what lies apart, and none to what lies together: in any window a key is granted a
        /// second's limit and its limit over the window at most, however often its partition is split.
        #[test]
        fn no_key_is_granted_more_by_a_split(
            requests in prop::collection::vec((0..300_000_000_u64, 0..5_u64, 1..400_u64, prop::bool::weighted(0.1)), 1..300)
        ) {
            let mut partitions = Partitions::new(2, PARTITION_BYTES, second(0));
            let mut throughput = Throughput::new(provisioned(1, 40_000), 300, second(0));
            let mut now = second(0);
            let mut granted: Vec<(Timestamp, u64, u64)> = Vec::new();
            for (wait, key, cost, splits) in requests {
                now = now + Duration::from_nanos(wait);
                let hash = (key << 61).to_be_bytes();
                let partition = partitions.locate(&hash);
                if splits && let Some((_, high)) = partitions.get(partition).range().halves() {
                    let cut = high.start.to_be_bytes();
                    partitions.split(partition, &cut, now, &mut |_| Tally::default());
                }
                let partition = partitions.locate(&hash);
                if throughput.admit(&mut partitions, partition, Kind::Write, units(cost), now).is_ok() {
                    granted.push((now, key, cost));
                }
            }
            for (first, (start, key, _)) in granted.iter().enumerate() {
                let mut all = 0;
                for (time, _, cost) in granted[first..].iter().filter(|(_, other, _)| other == key) {
                    all += cost;
                    let allowed = 1_000.0 * (1.0 + time.since(*start).as_secs_f64()) + 400.0;
                    prop_assert!(all as f64 <= allowed + 1e-3, "key {key}: {all} > {allowed}");
                }
            }
        }

        /// What was not used in the last 300 seconds is there: as long as all that was asked for stays within what
        /// has flowed in, and within a partition's second, nothing is refused.
        #[test]
        fn unused_capacity_up_to_the_burst_is_never_refused(
            rate in 1..6_000_u64, requests in requests()
        ) {
            let mut partitions = Partitions::new(4, PARTITION_BYTES, second(0));
            let mut throughput = Throughput::new(provisioned(1, rate), 300, second(0));
            let (mut now, full) = (second(0), (rate * 300) as f64);
            // A model in floating point, which is kept a unit below the exact one.
            let (mut saved, mut parts) = (full, [1_000.0_f64; 4]);
            for (wait, partition, cost) in requests {
                now = now + Duration::from_nanos(wait);
                let seconds = wait as f64 / 1e9;
                saved = (saved + seconds * rate as f64).min(full);
                parts.iter_mut().for_each(|part| *part = (*part + seconds * 1_000.0).min(1_000.0));
                let cost_f = cost as f64;
                if cost_f + 1e-3 > saved || cost_f + 1e-3 > parts[partition] {
                    continue;
                }
                let granted = throughput.admit(&mut partitions, partition, Kind::Write, units(cost), now);
                prop_assert!(granted.is_ok(), "{granted:?} at {now} with {saved} and {parts:?}");
                saved -= cost_f;
                parts[partition] -= cost_f;
            }
        }
    }
}
