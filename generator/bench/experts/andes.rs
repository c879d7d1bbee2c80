// Maintenance of an Andes AX45MP: level 1 by CSR, level 2 by the registers of its controller.

use core::arch::asm;

/// As Linux's ax45mp_dma_cache_wback and ax45mp_dma_cache_inv do, on hart 0: line after line in both levels. The line
/// size and the controller's address are in memory. Lines at the buffer's edges are invalidated without being cleaned.
pub mod linux {
    use super::*;

    const COMMAND: usize = 0x40;
    const ADDRESS: usize = 0x48;
    const STATUS: usize = 0x80;

    unsafe extern "C" {
        static CBOM_BLOCK_SIZE: usize;
        static CONTROLLER_BASE: *mut u8;
    }

    pub fn release(buf: *mut [u8]) {
        unsafe { maintain::<1, 9>(buf) };
    }

    pub fn acquire(buf: *mut [u8]) {
        unsafe { maintain::<0, 8>(buf) };
    }

    #[inline(always)]
    unsafe fn maintain<const LEVEL_1: usize, const LEVEL_2: u32>(buf: *mut [u8]) {
        unsafe {
            let size = CBOM_BLOCK_SIZE;
            let start = buf.cast::<u8>().addr();
            let mut line = start & !(size - 1);
            let end = start.wrapping_add(buf.len() + size - 1) & !(size - 1);
            if line == end {
                return;
            }
            let saved: usize;
            asm!("csrrci {}, sstatus, 2", out(reg) saved, options(nostack, preserves_flags));
            while end > line {
                asm!("csrw 0x80b, {}", in(reg) line, options(nostack, preserves_flags));
                asm!("csrwi 0x80c, {}", const LEVEL_1, options(nostack, preserves_flags));
                write(line as u32, ADDRESS);
                write(LEVEL_2, COMMAND);
                while read(STATUS) & 0xF != 0 {}
                line = line.wrapping_add(size);
            }
            asm!("csrs sstatus, {}", in(reg) saved & 2, options(nostack, preserves_flags));
        }
    }

    unsafe fn write(value: u32, register: usize) {
        unsafe {
            asm!("fence w, o", options(nostack, preserves_flags));
            CONTROLLER_BASE.add(register).cast::<u32>().write_volatile(value);
        }
    }

    unsafe fn read(register: usize) -> u32 {
        unsafe {
            let value = CONTROLLER_BASE.add(register).cast::<u32>().read_volatile();
            asm!("fence i, ir", options(nostack, preserves_flags));
            value
        }
    }
}
