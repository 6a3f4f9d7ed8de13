//! Seeded test signals and naive reference transforms. Development only: no shipped crate depends on it.
