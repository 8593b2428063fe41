//! The limit on lowering provisioned throughput (facts 2.6).

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::clock::{Timestamp, civil_date};

/// Decreases a UTC day allows at any time.
const DECREASES_FREE: u32 = 4;
/// After those, one each time this long has passed since the last accepted one.
const INTERVAL: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

/// The decreases of one table or index. Only accepted ones are counted.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(super) struct Decreases {
    /// Those in the UTC day of `last`.
    count: u32,
    last: Option<Timestamp>,
}

impl Decreases {
    pub(super) fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// `NumberOfDecreasesToday`.
    pub(super) fn today(&self, now: Timestamp) -> u32 {
        match self.last {
            Some(last) if last.floor(DAY) >= now.floor(DAY) => self.count,
            _ => 0,
        }
    }

    pub(super) fn check(&self, now: Timestamp) -> Result<(), DecreaseLimit> {
        let (Some(last), count) = (self.last, self.today(now)) else {
            return Ok(());
        };
        if count < DECREASES_FREE || now >= last + INTERVAL {
            return Ok(());
        }
        let next = (last + INTERVAL).min(last.floor(DAY) + DAY);
        Err(DecreaseLimit { count, last, next })
    }

    pub(super) fn count(&mut self, now: Timestamp) {
        self.count = self.today(now).saturating_add(1);
        self.last = Some(now);
    }
}

/// A decrease that came too early.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DecreaseLimit {
    /// Decreases in this UTC day.
    pub count: u32,
    /// When the last one was accepted.
    pub last: Timestamp,
    /// When the next one would be: an hour later, or at midnight UTC if that comes first.
    pub next: Timestamp,
}

impl fmt::Display for DecreaseLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given UTC day. \
             After the first 4 decreases, each subsequent decrease in the same UTC day can be performed at most \
             once every 3600 seconds. Number of decreases today: {}. Last decrease at {}. Next decrease can be \
             made at {}",
            self.count,
            LongDate(self.last),
            LongDate(self.next)
        )
    }
}

/// A time as DynamoDB writes it in this text: `Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal
/// Time`.
struct LongDate(Timestamp);

impl fmt::Display for LongDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WEEKDAYS: [&str; 7] =
            ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
        const MONTHS: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let seconds = self.0.as_nanos().div_euclid(1_000_000_000);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil_date(days);
        let hour = second / 3_600;
        let (half, clock_hour) =
            (if hour < 12 { "AM" } else { "PM" }, if hour % 12 == 0 { 12 } else { hour % 12 });
        write!(
            formatter,
            "{}, {} {day}, {year} at {clock_hour}:{:02}:{:02} {half} Coordinated Universal Time",
            WEEKDAYS[days.rem_euclid(7) as usize],
            MONTHS[(month - 1) as usize],
            second / 60 % 60,
            second % 60
        )
    }
}

/// A time as DynamoDB writes it in shorter texts: `Tue Oct 16 21:13:14 UTC 2018`.
pub(super) struct ShortDate(pub(super) Timestamp);

impl fmt::Display for ShortDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let seconds = self.0.as_nanos().div_euclid(1_000_000_000);
        let (days, second) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
        let (year, month, day) = civil_date(days);
        write!(
            formatter,
            "{} {} {day:02} {:02}:{:02}:{:02} UTC {year}",
            WEEKDAYS[days.rem_euclid(7) as usize],
            MONTHS[(month - 1) as usize],
            second / 3_600,
            second / 60 % 60,
            second % 60
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(seconds: i64) -> String {
        LongDate(Timestamp::from_seconds(seconds)).to_string()
    }

    #[test]
    fn dates_are_written_out() {
        assert_eq!(date(0), "Thursday, January 1, 1970 at 12:00:00 AM Coordinated Universal Time");
        assert_eq!(date(1_791_505_294), "Friday, October 9, 2026 at 12:21:34 AM Coordinated Universal Time");
        assert_eq!(date(951_827_696), "Tuesday, February 29, 2000 at 12:34:56 PM Coordinated Universal Time");
        assert_eq!(
            ShortDate(Timestamp::from_seconds(1_539_724_394)).to_string(),
            "Tue Oct 16 21:13:14 UTC 2018"
        );
        assert_eq!(date(-1), "Wednesday, December 31, 1969 at 11:59:59 PM Coordinated Universal Time");
    }
}
