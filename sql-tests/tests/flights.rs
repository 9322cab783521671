//! Standing queries over a year of flights end with a batch engine's answers, row for row.

use sql_tests::flights;

/// Rows of a difference that are shown.
const SHOWN: usize = 5;

#[test]
fn standing_queries_agree_with_the_batch_engine() {
    let Some(folder) = flights::folder() else {
        println!("skipped: the flights are not there (MILLRACE_DATA says where they are)");
        return;
    };
    let mut wrong = Vec::new();
    for (question, standing, batch) in flights::answers(&folder).unwrap() {
        assert!(!batch.is_empty(), "{}: no rows at all", question.name);
        println!("{}: {} rows", question.name, batch.len());
        if standing == batch {
            continue;
        }
        let missing: Vec<_> =
            batch.iter().filter(|row| standing.binary_search(row).is_err()).take(SHOWN).collect();
        let extra: Vec<_> =
            standing.iter().filter(|row| batch.binary_search(row).is_err()).take(SHOWN).collect();
        wrong.push(format!(
            "{}: {} rows instead of {}\n  missing {missing:#?}\n  extra {extra:#?}",
            question.name,
            standing.len(),
            batch.len()
        ));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
