//! House style as a test: what STYLE.md says and a machine can see.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the sources fails")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Lines of a file outside its test module: the ceiling, and the longest file there is. The second may only go
/// down; a file that must be longer says so in [`LONG_FILES`].
const FILE_LINES_MAX: usize = 600;
const LONGEST_FILE_LINES: usize = 430;
/// Files above the limit, with the reason.
const LONG_FILES: [(&str, &str); 1] = [("expression/reserved.rs", "the list of reserved words, one a line")];

/// Lines of a function, signature and braces included: a screen.
const FUNCTION_LINES_MAX: usize = 70;

struct Source {
    /// Relative to `src`.
    path: String,
    text: String,
}

impl Source {
    fn is_test(&self) -> bool {
        let parts: Vec<&str> = self.path.split('/').collect();
        parts.first() == Some(&"testing") || parts.last() == Some(&"tests.rs") || declared_for_tests(self)
    }

    /// The lines before the test module at the end of the file.
    fn code(&self) -> &str {
        let end = self.text.find("#[cfg(test)]\nmod tests {").unwrap_or(self.text.len());
        &self.text[..end]
    }

    /// The module's path inside the crate: `table::autoscale::alarm`.
    fn module(&self) -> Vec<&str> {
        let stem = self.path.trim_end_matches(".rs");
        let mut parts: Vec<&str> = stem.split('/').collect();
        if parts.last() == Some(&"mod") {
            parts.pop();
        }
        parts
    }
}

/// A file that some module on its path declares under `#[cfg(test)]` or behind the test feature.
fn declared_for_tests(source: &Source) -> bool {
    let module = source.module();
    (0..module.len()).any(|depth| {
        let (parent, name) = (module[..depth].join("/"), module[depth]);
        let root = source_directory();
        let parents = [root.join(&parent).join("mod.rs"), root.join(format!("{parent}.rs"))];
        parents.iter().filter_map(|parent| fs::read_to_string(parent).ok()).any(|text| {
            text.contains(&format!("#[cfg(test)]\nmod {name};"))
                || text.contains(&format!("#[cfg(any(test, feature = \"test-util\"))]\nmod {name};"))
        })
    })
}

fn source_directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn files(directory: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn sources() -> Vec<Source> {
    let root = source_directory();
    let mut found = Vec::new();
    files(&root, &mut found);
    found.sort();
    assert!(found.len() > 50, "the sources are where this test looks for them");
    found
        .into_iter()
        .map(|path| Source {
            path: path.strip_prefix(&root).unwrap().display().to_string(),
            text: fs::read_to_string(&path).unwrap(),
        })
        .collect()
}

fn assert_none(problems: &[String], rule: &str) {
    assert!(problems.is_empty(), "{rule}:\n  {}", problems.join("\n  "));
}

/// The order of the layers, as the crate's documentation states it.
fn layers() -> Vec<String> {
    let text = fs::read_to_string(source_directory().join("lib.rs")).unwrap();
    let line =
        text.lines().find(|line| line.contains("`world -> engine -> ")).expect("lib.rs states the layers");
    let line = line.split('`').nth(1).unwrap();
    line.split(" -> ").map(str::to_owned).collect()
}

/// The modules of the crate that a file names: `crate::x` anywhere, and `super::` chains that leave their module.
fn used_modules(source: &Source) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for line in source.code().lines().filter(|line| !line.trim_start().starts_with("//")) {
        let mut rest = line;
        while let Some(at) = rest.find("crate::") {
            let inside_a_name = rest[..at].ends_with(['$', '_']);
            rest = &rest[at + "crate::".len()..];
            let name: String = rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect();
            if !inside_a_name && !rest[name.len()..].starts_with('!') {
                used.insert(name);
            }
        }
        let up = line.matches("super::").count();
        let depth = source.module().len();
        if up >= depth && line.contains("use super::") && depth > 0 {
            let behind = line.rsplit("super::").next().unwrap_or_default();
            used.insert(behind.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_').collect());
        }
    }
    used
}

#[test]
fn a_module_uses_only_those_below_it() {
    let layers = layers();
    let rank = |module: &str| layers.iter().position(|layer| layer == module);
    let modules: BTreeSet<String> = fs::read_to_string(source_directory().join("lib.rs"))
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ").map(|rest| rest.trim_end_matches(';').to_owned()))
        .collect();
    let stated: BTreeSet<String> = layers.iter().cloned().chain(["testing".to_owned()]).collect();
    assert_eq!(modules, stated, "lib.rs states the place of every module");
    let mut problems = Vec::new();
    for source in sources().iter().filter(|source| source.path != "lib.rs" && !source.is_test()) {
        let own = source.module()[0].to_owned();
        let own_rank = rank(&own).unwrap();
        for used in used_modules(source) {
            let allowed = used == own || rank(&used).is_none_or(|used| used > own_rank);
            // Macros stand at the crate's root and belong to wire.
            let macros = used.ends_with("_shape");
            if used == "testing" || (!allowed && !macros) {
                problems.push(format!("{} uses {used}", source.path));
            }
        }
    }
    assert_none(&problems, "nothing calls upward");
}

#[test]
fn files_stay_short_and_the_longest_only_shrinks() {
    let mut longest = (0, String::new());
    for source in sources().iter().filter(|source| !source.is_test()) {
        let lines = source.code().lines().count();
        if LONG_FILES.iter().any(|(path, _)| *path == source.path) {
            continue;
        }
        longest = longest.max((lines, source.path.clone()));
    }
    let (lines, path) = longest;
    assert!(lines <= FILE_LINES_MAX, "{path} has {lines} lines; a file ends at {FILE_LINES_MAX}");
    assert!(lines <= LONGEST_FILE_LINES, "{path} has grown to {lines} lines, past {LONGEST_FILE_LINES}");
    assert!(
        lines + 30 > LONGEST_FILE_LINES,
        "the longest file, {path}, is down to {lines} lines: lower LONGEST_FILE_LINES"
    );
}

/// Functions as (name, lines), told by rustfmt's layout: a body ends at the brace in the column of its `fn`.
fn functions(text: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.trim_start();
        let Some(rest) = code.split_once("fn ").filter(|(before, _)| {
            before
                .split_whitespace()
                .all(|word| word.starts_with("pub") || word == "const" || word == "in" || word.ends_with(')'))
        }) else {
            continue;
        };
        let indent = line.len() - code.len();
        let closing = format!("{}}}", " ".repeat(indent));
        let end = lines[at..].iter().position(|line| *line == closing);
        let name: String = rest.1.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if let Some(length) = end.filter(|_| !line.ends_with(';')) {
            found.push((name, length + 1));
        }
    }
    found
}

#[test]
fn functions_fit_a_screen() {
    let mut count = 0;
    let mut problems = Vec::new();
    for source in sources() {
        for (name, lines) in functions(&source.text) {
            count += 1;
            if lines > FUNCTION_LINES_MAX {
                problems.push(format!("{}: {name} has {lines} lines", source.path));
            }
        }
    }
    assert!(count > 500, "this test sees the functions: {count}");
    assert_none(&problems, "a function fits a screen of 70 lines");
}

#[test]
fn nothing_is_left_to_do_and_nothing_is_unwrapped() {
    let mut problems = Vec::new();
    for source in sources() {
        for (number, line) in source.text.lines().enumerate() {
            let place = || format!("{}:{}: {}", source.path, number + 1, line.trim());
            if ["TODO", "FIXME", "XXX", "todo!(", "unimplemented!(", "dbg!("]
                .iter()
                .any(|mark| line.contains(mark))
            {
                problems.push(place());
            }
        }
        if source.is_test() {
            continue;
        }
        for (number, line) in source.code().lines().enumerate() {
            let code = line.trim_start();
            if !code.starts_with("//") && code.contains(".unwrap()") {
                problems.push(format!("{}:{}: {code}", source.path, number + 1));
            }
        }
    }
    assert_none(&problems, "no reminders, and no unwrap outside tests");
}

#[test]
fn tables_of_contents_hold_no_work() {
    let mut problems = Vec::new();
    for source in
        sources().iter().filter(|source| source.path == "lib.rs" || source.path.ends_with("/mod.rs"))
    {
        // A seam may stand where its module is; the parser's own file is the one exception that works.
        if source.path == "expression/parser/mod.rs" {
            continue;
        }
        for (name, lines) in functions(&source.text) {
            if lines > 10 {
                problems.push(format!("{}: {name} has {lines} lines", source.path));
            }
        }
    }
    assert_none(&problems, "lib.rs and mod.rs are tables of contents");
}

#[test]
fn files_are_named_for_what_they_hold() {
    let forbidden = ["util", "utils", "helper", "helpers", "common", "misc", "stuff", "types"];
    let problems: Vec<String> = sources()
        .iter()
        .filter(|source| source.module().iter().any(|part| forbidden.contains(part)))
        .map(|source| source.path.clone())
        .collect();
    assert_none(&problems, "a file is one noun");
}

#[test]
fn every_file_says_what_it_is() {
    let problems: Vec<String> = sources()
        .iter()
        .filter(|source| !source.is_test() && !source.text.starts_with("//! "))
        .map(|source| source.path.clone())
        .collect();
    assert_none(&problems, "a file begins with what it is");
}

#[test]
fn this_test_sees_what_it_forbids() {
    let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
    let upward = source("store/memory.rs", "use crate::table::Tables;\nuse super::super::request::Scan;\n");
    assert_eq!(used_modules(&upward), ["request", "table"].map(str::to_owned).into());
    let sideways = source("table/tables.rs", "use super::partition::Partitions;\n// use crate::engine\n");
    assert_eq!(used_modules(&sideways), BTreeSet::new());
    let long = format!("impl A {{\n    pub fn long() {{\n{}    }}\n}}\n", "        work();\n".repeat(80));
    assert_eq!(functions(&long), [("long".to_owned(), 82)]);
}
