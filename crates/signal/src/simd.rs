//! Compiles a kernel for every vector width and runs the one that fits the machine.
//!
//! The kernels are plain loops over [`crate::mp3::Lane`]s; what they need is to be *inlined* into a function
//! that the compiler may vectorise with AVX2, which a closure is not.

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
