// Maintenance by CLFLUSH.

use core::arch::asm;

/// As Linux's clflush_cache_range does, with CLFLUSH for CLFLUSHOPT: the size of a line is in memory.
pub mod linux {
    use super::*;

    unsafe extern "C" {
        static CBOM_BLOCK_SIZE: usize;
    }

    pub fn release(buf: *mut [u8]) {
        let start = buf.cast::<u8>();
        let end = start.wrapping_add(buf.len());
        unsafe {
            asm!("mfence", options(nostack, preserves_flags));
            let size = CBOM_BLOCK_SIZE;
            let mut line = start.map_addr(|address| address & !(size - 1));
            while line < end {
                asm!("clflush [{}]", in(reg) line, options(nostack, preserves_flags));
                line = line.wrapping_add(size);
            }
            asm!("mfence", options(nostack, preserves_flags));
        }
    }

    pub fn acquire(buf: *mut [u8]) {
        release(buf);
    }
}
