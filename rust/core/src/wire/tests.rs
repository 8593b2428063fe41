use super::*;
use crate::error::Error;
use crate::value::Item;

fn read(json: &str) -> Result<Checked<Item>, Error> {
    let mut reader = JsonReader::new(json.as_bytes());
    let item = Checked::<Item>::read(&mut reader)?;
    reader.finish()?;
    Ok(item)
}

fn written(item: &Item) -> String {
    let mut writer = JsonWriter::default();
    writer.item(item.as_ref());
    String::from_utf8(writer.into_bytes()).unwrap()
}

#[test]
fn every_type_survives_reading_and_writing() {
    let json = r#"{"s":{"S":"h\u00e9 \"q\""},"n":{"N":"-12.5"},"b":{"B":"AAEC"},"t":{"BOOL":true},"f":{"BOOL":false},"z":{"NULL":true},"ss":{"SS":["a","b"]},"ns":{"NS":["1","2.5"]},"bs":{"BS":["AA==","AQ=="]},"l":{"L":[{"S":"x"},{"L":[]}]},"m":{"M":{"k":{"N":"1"},"e":{"M":{}}}}}"#;
    let item = read(json).unwrap().unwrap();
    assert_eq!(written(&item), json.replace("\\u00e9", "é"));
}

#[test]
fn the_first_problem_of_a_value_waits_and_reading_goes_on() {
    let problem = |json: &str| read(json).unwrap().unwrap_err().message().to_owned();
    assert_eq!(
        problem(r#"{"a":{},"b":{"N":"x"}}"#),
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    );
    assert_eq!(
        problem(r#"{"a":{"S":"x","N":"1"}}"#),
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"
    );
    assert_eq!(
        problem(r#"{"a":{"SS":["a","a"]}}"#),
        "One or more parameter values were invalid: Input collection [a, a] contains duplicates."
    );
    assert_eq!(problem(r#"{"a":{"N":"x"}}"#), "The parameter cannot be converted to a numeric value: x");
}

#[test]
fn a_wrong_shape_is_a_serialization_exception() {
    let text = |json: &str| match read(json) {
        Err(Error::Serialization(text)) => text,
        _ => panic!("{json} must not be readable"),
    };
    assert_eq!(text(r#"{"a":{"S":5}}"#), "NUMBER_VALUE cannot be converted to String");
    assert_eq!(text(r#"{"a":{"S":5.5}}"#), "DECIMAL_VALUE cannot be converted to String");
    assert_eq!(text(r#"{"a":{"S":true}}"#), "TRUE_VALUE cannot be converted to String");
    assert_eq!(text(r#"{"a":"x"}"#), "Unexpected value type in payload");
    assert_eq!(text(r#"{"a":{"SS":"x"}}"#), "Unexpected field type");
    assert_eq!(text(r#"{"a":{"S":{}}}"#), "Start of structure or map found where not expected");
    assert_eq!(text(r#"{"a":{"S":"x""#), "");
}

#[test]
fn a_thousand_levels_are_refused_without_recursion() {
    let deep = format!("{{\"a\":{}{}}}", r#"{"L":["#.repeat(1000), "]}".repeat(1000));
    assert!(!matches!(read(&deep), Ok(Ok(_))));
    let allowed = format!("{{\"a\":{}{}}}", r#"{"L":["#.repeat(31), "]}".repeat(31));
    assert!(read(&allowed).unwrap().is_ok());
    let one_more = format!("{{\"a\":{}{}}}", r#"{"L":["#.repeat(32), "]}".repeat(32));
    assert!(read(&one_more).unwrap().unwrap_err().message().starts_with("Nesting Levels have exceeded"));
}

crate::input_shape! {
    struct Sample { name: String = "Name", size: i64 = "Size" }
    refused { "Later" }
}

#[test]
fn a_shape_takes_what_it_knows_and_refuses_what_does_not_exist_yet() {
    let read = |json: &str| Sample::read(&mut JsonReader::new(json.as_bytes()));
    let sample = read(r#"{"Other":[1,{"x":2}],"Size":5,"Name":null}"#).unwrap_or_default();
    assert_eq!((sample.name, sample.size), (None, Some(5)));
    let refusal = read(r#"{"Later":1}"#).err().map(|error| error.message().to_owned());
    assert_eq!(
        refusal.as_deref(),
        Some("Later is a parameter of DynamoDB that dynacore does not support yet")
    );
}
