//! Which member of an object belongs to which column, learned from record to record.
//!
//! The records of a topic mostly repeat one layout, down to the byte: so each member remembers the bytes from the end of
//! the value before to the beginning of its own (`,"price":`), and which member came next the last time. Reading a
//! record is then a comparison of bytes per member. Where the guess is wrong the name is read and looked up, and the
//! guess is mended; nothing but speed depends on it.

use hashbrown::HashMap;

use super::escape::unescape;
use super::problem::Result;
use super::scan::{Members, Name};

/// How many different members one object's layout remembers. Beyond, names are looked up each time: objects that use
/// data as names would otherwise fill the memory.
const MAX_LEADS: usize = 512;
/// The longest lead that is remembered, in bytes; longer ones gain nothing from a guess.
const MAX_LEAD: usize = 256;

/// Which column a member belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The column of exactly this name.
    Exact(usize),
    /// The column whose name is this one's upper case form.
    Upper(usize),
    None,
}

/// A place in the learned layout: the member read last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(u32);

impl Place {
    /// Before the first member.
    pub const START: Self = Self(0);
    /// A member that is not remembered.
    const ELSEWHERE: Self = Self(u32::MAX);
}

struct Lead {
    bytes: Box<[u8]>,
    /// The first 8 bytes, or as many as there are, as a word; `head_mask` has ones where they stand.
    head: u64,
    head_mask: u64,
    /// The last 8 bytes, when there are more than 8.
    tail: u64,
    slot: Slot,
    /// The member that came behind this one the last time.
    next: Place,
}

impl Lead {
    fn new(bytes: &[u8], slot: Slot) -> Self {
        let mut head = [0; 8];
        let mut mask = [0; 8];
        for ((head, mask), byte) in head.iter_mut().zip(&mut mask).zip(bytes) {
            (*head, *mask) = (*byte, 0xff);
        }
        Self {
            bytes: bytes.into(),
            head: u64::from_le_bytes(head),
            head_mask: u64::from_le_bytes(mask),
            tail: bytes.last_chunk().map_or(0, |tail| u64::from_le_bytes(*tail)),
            slot,
            next: Place::ELSEWHERE,
        }
    }

    /// Whether the text begins with this lead. Up to 16 bytes are compared as two words, without a call.
    #[inline(always)]
    fn begins(&self, text: &[u8]) -> bool {
        let len = self.bytes.len();
        let Some(head) = text.first_chunk() else {
            return text.starts_with(&self.bytes);
        };
        if u64::from_le_bytes(*head) & self.head_mask != self.head {
            return false;
        }
        if len <= 8 {
            return true;
        }
        let tail = text.get(..len).and_then(|lead| lead.last_chunk());
        tail.is_some_and(|tail| u64::from_le_bytes(*tail) == self.tail)
            && (len <= 16 || text.starts_with(&self.bytes))
    }
}

/// The members of an object and the columns they belong to.
pub struct Keys {
    columns: HashMap<Box<[u8]>, usize, ahash::RandomState>,
    /// Element 0 stands for the beginning of the object.
    leads: Vec<Lead>,
    known: HashMap<Box<[u8]>, Place, ahash::RandomState>,
}

impl Keys {
    pub fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self {
            columns: names.enumerate().map(|(i, name)| (name.as_bytes().into(), i)).collect(),
            leads: vec![Lead::new(b"", Slot::None)],
            known: HashMap::default(),
        }
    }

    /// The member behind `place` if it is the one guessed: its place, its slot and where its value begins.
    #[inline(always)]
    pub fn guess(&self, text: &[u8], at: usize, place: Place) -> Option<(Place, Slot, usize)> {
        let next = self.leads.get(place.0 as usize)?.next;
        let lead = self.leads.get(next.0 as usize)?;
        lead.begins(text.get(at..)?).then_some((next, lead.slot, at + lead.bytes.len()))
    }

    /// Reads the member behind `place`, whatever it is, and learns it; none at the end of the object. Gives its place,
    /// its slot and where its value begins; at the end, where the object ends.
    #[inline(never)]
    pub fn read(&mut self, text: &[u8], at: usize, place: Place) -> Result<Next> {
        let mut members =
            if place == Place::START { Members::new(text, at, 0)? } else { Members::behind_value(text, at) };
        let Some(name) = members.next()? else {
            return Ok(Next::End(members.end()));
        };
        let value = members.value();
        let lead = &text[at..value];
        if let Some(known) = self.known.get(lead).copied() {
            self.link(place, known);
            return Ok(Next::Member(known, self.leads[known.0 as usize].slot, value));
        }
        let slot = self.slot(name);
        if lead.len() > MAX_LEAD || self.leads.len() >= MAX_LEADS {
            return Ok(Next::Member(Place::ELSEWHERE, slot, value));
        }
        let new = Place(self.leads.len() as u32);
        self.leads.push(Lead::new(lead, slot));
        self.known.insert(lead.into(), new);
        self.link(place, new);
        Ok(Next::Member(new, slot, value))
    }

    fn link(&mut self, place: Place, next: Place) {
        if let Some(lead) = self.leads.get_mut(place.0 as usize) {
            lead.next = next;
        }
    }

    /// The column that a name belongs to: the one of exactly this name, else the one of its upper case form.
    pub fn slot(&self, name: Name<'_>) -> Slot {
        if name.escaped {
            let mut plain = Vec::new();
            unescape(name.raw, &mut plain);
            self.slot_of(&plain)
        } else {
            self.slot_of(name.raw)
        }
    }

    fn slot_of(&self, name: &[u8]) -> Slot {
        if let Some(column) = self.columns.get(name) {
            return Slot::Exact(*column);
        }
        let upper = match std::str::from_utf8(name) {
            Ok(name) => name.to_uppercase(),
            Err(_) => return Slot::None,
        };
        self.columns.get(upper.as_bytes()).map_or(Slot::None, |column| Slot::Upper(*column))
    }
}

/// What stands next in an object.
pub enum Next {
    /// Its place, its slot and where its value begins.
    Member(Place, Slot, usize),
    /// Behind the closing brace.
    End(usize),
}
