use super::*;

const RULES: SplitRules = SplitRules { sort_key: true, local_index: false };
const LOCAL: SplitRules = SplitRules { sort_key: true, local_index: true };
const UNSORTED: SplitRules = SplitRules { sort_key: false, local_index: false };

fn key(hash: u64, rest: &str) -> KeyBytes {
    let mut key = KeyBytes::from_slice(&hash.to_be_bytes());
    key.extend_from_slice(rest.as_bytes());
    key
}

/// A sample of writes of 10 units to `keys`, over and over.
fn sample(keys: &[KeyBytes]) -> KeySample {
    let mut sample = KeySample::new(1);
    for turn in 0..4_000 {
        sample.add(&keys[turn % keys.len()], CapacityUnits::whole(10));
    }
    assert!(sample.keys.len() <= SAMPLED_KEYS_MAX);
    sample
}

fn cuts(keys: &[KeyBytes], rules: SplitRules) -> Result<Vec<KeyBytes>, SplitObstacle> {
    sample(keys).cuts(rules, &0_u64.to_be_bytes(), None).map(Cuts::into_vec)
}

#[test]
fn heat_over_many_collections_is_cut_between_two() {
    let keys: Vec<_> = (0..100).map(|count| key(count * 1_000, "item")).collect();
    for rules in [RULES, LOCAL, UNSORTED] {
        let cuts = cuts(&keys, rules).unwrap();
        let [cut] = cuts.as_slice() else { panic!("{cuts:?}") };
        assert_eq!(cut.len(), 8);
        assert!((25_000..75_000).contains(&hash_of(cut)), "{cut:?}");
    }
}

#[test]
fn heat_inside_one_collection_is_cut_by_the_sort_key() {
    let mut keys: Vec<_> = (0..100).map(|count| key(7, &format!("{count:03}"))).collect();
    // Not in the order of the keys.
    keys.sort_by_key(|key| key[9] ^ key[10].rotate_left(3));
    let cuts_made = cuts(&keys, RULES).unwrap();
    let [cut] = cuts_made.as_slice() else { panic!("{cuts_made:?}") };
    assert!((&b"025"[..]..&b"075"[..]).contains(&&cut[8..]), "{cut:?}");
    // A local index keeps the collection together; it is set apart as a whole, and after that nothing helps.
    assert_eq!(cuts(&keys, LOCAL).unwrap(), [key(7, ""), key(8, "")]);
    let alone = sample(&keys).cuts(LOCAL, &key(7, ""), Some(&key(8, "")));
    assert_eq!(alone, Err(SplitObstacle::LocalIndex));
}

#[test]
fn a_hot_item_is_set_apart_from_all_others() {
    let mut keys = vec![key(7, "hot"); 30];
    keys.extend((0..10).map(|count| key(count, "cold")));
    assert_eq!(cuts(&keys, RULES).unwrap(), [key(7, "hot"), key(7, "hot\0")]);
    assert_eq!(cuts(&keys, UNSORTED).unwrap(), [key(7, ""), key(8, "")]);
    // Only what is still inside the partition is cut.
    let first = sample(&keys).cuts(RULES, &key(7, "hot"), None).unwrap();
    assert_eq!(first.into_vec(), [key(7, "hot\0")]);
    let alone = sample(&keys[..30]).cuts(RULES, &key(7, "hot"), Some(&key(7, "hot\0")));
    assert_eq!(alone, Err(SplitObstacle::SingleItem));
}

#[test]
fn a_sort_key_that_only_grows_takes_the_heat_along() {
    for rising in [true, false] {
        let mut sample = KeySample::new(1);
        for count in 0..4_000 {
            let sort = if rising { count } else { 4_000 - count };
            sample.add(&key(7, &format!("{sort:06}")), CapacityUnits::whole(10));
        }
        let alone = sample.cuts(RULES, &key(7, ""), Some(&key(8, "")));
        assert_eq!(alone, Err(SplitObstacle::MovingSortKey));
    }
}

#[test]
fn clients_that_take_turns_are_all_sampled() {
    let keys: Vec<_> = (0..4).map(|count| key(count, "")).collect();
    let sample = sample(&keys);
    for each in &keys {
        let count = sample.keys.iter().filter(|key| *key == each).count();
        assert!(count * 10 >= sample.keys.len(), "{count} of {}", sample.keys.len());
    }
}

#[test]
fn minutes_are_hot_from_four_fifths_of_the_limit_on() {
    let mut heat = Heat::new();
    for minute in 0..10 {
        let units = if minute == 4 { 47_999 } else { 48_000 };
        let now = Timestamp::from_seconds(minute * 60);
        assert!(heat.add(CapacityUnits::whole(units), 1_000, now) == (minute > 0));
    }
    assert_eq!(heat.hot_minutes(), 4);
    assert!(heat.add(CapacityUnits::ZERO, 1_000, Timestamp::from_seconds(11 * 60)));
    assert_eq!(heat.hot_minutes(), 0, "a minute without use is not hot");
}
