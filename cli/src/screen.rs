//! Where everything that is shown goes: the terminal, and a spool file beside it.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Columns to draw to when the output is no terminal and COLUMNS is not set: wide enough for most
/// tables, narrow enough for a log.
const WIDTH_WITHOUT_TERMINAL: usize = 120;
/// Narrower than this nothing can be drawn.
const MIN_WIDTH: usize = 20;

/// The output of a session.
pub struct Screen {
    out: Box<dyn Write + Send>,
    err: Box<dyn Write + Send>,
    spool: Option<Spool>,
    /// Columns and rows, when they do not come from the terminal.
    fixed: Option<(usize, usize)>,
    is_terminal: bool,
    /// Whether errors are coloured.
    colour: bool,
}

struct Spool {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Screen {
    /// The process's standard output and error.
    pub fn standard() -> Self {
        Self {
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            spool: None,
            fixed: None,
            is_terminal: io::stdout().is_terminal(),
            colour: io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
        }
    }

    /// A screen of `width` columns that is kept in memory, with a view of what has been shown.
    pub fn in_memory(width: usize) -> (Self, Shown) {
        let shown = Shown::default();
        let screen = Self {
            out: Box::new(shown.clone()),
            err: Box::new(shown.clone()),
            spool: None,
            fixed: Some((width, 50)),
            is_terminal: false,
            colour: false,
        };
        (screen, shown)
    }

    /// Shows `text` and ends the line.
    pub fn print(&mut self, text: &str) -> io::Result<()> {
        let text = text.strip_suffix('\n').unwrap_or(text);
        writeln!(self.out, "{text}")?;
        self.out.flush()?;
        self.spool(text)
    }

    /// Shows text of many lines that already ends them, without a flush for each.
    pub fn print_lines(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        self.out.flush()?;
        self.spool(text.strip_suffix('\n').unwrap_or(text))
    }

    /// Shows an error.
    pub fn error(&mut self, text: &str) -> io::Result<()> {
        let text = text.trim_end();
        match (self.colour, text.split_once('\n')) {
            (false, _) => writeln!(self.err, "{text}")?,
            (true, None) => writeln!(self.err, "\x1b[31m{text}\x1b[0m")?,
            // The quoted line below the message is easier to read without colour.
            (true, Some((message, rest))) => writeln!(self.err, "\x1b[31m{message}\x1b[0m\n{rest}")?,
        }
        self.err.flush()?;
        self.spool(text)
    }

    /// Shows something beside the answer: a note that a program reading the output must not see.
    pub fn note(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.err, "{text}")?;
        self.err.flush()?;
        self.spool(text)
    }

    /// Empties the terminal.
    pub fn clear(&mut self) -> io::Result<()> {
        if self.is_terminal {
            self.out.write_all(b"\x1b[2J\x1b[3J\x1b[H")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Takes away the `^C` that the terminal has written at the beginning of a line.
    pub fn erase_line(&mut self) -> io::Result<()> {
        if self.is_terminal {
            self.out.write_all(b"\r\x1b[K")?;
            self.out.flush()?;
        }
        Ok(())
    }

    /// Copies what is shown from now on to the file at `path`, which is begun anew.
    pub fn spool_to(&mut self, path: &Path) -> io::Result<()> {
        let file = BufWriter::new(File::create(path)?);
        self.spool = Some(Spool { path: path.to_owned(), file });
        Ok(())
    }

    /// Ends the copying; gives the file's path if there was any.
    pub fn spool_off(&mut self) -> io::Result<Option<PathBuf>> {
        match self.spool.take() {
            Some(mut spool) => spool.file.flush().map(|()| Some(spool.path)),
            None => Ok(None),
        }
    }

    /// Copies what was typed, so that the spool file reads like the terminal.
    pub fn spool_input(&mut self, text: &str) -> io::Result<()> {
        self.spool(text)
    }

    /// Columns to draw to, as they are now.
    pub fn width(&self) -> usize {
        let from_terminal = || self.terminal_size().map(|(width, _)| width);
        let from_environment = || std::env::var("COLUMNS").ok()?.parse().ok();
        let fixed = self.fixed.map(|(width, _)| width);
        fixed
            .or_else(from_terminal)
            .or_else(from_environment)
            .unwrap_or(WIDTH_WITHOUT_TERMINAL)
            .max(MIN_WIDTH)
    }

    /// Rows of the terminal, if it is one.
    pub fn height(&self) -> Option<usize> {
        self.terminal_size().map(|(_, height)| height)
    }

    /// Whether a person looks at the output as it comes.
    pub fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    fn terminal_size(&self) -> Option<(usize, usize)> {
        if !self.is_terminal {
            return None;
        }
        let (width, height) = crossterm::terminal::size().ok()?;
        (width > 0 && height > 0).then_some((width.into(), height.into()))
    }

    fn spool(&mut self, text: &str) -> io::Result<()> {
        let Some(spool) = &mut self.spool else { return Ok(()) };
        let written = writeln!(spool.file, "{text}").and_then(|()| spool.file.flush());
        if let Err(error) = written {
            // A full disk must not end the session: say it once and go on without.
            let path = spool.path.display().to_string();
            self.spool = None;
            writeln!(self.err, "Spooling to {path} has ended: {error}")?;
        }
        Ok(())
    }
}

/// What has been shown on a screen in memory.
#[derive(Clone, Default)]
pub struct Shown(Arc<Mutex<Vec<u8>>>);

impl Shown {
    /// Takes what has been shown since the last time.
    pub fn take(&self) -> String {
        let bytes = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

impl Write for Shown {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
