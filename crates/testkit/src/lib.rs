//! Seeded test signals, files of known history, and naive reference transforms.
//!
//! Development only: no shipped crate depends on it. It stands beside the arrow, not on it, and knows nothing of
//! the crates that it tests, so a mistake there cannot hide behind the same mistake here.
//!
//! ```no_run
//! use bitrater_testkit::{Lab, music};
//!
//! let lab = Lab::new();
//! let file = lab.make(&music(44_100, 8.0, 1), "mp3_128_to_320_sh");
//! assert!(file.ends_with("mp3_128_to_320_sh.mp3"));
//! ```
#![allow(
    clippy::expect_used,
    reason = "a fixture that cannot be made has to stop its test there and then; every panic names its cause"
)]

mod chain;
mod lab;
mod music;
pub mod naive;
mod noise;
mod program;
mod rng;
mod signal;
mod tones;
pub mod wav;

pub use chain::{Step, chain};
pub use lab::Lab;
pub use music::music;
pub use noise::{pink_noise, tape_noise, vinyl_noise, white_noise};
pub use rng::Rng;
pub use signal::Signal;
pub use tones::{chip_music, impulse_train, modulated, noise_loop, silence, sine, sparse_synth};
