//! Runs the arrow, for one file ([`assess`]) or for a whole library ([`assess_all`]).
//!
//! ```text
//! paths → Discovery → workers (Budget::jobs of them) → reorder window → Outcomes, in input order
//! ```
//! Everything a library run needs and a single file does not lives here: finding the files, the thread
//! budget, order, cancellation, and the promise that one bad file costs one outcome and nothing else.
//!
//! The workers are threads of this process. What a worker does with a path is one closure
//! (the pool never learns what that is), so a worker that hands its path to another
//! process fits in the same place.

mod assess;
mod budget;
mod cancel;
mod discovery;
mod exclude;
mod library;
mod ordered;

pub use assess::{AssessError, assess};
pub use bitrater_verdict::{Assessment, Failure, FailureKind, Outcome, Policy, Verdict};
pub use budget::Budget;
pub use cancel::Cancel;
pub use discovery::{Discovery, DiscoveryOptions};
pub use exclude::{Exclude, ExcludeError};
pub use library::{Options, assess_all};
pub use ordered::{Outcomes, Step};
