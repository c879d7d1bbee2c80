// Maintenance by virtual address to the point of coherency.

use core::arch::asm;

/// Lines of 64 bytes. Counts the bytes down, so that a buffer may end at the top of the address space.
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
                    concat!("dc ", $operation, ", {line}"),
                    "add {line}, {line}, #64",
                    "subs {left}, {left}, #64",
                    "b.hi 2b",
                    "dsb sy",
                    line = inout(reg) start => _,
                    left = inout(reg) bytes + (start.addr() & 63) => _,
                    options(nostack),
                );
            }
        }};
    }

    pub fn release(buf: *mut [u8]) {
        maintain!("cvac", buf);
    }

    pub fn acquire(buf: *mut [u8]) {
        maintain!("civac", buf);
    }
}

/// As Linux's dcache_clean_poc and dcache_inval_poc do: the line size is read from CTR_EL0. Without bytes they
/// maintain a line all the same.
pub mod linux {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        let start = buf.cast::<u8>();
        unsafe {
            asm!(
                "mrs {temporary}, ctr_el0",
                "ubfm {temporary}, {temporary}, #16, #19",
                "mov {size}, #4",
                "lsl {size}, {size}, {temporary}",
                "sub {temporary}, {size}, #1",
                "bic {start}, {start}, {temporary}",
                "2:",
                "dc cvac, {start}",
                "add {start}, {start}, {size}",
                "cmp {start}, {end}",
                "b.lo 2b",
                "dsb sy",
                start = inout(reg) start => _,
                end = in(reg) start.wrapping_add(buf.len()),
                size = out(reg) _,
                temporary = out(reg) _,
                options(nostack),
            );
        }
    }

    pub fn acquire(buf: *mut [u8]) {
        let start = buf.cast::<u8>();
        unsafe {
            asm!(
                "mrs {temporary}, ctr_el0",
                "ubfm {temporary}, {temporary}, #16, #19",
                "mov {size}, #4",
                "lsl {size}, {size}, {temporary}",
                "sub {temporary}, {size}, #1",
                "tst {end}, {temporary}",
                "bic {end}, {end}, {temporary}",
                "b.eq 2f",
                "dc civac, {end}",
                "2:",
                "tst {start}, {temporary}",
                "bic {start}, {start}, {temporary}",
                "b.eq 3f",
                "dc civac, {start}",
                "b 4f",
                "3:",
                "dc ivac, {start}",
                "4:",
                "add {start}, {start}, {size}",
                "cmp {start}, {end}",
                "b.lo 3b",
                "dsb sy",
                start = inout(reg) start => _,
                end = inout(reg) start.wrapping_add(buf.len()) => _,
                size = out(reg) _,
                temporary = out(reg) _,
                options(nostack),
            );
        }
    }
}
