//! Cron expressions of six fields: minutes, hours, day of month, month, day of week, year.

use jiff::civil::{Date, DateTime, Weekday};

/// Years a cron expression may name (API reference: 1970 to 2199).
const YEARS: std::ops::RangeInclusive<u32> = 1970..=2199;
/// Days that are looked through for the next match: the calendar repeats within 28 years, but for 2100, which has no
/// leap day.
const DAYS_LOOKED_AT: usize = 41 * 366;

const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// A set of the numbers of one field.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Field(Vec<u32>);

impl Field {
    fn has(&self, number: u32) -> bool {
        self.0.binary_search(&number).is_ok()
    }
}

/// Which days of a month.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Days {
    /// `?` or `*`.
    Any,
    /// Numbers: of days, or of weekdays from Sunday, 1.
    Of(Field),
    /// `L`: the last day.
    Last,
    /// `15W`: the weekday nearest to a day, inside the month.
    NearestWeekday(u32),
    /// `6L`: the last such weekday.
    LastWeekday(u32),
    /// `6#3`: the third such weekday.
    NthWeekday(u32, u32),
}

/// A cron expression, as Application Auto Scaling takes it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Cron {
    minutes: Field,
    hours: Field,
    days: Days,
    months: Field,
    weekdays: Days,
    years: Field,
}

impl Cron {
    /// Reads the six fields; `None` where they are not a cron expression.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays, years] = fields.as_slice() else { return None };
        // One of the two kinds of day has to be left open.
        if *days != "?" && *weekdays != "?" && *days != "*" && *weekdays != "*" {
            return None;
        }
        Some(Self {
            minutes: field(minutes, 0, 59, &[], 0)?,
            hours: field(hours, 0, 23, &[], 0)?,
            days: month_days(days)?,
            months: field(months, 1, 12, &MONTHS, 1)?,
            weekdays: weekday_days(weekdays)?,
            years: field(years, *YEARS.start(), *YEARS.end(), &[], 0)?,
        })
    }

    /// The first match behind `after`, in local time; `None` where there is none any more.
    pub(super) fn next_after(&self, after: DateTime) -> Option<DateTime> {
        let mut date = after.date();
        if let Some(first) = self.years.0.iter().find(|year| **year >= date.year().unsigned_abs().into())
            && *first > u32::from(date.year().unsigned_abs())
        {
            date = Date::new(i16::try_from(*first).ok()?, 1, 1).ok()?;
        }
        for _ in 0..DAYS_LOOKED_AT {
            if self.matches(date) {
                let times =
                    self.hours.0.iter().flat_map(|hour| {
                        self.minutes.0.iter().map(move |minute| (*hour as i8, *minute as i8))
                    });
                let times = times.map(|(hour, minute)| date.at(hour, minute, 0, 0));
                if let Some(found) = times.into_iter().find(|time| *time > after) {
                    return Some(found);
                }
            }
            date = date.tomorrow().ok()?;
        }
        None
    }

    fn matches(&self, date: Date) -> bool {
        self.years.has(date.year().unsigned_abs().into())
            && self.months.has(date.month().unsigned_abs().into())
            && matches_days(&self.days, date)
            && matches_weekdays(&self.weekdays, date)
    }
}

fn number_of(weekday: Weekday) -> u32 {
    weekday.to_sunday_one_offset().unsigned_abs().into()
}

fn matches_days(days: &Days, date: Date) -> bool {
    let (day, last) = (u32::from(date.day().unsigned_abs()), u32::from(date.days_in_month().unsigned_abs()));
    match days {
        Days::Of(field) => field.has(day),
        Days::Last => day == last,
        Days::NearestWeekday(wanted) => nearest_weekday(date, (*wanted).min(last)) == day,
        Days::Any | Days::LastWeekday(_) | Days::NthWeekday(..) => true,
    }
}

fn matches_weekdays(days: &Days, date: Date) -> bool {
    let weekday = number_of(date.weekday());
    let (day, last) = (u32::from(date.day().unsigned_abs()), u32::from(date.days_in_month().unsigned_abs()));
    match days {
        Days::Of(field) => field.has(weekday),
        Days::Last => weekday == 7,
        Days::LastWeekday(wanted) => weekday == *wanted && day + 7 > last,
        Days::NthWeekday(wanted, count) => weekday == *wanted && (day - 1) / 7 + 1 == *count,
        Days::Any | Days::NearestWeekday(_) => true,
    }
}

/// The day of the working day nearest to `day` of the date's month, without leaving the month.
fn nearest_weekday(date: Date, day: u32) -> u32 {
    let last = u32::from(date.days_in_month().unsigned_abs());
    let wanted = Date::new(date.year(), date.month(), day as i8).map_or(date.weekday(), Date::weekday);
    match wanted {
        Weekday::Saturday if day > 1 => day - 1,
        Weekday::Saturday => day + 2,
        Weekday::Sunday if day < last => day + 1,
        Weekday::Sunday => day - 2,
        _ => day,
    }
}

fn month_days(text: &str) -> Option<Days> {
    match text {
        "?" | "*" => Some(Days::Any),
        "L" => Some(Days::Last),
        _ if text.ends_with('W') => {
            let day: u32 = text.strip_suffix('W')?.parse().ok()?;
            (1..=31).contains(&day).then_some(Days::NearestWeekday(day))
        }
        _ => field(text, 1, 31, &[], 0).map(Days::Of),
    }
}

fn weekday_days(text: &str) -> Option<Days> {
    let weekday = |text: &str| number(text, 1, 7, &WEEKDAYS, 1);
    match text {
        "?" | "*" => Some(Days::Any),
        "L" => Some(Days::Last),
        _ if text.ends_with('L') => weekday(text.strip_suffix('L')?).map(Days::LastWeekday),
        _ if text.contains('#') => {
            let (day, count) = text.split_once('#')?;
            let count: u32 = count.parse().ok()?;
            (1..=5).contains(&count).then_some(Days::NthWeekday(weekday(day)?, count))
        }
        _ => field(text, 1, 7, &WEEKDAYS, 1).map(Days::Of),
    }
}

/// A list of numbers, names, ranges and steps: `0/15`, `MON-FRI`, `1,15`, `*`.
fn field(text: &str, low: u32, high: u32, names: &[&str], first_name: u32) -> Option<Field> {
    let mut numbers = Vec::new();
    for part in text.split(',') {
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => (range, Some(step.parse::<u32>().ok().filter(|step| *step > 0)?)),
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            Some((from, to)) => {
                (number(from, low, high, names, first_name)?, number(to, low, high, names, first_name)?)
            }
            None if range == "*" => (low, high),
            None => {
                let from = number(range, low, high, names, first_name)?;
                (from, if step.is_some() { high } else { from })
            }
        };
        let step = step.unwrap_or(1) as usize;
        if from <= to {
            numbers.extend((from..=to).step_by(step));
        } else {
            // FRI-MON goes around.
            numbers.extend((from..=high).chain(low..=to).step_by(step));
        }
    }
    numbers.sort_unstable();
    numbers.dedup();
    Some(Field(numbers))
}

fn number(text: &str, low: u32, high: u32, names: &[&str], first_name: u32) -> Option<u32> {
    let named = names.iter().position(|name| name.eq_ignore_ascii_case(text));
    let number = match named {
        Some(index) => first_name + index as u32,
        None => text.parse().ok()?,
    };
    (low..=high).contains(&number).then_some(number)
}

#[cfg(test)]
mod tests {
    use jiff::civil::datetime;

    use super::*;

    /// The next three matches after the first moment of 2026, a Thursday.
    fn matches(text: &str) -> Vec<String> {
        let cron = Cron::parse(text).unwrap_or_else(|| panic!("{text}"));
        let mut at = datetime(2026, 1, 1, 0, 0, 0, 0);
        let mut found = Vec::new();
        while let Some(next) = cron.next_after(at).filter(|_| found.len() < 3) {
            found.push(next.strftime("%Y-%m-%d %H:%M").to_string());
            at = next;
        }
        found
    }

    #[test]
    fn fields_are_lists_ranges_and_steps() {
        assert_eq!(matches("0 9 * * ? *"), ["2026-01-01 09:00", "2026-01-02 09:00", "2026-01-03 09:00"]);
        assert_eq!(
            matches("0/20 0 ? * MON-FRI *"),
            ["2026-01-01 00:20", "2026-01-01 00:40", "2026-01-02 00:00"]
        );
        assert_eq!(
            matches("5,10 23 1,15 FEB ? *"),
            ["2026-02-01 23:05", "2026-02-01 23:10", "2026-02-15 23:05"]
        );
        assert_eq!(
            matches("0 12 ? * SAT-SUN 2027"),
            ["2027-01-02 12:00", "2027-01-03 12:00", "2027-01-09 12:00"]
        );
        assert_eq!(matches("0 0 29 2 ? *"), ["2028-02-29 00:00", "2032-02-29 00:00", "2036-02-29 00:00"]);
    }

    #[test]
    fn days_are_counted_from_the_end_and_to_the_nearest_working_day() {
        assert_eq!(matches("0 1 L * ? *"), ["2026-01-31 01:00", "2026-02-28 01:00", "2026-03-31 01:00"]);
        assert_eq!(matches("0 1 1W * ? *"), ["2026-01-01 01:00", "2026-02-02 01:00", "2026-03-02 01:00"]);
        assert_eq!(matches("0 1 31W * ? *"), ["2026-01-30 01:00", "2026-02-27 01:00", "2026-03-31 01:00"]);
        assert_eq!(matches("0 1 ? * 6L *"), ["2026-01-30 01:00", "2026-02-27 01:00", "2026-03-27 01:00"]);
        assert_eq!(matches("0 1 ? * TUE#2 *"), ["2026-01-13 01:00", "2026-02-10 01:00", "2026-03-10 01:00"]);
    }

    #[test]
    fn what_is_no_cron_expression_is_refused() {
        for text in [
            "",
            "0 9 * * ?",
            "60 9 * * ? *",
            "0 24 * * ? *",
            "0 9 32 * ? *",
            "0 9 ? * MON#6 *",
            "0 9 1 * MON *",
            "0/0 9 * * ? *",
            "0 9 * 13 ? *",
            "0 9 * * ? 1969",
            "a b c d e f",
        ] {
            assert_eq!(Cron::parse(text), None, "{text}");
        }
        assert_eq!(matches("0 0 30 2 ? *"), [""; 0]);
    }
}
