//! Runs the arrow, for one file ([`assess`]) or for a whole library ([`assess_all`]).
//!
//! ```text
//! paths → Discovery → workers (Budget::jobs of them) → reorder window → Outcomes, in input order
//! ```
//! Everything a library run needs and a single file does not lives here: finding the files, the thread
//! budget, order, cancellation, and the promise that one bad file costs one outcome and nothing else.
//!
//! The workers are threads of this process ([`Isolation::Thread`], for libraries and debugging) or processes of
//! their own ([`Isolation::Process`], which nothing that a file does can get past).

mod assess;
mod budget;
mod cancel;
mod discovery;
mod exclude;
mod failures;
mod library;
mod limits;
mod ordered;
mod outcomes;
mod passed_over;
#[cfg(unix)]
mod pool;
mod probe;
mod repeats;
mod step;
pub mod store;
#[cfg(unix)]
mod worker;

pub use assess::{AssessError, assess, explain};
pub use bitrater_evidence::catalogue;
pub use bitrater_media::StreamFacts;
pub use bitrater_verdict::{
    Assessment, Failure, FailureKind, Judge, LoadError, Loaded, Model, Outcome, Policy, Verdict, Versions,
};
pub use budget::Budget;
pub use cancel::Cancel;
pub use discovery::{Discovery, DiscoveryOptions};
pub use exclude::{Exclude, ExcludeError};
pub use library::{Isolation, Options, assess_all};
pub use limits::Limits;
pub use outcomes::Outcomes;
pub use passed_over::{PassedOver, Why};
#[cfg(unix)]
pub use pool::Program;
pub use probe::probe;
pub use step::{Note, Step};
#[cfg(unix)]
pub use worker::{WorkerError, serve};
