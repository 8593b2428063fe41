use proptest::prelude::*;

use super::*;

fn at(nanos: i64) -> Timestamp {
    Timestamp::from_nanos(nanos)
}

fn units(count: u64) -> CapacityUnits {
    CapacityUnits::whole(count)
}

#[test]
fn five_idle_minutes_at_150_units_serve_45_000() {
    let mut bucket = TokenBucket::new(150, BURST_SECONDS_MAX, 0, at(0));
    let now = Timestamp::from_seconds(300);
    let served = (0..100_000).filter(|_| bucket.admit(units(1), now)).count();
    assert_eq!(served, 45_000);
}

#[test]
fn at_200_a_second_the_burst_of_150_lasts_900_seconds() {
    let mut bucket = TokenBucket::new(150, BURST_SECONDS_MAX, 300, at(0));
    let step = Duration::from_millis(5);
    let mut now = at(0) + step;
    while bucket.admit(units(1), now) {
        now = now + step;
    }
    let lasted = now.since(at(0)).as_secs_f64();
    assert!((lasted - 900.0).abs() < 0.1, "lasted {lasted} s");
}

#[test]
fn a_cost_above_the_rate_is_served_and_paid_in_full() {
    let mut bucket = TokenBucket::new(5, 1, 1, at(0));
    assert!(bucket.admit(units(400), at(0)));
    assert_eq!(bucket.balance(at(0)), -395 * 1_000_000_000);
    assert!(!bucket.admit(units(1), Timestamp::from_seconds(79)));
    assert!(bucket.admit(units(1), at(79_200_000_000)));
}

#[test]
fn a_lowered_rate_keeps_no_more_than_its_own_burst() {
    let mut bucket = TokenBucket::new(100, 300, 300, at(0));
    bucket.set_rate(5, at(0));
    assert_eq!(bucket.balance(at(0)), bucket.capacity());
    assert_eq!((0..40_000).filter(|_| bucket.admit(units(1), at(0))).count(), 1_500);
}

#[test]
fn a_raised_rate_keeps_the_balance_and_fills_at_the_new_rate() {
    let mut bucket = TokenBucket::new(5, 300, 0, at(0));
    bucket.set_rate(100, Timestamp::from_seconds(2));
    assert_eq!(bucket.balance(Timestamp::from_seconds(3)), 110 * 1_000_000_000);
}

#[test]
fn time_that_goes_back_gives_nothing_and_is_not_counted_twice() {
    let mut bucket = TokenBucket::new(1, 300, 0, Timestamp::from_seconds(10));
    assert!(!bucket.admit(units(1), Timestamp::from_seconds(5)));
    bucket.set_rate(1, Timestamp::from_seconds(5));
    assert_eq!(bucket.balance(Timestamp::from_seconds(11)), 1_000_000_000);
}

#[test]
fn extreme_rates_and_times_do_not_overflow() {
    let mut bucket = TokenBucket::new(u64::MAX, 300, 300, at(i64::MIN));
    assert!(bucket.admit(CapacityUnits::from_halves(u64::MAX), at(i64::MAX)));
    assert_eq!(TokenBucket::new(0, 1, 0, at(0)).available_at(units(1)), at(0));
}

#[derive(Clone, Debug)]
enum Step {
    Admit { halves: u64 },
    Advance { nanos: i64 },
    SetRate { rate: u64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (1_u64..2_000).prop_map(|halves| Step::Admit { halves }),
        4 => (0_i64..3_000_000_000).prop_map(|nanos| Step::Advance { nanos }),
        1 => (0_i64..400_000_000_000).prop_map(|nanos| Step::Advance { nanos }),
        1 => (1_u64..500).prop_map(|rate| Step::SetRate { rate }),
    ]
}

/// The rule as one would write it on paper: a fraction with a fixed denominator, refilled at every step.
struct Model {
    rate: i128,
    seconds: i128,
    /// In 2 x 10^9ths of a unit.
    balance: i128,
    at: i64,
}

const UNIT: i128 = 2_000_000_000;

impl Model {
    fn advance(&mut self, now: i64) {
        self.balance += self.rate * i128::from(now - self.at) * 2;
        self.balance = self.balance.min(self.rate * self.seconds * UNIT);
        self.at = now;
    }

    fn admit(&mut self, halves: u64) -> bool {
        let cost = i128::from(halves) * UNIT / 2;
        let admitted = self.balance >= cost.min(self.rate * UNIT);
        if admitted {
            self.balance -= cost;
        }
        admitted
    }
}

proptest! {
    #[test]
    fn agrees_with_a_rational_model(
        rate in 1_u64..500, seconds in 1_u32..=300, steps in prop::collection::vec(step(), 1..200)
    ) {
        let mut bucket = TokenBucket::new(rate, seconds, 0, at(0));
        let mut model = Model { rate: i128::from(rate), seconds: i128::from(seconds), balance: 0, at: 0 };
        let mut now = 0;
        for step in steps {
            match step {
                Step::Admit { halves } => {
                    let cost = CapacityUnits::from_halves(halves);
                    prop_assert_eq!(bucket.admit(cost, at(now)), model.admit(halves));
                }
                Step::Advance { nanos } => {
                    now += nanos;
                    model.advance(now);
                }
                Step::SetRate { rate } => {
                    bucket.set_rate(rate, at(now));
                    model.rate = i128::from(rate);
                    model.advance(now);
                }
            }
            prop_assert_eq!(bucket.balance(at(now)) * 2, model.balance);
        }
    }

    #[test]
    fn available_at_is_the_first_moment_that_admits(
        rate in 1_u64..5_000, debt in 0_u64..10_000, halves in 1_u64..20_000
    ) {
        let mut bucket = TokenBucket::new(rate, 300, 0, at(0));
        bucket.take(units(debt), at(0));
        let cost = CapacityUnits::from_halves(halves);
        let moment = bucket.available_at(cost);
        prop_assert!(bucket.covers(cost, moment));
        prop_assert!(moment == at(0) || !bucket.covers(cost, moment - Duration::from_nanos(1)));
    }

    #[test]
    fn many_small_refills_equal_one_large(rate in 1_u64..40_000, cuts in prop::collection::vec(1_i64..1_000_000, 1..100)) {
        let mut often = TokenBucket::new(rate, 300, 0, at(0));
        let once = often.clone();
        let mut now = 0;
        for cut in cuts {
            now += cut;
            often.take(CapacityUnits::ZERO, at(now));
        }
        prop_assert_eq!(often.balance(at(now)), once.balance(at(now)));
    }
}
