//! The unit of side-by-side work: one value for each of sixteen neighbouring positions.

/// Positions computed side by side; two AVX or four SSE registers.
pub const LANES: usize = 16;

/// One value per position.
pub type Lane = [f32; LANES];
