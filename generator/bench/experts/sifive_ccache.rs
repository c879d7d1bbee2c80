// Maintenance by SiFive's Composable Cache controller, lines of 64 bytes.

use core::arch::asm;

/// As Linux's ccache_flush_range does, for both directions: a barrier after every line. The controller's address is in
/// memory.
pub mod linux {
    use super::*;

    const FLUSH64: usize = 0x200;

    unsafe extern "C" {
        static CONTROLLER_BASE: *mut u8;
    }

    pub fn release(buf: *mut [u8]) {
        let start = buf.cast::<u8>().addr();
        let end = start.wrapping_add(buf.len());
        if buf.is_empty() {
            return;
        }
        let mut line = start & !63;
        unsafe {
            asm!("fence iorw, iorw", options(nostack, preserves_flags));
            while line < end {
                asm!("fence w, o", options(nostack, preserves_flags));
                CONTROLLER_BASE.add(FLUSH64).cast::<usize>().write_volatile(line);
                asm!("fence iorw, iorw", options(nostack, preserves_flags));
                line = line.wrapping_add(64);
            }
        }
    }

    pub fn acquire(buf: *mut [u8]) {
        release(buf);
    }
}
