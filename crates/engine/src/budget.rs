//! How much of the machine a run may take: one type, decided once, handed down as an argument.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

/// The threads a run may use: `jobs` workers of `inner` threads each, never more than `max(cpus, jobs)` in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    cpus: NonZeroUsize,
    jobs: NonZeroUsize,
}

impl Default for Budget {
    /// One worker a CPU.
    fn default() -> Self {
        Self::new(None)
    }
}

impl Budget {
    /// A budget of `jobs` workers on the CPUs that this process may use; without `jobs`, one worker a CPU.
    ///
    /// The count of CPUs obeys the affinity mask and, on Linux, the cgroup quota (v1 and v2). Where the
    /// system does not tell, it is one.
    #[must_use]
    pub fn new(jobs: Option<NonZeroUsize>) -> Self {
        Self::with_cpus(available_parallelism().unwrap_or(NonZeroUsize::MIN), jobs)
    }

    /// A budget on a given number of CPUs, for callers that share the machine by a plan of their own.
    #[must_use]
    pub fn with_cpus(cpus: NonZeroUsize, jobs: Option<NonZeroUsize>) -> Self {
        Self { cpus, jobs: jobs.unwrap_or(cpus) }
    }

    /// CPUs that the process may use.
    #[must_use]
    pub fn cpus(self) -> usize {
        self.cpus.get()
    }

    /// Files in work at the same time.
    #[must_use]
    pub fn jobs(self) -> usize {
        self.jobs.get()
    }

    /// Compute threads that one file may use: `max(1, cpus / jobs)`.
    #[must_use]
    pub fn inner(self) -> usize {
        (self.cpus() / self.jobs()).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budget(cpus: usize, jobs: Option<usize>) -> Budget {
        Budget::with_cpus(NonZeroUsize::new(cpus).unwrap(), jobs.map(|jobs| NonZeroUsize::new(jobs).unwrap()))
    }

    #[test]
    fn never_more_threads_than_cpus_or_jobs() {
        for cpus in 1..=17 {
            for jobs in 1..=40 {
                let budget = budget(cpus, Some(jobs));
                assert_eq!(budget.jobs(), jobs);
                assert!(budget.inner() >= 1);
                assert!(budget.jobs() * budget.inner() <= cpus.max(jobs), "{budget:?}");
            }
        }
    }

    #[test]
    fn one_worker_a_cpu_unless_told_otherwise() {
        assert_eq!((budget(6, None).jobs(), budget(6, None).inner()), (6, 1));
        assert_eq!(budget(8, Some(3)).inner(), 2);
    }
}
