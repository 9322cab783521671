//! The one door to chance.

use parking_lot::Mutex;
use rand::rngs::StdRng;
use rand::{RngCore, SeedableRng};

/// Where random numbers come from: the system in production, a seed in tests and simulations.
pub trait Random: Send + Sync + std::fmt::Debug {
    fn next_u64(&self) -> u64;
    fn fill(&self, bytes: &mut [u8]);
}

/// Seeded once from the operating system.
#[derive(Debug)]
pub struct OsRandom(Mutex<StdRng>);

impl OsRandom {
    pub fn new() -> Self {
        Self(Mutex::new(StdRng::from_os_rng()))
    }
}

impl Default for OsRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for OsRandom {
    fn next_u64(&self) -> u64 {
        self.0.lock().next_u64()
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().fill_bytes(bytes);
    }
}

/// The same numbers for the same seed.
#[derive(Debug)]
pub struct SeededRandom(Mutex<StdRng>);

impl SeededRandom {
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(StdRng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn next_u64(&self) -> u64 {
        self.0.lock().next_u64()
    }

    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().fill_bytes(bytes);
    }
}
