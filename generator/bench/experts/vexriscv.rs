// Maintenance of VexRiscv: one instruction drops the whole data cache, which writes through.

/// As LiteX's flush_cpu_dcache does: the instruction alone, and nothing before DMA.
pub mod litex {
    pub fn release(_: *mut [u8]) {}

    pub fn acquire(_: *mut [u8]) {
        unsafe { core::arch::asm!(".word 0x500f", options(nostack, preserves_flags)) };
    }
}
