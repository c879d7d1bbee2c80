// Maintenance by the instructions of T-Head's E907, lines of 32 bytes.

use core::arch::asm;

macro_rules! in_thead {
    ($($part:expr),+) => {
        concat!(".option push\n.option arch, +xtheadcmo\n", $($part),+, "\n.option pop")
    };
}

/// As csi_dcache_clean_range and csi_dcache_invalid_range of T-Head's CSI-Core do, with FENCE for their `__DSB`.
pub mod csi_core {
    use super::*;

    macro_rules! maintain {
        ($operation:literal, $buf:expr) => {{
            let start = $buf.cast::<u8>();
            let mut left = ($buf.len() + (start.addr() & 31)) as isize;
            let mut line = start;
            unsafe { asm!("fence", options(nostack, preserves_flags)) };
            while left > 0 {
                unsafe { asm!(in_thead!($operation, " {}"), in(reg) line, options(nostack, preserves_flags)) };
                line = line.wrapping_add(32);
                left = left.wrapping_sub(32);
            }
            unsafe { asm!("fence", options(nostack, preserves_flags)) };
        }};
    }

    pub fn release(buf: *mut [u8]) {
        maintain!("th.dcache.cpa", buf);
    }

    pub fn acquire(buf: *mut [u8]) {
        maintain!("th.dcache.ipa", buf);
    }
}
