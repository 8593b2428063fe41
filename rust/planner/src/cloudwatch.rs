//! The rate of a load, from what CloudWatch recorded.

use std::path::Path;

use serde::Deserialize;
use toml::value::Datetime;

use crate::error::PlanError;

/// What `aws cloudwatch get-metric-statistics --statistics Sum` prints.
#[derive(Deserialize)]
struct Statistics {
    #[serde(rename = "Datapoints")]
    datapoints: Vec<Datapoint>,
}

#[derive(Deserialize)]
struct Datapoint {
    #[serde(rename = "Timestamp")]
    timestamp: String,
    #[serde(rename = "Sum")]
    sum: f64,
}

/// Reads the sums of consumed units and makes points of (second, requests a second) of them: even within a period,
/// from 0 at the first. A period without a point had no traffic.
///
/// # Errors
/// [`PlanError::Scenario`] with the path.
pub fn read_curve(
    path: &Path,
    period_seconds: f64,
    units_per_request: f64,
) -> Result<Vec<(f64, f64)>, PlanError> {
    let wrong = |what: String| PlanError::Scenario(format!("{}: {what}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    let statistics: Statistics = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    let mut sums = Vec::new();
    for point in statistics.datapoints {
        let second = epoch_seconds(&point.timestamp)
            .ok_or_else(|| wrong(format!("{:?} is no time like 2025-01-01T00:00:00Z", point.timestamp)))?;
        sums.push((second, point.sum));
    }
    sums.sort_by(|left, right| left.0.total_cmp(&right.0));
    let Some((first, _)) = sums.first().copied() else {
        return Err(wrong("there are no data points".to_owned()));
    };
    Ok(steps(first, &sums, period_seconds, units_per_request))
}

/// The width of a step, so that its two ends are in order.
const STEP_SECONDS: f64 = 1e-6;

fn steps(first: f64, sums: &[(f64, f64)], period_seconds: f64, units_per_request: f64) -> Vec<(f64, f64)> {
    let mut curve: Vec<(f64, f64)> = Vec::new();
    for (second, sum) in sums {
        let start = second - first;
        let rate = sum / period_seconds / units_per_request;
        let end = curve.last().map_or(0.0, |(end, _)| *end);
        if start > end + 2.0 * STEP_SECONDS {
            curve.extend([(end + STEP_SECONDS, 0.0), (start - STEP_SECONDS, 0.0)]);
        }
        curve.extend([(start.max(end + STEP_SECONDS), rate), (start + period_seconds - STEP_SECONDS, rate)]);
    }
    let end = curve.last().map_or(0.0, |(end, _)| *end);
    curve.push((end + STEP_SECONDS, 0.0));
    curve
}

fn epoch_seconds(text: &str) -> Option<f64> {
    let time: Datetime = text.parse().ok()?;
    let (date, clock) = (time.date?, time.time?);
    let offset_minutes = match time.offset? {
        toml::value::Offset::Z => 0,
        toml::value::Offset::Custom { minutes } => i64::from(minutes),
    };
    let days = days_from_civil(i64::from(date.year), i64::from(date.month), i64::from(date.day));
    let seconds = i64::from(clock.hour) * 3_600 + i64::from(clock.minute) * 60 - offset_minutes * 60;
    let seconds = days * 86_400 + seconds + i64::from(clock.second.unwrap_or(0));
    Some(seconds as f64)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar: years begin in March, so that a leap day ends one.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_offset() {
        assert_eq!(epoch_seconds("1970-01-01T00:00:00Z"), Some(0.0));
        assert_eq!(epoch_seconds("2024-02-29T12:00:00+00:00"), Some(1_709_208_000.0));
        assert_eq!(epoch_seconds("2025-01-01T01:00:00+01:00"), Some(1_735_689_600.0));
        assert_eq!(epoch_seconds("yesterday"), None);
    }

    #[test]
    fn a_period_without_a_point_has_no_traffic() {
        let curve = steps(100.0, &[(100.0, 600.0), (280.0, 60.0)], 60.0, 2.0);
        let rate = |second: f64| {
            let after = curve.partition_point(|(at, _)| *at <= second);
            curve[after.saturating_sub(1)].1
        };
        assert_eq!(
            [1.0, 59.0, 61.0, 170.0, 181.0, 239.0, 241.0].map(rate),
            [5.0, 5.0, 0.0, 0.0, 0.5, 0.5, 0.0]
        );
        assert!(curve.is_sorted_by(|a, b| a.0 < b.0), "{curve:?}");
    }
}
