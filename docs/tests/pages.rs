//! Every SQL block of the documentation is run, page by page, each from an empty engine.

use millrace_docs::{files, page, repository, runner};

#[test]
fn every_block_does_what_its_page_says() {
    let repository = repository();
    let mut pages = files(&repository.join("docs")).expect("the pages can be listed");
    pages.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.push(repository.join("README.md"));
    let mut failures = Vec::new();
    for path in &pages {
        let text = std::fs::read_to_string(path).expect("a page can be read");
        if let Err(failure) = runner::run(&page::blocks(&text)) {
            failures.push(format!("{}:{failure}", path.strip_prefix(&repository).unwrap_or(path).display()));
        }
    }
    assert!(
        failures.is_empty(),
        "{} of {} pages fail:\n\n{}",
        failures.len(),
        pages.len(),
        failures.join("\n\n")
    );
}

/// A link to a page that is not there helps nobody.
#[test]
fn every_link_leads_to_a_file() {
    let repository = repository();
    let mut broken = Vec::new();
    for path in files(&repository).expect("the repository can be listed") {
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a page can be read");
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let target = link.split('#').next().unwrap_or_default();
            let folder = path.parent().expect("a file is in a folder");
            if !target.is_empty() && !target.contains("://") && !folder.join(target).exists() {
                broken.push(format!("{}: {link}", path.strip_prefix(&repository).unwrap_or(&path).display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
