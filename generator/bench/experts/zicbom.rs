// Maintenance by the instructions of Zicbom.

use core::arch::asm;

macro_rules! in_zicbom {
    ($($part:expr),+) => {
        concat!(".option push\n.option arch, +zicbom\n", $($part),+, "\n.option pop")
    };
}

/// Blocks of 64 bytes. Ends at the start of the last block, so that a buffer may end at the top of the address space.
pub mod compact {
    use super::*;

    macro_rules! maintain {
        ($operation:literal, $buf:expr) => {{
            let (start, bytes) = ($buf.cast::<u8>(), $buf.len());
            if bytes == 0 {
                return;
            }
            unsafe {
                asm!(
                    "2:",
                    "addi {line}, {line}, 64",
                    in_zicbom!($operation, " ({line})"),
                    "bltu {line}, {last}, 2b",
                    "fence rw, iorw",
                    line = inout(reg) start.wrapping_sub(64) => _,
                    last = in(reg) start.wrapping_add(bytes - 1).addr() & !63,
                    options(nostack, preserves_flags),
                );
            }
        }};
    }

    pub fn release(buf: *mut [u8]) {
        maintain!("cbo.clean", buf);
    }

    pub fn acquire(buf: *mut [u8]) {
        maintain!("cbo.flush", buf);
    }
}

/// As Linux's ALT_CMO_OP does: the block size is in memory, and no barrier is part of it.
pub mod linux {
    use super::*;

    unsafe extern "C" {
        static CBOM_BLOCK_SIZE: usize;
    }

    macro_rules! maintain {
        ($operation:literal, $buf:expr) => {{
            let start = $buf.cast::<u8>();
            unsafe {
                let size = CBOM_BLOCK_SIZE;
                asm!(
                    "mv {line}, {start}",
                    "j 3f",
                    "2:",
                    in_zicbom!($operation, " ({line})"),
                    "add {line}, {line}, {size}",
                    "3:",
                    "bltu {line}, {end}, 2b",
                    line = out(reg) _,
                    start = in(reg) start.map_addr(|address| address & !(size - 1)),
                    end = in(reg) start.wrapping_add($buf.len()),
                    size = in(reg) size,
                    options(nostack, preserves_flags),
                );
            }
        }};
    }

    pub fn release(buf: *mut [u8]) {
        maintain!("cbo.clean", buf);
    }

    pub fn acquire(buf: *mut [u8]) {
        maintain!("cbo.inval", buf);
    }
}
