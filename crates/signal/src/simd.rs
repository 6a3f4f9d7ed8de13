//! Compiles a kernel for every vector width and runs the one that fits the machine.
//!
//! Most kernels are plain loops over [`crate::mp3::Lane`]s; what they need is to be *inlined* into a function
//! that the compiler may vectorise with AVX2 or AVX-512, which a closure is not. The costliest name their vectors themselves
//! ([`vectorise`]): what the compiler makes of nested loops over lanes took three to five times as long.

pub use pulp::{Simd, WithSimd};

/// The first values of `slice`, as many as a vector holds.
#[must_use]
#[inline(always)]
pub fn load<S: Simd>(_: S, slice: &[f32]) -> S::f32s {
    S::as_simd_f32s(&slice[..S::F32_LANES]).0[0]
}

/// Writes a vector to the first values of `slice`.
#[inline(always)]
pub fn store<S: Simd>(_: S, slice: &mut [f32], values: S::f32s) {
    S::as_mut_simd_f32s(&mut slice[..S::F32_LANES]).0[0] = values;
}

/// A unit of work. `run` and everything it calls in its inner loops must be `#[inline(always)]`.
pub trait Kernel {
    /// What the kernel computes.
    type Output;

    /// Does the work.
    fn run(self) -> Self::Output;
}

struct Adapter<K>(K);

impl<K: Kernel> pulp::WithSimd for Adapter<K> {
    type Output = K::Output;

    #[inline(always)]
    fn with_simd<S: pulp::Simd>(self, _simd: S) -> K::Output {
        self.0.run()
    }
}

/// Runs `kernel` with the widest vectors that this machine has.
#[inline]
pub fn dispatch<K: Kernel>(kernel: K) -> K::Output {
    pulp::Arch::new().dispatch(Adapter(kernel))
}

/// Runs `work`, which says itself what its vectors do, with the widest vectors that this machine has.
#[inline]
pub fn vectorise<W: WithSimd>(work: W) -> W::Output {
    pulp::Arch::new().dispatch(work)
}
