//! Whoever tries an example of `help` must not meet a syntax error.

use cli::help::GROUPS;
use cli::statement::variables::substitute;
use cli::statement::{Route, route, split};

#[test]
fn examples_are_statements_that_the_engine_reads() {
    let variables = [("topic".to_owned(), "visits".to_owned())].into();
    let mut wrong = String::new();
    for topic in GROUPS.iter().flat_map(|group| group.topics) {
        for statement in split(topic.example).0 {
            if route(&statement.text) != Route::Prompt {
                let text = substitute(&statement.text, &variables);
                if let Err(error) = engine::sql::parse_statement(&text) {
                    wrong += &format!("{}: {error}\n{text}\n", topic.name);
                }
            }
        }
    }
    assert_eq!(wrong, "");
}
