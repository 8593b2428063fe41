//! The words that PartiQL keeps for itself: a name among them must be quoted.
//!
//! Source: the open PartiQL grammar that the service's parser follows (SQL-92's reserved words and PartiQL's own).
//! Parts of dates (`year`, `month`) are names like others.

/// Every keyword in lower case.
const KEYWORDS: &str = "\
    absolute action add all allocate alter and any are as asc assertion at authorization avg bag \
    begin between bigint bit bit_length blob bool boolean by can_cast can_lossless_cast cascade \
    cascaded case cast catalog char char_length character character_length check clob close coalesce \
    collate collation column commit conflict connect connection constraint constraints continue \
    convert corresponding count create cross current current_date current_time current_timestamp \
    current_user cursor date date_add date_diff deallocate dec decimal declare default deferrable \
    deferred delete desc describe descriptor diagnostics disconnect distinct do domain double drop \
    else end escape except exception exec execute exists external extract false fetch first float \
    for foreign found from full get global go goto grant group having identity immediate in index \
    indicator initially inner input insensitive insert int int2 int4 int8 integer integer2 integer4 \
    integer8 intersect interval into is isolation join key language last left let level like limit \
    list local lower match max min missing modified module names national natural nchar new next no \
    not nothing null nullif numeric octet_length of offset old on only open option or order outer \
    output overlaps pad partial pivot position precision prepare preserve primary prior privileges \
    procedure public read real references relative remove restrict returning revoke right rollback \
    rows schema scroll section select session session_user set sexp size smallint some space sql \
    sqlcode sqlerror sqlstate string struct substring sum symbol system_user table temporary then \
    time timestamp to transaction translate translation trim true tuple union unique unknown unpivot \
    update upper usage user using value values varchar varying view when whenever where with work \
    write zone";

/// The longest keyword: a longer word is none, whatever its case.
const LENGTH_MAX: usize = 20;

/// The keyword that a word is, in any case.
pub(super) fn keyword(word: &str) -> Option<&'static str> {
    if word.len() > LENGTH_MAX {
        return None;
    }
    KEYWORDS.split(' ').find(|keyword| keyword.eq_ignore_ascii_case(word))
}

/// The type that `IS` tests for, by its canonical name, as the grammar spells types: one word or two.
pub(super) fn type_name(first: &str, second: Option<&str>) -> Option<(&'static str, usize)> {
    let name = match (first, second) {
        ("double", Some("precision")) => return Some(("DOUBLE_PRECISION", 2)),
        ("character", Some("varying")) => return Some(("CHARACTER_VARYING", 2)),
        ("missing", _) => "MISSING",
        ("null", _) => "NULL",
        ("bool" | "boolean", _) => "BOOLEAN",
        ("smallint" | "int2" | "integer2", _) => "SMALLINT",
        ("int4" | "integer4", _) => "INTEGER4",
        ("int8" | "integer8" | "bigint", _) => "INTEGER8",
        ("int" | "integer", _) => "INTEGER",
        ("float", _) => "FLOAT",
        ("real", _) => "REAL",
        ("dec" | "decimal", _) => "DECIMAL",
        ("numeric", _) => "NUMERIC",
        ("timestamp", _) => "TIMESTAMP",
        ("date", _) => "DATE",
        ("time", _) => "TIME",
        ("char" | "character", _) => "CHARACTER",
        ("varchar", _) => "CHARACTER_VARYING",
        ("string", _) => "STRING",
        ("symbol", _) => "SYMBOL",
        ("clob", _) => "CLOB",
        ("blob", _) => "BLOB",
        ("struct", _) => "STRUCT",
        ("tuple", _) => "TUPLE",
        ("list", _) => "LIST",
        ("sexp", _) => "SEXP",
        ("bag", _) => "BAG",
        ("any", _) => "ANY",
        _ => return None,
    };
    Some((name, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_found_in_any_case() {
        assert!(KEYWORDS.split(' ').all(|word| !word.is_empty() && word.len() <= LENGTH_MAX));
        assert_eq!(keyword("SeLeCt"), Some("select"));
        assert_eq!(keyword("year"), None);
    }
}
