//! The sessions of each key, and which of them come next to their end.

use std::collections::BTreeSet;

/// A session: rows of one key with no more than the gap between them.
#[derive(Debug, Clone)]
pub struct Session {
    /// Time of the first row and of the last.
    pub start: i64,
    pub end: i64,
    /// Where the accumulators keep it.
    pub slot: u32,
    /// The bounds that the store has it under.
    pub stored: Option<(i64, i64)>,
    /// Not as the store has it.
    pub changed: bool,
    /// The batch that touched it last.
    pub touched_in: u32,
    /// What of it was told before the batch that touched it.
    pub told: Vec<Told>,
    indexed: Option<(i64, i64)>,
}

/// A session that was told and was then touched.
#[derive(Debug, Clone, Copy)]
pub struct Told {
    pub start: i64,
    pub end: i64,
    /// A copy of what it was, if somebody wants to know.
    pub slot: Option<u32>,
}

impl Session {
    pub fn new(start: i64, end: i64, slot: u32) -> Self {
        Self { start, end, slot, stored: None, changed: true, touched_in: 0, told: vec![], indexed: None }
    }

    /// A session as the store has it.
    pub fn stored(start: i64, end: i64, slot: u32) -> Self {
        Self { stored: Some((start, end)), changed: false, ..Self::new(start, end, slot) }
    }
}

/// The sessions of all keys in memory.
#[derive(Default)]
pub struct Sessions {
    /// By key, ascending by time.
    by_key: Vec<Vec<Session>>,
    /// (end, start, key) of each.
    by_end: BTreeSet<(i64, i64, u32)>,
}

impl Sessions {
    pub fn grow(&mut self, keys: usize) {
        self.by_key.resize_with(keys, Vec::new);
    }

    pub fn of(&self, key: u32) -> &[Session] {
        &self.by_key[key as usize]
    }

    pub fn of_mut(&mut self, key: u32) -> &mut Vec<Session> {
        &mut self.by_key[key as usize]
    }

    /// The sessions of a key that a row belongs to, as a range of indices. Sessions that end before `horizon` are no
    /// longer found.
    pub fn near(&self, key: u32, time: i64, gap: i64, horizon: i64) -> std::ops::Range<usize> {
        let sessions = &self.by_key[key as usize];
        let earliest = time.saturating_sub(gap).max(horizon);
        let from = sessions.partition_point(|session| session.end < earliest);
        let near = sessions[from..].iter().take_while(|session| session.start <= time.saturating_add(gap));
        from..from + near.count()
    }

    /// The session of a key that has this slot.
    pub fn with_slot(&self, key: u32, slot: u32) -> Option<usize> {
        self.by_key[key as usize].iter().position(|session| session.slot == slot)
    }

    /// Notes the bounds of a session that is new or has changed them.
    pub fn index(&mut self, key: u32, at: usize) {
        let session = &mut self.by_key[key as usize][at];
        let bounds = (session.end, session.start);
        if session.indexed != Some(bounds) {
            if let Some((end, start)) = session.indexed.replace(bounds) {
                self.by_end.remove(&(end, start, key));
            }
            self.by_end.insert((bounds.0, bounds.1, key));
        }
    }

    /// A session that is no longer among those of its key.
    pub fn unindex(&mut self, key: u32, session: &Session) {
        if let Some((end, start)) = session.indexed {
            self.by_end.remove(&(end, start, key));
        }
    }

    /// Whether a session ends in `[from, before)`.
    pub fn ends_in(&self, from: i64, before: i64) -> bool {
        self.by_end.range((from, i64::MIN, 0)..).next().is_some_and(|(end, ..)| *end < before)
    }

    /// Keys and slots of the sessions that end in `[from, before)`, by their end.
    pub fn ending(&self, from: i64, before: i64) -> Vec<(u32, u32)> {
        let ending = self.by_end.range((from, i64::MIN, 0)..(before.max(from), i64::MIN, 0));
        ending
            .filter_map(|(end, start, key)| {
                let session = self.of(*key).iter().find(|s| (s.end, s.start) == (*end, *start))?;
                Some((*key, session.slot))
            })
            .collect()
    }

    /// Takes out the sessions that end before this time: their keys and slots.
    pub fn expire(&mut self, before: i64) -> Vec<(u32, u32)> {
        if self.by_end.first().is_none_or(|(end, ..)| *end >= before) {
            return vec![];
        }
        let expired = self.ending(i64::MIN, before);
        self.by_end = self.by_end.split_off(&(before, i64::MIN, 0));
        for (key, slot) in &expired {
            self.by_key[*key as usize].retain(|session| session.slot != *slot);
        }
        expired
    }

    /// Takes out all sessions of a key: their slots.
    pub fn take(&mut self, key: u32) -> Vec<u32> {
        let sessions = std::mem::take(&mut self.by_key[key as usize]);
        sessions.iter().for_each(|session| self.unindex(key, session));
        sessions.into_iter().map(|session| session.slot).collect()
    }
}
