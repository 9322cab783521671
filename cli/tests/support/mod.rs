//! A server that says what it is told to, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What the server answers to one path.
#[derive(Clone)]
pub struct Answer {
    pub path: &'static str,
    pub status: u16,
    /// Sent as chunks of one body, with a short pause between.
    pub chunks: Vec<Vec<u8>>,
    /// Whether the body is left open after the chunks, as that of a push query.
    pub open: bool,
}

impl Answer {
    pub fn new(path: &'static str, body: &str) -> Self {
        Self { path, status: 200, chunks: vec![body.as_bytes().to_vec()], open: false }
    }

    pub fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    pub fn open(self) -> Self {
        Self { open: true, ..self }
    }

    pub fn in_chunks_of(self, size: usize) -> Self {
        let body = self.chunks.concat();
        Self { chunks: body.chunks(size).map(<[u8]>::to_vec).collect(), ..self }
    }
}

/// A request as it came: its first line and its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    pub line: String,
    pub authorization: Option<String>,
    pub body: String,
}

pub struct MockServer {
    pub address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl MockServer {
    /// Answers each request with the first answer left for its path; the last one is kept.
    pub fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = format!("http://{}", listener.local_addr().expect("bound"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let answers = Arc::new(Mutex::new(answers));
        let seen = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, seen) = (answers.clone(), seen.clone());
                thread::spawn(move || serve(stream, &answers, &seen));
            }
        });
        Self { address, asked }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("not poisoned").clone()
    }
}

fn serve(mut stream: TcpStream, answers: &Mutex<Vec<Answer>>, seen: &Mutex<Vec<Asked>>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let (mut length, mut authorization) = (0, None);
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok()?;
        let Some((name, value)) = header.trim().split_once(": ") else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().ok()?,
            "authorization" => authorization = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let line = line.trim().to_owned();
    let path = line.split(' ').nth(1)?.to_owned();
    let body = String::from_utf8(body).ok()?;
    seen.lock().ok()?.push(Asked { line, authorization, body });
    let answer = {
        let mut answers = answers.lock().ok()?;
        let path = path.split('?').next()?;
        let at = answers.iter().position(|answer| answer.path == path);
        match at {
            Some(at) if answers.iter().filter(|answer| answer.path == path).count() > 1 => answers.remove(at),
            Some(at) => answers[at].clone(),
            None => Answer::new("", "Not Found").status(404),
        }
    };
    write!(stream, "HTTP/1.1 {} X\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n", answer.status)
        .ok()?;
    for chunk in &answer.chunks {
        write!(stream, "{:x}\r\n", chunk.len()).ok()?;
        stream.write_all(chunk).ok()?;
        write!(stream, "\r\n").ok()?;
        stream.flush().ok()?;
        thread::sleep(Duration::from_millis(1));
    }
    if answer.open {
        // Until the client goes.
        let _ = reader.read(&mut [0]);
    }
    write!(stream, "0\r\n\r\n").ok()
}
