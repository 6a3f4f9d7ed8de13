//! Assesses one file or a whole library.
