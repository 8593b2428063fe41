//! What happens to backups, and to what they are of, by the clock.

use std::time::Duration;

use dynacore::table::Settings;
use serde_json::json;

use crate::database::{Database, cars};

fn slow() -> Database {
    let settings = Settings { table_transition: Duration::from_secs(10), ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &cars("cars"));
    database.wait(20_000);
    database
}

#[test]
fn a_backup_is_made_as_a_table_is() {
    let mut database = slow();
    let backup = database.back_up("cars");
    let describe = json!({ "BackupArn": backup });
    let status = |database: &mut Database| {
        database.done("DescribeBackup", &describe)["BackupDescription"]["BackupDetails"]["BackupStatus"]
            .clone()
    };
    assert_eq!(status(&mut database), "CREATING");
    let refusal = database.refused("DeleteBackup", &describe);
    assert!(refusal.starts_with("BackupInUseException"), "{refusal}");
    database.wait(10_000);
    assert_eq!(status(&mut database), "AVAILABLE");
}

#[test]
fn a_table_that_has_just_been_made_has_no_backups_yet() {
    let settings = Settings { table_transition: Duration::from_secs(10), ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &cars("cars"));
    let body = json!({ "TableName": "cars", "BackupName": "backup" });
    assert_eq!(database.refused("CreateBackup", &body), "TableNotFoundException: Table not found: cars");
    database.wait(10_000);
    assert_eq!(
        database.refused("CreateBackup", &body),
        "ContinuousBackupsUnavailableException: Backups are being enabled for the table: cars. Please retry later"
    );
    database.wait(3_000);
    database.done("CreateBackup", &body);
}

#[test]
fn a_restore_goes_on_in_steps_while_others_work() {
    let settings = Settings { backfill_items_per_second: Some(10), ..Settings::default() };
    let mut database = Database::with(settings);
    database.done("CreateTable", &cars("cars"));
    for id in 0..95 {
        database.put("cars", &id.to_string(), 1);
    }
    let backup = database.back_up("cars");
    let described = database.restore(&backup, "again");
    assert_eq!(described["TableStatus"], "CREATING");
    assert_eq!(described["RestoreSummary"]["SourceBackupArn"], backup);
    for second in 0..9 {
        for id in 0..95 {
            database.put("cars", &id.to_string(), 2 + second);
        }
        assert_eq!(database.describe("again")["RestoreSummary"]["RestoreInProgress"], true);
        let refusal = database.refused("DeleteTable", &json!({ "TableName": "again" }));
        assert!(refusal.starts_with("ResourceInUseException"), "{refusal}");
        if second == 4 {
            database.crash();
        }
        database.wait(1_000);
    }
    let described = database.describe("again");
    assert_eq!((&described["TableStatus"], &described["ItemCount"]), (&json!("ACTIVE"), &json!(95)));
    assert!(described.get("RestoreSummary").is_none());
    assert!(database.numbers("again").iter().all(|(_, n)| *n == 1));
    assert!(database.numbers("cars").iter().all(|(_, n)| *n == 10));
}

#[test]
fn a_backup_outlives_its_table_and_the_process() {
    let mut database = Database::cars();
    database.put("cars", "a", 1);
    let backup = database.back_up("cars");
    database.put("cars", "a", 2);
    database.put("cars", "b", 2);
    database.crash();
    database.put("cars", "a", 3);
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    database.done("CreateTable", &cars("cars"));
    database.put("cars", "c", 9);
    database.crash();
    database.restore(&backup, "again");
    assert_eq!(database.numbers("again"), [("a".to_owned(), 1)]);
    assert_eq!(database.numbers("cars"), [("c".to_owned(), 9)]);
    database.done("DeleteBackup", &json!({ "BackupArn": backup }));
    for table in ["cars", "again"] {
        database.done("DeleteTable", &json!({ "TableName": table }));
    }
    database.wait(1_000);
    assert_eq!(database.done("ListTables", &json!({}))["TableNames"], json!([]));
    database.crash();
    // The catalog is all there is.
    assert_eq!(database.store.spaces().len(), 1);
}

#[test]
fn what_a_backup_kept_goes_with_it() {
    let mut database = Database::cars();
    let empty = database.store.spaces().len();
    for id in 0..3_000 {
        database.put("cars", &id.to_string(), 1);
    }
    let (first, second) = (database.back_up("cars"), database.back_up("cars"));
    for id in 0..3_000 {
        database.put("cars", &id.to_string(), 2);
    }
    assert_eq!(database.store.spaces().len(), empty + 2);
    database.done("DeleteBackup", &json!({ "BackupArn": first }));
    database.wait(60_000);
    database.restore(&second, "again");
    database.wait(60_000);
    assert!(database.numbers("again").iter().all(|(_, n)| *n == 1));
    database.done("DeleteTable", &json!({ "TableName": "again" }));
    database.done("DeleteBackup", &json!({ "BackupArn": second }));
    database.wait(60_000);
    database.describe("cars");
    assert_eq!(database.store.spaces().len(), empty + 1);
    assert_eq!(database.engine.next_event_at(), None);
}

#[test]
fn a_table_with_recovery_leaves_a_backup_of_35_days() {
    let mut database = Database::cars();
    database.put("cars", "a", 1);
    database.recover("cars", true);
    database.put("cars", "a", 2);
    database.done("DeleteTable", &json!({ "TableName": "cars" }));
    let list = |database: &mut Database, kind: &str| {
        database.done("ListBackups", &json!({ "BackupType": kind }))["BackupSummaries"]
            .as_array()
            .unwrap()
            .clone()
    };
    let backups = list(&mut database, "SYSTEM");
    assert_eq!(backups.len(), 1);
    assert_eq!(backups[0]["BackupName"], "cars$DeletedTableBackup");
    assert!(backups[0]["BackupArn"].as_str().unwrap().ends_with("-00000000"));
    let arn = backups[0]["BackupArn"].as_str().unwrap().to_owned();
    let refusal = database.refused("DeleteBackup", &json!({ "BackupArn": arn }));
    assert_eq!(
        refusal,
        format!(
            "ValidationException: Invalid Request: User is not allowed to delete the system backup with arn {arn}. It \
             will automatically expire on 2023-12-19T22:13:20.000Z"
        )
    );
    database.restore(&arn, "again");
    assert_eq!(database.numbers("again"), [("a".to_owned(), 2)]);
    database.wait(35 * 86_400_000 - 1);
    assert_eq!(list(&mut database, "ALL").len(), 1);
    database.wait(1);
    assert_eq!(list(&mut database, "ALL").len(), 0);
}

#[test]
fn no_more_restores_than_fifty_at_a_time() {
    let mut database = slow();
    let backups: Vec<String> = (0..51).map(|_| database.back_up("cars")).collect();
    database.wait(10_000);
    for (number, backup) in backups[..50].iter().enumerate() {
        database.restore(backup, &format!("table-{number}"));
    }
    let body = json!({ "BackupArn": backups[50], "TargetTableName": "one-more" });
    assert_eq!(
        database.refused("RestoreTableFromBackup", &body),
        "LimitExceededException: Subscriber limit exceeded: Only 50 restore operations can be done simultaneously"
    );
    database.wait(10_000);
    database.done("RestoreTableFromBackup", &body);
}

#[test]
fn a_clock_that_is_set_back_loses_nothing() {
    let mut database = Database::cars();
    database.recover("cars", true);
    database.put("cars", "a", 1);
    database.wait(10_000);
    database.put("cars", "a", 2);
    database.crash();
    database.now = database.now - Duration::from_secs(5);
    let backup = database.back_up("cars");
    database.put("cars", "a", 3);
    database.restore(&backup, "again");
    assert_eq!(database.numbers("again"), [("a".to_owned(), 2)]);
}

#[test]
fn a_backup_can_be_restored_again_and_again() {
    // A restore once gave up the backup's own hold when it was done.
    let mut database = Database::cars();
    database.put("cars", "a", 1);
    let backup = database.back_up("cars");
    database.put("cars", "a", 2);
    for target in ["first", "second", "third"] {
        database.restore(&backup, target);
        assert_eq!(database.numbers(target), [("a".to_owned(), 1)]);
    }
}
