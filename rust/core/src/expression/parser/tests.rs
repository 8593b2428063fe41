//! What the parser refuses, with DynamoDB's texts. The lists of wrong expressions follow what public suites report
//! from the service: syntax errors and parentheses first, then what stands first in the text.

use super::{parse_condition, parse_projection, parse_update};

fn condition(text: &str) -> String {
    parse_condition(text).map_or_else(|problem| problem, |_| "accepted".to_owned())
}

fn update(text: &str) -> String {
    parse_update(text).map_or_else(|problem| problem, |_| "accepted".to_owned())
}

fn projection(text: &str) -> String {
    parse_projection(text).map_or_else(|problem| problem, |_| "accepted".to_owned())
}

#[test]
fn a_syntax_error_names_the_token_and_what_is_around_it() {
    for (text, token, near) in [
        ("INVALID SYNTAX HERE", "INVALID", "INVALID SYNTAX"),
        ("SET a", "<EOF>", "a"),
        ("SET a = ", "<EOF>", "= "),
        ("SET a = :v REMOVE", "<EOF>", "REMOVE"),
        ("SET a = :a + :b + :c", "+", ":b + :c"),
        ("REMOVE a b", "b", "a b"),
        ("SET a b", "b", "a b"),
        ("ADD a = b", "=", "a = b"),
        ("SET :a = b", ":a", "SET :a ="),
        ("SET a[:v] = b", ":v", "[:v]"),
        ("SET (a = b)", "(", "SET (a"),
        ("SET a = if_not_exists(a, :x + :y)", "+", ":x + :y"),
        ("SET _a = :v", "_", "SET _a"),
    ] {
        assert_eq!(update(text), format!("Syntax error; token: \"{token}\", near: \"{near}\""), "{text}");
    }
    assert_eq!(projection("!!"), "Syntax error; token: \"!\", near: \"!!\"");
    assert_eq!(projection("a,"), "Syntax error; token: \"<EOF>\", near: \",\"");
    assert_eq!(projection("  "), "Syntax error; token: \"<EOF>\", near: \"  \"");
    assert_eq!(condition("a"), "Syntax error; token: \"<EOF>\", near: \"a\"");
    assert_eq!(condition("a AND b = c"), "Syntax error; token: \"AND\", near: \"a AND b\"");
    assert_eq!(condition("(a) AND b = c"), "Syntax error; token: \"AND\", near: \") AND b\"");
}

#[test]
fn wrong_conditions_are_syntax_errors() {
    for text in [
        "things are not gonna be ok",
        "a > 4",
        "attribute_exists(Pictures-RearView)",
        "attribute_exists(\"a.b\")",
        "attribute_exists(a..b)",
        "attribute_exists(a#b.c)",
        "attribute_exists(asdf[a])",
        "a in b, c",
        "a > between",
        "a in b",
        "a in (b,c,)",
        "(a)between(b.(c.d))and(c)",
        "(a)between(b.c.d)and((c)",
        "#$.b > a",
        "a > :things.stuff",
        "b[:a] > a",
        "b[#_] > a",
        "ü > a",
        "(a)between(b.c[4.5].#d)and(:a)",
        "size(a).b > a",
        "(size(a)).b > a",
        "size(a)[0] > a",
        "(size(a))[0] > a",
        "a = b = c",
        "(a = b) = c",
        "NOT a",
        "a != b",
        "a = b AND",
        "a = b OR OR c = d",
        "f()",
        "a IN ()",
        "a[01] = b",
        "a BETWEEN b OR c",
        "set = :v",
    ] {
        assert!(condition(text).starts_with("Syntax error; token: \""), "{text}: {}", condition(text));
    }
}

#[test]
fn wrong_updates_are_syntax_errors() {
    for text in [
        "whatever",
        "set a=set",
        "remove a = b",
        "delete a = b",
        "delete a b",
        "delete a f(b)",
        "add abort b",
        "set a = b / c",
        "set a[1] = \"eight\"",
        "set a[1] = 1",
        "SET a = if_not_exist(a, 100)",
        "SET if_not_exist(a, b) = a",
        "set (a = (b + c))",
        "set a = (b.c).d + e",
        "set a = (b.c)[0] + e",
        "remove :a",
        "set a = (b + c) + d",
        "SET",
        "SET a = b, REMOVE c",
        "SET a = b,",
        "remove a, remove b",
    ] {
        assert!(update(text).starts_with("Syntax error; token: \""), "{text}: {}", update(text));
    }
}

#[test]
fn parentheses_around_parentheses_are_refused_as_soon_as_they_close() {
    const REDUNDANT: &str = "The expression has redundant parentheses;";
    for text in [
        "((a = b))",
        "a=c and a > ((v))",
        "a > whatever((:things), ((a)))",
        "a=c AND ((a=d AND a=e)) AND a=f",
        "a=c OR ((a=d OR (a=e OR a=f)))",
        "((size(a))) > b",
        "((a)) = (",
        "((contains(a, b)))",
    ] {
        assert_eq!(condition(text), REDUNDANT, "{text}");
    }
    assert_eq!(update("SET a = ((b + c))"), REDUNDANT);
    assert_eq!(update("SET a = ((b))"), REDUNDANT);
    for text in [
        "((a=b) AND c=d)",
        "((a) = (b))",
        "(a = b)",
        "((size(a)) = (b))",
        "(contains(a, (b)))",
        "(NOT (a = b))",
    ] {
        assert_eq!(condition(text), "accepted", "{text}");
    }
    for text in ["SET a = ((b.c)+(d))", "SET a = (b + c)", "SET a = (b)", "SET a = (b) - c"] {
        assert_eq!(update(text), "accepted", "{text}");
    }
}

#[test]
fn functions_are_known_by_name_and_by_place() {
    const MISUSED: &str = "The function is not allowed to be used this way in an expression; function: ";
    for (text, problem) in [
        ("a=b and whatever((:t)) > a", "Invalid function name; function: whatever".to_owned()),
        ("attRIbute_exIsts((views), #a)", "Invalid function name; function: attRIbute_exIsts".to_owned()),
        ("a=b and attribute_exists((views), (#a)) > b", format!("{MISUSED}attribute_exists")),
        ("contains(:things, c) > b", format!("{MISUSED}contains")),
        ("size(contains(a, b)) > a", format!("{MISUSED}contains")),
        ("size(things)", format!("{MISUSED}size")),
        ("(size(things)) AND a = b", format!("{MISUSED}size")),
        ("a between b and attribute_exists(c)", format!("{MISUSED}attribute_exists")),
        ("a in (b, attribute_exists(c))", format!("{MISUSED}attribute_exists")),
        (
            "if_not_exists(a, b) = c",
            "The function is not allowed in a condition expression; function: if_not_exists".to_owned(),
        ),
    ] {
        assert_eq!(condition(text), problem, "{text}");
    }
    assert_eq!(
        update("SET a = size(b)"),
        "The function is not allowed in an update expression; function: size"
    );
    assert_eq!(update("SET #c = f(:c) SET c = d"), "Invalid function name; function: f");
    assert_eq!(update("SET a = list_append(list_append(:a, :b), :c)"), format!("{MISUSED}list_append"));
    assert_eq!(update("SET a = list_append(if_not_exists(a, :b), :c)"), "accepted");
}

#[test]
fn reserved_words_need_a_placeholder() {
    const RESERVED: &str = "Attribute name is a reserved keyword; reserved keyword: ";
    assert_eq!(condition("attribute_exists(views, #a)"), format!("{RESERVED}views"));
    assert_eq!(condition(":a < abOrT"), format!("{RESERVED}abOrT"));
    assert_eq!(update(" set #c = :c set abOrt = true "), format!("{RESERVED}abOrt"));
    assert_eq!(projection("a.abORt"), format!("{RESERVED}abORt"));
    assert_eq!(projection("#a,ABSoLUTE"), format!("{RESERVED}ABSoLUTE"));
    // `size` is reserved as well as a function.
    assert_eq!(condition("size = :a"), format!("{RESERVED}size"));
}

#[test]
fn a_clause_comes_once() {
    for (text, clause) in [
        ("set a = #c set c = :d", "SET"),
        ("remove #d set a = b remove e", "REMOVE"),
        ("add #d :e set a = b add e :f", "ADD"),
        ("delete #d :e set a = b delete #e :f", "DELETE"),
    ] {
        let problem = format!("The \"{clause}\" section can only be used once in an update expression;");
        assert_eq!(update(text), problem, "{text}");
    }
    assert_eq!(update("DELETE a :a ADD b :a REMOVE c SET d = :a"), "accepted");
}

#[test]
fn list_indexes_are_java_integers() {
    assert_eq!(projection("a[2147483647]"), "accepted");
    for index in ["2147483648", "99999999999999999999"] {
        let problem = format!("List index is not within the allowable range; index: [{index}]");
        assert_eq!(projection(&format!("a[{index}]")), problem);
    }
}

#[test]
fn a_path_has_at_most_32_steps() {
    let path = |steps: usize| vec!["a"; steps].join(".");
    assert_eq!(projection(&path(32)), "accepted");
    let problem = "The document path has too many nesting levels; nesting levels: 33";
    assert_eq!(projection(&path(33)), problem);
    assert_eq!(projection(&format!("a{}", "[0]".repeat(32))), problem);
}

#[test]
fn at_most_300_operators() {
    const TOO_MANY: &str = "The expression contains too many operators; operator count: 301";
    let nested = |depth: usize| format!("a<b {}{}", "or (a<b ".repeat(depth), ")".repeat(depth));
    assert_eq!(condition(&nested(149)), "accepted");
    assert_eq!(condition(&nested(150)), TOO_MANY);
    assert_eq!(condition(&format!("{}a<b", "not ".repeat(299))), "accepted");
    assert_eq!(condition(&format!("{}a<b", "not ".repeat(300))), TOO_MANY);
    assert_eq!(condition(&format!("{}a<b", "not ".repeat(1000))), TOO_MANY);
    assert_eq!(condition(&format!("a<b{}", " or a<b".repeat(500))), TOO_MANY);
    let sums: Vec<String> = (0..301).map(|index| format!("a{index}=b+c")).collect();
    assert_eq!(update(&format!("SET {}", sums[..300].join(","))), "accepted");
    assert_eq!(update(&format!("SET {}", sums.join(","))), TOO_MANY);
}

#[test]
fn deep_nesting_is_refused_and_does_not_overflow_the_stack() {
    // On a stack a quarter of a thread's default, in a debug build.
    let child = std::thread::Builder::new().stack_size(512 * 1024);
    let handle = child.spawn(|| {
        let redundant = "The expression has redundant parentheses;";
        assert_eq!(condition(&format!("{}a=b{}", "(".repeat(2046), ")".repeat(2046))), redundant);
        assert_eq!(condition(&"(".repeat(4096)), redundant);
        assert_eq!(update(&format!("SET a = {}", "(".repeat(4000))), redundant);
        assert!(condition(&"NOT(".repeat(1024)).starts_with("The expression has redundant"));
        assert!(condition(&"f(".repeat(2048)).starts_with("Syntax error"));
        assert!(
            condition(&format!("a<{}b{}", "f(".repeat(1300), ")".repeat(1300))).starts_with("Syntax error")
        );
        assert!(update(&format!("SET a = {}", "if_not_exists(a,".repeat(250))).starts_with("Syntax error"));
        let deepest = format!("SET a = {}b{}", "if_not_exists(a,(".repeat(212), "))".repeat(212));
        assert_eq!(update(&deepest), "accepted");
        assert!(projection(&"a.".repeat(2048)).starts_with("Syntax error"));
        assert!(projection(&"a[0]".repeat(1024)).starts_with("Syntax error"));
    });
    handle.unwrap().join().unwrap();
}
