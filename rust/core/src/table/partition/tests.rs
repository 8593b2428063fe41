use proptest::prelude::*;

use std::ops::Bound;

use super::*;

fn half() -> u64 {
    1 << 63
}

fn key(hash: u64, rest: &str) -> KeyBytes {
    let mut key = KeyBytes::from_slice(&hash.to_be_bytes());
    key.extend_from_slice(rest.as_bytes());
    key
}

fn second(count: i64) -> Timestamp {
    Timestamp::from_seconds(count)
}

#[test]
fn the_published_examples_of_the_formula() {
    assert_eq!(Partitions::initial_count(1_000, 500, 0), 1);
    assert_eq!(Partitions::initial_count(1_000, 1_000, 0), 2);
    assert_eq!(Partitions::initial_count(5_000, 2_000, 0), 4);
    assert_eq!(Partitions::initial_count(3_000, 0, 0), 1);
    assert_eq!(Partitions::initial_count(1, 1, 10 * PARTITION_BYTES + 1), 11);
    assert_eq!(Partitions::initial_count(0, 0, 0), 1);
}

#[test]
fn growth_doubles_and_a_lower_setting_never_merges() {
    let mut partitions = Partitions::new(1, PARTITION_BYTES, second(0));
    assert!(!partitions.grow(Partitions::initial_count(2_000, 300, 0), second(1), |_| Tally::default()));
    assert!(partitions.grow(Partitions::initial_count(5_000, 2_000, 0), second(1), |_| Tally::default()));
    assert_eq!(partitions.len(), 4);
    assert!(!partitions.grow(1, second(2), |_| Tally::default()));
    assert_eq!(partitions.len(), 4);
}

#[test]
fn a_split_shares_out_what_is_stored() {
    let mut partitions = Partitions::new(1, PARTITION_BYTES, second(0));
    partitions.resize(0, 10, 1_000);
    partitions.split(0, &half().to_be_bytes(), second(0), &mut |range| {
        assert_eq!(range.lower, Bound::Included(&[0; 8][..]));
        Tally { items: 4, bytes: 300 }
    });
    let tallies: Vec<_> = partitions.iter().map(Partition::tally).collect();
    assert_eq!(tallies, [Tally { items: 4, bytes: 300 }, Tally { items: 6, bytes: 700 }]);
}

#[test]
fn a_partition_over_ten_gigabytes_asks_to_be_split() {
    let mut partitions = Partitions::new(2, PARTITION_BYTES, second(0));
    assert!(!partitions.resize(1, 1, i64::try_from(PARTITION_BYTES).unwrap()));
    assert!(partitions.resize(1, 1, 1));
    let middle = key(half() + 7, "a");
    partitions.split_full(
        second(0),
        |range, bytes| {
            assert_eq!((range.upper, bytes), (Bound::Unbounded, PARTITION_BYTES / 2));
            Some(middle.to_vec())
        },
        |_| Tally { items: 1, bytes: PARTITION_BYTES / 2 },
    );
    let starts: Vec<_> = partitions.iter().map(|partition| partition.range.start).collect();
    assert_eq!(starts, [0, half(), half() + 7]);
    assert!(partitions.get(2).describe(second(0)).begins_inside_collection);
    assert_eq!(partitions.locate(&key(half() + 7, "A")), 1);
    assert_eq!(partitions.locate(&key(half() + 7, "a")), 2);
    assert_eq!(partitions.locate(&key(half() + 6, "z")), 1);
    assert_eq!(partitions.locate(&key(half() + 8, "")), 2);
}

#[test]
fn heat_is_the_share_of_the_limits_used_in_the_last_minute() {
    let mut partition = Partition::new(HashRange::ALL, Tally::default(), PARTITION_BYTES, second(0));
    // 500 writes a second for a minute: half of the limit.
    for count in 0..60 {
        partition.record(Kind::Write, CapacityUnits::whole(500), b"", second(count));
    }
    assert_eq!(partition.describe(second(59)).heat_millionths, 500_000);
    assert_eq!(partition.describe(second(90)).heat_millionths, 250_000);
    assert_eq!(partition.describe(second(120)).heat_millionths, 0);
    assert_eq!(partition.describe(second(10_000)).heat(), 0.0);
    partition.record(Kind::Read, CapacityUnits::whole(18_000), b"", second(10_000));
    assert_eq!(partition.describe(second(10_001)).heat(), 0.1);
    assert_eq!(partition.describe(second(0)).write_units, CapacityUnits::whole(30_000));
}

proptest! {
    #[test]
    fn every_hash_is_in_exactly_one_partition(
        count in 1_usize..40, splits in prop::collection::vec(any::<prop::sample::Index>(), 0..30), hash: u64
    ) {
        let mut partitions = Partitions::new(count, PARTITION_BYTES, second(0));
        for split in splits {
            let index = split.index(partitions.len());
            let (_, high) = partitions.get(index).range().halves().unwrap();
            partitions.split(index, &high.start.to_be_bytes(), second(0), &mut |_| Tally::default());
        }
        let ranges: Vec<_> = partitions.iter().map(Partition::range).collect();
        prop_assert_eq!(ranges[0].start, 0);
        prop_assert_eq!(ranges[ranges.len() - 1].end, u64::MAX);
        for pair in ranges.windows(2) {
            prop_assert_eq!(pair[0].end + 1, pair[1].start);
        }
        prop_assert!(ranges[partitions.locate(&hash.to_be_bytes())].contains(hash));
        for range in ranges {
            prop_assert!(partitions.get(partitions.locate(&range.start.to_be_bytes())).range() == range);
            prop_assert!(partitions.get(partitions.locate(&range.end.to_be_bytes())).range() == range);
        }
    }

    #[test]
    fn segments_cover_the_space_and_are_of_equal_size(count in 1_u32..2_000_000, index: prop::sample::Index) {
        let index = u32::try_from(index.index(count as usize)).unwrap();
        let range = HashRange::segment(index, count);
        if index == 0 {
            prop_assert_eq!(range.start, 0);
        } else {
            prop_assert_eq!(HashRange::segment(index - 1, count).end, range.start - 1);
        }
        if index == count - 1 {
            prop_assert_eq!(range.end, u64::MAX);
        }
        let size = u128::from(range.end - range.start) + 1;
        let even = (1_u128 << 64) / u128::from(count);
        prop_assert!(size == even || size == even + 1);
    }
}
