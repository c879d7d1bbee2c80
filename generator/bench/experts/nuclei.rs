// Maintenance by the CSRs of Nuclei's cores, lines of 64 bytes.

use core::arch::asm;

/// As MFlushDCacheLines and MFlushInvalDCacheLines of NMSIS do, with the number of lines that the buffer touches: the
/// address is written once and advances by itself, and the pipeline is flushed once, behind the last line.
pub mod nmsis {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        unsafe { maintain::<1>(buf) };
    }

    pub fn acquire(buf: *mut [u8]) {
        unsafe { maintain::<2>(buf) };
    }

    #[inline(always)]
    unsafe fn maintain<const COMMAND: usize>(buf: *mut [u8]) {
        let start = buf.cast::<u8>().addr();
        let lines = (start % 64 + buf.len() + 63) / 64;
        if lines == 0 {
            return;
        }
        unsafe {
            asm!("csrw 0x7cb, {}", in(reg) start, options(nostack, preserves_flags));
            for _ in 0..lines {
                asm!("csrwi 0x7cc, {}", const COMMAND, options(nostack, preserves_flags));
            }
            asm!("csrwi 0x4cf, 1", "fence iorw, iorw", options(nostack, preserves_flags));
        }
    }
}
