//! Rules of the repository that a compiler does not check.

use std::path::{Path, PathBuf};

use millrace_docs::{files, repository};

/// Lines of a file without its tests. More than this is more than one concept.
const LINES_MAX: usize = 700;

/// Heavy dependencies, and the crates that may name them.
const OWNERS: &[(&str, &[&str])] = &[
    ("rocksdb", &["storage"]),
    ("datafusion", &["engine", "sql-tests"]),
    ("sqlparser", &["engine"]),
    ("axum", &["server"]),
    ("hyper", &["server"]),
    ("rustyline", &["cli"]),
];

fn sources() -> Vec<(PathBuf, String)> {
    let repository = repository();
    let all = files(&repository).expect("the repository can be listed");
    all.into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let text = std::fs::read_to_string(&path).expect("a source can be read");
            (path.strip_prefix(&repository).map_or(path.clone(), Path::to_path_buf), text)
        })
        .collect()
}

#[test]
fn files_are_small() {
    let long: Vec<String> = sources()
        .iter()
        .filter_map(|(path, text)| {
            let lines = text.lines().take_while(|line| line.trim() != "#[cfg(test)]").count();
            (lines > LINES_MAX).then(|| format!("{}: {lines} lines", path.display()))
        })
        .collect();
    assert!(long.is_empty(), "split these files:\n{}", long.join("\n"));
}

#[test]
fn nothing_is_left_for_later() {
    // Put together, so that this file does not find itself.
    let marks = [
        ["to", "do!("].concat(),
        ["unimple", "mented!("].concat(),
        ["FIX", "ME"].concat(),
        ["XX", "X:"].concat(),
    ];
    let found: Vec<String> = sources()
        .iter()
        .flat_map(|(path, text)| (1..).zip(text.lines()).map(move |(number, line)| (path, number, line)))
        .filter(|(_, _, line)| marks.iter().any(|mark| line.contains(mark.as_str())))
        .map(|(path, number, line)| format!("{}:{number}: {}", path.display(), line.trim()))
        .collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn no_file_names_a_machine() {
    let places =
        [["/ro", "ot/"].concat(), ["/ho", "me/"].concat(), ["/wo", "rk/"].concat(), ["/tmp", "/"].concat()];
    let repository = repository();
    let texts = ["rs", "md", "toml", "sql", "slt", "sh"];
    let mut found = Vec::new();
    for path in files(&repository).expect("the repository can be listed") {
        if !path.extension().is_some_and(|extension| texts.iter().any(|text| extension == *text)) {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a file can be read");
        for (number, line) in (1..).zip(text.lines()) {
            // A place is at the beginning of a word: `src/home/x` is none.
            let named = places.iter().any(|place| {
                line.match_indices(place.as_str()).any(|(at, _)| {
                    !line[..at]
                        .chars()
                        .next_back()
                        .is_some_and(|c| c.is_alphanumeric() || "_-.}/".contains(c))
                })
            });
            if named {
                let path = path.strip_prefix(&repository).unwrap_or(&path);
                found.push(format!("{}:{number}: {}", path.display(), line.trim()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn heavy_dependencies_have_one_owner() {
    let mut strangers = Vec::new();
    for member in ["storage", "engine", "server", "cli", "sql-tests", "docs"] {
        let manifest = repository().join(member).join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).expect("a manifest can be read");
        for line in text.lines() {
            let name = line.split(['.', '=', ' ']).next().unwrap_or_default();
            for (dependency, owners) in OWNERS {
                if name == *dependency && !owners.contains(&member) {
                    strangers.push(format!(
                        "{member} depends on {dependency}, which belongs to {}",
                        owners.join(", ")
                    ));
                }
            }
        }
    }
    assert!(strangers.is_empty(), "{}", strangers.join("\n"));
}

#[test]
fn crates_depend_one_way() {
    let allowed: [(&str, &[&str]); 4] = [
        ("storage", &[]),
        ("engine", &["storage"]),
        ("server", &["storage", "engine"]),
        ("cli", &["storage", "engine", "server"]),
    ];
    for (member, below) in allowed {
        let manifest = repository().join(member).join("Cargo.toml");
        let text = std::fs::read_to_string(&manifest).expect("a manifest can be read");
        for other in ["storage", "engine", "server", "cli", "sql-tests", "docs"] {
            let depends = text.lines().any(|line| {
                line.starts_with(&format!("{other}.workspace")) || line.starts_with(&format!("{other} = "))
            });
            assert!(!depends || below.contains(&other), "{member} must not depend on {other}");
        }
    }
}
