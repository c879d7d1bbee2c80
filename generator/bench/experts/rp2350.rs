// Maintenance of the RP2350's XIP cache through its window, lines of 8 bytes.

use core::arch::asm;

/// As xip_cache_clean_range and xip_cache_invalidate_range of pico-sdk do: the buffer must consist of whole lines, what is
/// invalidated is not cleaned before, and nothing stands before the first line.
pub mod pico_sdk {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        unsafe { maintain::<3>(buf) };
    }

    pub fn acquire(buf: *mut [u8]) {
        unsafe { maintain::<2>(buf) };
    }

    #[inline(always)]
    unsafe fn maintain<const OPERATION: usize>(buf: *mut [u8]) {
        let mut offset = buf.cast::<u8>().addr().wrapping_sub(0x1000_0000);
        let end = offset.wrapping_add(buf.len());
        while offset < end {
            let place = 0x1800_0000usize.wrapping_add(offset).wrapping_add(OPERATION);
            unsafe { (place as *mut u8).write_volatile(0) };
            offset = offset.wrapping_add(8);
        }
        #[cfg(target_arch = "arm")]
        unsafe {
            asm!("dsb sy", "isb sy", options(nostack, preserves_flags))
        };
        #[cfg(target_arch = "riscv32")]
        unsafe {
            asm!("fence rw, rw", "fence.i", options(nostack, preserves_flags))
        };
    }
}
