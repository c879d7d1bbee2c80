// Maintenance by CP15 of an Armv7-A core whose caches below are maintained with it.

use core::arch::asm;

/// As Linux does, without the barriers of erratum 764369 of the Cortex-A9: v7_dma_clean_range for the device,
/// v7_dma_inv_range for the CPU. The line size is read; without bytes a line is maintained all the same.
pub mod linux {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        let start = buf.cast::<u8>();
        unsafe {
            asm!(
                "mrc p15, 0, {mask}, c0, c0, 1",
                "lsr {mask}, {mask}, #16",
                "and {mask}, {mask}, #0xf",
                "mov {size}, #4",
                "mov {size}, {size}, lsl {mask}",
                "sub {mask}, {size}, #1",
                "bic {line}, {line}, {mask}",
                "2:",
                "mcr p15, 0, {line}, c7, c10, 1",
                "add {line}, {line}, {size}",
                "cmp {line}, {end}",
                "blo 2b",
                "dsb st",
                line = inout(reg) start => _,
                end = in(reg) start.wrapping_add(buf.len()),
                size = out(reg) _,
                mask = out(reg) _,
                options(nostack),
            );
        }
    }

    pub fn acquire(buf: *mut [u8]) {
        let start = buf.cast::<u8>();
        unsafe {
            asm!(
                "mrc p15, 0, {mask}, c0, c0, 1",
                "lsr {mask}, {mask}, #16",
                "and {mask}, {mask}, #0xf",
                "mov {size}, #4",
                "mov {size}, {size}, lsl {mask}",
                "sub {mask}, {size}, #1",
                "tst {line}, {mask}",
                "bic {line}, {line}, {mask}",
                "mcrne p15, 0, {line}, c7, c14, 1",
                "addne {line}, {line}, {size}",
                "tst {end}, {mask}",
                "bic {end}, {end}, {mask}",
                "mcrne p15, 0, {end}, c7, c14, 1",
                "cmp {line}, {end}",
                "2:",
                "mcrlo p15, 0, {line}, c7, c6, 1",
                "addlo {line}, {line}, {size}",
                "cmplo {line}, {end}",
                "blo 2b",
                "dsb st",
                line = inout(reg) start => _,
                end = inout(reg) start.wrapping_add(buf.len()) => _,
                size = out(reg) _,
                mask = out(reg) _,
                options(nostack),
            );
        }
    }
}
