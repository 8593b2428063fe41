use dynacore::table::ObjectFormat;
use dynacore::value::Item;

use crate::object::{Compression, Object};
use crate::record::{Fault, Record, Records};
use crate::write_line;
use dynacore::table::OutputFormat;

fn read(text: &[u8]) -> Vec<Record> {
    let mut object = Object::new(Box::new(std::io::Cursor::new(text.to_vec())), Compression::None);
    Records::new(&mut object, &ObjectFormat::Ion, None).collect()
}

fn json(item: &Item) -> String {
    let mut line = Vec::new();
    write_line(item.as_ref(), OutputFormat::DynamoDbJson, &mut line);
    String::from_utf8(line).unwrap()
}

fn only(text: &str) -> Result<String, Fault> {
    let mut records = read(text.as_bytes());
    assert_eq!(records.len(), 1, "{text}");
    records.remove(0).item.map(|item| json(&item.item))
}

#[test]
fn an_export_of_the_developer_guides_form_is_read() {
    let text = r#"$ion_1_0 {
  Item:{ // a book
    Authors:$dynamodb_SS::["Author1","Author2"],
    Id:103., InPublication:false, PageCount:6d2, Price:2d3, 'a b':{{AAH+}}, n:null, small:1d-3,
    deep:[{x:[1.5, -2]}], /* over */ long:'''one '''
      '''two'''
  }
}"#;
    let expected = concat!(
        r#"{"Item":{"Authors":{"SS":["Author1","Author2"]},"Id":{"N":"103"},"InPublication":{"BOOL":false},"#,
        r#""PageCount":{"N":"600"},"Price":{"N":"2000"},"a b":{"B":"AAH+"},"n":{"NULL":true},"small":{"N":"0.001"},"#,
        r#""deep":{"L":[{"M":{"x":{"L":[{"N":"1.5"},{"N":"-2"}]}}}]},"long":{"S":"one two"}}}"#,
        "\n"
    );
    assert_eq!(only(text).unwrap(), expected);
}

#[test]
fn what_is_not_allowed_is_one_items_fault_and_what_is_no_ion_the_objects() {
    let records = read(b"{Item:{a:2007-02-23T12:14Z}} {Item:{a:$dynamodb_NS::[1,\"x\"]}}\n{Item:{a:1}} {Item:{a:(b)}} {Item:{}}");
    let kinds: Vec<&str> = records
        .iter()
        .map(|record| match &record.item {
            Ok(_) => "item",
            Err(Fault::Item(_)) => "refused",
            Err(Fault::Object(_)) => "over",
        })
        .collect();
    assert_eq!(kinds, ["refused", "refused", "item", "over"]);
    assert_eq!(records[2].position.line, 2);
    for text in ["{NotAnItem:{a:1}}", "{Item:", "{Item:{a:", "\"text\"", "{Item:{a:1 b:2}}"] {
        assert!(matches!(only(text), Err(Fault::Object(_))), "{text}");
    }
    assert!(matches!(read(&[0xE0, 0x01, 0x00, 0xEA, 0x83])[0].item, Err(Fault::Object(_))));
}

#[test]
fn a_value_may_be_longer_than_what_is_read_at_a_time() {
    let long = "x".repeat(700_000);
    let text = format!("{{Item:{{a:\"{long}\"}}}}{{Item:{{b:\"{long}\"}}}}");
    let records = read(text.as_bytes());
    assert_eq!(records.len(), 2);
    assert!(records.iter().all(|record| record.item.is_ok()));
}

#[test]
fn nesting_ends_before_the_stack_does() {
    for depth in [100, 10_000] {
        let text = format!("{{Item:{{a:{}", "[".repeat(depth));
        assert!(matches!(only(&text), Err(Fault::Object(_))));
    }
}
