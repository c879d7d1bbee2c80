// Maintenance of the first level by CP15 and of a PL310 at the second.

use core::arch::asm;

const CACHE_SYNC: usize = 0x730;
const INV_LINE_PA: usize = 0x770;
const CLEAN_LINE_PA: usize = 0x7B0;
const CLEAN_INV_LINE_PA: usize = 0x7F0;

/// As Linux does, with the barriers of erratum 764369: v7_dma_clean_range, then l2c210_clean_range, for the device;
/// l2c210_inv_range, then v7_dma_inv_range, for the CPU. Line size and the controller's address are read from where
/// Linux has them. Without bytes the first level is maintained all the same. The barrier before the transfer starts is
/// not part of it.
pub mod linux {
    use super::*;

    unsafe extern "C" {
        static L2X0_BASE: *mut u8;
    }

    pub fn release(buf: *mut [u8]) {
        let (start, end) = range(buf);
        unsafe {
            asm!(
                "mrc p15, 0, {temporary}, c0, c0, 1",
                "lsr {temporary}, {temporary}, #16",
                "and {temporary}, {temporary}, #0xf",
                "mov {size}, #4",
                "mov {size}, {size}, lsl {temporary}",
                "sub {temporary}, {size}, #1",
                "bic {start}, {start}, {temporary}",
                "dsb sy",
                "2:",
                "mcr p15, 0, {start}, c7, c10, 1",
                "add {start}, {start}, {size}",
                "cmp {start}, {end}",
                "blo 2b",
                "dsb st",
                start = inout(reg) start => _,
                end = in(reg) end,
                size = out(reg) _,
                temporary = out(reg) _,
                options(nostack),
            );
            let base = L2X0_BASE;
            op_pa_range(base.add(CLEAN_LINE_PA), start & !31, end);
            write(0, base.add(CACHE_SYNC));
        }
    }

    pub fn acquire(buf: *mut [u8]) {
        let (start, end) = range(buf);
        unsafe {
            let base = L2X0_BASE;
            let (mut first, mut last) = (start, end);
            if first & 31 != 0 {
                first &= !31;
                write(first, base.add(CLEAN_INV_LINE_PA));
                first = first.wrapping_add(32);
            }
            if last & 31 != 0 {
                last &= !31;
                write(last, base.add(CLEAN_INV_LINE_PA));
            }
            op_pa_range(base.add(INV_LINE_PA), first, last);
            write(0, base.add(CACHE_SYNC));
            asm!(
                "mrc p15, 0, {temporary}, c0, c0, 1",
                "lsr {temporary}, {temporary}, #16",
                "and {temporary}, {temporary}, #0xf",
                "mov {size}, #4",
                "mov {size}, {size}, lsl {temporary}",
                "sub {temporary}, {size}, #1",
                "tst {start}, {temporary}",
                "bic {start}, {start}, {temporary}",
                "dsb sy",
                "mcrne p15, 0, {start}, c7, c14, 1",
                "addne {start}, {start}, {size}",
                "tst {end}, {temporary}",
                "bic {end}, {end}, {temporary}",
                "mcrne p15, 0, {end}, c7, c14, 1",
                "cmp {start}, {end}",
                "2:",
                "mcrlo p15, 0, {start}, c7, c6, 1",
                "addlo {start}, {start}, {size}",
                "cmplo {start}, {end}",
                "blo 2b",
                "dsb st",
                start = inout(reg) start => _,
                end = inout(reg) end => _,
                size = out(reg) _,
                temporary = out(reg) _,
                options(nostack),
            );
        }
    }

    fn range(buf: *mut [u8]) -> (usize, usize) {
        let start = buf.cast::<u8>().addr();
        (start, start.wrapping_add(buf.len()))
    }

    unsafe fn op_pa_range(register: *mut u8, mut start: usize, end: usize) {
        while start < end {
            unsafe { write(start, register) };
            start = start.wrapping_add(32);
        }
    }

    unsafe fn write(value: usize, register: *mut u8) {
        unsafe { register.cast::<u32>().write_volatile(value as u32) };
    }
}
