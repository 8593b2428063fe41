//! Judging an alarm: what its newest periods say, and what those without data are taken for (facts 11.2).

use crate::clock::Timestamp;

use super::alarm::{AlarmState, MetricCondition, MissingData};

/// Periods further back than an alarm evaluates that may stand in for missing ones. CloudWatch does not publish how many
/// it takes.
pub(super) const EXTRA_PERIODS: usize = 2;

/// What the newest periods call for.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Judgement {
    /// None where the state stays as it is.
    pub(super) state: Option<AlarmState>,
    pub(super) reason: String,
}

/// Judges periods, newest first: the start and value of those that have data, for all that an alarm evaluates and
/// [`EXTRA_PERIODS`] before them.
pub(super) fn judge(
    condition: &MetricCondition,
    missing: MissingData,
    periods: &[Option<(Timestamp, f64)>],
) -> Judgement {
    let wanted = condition.evaluation_periods;
    let to_alarm = condition.datapoints_to_alarm.unwrap_or(wanted);
    let breaches = |value: f64| condition.comparison.breaches(value, condition.threshold);
    let known: Vec<(usize, Timestamp, f64)> = periods
        .iter()
        .enumerate()
        .filter_map(|(age, point)| point.map(|(start, value)| (age, start, value)))
        .take(wanted)
        .collect();
    let breaching = known.iter().filter(|(_, _, value)| breaches(*value)).count();
    let fine = known.len() - breaching;
    let lacking = wanted - known.len();
    let (breaching_at_most, fine_at_most) = match missing {
        MissingData::Breaching => (breaching + lacking, fine),
        MissingData::NotBreaching => (breaching, fine + lacking),
        MissingData::Missing | MissingData::Ignore => (breaching, fine),
    };
    let state = if breaching_at_most >= to_alarm {
        Some(AlarmState::Alarm)
    } else if fine_at_most > wanted - to_alarm {
        Some(AlarmState::Ok)
    } else if missing == MissingData::Ignore {
        None
    } else if known.is_empty() {
        Some(AlarmState::InsufficientData)
    } else {
        // Early, where the oldest breaching one is old enough and nothing newer is fine.
        let oldest = known.iter().rev().find(|(_, _, value)| breaches(*value)).map(|(age, ..)| age + 1);
        match oldest {
            Some(age) if age >= to_alarm && fine == 0 => Some(AlarmState::Alarm),
            _ if fine > 0 => Some(AlarmState::Ok),
            _ => None,
        }
    };
    Judgement { state, reason: reason(condition, state, &known, to_alarm) }
}

/// A state's reason in CloudWatch's words.
fn reason(
    condition: &MetricCondition,
    state: Option<AlarmState>,
    known: &[(usize, Timestamp, f64)],
    to_alarm: usize,
) -> String {
    if known.is_empty() && state == Some(AlarmState::InsufficientData) {
        let many = condition.evaluation_periods;
        let plural = if many == 1 { "datapoint was" } else { "datapoints were" };
        return format!("Insufficient Data: {many} {plural} unknown.");
    }
    let points: Vec<String> = known.iter().map(|(_, _, value)| format!("{value:?}")).collect();
    let count = known.len();
    let verb = if state == Some(AlarmState::Alarm) { "" } else { "not " };
    let plural = if count == 1 { "datapoint" } else { "datapoints" };
    let was = if count == 1 { "was" } else { "were" };
    format!(
        "Threshold Crossed: {count} {plural} [{}] {was} {verb}{} the threshold ({:?}) (minimum {to_alarm} datapoint{} for \
         OK -> ALARM transition).",
        points.join(", "),
        condition.comparison.words(),
        condition.threshold,
        if to_alarm == 1 { "" } else { "s" },
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::alarm::{AlarmSource, Comparison};
    use super::*;

    /// Judges points, oldest first: `X` breaching, `0` fine, `-` missing. The last `n` are evaluated, `m` have to breach.
    fn state(points: &str, (m, n): (usize, usize), missing: MissingData) -> &'static str {
        let condition = MetricCondition {
            source: AlarmSource::Queries(Vec::new()),
            period: Duration::from_secs(60),
            evaluation_periods: n,
            datapoints_to_alarm: Some(m),
            threshold: 5.0,
            comparison: Comparison::Greater,
            missing_data: None,
        };
        let periods: Vec<_> = points
            .chars()
            .rev()
            .map(|point| match point {
                'X' => Some((Timestamp::default(), 9.0)),
                '0' => Some((Timestamp::default(), 1.0)),
                _ => None,
            })
            .collect();
        judge(&condition, missing, &periods).state.map_or("keep", AlarmState::as_str)
    }

    #[test]
    fn missing_points_are_taken_as_the_guide_says() {
        use MissingData::{Breaching, Ignore, Missing, NotBreaching};
        let table = [
            // The table of the CloudWatch guide for 3 of 3 points: missing, ignore, breaching, not breaching.
            ("0-X-X", ["OK", "OK", "OK", "OK"]),
            ("----0", ["OK", "OK", "OK", "OK"]),
            ("-----", ["INSUFFICIENT_DATA", "keep", "ALARM", "OK"]),
            ("0XX-X", ["ALARM", "ALARM", "ALARM", "ALARM"]),
            ("--X--", ["ALARM", "keep", "ALARM", "OK"]),
        ];
        for (points, states) in table {
            for (missing, wanted) in [Missing, Ignore, Breaching, NotBreaching].into_iter().zip(states) {
                assert_eq!(state(points, (3, 3), missing), wanted, "{points} {missing:?}");
            }
        }
        assert_eq!(state("0X0XX", (3, 5), Missing), "ALARM");
        assert_eq!(state("0X00X", (3, 5), Missing), "OK");
    }
}
