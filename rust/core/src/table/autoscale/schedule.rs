//! Schedules of scheduled actions: `at(...)`, `rate(...)` and `cron(...)`, in a time zone.

use std::time::Duration;

use jiff::civil::DateTime;
use jiff::tz::{TimeZone, TimeZoneDatabase};

use serde::{Deserialize, Serialize};

use crate::clock::Timestamp;

use super::cron::Cron;

/// When a scheduled action takes place.
#[derive(Clone, PartialEq, Debug)]
enum Times {
    /// Once.
    At(DateTime),
    /// Again and again, this far apart.
    Rate(Duration),
    /// Where the calendar matches.
    Cron(Box<Cron>),
}

/// A schedule with its time zone, as it was given and as it is computed with.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(try_from = "GivenSchedule", into = "GivenSchedule")]
pub struct Schedule {
    text: String,
    zone_name: Option<String>,
    zone: TimeZone,
    times: Times,
}

/// A schedule as it was given, which is how it is stored.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenSchedule {
    text: String,
    zone_name: Option<String>,
}

impl From<Schedule> for GivenSchedule {
    fn from(schedule: Schedule) -> Self {
        Self { text: schedule.text, zone_name: schedule.zone_name }
    }
}

impl TryFrom<GivenSchedule> for Schedule {
    type Error = &'static str;

    fn try_from(given: GivenSchedule) -> Result<Self, Self::Error> {
        Self::parse(&given.text, given.zone_name.as_deref()).map_err(|problem| match problem {
            ScheduleProblem::Expression => "no schedule",
            ScheduleProblem::Zone => "no time zone",
        })
    }
}

/// Why a text is no schedule.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScheduleProblem {
    /// It is none of the three forms.
    Expression,
    /// There is no such time zone.
    Zone,
}

impl Schedule {
    /// Reads `Schedule` and `Timezone`; the zone is UTC where none is named. Names are those of the IANA database that
    /// is built in.
    ///
    /// # Errors
    /// Which of the two is wrong.
    pub fn parse(text: &str, zone_name: Option<&str>) -> Result<Self, ScheduleProblem> {
        let zone = match zone_name {
            None => TimeZone::UTC,
            Some(name) => TimeZoneDatabase::bundled().get(name).map_err(|_| ScheduleProblem::Zone)?,
        };
        let times = times(text).ok_or(ScheduleProblem::Expression)?;
        Ok(Self { text: text.to_owned(), zone_name: zone_name.map(str::to_owned), zone, times })
    }

    /// As it was given.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The zone's name, where one was given.
    #[must_use]
    pub fn zone_name(&self) -> Option<&str> {
        self.zone_name.as_deref()
    }

    /// Whether it is a single time.
    #[must_use]
    pub fn is_once(&self) -> bool {
        matches!(self.times, Times::At(_))
    }

    /// The first time behind `after`. A rate is counted from `base`.
    #[must_use]
    pub fn next_after(&self, after: Timestamp, base: Timestamp) -> Option<Timestamp> {
        match &self.times {
            Times::At(time) => self.instant(*time).filter(|time| *time > after),
            Times::Rate(step) => {
                let step = i64::try_from(step.as_nanos()).ok()?;
                let passed = after.as_nanos().saturating_sub(base.as_nanos());
                let steps = if passed < 0 { 0 } else { passed / step + 1 };
                Some(Timestamp::from_nanos(base.as_nanos().saturating_add(steps.saturating_mul(step))))
            }
            Times::Cron(cron) => {
                let now = jiff::Timestamp::from_nanosecond(after.as_nanos().into()).ok()?;
                let mut local = self.zone.to_datetime(now);
                loop {
                    local = cron.next_after(local)?;
                    // A time that the clocks pass over twice comes once; one that they leave out comes an hour later.
                    if let Some(found) = self.instant(local).filter(|found| *found > after) {
                        return Some(found);
                    }
                }
            }
        }
    }

    fn instant(&self, time: DateTime) -> Option<Timestamp> {
        let instant = self.zone.to_ambiguous_timestamp(time).compatible().ok()?;
        i64::try_from(instant.as_nanosecond()).ok().map(Timestamp::from_nanos)
    }
}

fn times(text: &str) -> Option<Times> {
    let inside = |name: &str| text.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(time) = inside("at") {
        let time = time.trim();
        // `yyyy-mm-ddThh:mm:ss`, and nothing else that is a time.
        return (time.len() == 19).then(|| time.parse().ok()).flatten().map(Times::At);
    }
    if let Some(rate) = inside("rate") {
        let (count, unit) = rate.trim().split_once(' ')?;
        let count: u64 = count.parse().ok().filter(|count| *count > 0)?;
        let seconds = match unit.trim() {
            "minute" | "minutes" => 60,
            "hour" | "hours" => 3_600,
            "day" | "days" => 86_400,
            _ => return None,
        };
        return count.checked_mul(seconds).map(|seconds| Times::Rate(Duration::from_secs(seconds)));
    }
    inside("cron").and_then(Cron::parse).map(|cron| Times::Cron(Box::new(cron)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        let instant: jiff::Timestamp = text.parse().unwrap();
        Timestamp::from_nanos(i64::try_from(instant.as_nanosecond()).unwrap())
    }

    fn next(schedule: &str, zone: Option<&str>, after: &str) -> Option<Timestamp> {
        Schedule::parse(schedule, zone).unwrap().next_after(at(after), at("2026-01-01T00:00:30Z"))
    }

    #[test]
    fn a_single_time_comes_once() {
        let schedule = "at(2026-07-01T09:30:00)";
        assert_eq!(next(schedule, None, "2026-01-01T00:00:00Z"), Some(at("2026-07-01T09:30:00Z")));
        let berlin = next(schedule, Some("Europe/Berlin"), "2026-01-01T00:00:00Z");
        assert_eq!(berlin, Some(at("2026-07-01T07:30:00Z")));
        assert_eq!(next(schedule, None, "2026-07-01T09:30:00Z"), None);
    }

    #[test]
    fn a_rate_is_counted_from_its_base() {
        assert_eq!(next("rate(5 minutes)", None, "2026-01-01T00:00:30Z"), Some(at("2026-01-01T00:05:30Z")));
        assert_eq!(next("rate(1 day)", None, "2025-12-01T00:00:00Z"), Some(at("2026-01-01T00:00:30Z")));
        assert_eq!(next("rate(2 hours)", None, "2026-01-01T05:00:00Z"), Some(at("2026-01-01T06:00:30Z")));
    }

    #[test]
    fn a_cron_keeps_to_the_clock_on_the_wall() {
        let nine = |after| next("cron(0 9 * * ? *)", Some("America/New_York"), after);
        // Winter and summer, across the change on 8 March 2026.
        assert_eq!(nine("2026-03-07T15:00:00Z"), Some(at("2026-03-08T13:00:00Z")));
        assert_eq!(nine("2026-03-06T15:00:00Z"), Some(at("2026-03-07T14:00:00Z")));
        // 02:30 does not exist on that day, and comes twice on 1 November.
        let half = |after| next("cron(30 2 * * ? *)", Some("America/New_York"), after);
        assert_eq!(half("2026-03-08T00:00:00Z"), Some(at("2026-03-08T07:30:00Z")));
        let once = |after| next("cron(30 1 * * ? *)", Some("America/New_York"), after);
        assert_eq!(once("2026-11-01T05:00:00Z"), Some(at("2026-11-01T05:30:00Z")));
        assert_eq!(once("2026-11-01T05:30:00Z"), Some(at("2026-11-02T06:30:00Z")));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "at(2026-07-01)",
            "at(2026-07-01T09:30:00Z)",
            "rate(0 minutes)",
            "rate(5 seconds)",
            "rate(5)",
            "cron(0 9 * * ?)",
            "every day",
            "at 2026-07-01T09:30:00",
        ] {
            assert_eq!(Schedule::parse(text, None), Err(ScheduleProblem::Expression), "{text}");
        }
        let nowhere = Schedule::parse("rate(1 day)", Some("Atlantis/Capital"));
        assert_eq!(nowhere, Err(ScheduleProblem::Zone));
    }
}
