use super::*;

fn second(count: i64) -> Timestamp {
    Timestamp::from_seconds(count)
}

fn units(count: u64) -> CapacityUnits {
    CapacityUnits::whole(count)
}

#[test]
fn idle_minutes_are_points_of_zeros() {
    let mut meter = Meter::new(5, second(10));
    meter.consume(units(3), second(15));
    meter.consume(units(4), second(59));
    meter.throttle(second(190));
    let points: Vec<_> = meter.series(second(0), second(1_000), second(200)).collect();
    let consumed: Vec<_> = points.iter().map(|point| point.consumed).collect();
    assert_eq!(consumed, [units(7), units(0), units(0), units(0)]);
    assert_eq!(points.iter().map(|point| point.throttle_events).collect::<Vec<_>>(), [0, 0, 0, 1]);
    assert_eq!(points[3].start, second(180));
}

#[test]
fn nothing_is_known_of_minutes_before_the_table_or_to_come() {
    let meter = Meter::new(5, second(130));
    assert_eq!(meter.point(second(119), second(500)), None);
    assert!(meter.point(second(120), second(500)).is_some());
    assert!(meter.point(second(539), second(500)).is_some());
    assert_eq!(meter.point(second(540), second(500)), None);
}

#[test]
fn the_provisioned_value_is_that_of_the_minutes_end() {
    let mut meter = Meter::new(5, second(0));
    meter.provision(8, second(61));
    meter.provision(12, second(119));
    meter.provision(20, second(240));
    let provisioned: Vec<_> =
        meter.series(second(0), second(300), second(300)).map(|point| point.provisioned).collect();
    assert_eq!(provisioned, [5, 12, 12, 12, 20]);
}

#[test]
fn a_range_holds_the_minutes_that_begin_in_it() {
    let meter = Meter::new(1, second(0));
    let starts: Vec<_> = meter.series(second(1), second(180), second(999)).map(|point| point.start).collect();
    assert_eq!(starts, [second(60), second(120)]);
}

#[test]
fn memory_is_bounded_and_a_day_is_kept() {
    let mut meter = Meter::new(1, second(0));
    for minute in 0..10_000_i64 {
        meter.consume(units(1), second(minute * 60));
        meter.provision(u64::try_from(minute).unwrap(), second(minute * 60));
    }
    assert!(meter.minutes.len() <= MINUTES_MAX);
    assert!(meter.provisioned.len() <= CHANGES_MAX);
    let now = second(9_999 * 60);
    let day: Vec<_> = meter.series(now - Duration::from_secs(86_400), now, now).collect();
    assert_eq!(day.len(), 1_440);
    assert!(day.iter().all(|point| point.consumed == units(1)));
    assert_eq!(day[0].provisioned, 9_999 - 1_440);
}

#[test]
fn a_clock_that_goes_back_counts_in_the_newest_minute() {
    let mut meter = Meter::new(1, second(0));
    meter.consume(units(1), second(600));
    meter.consume(units(1), second(300));
    assert_eq!(meter.point(second(600), second(600)).unwrap().consumed, units(2));
}
