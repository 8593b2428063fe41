use std::collections::BTreeMap;
use std::time::Duration;

use super::*;
use crate::clock::Timestamp;
use crate::table::capacity::CapacityUnits;
use crate::table::meter::{MINUTE, Point};
use crate::table::throughput::Kind;

/// A minute's beginning, and one of a period of five minutes.
const START: i64 = 1_700_000_100;

fn minute(count: i64) -> Timestamp {
    Timestamp::from_seconds(START + count * 60)
}

/// Tables that report what a test says.
struct Tables {
    capacity: BTreeMap<(ResourceId, Kind), Capacity>,
    /// What the table was provisioned with, and from when on.
    provisioned: Vec<(Timestamp, u64)>,
    /// Units consumed in every minute from the first on.
    load: u64,
    /// The same of those from a later one on.
    later: Option<(Timestamp, u64)>,
    /// No minute before this one was reported.
    since: Timestamp,
}

impl Metrics for Tables {
    fn capacity(&self, resource: &ResourceId, kind: Kind) -> Capacity {
        self.capacity.get(&(resource.clone(), kind)).copied().unwrap_or(Capacity::Missing)
    }

    fn minute(&self, _: &ResourceId, _: Kind, start: Timestamp) -> Option<Point> {
        let by_its_end = |change: &&(Timestamp, u64)| change.0 < start + MINUTE;
        let provisioned = self.provisioned.iter().rev().find(by_its_end).map_or(0, |change| change.1);
        let later = self.later.filter(|(from, _)| start >= *from).map(|(_, load)| load);
        let consumed = CapacityUnits::whole(later.unwrap_or(self.load));
        (start >= self.since).then_some(Point { start, consumed, provisioned, throttle_events: 0 })
    }
}

/// A table `cars` and its auto scaling for writes.
struct Fixture {
    tables: Tables,
    scaling: AutoScaling,
    now: Timestamp,
    /// What the table answers to a change.
    refusal: Option<String>,
}

fn cars() -> ResourceId {
    ResourceId::table("cars")
}

const WRITE: Dimension = Dimension::TableWrite;

fn at_70() -> TargetTracking {
    TargetTracking::new(TargetValue::new(70.0).unwrap(), PredefinedMetric::WriteUtilization)
}

impl Fixture {
    /// `units` a second provisioned, `load` of them used since `START`.
    fn new(units: u64, load_per_second: u64) -> Self {
        let capacity = BTreeMap::from([((cars(), Kind::Write), Capacity::Provisioned(units))]);
        let tables = Tables {
            capacity,
            provisioned: vec![(minute(0), units)],
            load: load_per_second * 60,
            later: None,
            since: minute(0),
        };
        let scaling = AutoScaling::new("eu-central-1", "123456789012", 7, Assumptions::default());
        Self { tables, scaling, now: minute(0), refusal: None }
    }

    fn policy(mut self, min: u64, max: u64, configuration: TargetTracking) -> Self {
        self.register(&Registration::limits(cars(), WRITE, min, max));
        self.scaling.put_policy(&cars(), WRITE, "follow", configuration, &self.tables, self.now).unwrap();
        self
    }

    fn register(&mut self, registration: &Registration) {
        self.scaling.register(registration, &self.tables, self.now).unwrap();
    }

    fn set(&mut self, capacity: Capacity) {
        self.tables.provisioned.push((self.now, capacity.units()));
        self.tables.capacity.insert((cars(), Kind::Write), capacity);
    }

    fn units(&self) -> u64 {
        self.tables.capacity(&cars(), Kind::Write).units()
    }

    /// Plays the engine up to `until`; gives the changes made: seconds since `START` and units.
    fn run(&mut self, until: Timestamp) -> Vec<(u64, u64)> {
        let mut changes = Vec::new();
        while let Some(at) = self.scaling.next_event_at().filter(|at| *at <= until) {
            self.now = self.now.max(at);
            for action in self.scaling.tick(self.now, &self.tables) {
                assert_eq!((&action.resource, action.dimension), (&cars(), WRITE));
                changes.push((self.now.since(minute(0)).as_secs(), action.capacity));
                let outcome = self.refusal.clone().map_or(Ok(()), Err);
                if outcome.is_ok() {
                    self.set(Capacity::Provisioned(action.capacity));
                }
                self.scaling.settle(&action.activity_id, outcome, self.now);
            }
        }
        self.now = until;
        changes
    }

    fn activities(&self) -> Vec<&ScalingActivity> {
        self.scaling.activities(self.now).collect()
    }

    fn alarm(&self, kind: AlarmKind) -> &Alarm {
        let policy = self.scaling.policies().next().unwrap();
        policy.alarms.iter().find(|alarm| alarm.kind == kind).unwrap()
    }
}

#[test]
fn two_minutes_above_the_target_raise_the_capacity_to_hold_it() {
    let mut fixture = Fixture::new(200, 150).policy(1, 1_000, at_70());
    let before = fixture.alarm(AlarmKind::High).clone();
    // Two minutes, a minute until they are seen, and the time to apply.
    assert_eq!(fixture.run(minute(20)), [(188, 215)]);
    let activities = fixture.activities();
    let [activity] = activities.as_slice() else { panic!("{activities:?}") };
    assert_eq!(activity.description(), "Setting write capacity units to 215.");
    assert_eq!(
        activity.status_message().unwrap(),
        "Successfully set write capacity units to 215. Change successfully fulfilled by dynamodb."
    );
    assert_eq!(
        activity.cause.to_string(),
        format!("monitor alarm {} in state ALARM triggered policy follow", before.name)
    );
    assert_eq!((activity.start, activity.status.as_str()), (minute(3), "Successful"));
    assert_eq!(activity.end, Some(minute(3) + Duration::from_secs(8)));
    let renewed = fixture.alarm(AlarmKind::High);
    assert_ne!(renewed.name, before.name);
    assert_eq!((before.threshold(), renewed.threshold()), (8_400.0, 9_030.0));
    assert_eq!(renewed.state, AlarmState::Ok);
}

#[test]
fn an_alarm_judges_the_minutes_before_it_too() {
    let mut fixture = Fixture::new(200, 150);
    fixture.now = minute(10);
    let mut fixture = fixture.policy(1, 1_000, at_70());
    assert_eq!(fixture.run(minute(12)), [(11 * 60 + 8, 215)]);
}

#[test]
fn the_capacity_never_exceeds_the_maximum() {
    let mut fixture = Fixture::new(200, 190).policy(1, 240, at_70());
    assert_eq!(fixture.run(minute(60)), [(188, 240)]);
    // The alarm stands, and says so once.
    let activities = fixture.activities();
    assert_eq!(activities.len(), 2);
    assert_eq!(activities[0].not_scaled, Some(NotScaledReason::AlreadyAtMaxCapacity(240)));
    assert_eq!(activities[0].description(), "Attempting to scale due to alarm triggered");
    assert_eq!(activities[0].status_message(), None);
}

#[test]
fn an_idle_table_shrinks_to_its_minimum_after_a_quarter_of_an_hour() {
    let mut fixture = Fixture::new(100, 0).policy(5, 100, at_70());
    assert_eq!(fixture.run(minute(30)), [(16 * 60 + 8, 5)]);
    assert_eq!(fixture.alarm(AlarmKind::Low).state, AlarmState::Alarm);
    assert_eq!(fixture.activities()[0].not_scaled, Some(NotScaledReason::AlreadyAtMinCapacity(5)));
}

#[test]
fn what_would_flap_is_not_done() {
    let mut fixture = Fixture::new(100, 2).policy(1, 100, at_70());
    fixture.tables.later = Some((minute(13), 40 * 60));
    // The mean of a quarter of an hour asks for little that the newest minutes are above, until all are alike.
    assert_eq!(fixture.run(minute(40)), [(29 * 60 + 8, 58)]);
    let activities = fixture.activities();
    assert_eq!(activities.len(), 2);
    assert_eq!(activities[1].not_scaled, Some(NotScaledReason::AnticipatedFlapping));
    assert_eq!(activities[1].start, minute(16));
}

#[test]
fn a_table_that_changes_is_asked_again() {
    let mut fixture = Fixture::new(200, 150).policy(1, 1_000, at_70());
    fixture.set(Capacity::Busy(200));
    assert_eq!(fixture.run(minute(5)), []);
    let activities = fixture.activities();
    let [activity] = activities.as_slice() else { panic!("{activities:?}") };
    assert_eq!(activity.not_scaled.unwrap().code(), "TargetServicePutResourceAsUnscalable");
    fixture.set(Capacity::Provisioned(200));
    assert_eq!(fixture.run(minute(10)), [(6 * 60 + 8, 215)]);
}

#[test]
fn a_little_load_shrinks_the_table_to_what_holds_the_target() {
    let mut fixture = Fixture::new(100, 14).policy(5, 100, at_70());
    assert_eq!(fixture.run(minute(60)), [(16 * 60 + 8, 20)]);
}

#[test]
fn missing_minutes_leave_the_state_alone() {
    let mut fixture = Fixture::new(5, 5).policy(5, 100, at_70());
    fixture.tables.since = minute(1_000);
    assert_eq!(fixture.run(minute(30)), []);
    assert_eq!(fixture.alarm(AlarmKind::High).state, AlarmState::InsufficientData);
}

#[test]
fn a_policy_without_scale_in_makes_one_alarm_and_never_shrinks() {
    let configuration = TargetTracking { disable_scale_in: Some(true), ..at_70() };
    let mut fixture = Fixture::new(100, 0).policy(5, 200, configuration);
    assert_eq!(fixture.scaling.policies().next().unwrap().alarms.len(), 1);
    assert_eq!(fixture.run(minute(60)), []);
    fixture.tables.load = 100 * 60;
    assert_eq!(fixture.run(minute(63)), [(61 * 60 + 8, 143)]);
}

#[test]
fn suspended_directions_hold() {
    let mut suspended = Registration::limits(cars(), WRITE, 1, 1_000);
    suspended.dynamic_scaling_out_suspended = Some(true);
    let mut fixture = Fixture::new(200, 150).policy(1, 1_000, at_70());
    fixture.register(&suspended);
    assert_eq!(fixture.run(minute(10)), []);
    let resumed = Registration {
        dynamic_scaling_out_suspended: Some(false),
        dynamic_scaling_in_suspended: Some(true),
        min_capacity: None,
        max_capacity: None,
        ..Registration::limits(cars(), WRITE, 1, 1)
    };
    fixture.register(&resumed);
    assert_eq!(fixture.run(minute(12)), [(11 * 60 + 8, 215)]);
    fixture.tables.load = 0;
    assert_eq!(fixture.run(minute(60)), []);
}

#[test]
fn a_registration_brings_the_capacity_within_its_limits() {
    let mut fixture = Fixture::new(1, 0);
    fixture.register(&Registration::limits(cars(), WRITE, 10, 20));
    assert_eq!(fixture.activities()[0].status, Status::Pending);
    assert_eq!(fixture.run(minute(1)), [(8, 10)]);
    assert_eq!(fixture.activities()[0].cause.to_string(), "minimum capacity was set to 10");
    fixture.register(&Registration::limits(cars(), WRITE, 1, 4));
    assert_eq!(fixture.run(minute(2)), [(68, 4)]);
    assert_eq!(fixture.activities()[0].cause.to_string(), "maximum capacity was set to 4");
    // A value set by hand is not brought back.
    fixture.set(Capacity::Provisioned(50));
    assert_eq!(fixture.run(minute(60)), []);
}

#[test]
fn a_change_waits_until_the_table_is_active() {
    let mut fixture = Fixture::new(1, 0);
    fixture.set(Capacity::Busy(1));
    fixture.register(&Registration::limits(cars(), WRITE, 10, 20));
    assert_eq!(fixture.run(minute(1)), []);
    fixture.set(Capacity::Provisioned(1));
    assert_eq!(fixture.run(minute(2)), [(61, 10)]);
}

#[test]
fn a_refused_decrease_is_a_failed_activity_and_is_tried_again() {
    let mut fixture = Fixture::new(100, 0).policy(5, 100, at_70());
    fixture.refusal = Some("Subscriber limit exceeded: Provisioned throughput decreases".to_owned());
    let tries = fixture.run(minute(18));
    assert_eq!(tries, [(968, 5), (1_028, 5)]);
    // The third try is decided at this very moment.
    let activity = fixture.activities()[1];
    assert_eq!((activity.status, activity.end), (Status::Failed, Some(minute(17) + Duration::from_secs(8))));
    assert_eq!(
        activity.status_message().unwrap(),
        "Failed to set write capacity units to 5. Reason: Failed updating table: Subscriber limit exceeded: \
         Provisioned throughput decreases"
    );
    assert_eq!(fixture.units(), 100);
}

#[test]
fn within_the_scale_out_cooldown_only_a_larger_step_is_made() {
    let configuration = TargetTracking { scale_out_cooldown: Some(Duration::from_secs(600)), ..at_70() };
    let mut fixture = Fixture::new(200, 150).policy(1, 10_000, configuration);
    assert_eq!(fixture.run(minute(4)), [(188, 215)]);
    // A step of 14, after one of 15.
    fixture.tables.load = 160 * 60;
    assert_eq!(fixture.run(minute(8)), []);
    fixture.tables.load = 400 * 60;
    assert_eq!(fixture.run(minute(10)), [(9 * 60 + 8, 572)]);
    fixture.tables.load = 410 * 60;
    assert_eq!(fixture.run(minute(19)), []);
    assert_eq!(fixture.run(minute(21)), [(20 * 60 + 8, 586)]);
}

#[test]
fn the_scale_in_cooldown_blocks_until_it_ends() {
    let configuration = TargetTracking { scale_in_cooldown: Some(Duration::from_secs(1_800)), ..at_70() };
    let mut fixture = Fixture::new(100, 14).policy(5, 100, configuration);
    assert_eq!(fixture.run(minute(17)), [(968, 20)]);
    fixture.tables.load = 0;
    assert_eq!(fixture.run(minute(46)), []);
    assert_eq!(fixture.run(minute(50)), [(47 * 60 + 8, 5)]);
}

#[test]
fn a_value_raised_by_hand_on_an_idle_table_is_taken_back_by_the_standing_alarm() {
    let mut fixture = Fixture::new(100, 0).policy(5, 100, at_70());
    fixture.run(minute(20));
    assert_eq!(fixture.units(), 5);
    fixture.set(Capacity::Provisioned(50));
    assert_eq!(fixture.run(minute(22)), [(21 * 60 + 8, 5)]);
}

#[test]
fn alarms_are_renewed_a_quarter_of_an_hour_after_a_change_by_hand() {
    let mut fixture = Fixture::new(100, 60).policy(5, 1_000, at_70());
    fixture.run(minute(2));
    fixture.set(Capacity::Provisioned(80));
    assert_eq!(fixture.alarm(AlarmKind::High).threshold(), 4_200.0);
    // 60 a second is above the target of 80 units, and below that of the 100 the alarm still believes in.
    let changes = fixture.run(minute(40));
    assert_eq!(changes, [(17 * 60 + 8, 86)]);
    assert_eq!(fixture.alarm(AlarmKind::High).threshold(), 3_612.0);
}

#[test]
fn on_demand_tables_are_left_alone() {
    let mut fixture = Fixture::new(5, 100).policy(5, 100, at_70());
    fixture.set(Capacity::OnDemand);
    assert_eq!(fixture.run(minute(60)), []);
    assert_eq!(fixture.activities().len(), 0);
}

#[test]
fn a_table_gets_one_change_at_a_time() {
    let mut fixture = Fixture::new(1, 0);
    fixture.tables.capacity.insert((cars(), Kind::Read), Capacity::Provisioned(1));
    fixture.register(&Registration::limits(cars(), WRITE, 10, 20));
    fixture.register(&Registration::limits(cars(), Dimension::TableRead, 10, 20));
    let due = fixture.scaling.next_event_at().unwrap();
    let first = fixture.scaling.tick(due, &fixture.tables);
    assert_eq!(first.len(), 1);
    assert_eq!(fixture.scaling.next_event_at(), Some(due));
    fixture.scaling.settle(&first[0].activity_id, Ok(()), due);
    let second = fixture.scaling.tick(due, &fixture.tables);
    assert_eq!(second.len(), 1);
    assert_ne!(first[0].dimension, second[0].dimension);
    assert_eq!(fixture.scaling.next_event_at(), None);
}

#[test]
fn names_are_of_the_services_form() {
    let fixture = Fixture::new(5, 0).policy(5, 100, at_70());
    let target = fixture.scaling.targets().next().unwrap();
    let arn = "arn:aws:application-autoscaling:eu-central-1:123456789012:scalable-target/";
    let name = target.arn.strip_prefix(arn).unwrap();
    assert!(name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{name}");
    let policy = fixture.scaling.policies().next().unwrap();
    assert!(policy.arn.starts_with("arn:aws:autoscaling:eu-central-1:123456789012:scalingPolicy:"));
    assert!(policy.arn.ends_with(":resource/dynamodb/table/cars:policyName/follow"), "{}", policy.arn);
    for (alarm, name) in policy.alarms.iter().zip(["AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh"]) {
        assert!(alarm.name.starts_with(&format!("TargetTracking-table/cars-{name}-")), "{}", alarm.name);
        assert_eq!(alarm.arn, format!("arn:aws:cloudwatch:eu-central-1:123456789012:alarm:{}", alarm.name));
    }
}

#[test]
fn a_changed_policy_keeps_its_name_and_gets_new_alarms() {
    let mut fixture = Fixture::new(5, 0).policy(5, 100, at_70());
    let before = fixture.scaling.policies().next().unwrap().clone();
    let half = TargetTracking { target: TargetValue::new(50.0).unwrap(), ..at_70() };
    let now = minute(1);
    let after = fixture.scaling.put_policy(&cars(), WRITE, "follow", half, &fixture.tables, now).unwrap();
    assert_eq!((&after.arn, after.created), (&before.arn, before.created));
    assert_ne!(after.alarms[0].name, before.alarms[0].name);
    assert_eq!(after.alarms[0].threshold(), 150.0);
}

#[test]
fn what_makes_no_sense_is_refused() {
    let mut fixture = Fixture::new(5, 0);
    let (tables, scaling, now) = (&fixture.tables, &mut fixture.scaling, minute(0));
    let put = |scaling: &mut AutoScaling, name: &str, configuration| {
        scaling.put_policy(&cars(), WRITE, name, configuration, tables, now).map(|_| ()).unwrap_err()
    };
    assert_eq!(
        put(scaling, "follow", at_70()).to_string(),
        "No scalable target registered for service namespace: dynamodb, resource ID: table/cars, scalable \
         dimension: dynamodb:table:WriteCapacityUnits"
    );
    let mut refuse = |registration: Registration| scaling.register(&registration, tables, now).unwrap_err();
    let limits = |min, max| Registration::limits(cars(), WRITE, min, max);
    assert_eq!(refuse(limits(0, 5)), AutoScalingError::MinimumTooLow);
    assert_eq!(refuse(limits(6, 5)), AutoScalingError::MaximumBelowMinimum);
    assert_eq!(refuse(Registration { max_capacity: None, ..limits(1, 5) }), AutoScalingError::LimitsMissing);
    let index = Registration { dimension: Dimension::IndexRead, ..limits(1, 5) };
    assert_eq!(refuse(index), AutoScalingError::UnsupportedResource);
    let missing = Registration { resource: ResourceId::table("boats"), ..limits(1, 5) };
    assert_eq!(refuse(missing).to_string(), "DynamoDB table does not exist: table/boats");
    scaling.register(&limits(1, 5), tables, now).unwrap();
    let reads = TargetTracking { metric: PredefinedMetric::ReadUtilization, ..at_70() };
    assert_eq!(put(scaling, "follow", reads), AutoScalingError::MetricOfOtherDimension);
    scaling.put_policy(&cars(), WRITE, "follow", at_70(), tables, now).unwrap();
    assert_eq!(put(scaling, "other", at_70()), AutoScalingError::MetricTaken);
    assert_eq!(scaling.delete_policy(&cars(), WRITE, "other").unwrap_err().code(), "ObjectNotFoundException");
}

#[test]
fn deregistering_forgets_the_policies_and_keeps_the_activities() {
    let mut fixture = Fixture::new(200, 150).policy(1, 1_000, at_70());
    fixture.run(minute(10));
    fixture.scaling.deregister(&cars(), WRITE).unwrap();
    assert_eq!((fixture.scaling.targets().count(), fixture.scaling.policies().count()), (0, 0));
    assert_eq!(fixture.activities().len(), 1);
    assert_eq!(fixture.scaling.next_event_at(), None);
    let again = fixture.scaling.deregister(&cars(), WRITE).unwrap_err();
    assert_eq!(again.code(), "ObjectNotFoundException");
    // Six weeks later the activities are gone too.
    assert_eq!(fixture.scaling.activities(minute(10) + MINUTE * 60 * 24 * 43).count(), 0);
}

#[test]
fn missed_minutes_are_made_up_for_by_one_look() {
    let mut fixture = Fixture::new(200, 150).policy(1, 1_000, at_70());
    assert!(fixture.scaling.tick(minute(500), &fixture.tables).is_empty());
    let due = fixture.scaling.next_event_at().unwrap();
    assert_eq!(due, minute(500) + Duration::from_secs(8));
    assert_eq!(fixture.scaling.tick(due, &fixture.tables).len(), 1);
}

fn action(schedule: &str, zone: Option<&str>, min: Option<u64>, max: Option<u64>) -> NewScheduledAction {
    NewScheduledAction {
        name: "morning".to_owned(),
        schedule: Some(Schedule::parse(schedule, zone).unwrap()),
        start: None,
        end: None,
        limits: Some(NewLimits { min_capacity: min, max_capacity: max }),
    }
}

#[test]
fn a_scheduled_action_sets_limits_and_capacity_at_its_time() {
    let mut fixture = Fixture::new(10, 0);
    fixture.register(&Registration::limits(cars(), WRITE, 5, 20));
    fixture
        .scaling
        .put_scheduled_action(
            &cars(),
            WRITE,
            action("rate(10 minutes)", None, Some(40), Some(90)),
            fixture.now,
        )
        .unwrap();
    assert_eq!(fixture.scaling.next_event_at(), Some(minute(10)));
    assert_eq!(fixture.run(minute(11)), [(608, 40)]);
    let descriptions: Vec<_> = fixture.activities().iter().map(|one| one.description()).collect();
    assert_eq!(
        descriptions,
        ["Setting write capacity units to 40.", "Setting min capacity to 40 and max capacity to 90"]
    );
    let set = fixture.activities()[1].clone();
    assert_eq!(set.cause.to_string(), "scheduled action name morning was triggered");
    assert_eq!(set.status_message().unwrap(), "Successfully set min capacity to 40 and max capacity to 90");
    assert_eq!(fixture.activities()[0].cause.to_string(), "minimum capacity was set to 40");
    let target = fixture.scaling.targets().next().unwrap();
    assert_eq!((target.min_capacity, target.max_capacity), (40, 90));
    // Again and again, until it is deleted; then nothing is to happen any more.
    assert_eq!(fixture.scaling.next_event_at(), Some(minute(20)));
    fixture.scaling.delete_scheduled_action(&cars(), WRITE, "morning").unwrap();
    assert_eq!(fixture.scaling.next_event_at(), None);
}

#[test]
fn a_suspended_target_passes_over_its_scheduled_actions() {
    let mut fixture = Fixture::new(10, 0);
    let mut registration = Registration::limits(cars(), WRITE, 5, 20);
    registration.scheduled_scaling_suspended = Some(true);
    fixture.register(&registration);
    let scheduled = action("rate(10 minutes)", None, Some(40), Some(90));
    fixture.scaling.put_scheduled_action(&cars(), WRITE, scheduled, fixture.now).unwrap();
    assert_eq!(fixture.run(minute(15)), []);
    assert!(fixture.activities().is_empty());
}

#[test]
fn a_scheduled_action_keeps_to_its_start_and_end() {
    let mut fixture = Fixture::new(10, 0);
    fixture.register(&Registration::limits(cars(), WRITE, 5, 100));
    let mut scheduled = action("rate(10 minutes)", None, None, Some(9));
    (scheduled.start, scheduled.end) = (Some(minute(25)), Some(minute(40)));
    fixture.scaling.put_scheduled_action(&cars(), WRITE, scheduled.clone(), fixture.now).unwrap();
    assert_eq!(fixture.scaling.next_event_at(), Some(minute(25)));
    assert_eq!(fixture.run(minute(26)), [(25 * 60 + 8, 9)]);
    assert_eq!(fixture.scaling.next_event_at(), Some(minute(35)));
    let _ = fixture.run(minute(36));
    assert_eq!(fixture.scaling.next_event_at(), None);
    // Changing it without times lets it go on.
    scheduled.schedule = None;
    (scheduled.start, scheduled.end) = (None, None);
    fixture.scaling.put_scheduled_action(&cars(), WRITE, scheduled, fixture.now).unwrap();
    assert_eq!(fixture.scaling.next_event_at(), Some(minute(40)));
}

#[test]
fn scheduled_actions_that_could_do_nothing_are_refused() {
    let mut fixture = Fixture::new(10, 0);
    let put = |fixture: &mut Fixture, scheduled| {
        fixture.scaling.put_scheduled_action(&cars(), WRITE, scheduled, fixture.now).unwrap_err().to_string()
    };
    let daily = action("rate(1 day)", None, Some(1), None);
    assert!(put(&mut fixture, daily.clone()).starts_with("No scalable target registered for"));
    fixture.register(&Registration::limits(cars(), WRITE, 5, 100));
    let mut without = daily.clone();
    without.schedule = None;
    assert!(put(&mut fixture, without).starts_with("A schedule must be specified"));
    let nothing = action("rate(1 day)", None, None, None);
    assert!(put(&mut fixture, nothing).starts_with("A scalable target action"));
    let past = action("at(2001-01-01T00:00:00)", None, Some(1), None);
    assert!(put(&mut fixture, past).contains("future"));
    let mut backward = daily;
    (backward.start, backward.end) = (Some(minute(9)), Some(minute(8)));
    assert!(put(&mut fixture, backward).contains("end time"));
    assert!(
        fixture
            .scaling
            .delete_scheduled_action(&cars(), WRITE, "morning")
            .unwrap_err()
            .to_string()
            .starts_with("No scheduled action found")
    );
}

#[test]
fn tags_are_kept_with_the_target() {
    let mut fixture = Fixture::new(10, 0);
    fixture.register(&Registration::limits(cars(), WRITE, 5, 100));
    let arn = fixture.scaling.targets().next().unwrap().arn.clone();
    let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    fixture.scaling.tag(&arn, &[pair("team", "red"), pair("stage", "test")]).unwrap();
    fixture.scaling.tag(&arn, &[pair("team", "blue")]).unwrap();
    fixture.scaling.untag(&arn, &["stage".to_owned(), "other".to_owned()]).unwrap();
    let tags: Vec<_> = fixture.scaling.tags(&arn).unwrap().clone().into_iter().collect();
    assert_eq!(tags, [pair("team", "blue")]);
    let many: Vec<_> = (0..50).map(|count| pair(&count.to_string(), "")).collect();
    assert_eq!(fixture.scaling.tag(&arn, &many), Err(AutoScalingError::TooManyTags));
    assert!(fixture.scaling.tags("arn:other").is_err());
}
