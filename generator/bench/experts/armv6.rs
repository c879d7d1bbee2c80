// Maintenance by CP15 of an Arm1176, lines of 32 bytes.

use core::arch::asm;

/// As Linux does: v6_dma_clean_range for the device, v6_dma_inv_range for the CPU. Without bytes a line is maintained all
/// the same, and a buffer may not end at the top of the address space.
pub mod linux {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        let start = buf.cast::<u8>();
        unsafe {
            asm!(
                "bic {line}, {line}, #31",
                "2:",
                "mcr p15, 0, {line}, c7, c10, 1",
                "add {line}, {line}, #32",
                "cmp {line}, {end}",
                "blo 2b",
                "mov {line}, #0",
                "mcr p15, 0, {line}, c7, c10, 4",
                line = inout(reg) start => _,
                end = in(reg) start.wrapping_add(buf.len()),
                options(nostack),
            );
        }
    }

    pub fn acquire(buf: *mut [u8]) {
        let start = buf.cast::<u8>();
        unsafe {
            asm!(
                "tst {line}, #31",
                "bic {line}, {line}, #31",
                "mcrne p15, 0, {line}, c7, c10, 1",
                "tst {end}, #31",
                "bic {end}, {end}, #31",
                "mcrne p15, 0, {end}, c7, c14, 1",
                "2:",
                "mcr p15, 0, {line}, c7, c6, 1",
                "add {line}, {line}, #32",
                "cmp {line}, {end}",
                "blo 2b",
                "mov {line}, #0",
                "mcr p15, 0, {line}, c7, c10, 4",
                line = inout(reg) start => _,
                end = inout(reg) start.wrapping_add(buf.len()) => _,
                options(nostack),
            );
        }
    }
}
