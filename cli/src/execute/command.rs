//! What the prompt answers itself.

use super::{Failure, Runner, Stop};
use crate::client::Address;
use crate::help;
use crate::session::OutputFormat;
use crate::statement::variables::substitute;
use crate::statement::words::{Word, words};

impl Runner {
    pub(super) fn run_command(&mut self, statement: &str) -> Result<(), Failure> {
        let statement = statement.trim().trim_end_matches(';').trim_end();
        let words = words(statement);
        let is = |at: usize, keyword: &str| words.get(at).is_some_and(|word| word.is(keyword));
        let [first, arguments @ ..] = words.as_slice() else { return Ok(()) };
        let Word::Bare(first) = first else { return Ok(()) };
        match first.to_ascii_lowercase().as_str() {
            "exit" | "quit" => Err(Failure::Stop(Stop::Exit)),
            "help" => self.help(arguments),
            "version" => self.version(),
            "clear" => Ok(self.screen.clear()?),
            "output" => self.output(arguments),
            "server" => self.server(argument_of(statement, first)),
            "spool" => self.spool(argument_of(statement, first)),
            "request_pipelining" => self.pipelining(arguments),
            "run" => {
                let path = argument_of(argument_of(statement, first), "script").to_owned();
                self.script(&self.text(&path))
            }
            "set" if is(1, "cli") => self.set_cli(statement),
            "set" => self.set(arguments),
            "unset" => self.unset(arguments),
            "define" => self.define(arguments),
            "undefine" => self.undefine(arguments),
            "show" | "list" => self.show_variables(),
            "history" => Err(Failure::Message("There is a history only at the prompt.".to_owned())),
            other => Err(Failure::Message(format!("{other} is not a command. `help` lists them."))),
        }
    }

    fn help(&mut self, arguments: &[Word<'_>]) -> Result<(), Failure> {
        let topic: Vec<String> = arguments.iter().map(|word| word.content()).collect();
        let text = help::text(&topic.join(" ")).map_err(Failure::Message)?;
        Ok(self.screen.print(&text)?)
    }

    fn version(&mut self) -> Result<(), Failure> {
        let ours = env!("CARGO_PKG_VERSION");
        let info = self.runtime.block_on(self.session.client.info());
        let server = match info {
            Ok(info) => format!("server {} at {}", info.version, self.session.client.address()),
            Err(error) => error.to_string(),
        };
        Ok(self.screen.print(&format!("prompt {ours}, {server}"))?)
    }

    fn output(&mut self, arguments: &[Word<'_>]) -> Result<(), Failure> {
        let format = match arguments {
            [] => {
                let text = format!("The output format is {}.", self.session.format.name());
                return Ok(self.screen.print(&text)?);
            }
            [word] if word.content().eq_ignore_ascii_case("json") => OutputFormat::Json,
            [word] if word.content().eq_ignore_ascii_case("tabular") => OutputFormat::Tabular,
            _ => return Err(Failure::Message("The output format is one of JSON and TABULAR.".to_owned())),
        };
        self.session.format = format;
        self.say(&format!("The output format is now {}.", format.name()))
    }

    fn server(&mut self, address: &str) -> Result<(), Failure> {
        let address = self.text(address);
        if address.is_empty() {
            let text = self.session.client.address().to_string();
            return Ok(self.screen.print(&text)?);
        }
        self.session.client = self.session.client.at(Address::parse(&address)?);
        self.session.last_command = None;
        self.session.generation += 1;
        let info = self.runtime.block_on(self.session.client.info())?;
        let text = format!("Now talking to {}, server {}.", self.session.client.address(), info.version);
        self.say(&text)
    }

    fn spool(&mut self, path: &str) -> Result<(), Failure> {
        let path = self.text(path);
        if path.is_empty() {
            return Err(Failure::Message("SPOOL wants a file to write to, or OFF.".to_owned()));
        }
        if path.eq_ignore_ascii_case("off") {
            return match self.screen.spool_off()? {
                Some(path) => self.say(&format!("What was shown is in {}.", path.display())),
                None => Err(Failure::Message("Nothing is being spooled.".to_owned())),
            };
        }
        let path = super::script::expand(&path);
        self.screen
            .spool_to(&path)
            .map_err(|error| Failure::Message(format!("Cannot write to {}: {error}", path.display())))?;
        self.say(&format!("What is shown goes to {} too, until SPOOL OFF.", path.display()))
    }

    fn pipelining(&mut self, arguments: &[Word<'_>]) -> Result<(), Failure> {
        self.session.pipelining = match arguments {
            [] => self.session.pipelining,
            [word] if word.is("on") => true,
            [word] if word.is("off") => false,
            _ => return Err(Failure::Message("REQUEST_PIPELINING is ON or OFF.".to_owned())),
        };
        let state = if self.session.pipelining { "on" } else { "off" };
        self.say(&format!("Request pipelining is {state}."))
    }

    /// `SET CLI WRAP ON|OFF`, `SET CLI COLUMN-WIDTH n`.
    fn set_cli(&mut self, statement: &str) -> Result<(), Failure> {
        let words: Vec<String> = statement.split_whitespace().skip(2).map(str::to_ascii_lowercase).collect();
        match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
            ["wrap", "on"] => self.session.wrap = true,
            ["wrap", "off"] => self.session.wrap = false,
            ["column-width", width] => {
                let width: usize = width.parse().map_err(|_| {
                    Failure::Message(format!(
                        "{width:?} is not a width: a number of characters, or 0 to fit the screen."
                    ))
                })?;
                self.session.column_width = (width > 0).then_some(width);
            }
            _ => {
                return Err(Failure::Message(
                    "SET CLI has two settings: SET CLI WRAP ON|OFF and SET CLI COLUMN-WIDTH n.".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// An argument with its quotes taken off and variables filled in.
    fn text(&self, argument: &str) -> String {
        let text = match words(argument).as_slice() {
            [word @ (Word::Text(_) | Word::Name(_))] => word.content(),
            _ => argument.to_owned(),
        };
        substitute(&text, &self.session.variables)
    }
}

/// What stands after `keyword` at the beginning of `statement`.
fn argument_of<'a>(statement: &'a str, keyword: &str) -> &'a str {
    let rest = statement.get(keyword.len()..).unwrap_or_default();
    rest.trim()
}
