use std::time::Duration;

use super::*;

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
    let mut partitions = Partitions::new(4, second(0));
    let mut throughput = Throughput::new(provisioned(1, 400), 0, second(0));
    for tick in 1..=600 {
        let now = second(tick);
        for (partition, rate) in [50, 50, 50, 150].into_iter().enumerate() {
            for _ in 0..rate {
                throughput.admit(&mut partitions, partition, Kind::Write, units(1), now).unwrap();
            }
        }
    }
    assert_eq!(partitions.describe(second(600))[3].write_units, units(90_000));
}

#[test]
fn a_partition_stops_at_its_own_limit_however_much_is_saved() {
    let mut partitions = Partitions::new(4, second(0));
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
    let mut partitions = Partitions::new(1, second(0));
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
fn on_demand_counts_and_never_refuses() {
    let mut partitions = Partitions::new(1, second(0));
    let mut throughput = Throughput::new(Mode::PayPerRequest, 300, second(0));
    for _ in 0..100_000 {
        throughput.admit(&mut partitions, 0, Kind::Write, units(1), second(0)).unwrap();
    }
    assert_eq!(throughput.meter(Kind::Write).point(second(0), second(0)).unwrap().consumed, units(100_000));
    assert_eq!(throughput.describe(second(0)).mode.units(Kind::Write), 0);
}

#[test]
fn with_throttling_off_what_is_used_is_still_counted() {
    let mut partitions = Partitions::new(1, second(0));
    let mut throughput = Throughput::new(provisioned(5, 5), 0, second(0));
    throughput.record(&mut partitions, 0, Kind::Write, units(9), second(0));
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
    let mut partitions = Partitions::new(2, now);
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
