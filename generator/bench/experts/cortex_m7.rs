// Maintenance of the Cortex-M7's data cache through the System Control Block, lines of 32 bytes.

use core::arch::asm;

const DCIMVAC: usize = 0xE000_EF5C;
const DCCMVAC: usize = 0xE000_EF68;
const DCCIMVAC: usize = 0xE000_EF70;

/// Counts the bytes down, so that a buffer may end at the top of the address space.
pub mod compact {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        maintain(buf, DCCMVAC);
    }

    pub fn acquire(buf: *mut [u8]) {
        maintain(buf, DCCIMVAC);
    }

    #[inline(always)]
    fn maintain(buf: *mut [u8], register: usize) {
        let (start, bytes) = (buf.cast::<u8>(), buf.len());
        if bytes == 0 {
            return;
        }
        unsafe {
            asm!(
                "dsb sy",
                "2:",
                "str {line}, [{register}]",
                "adds {line}, {line}, #32",
                "subs {left}, {left}, #32",
                "bhi 2b",
                "dsb sy",
                line = inout(reg) start => _,
                left = inout(reg) bytes + (start.addr() & 31) => _,
                register = in(reg) register,
                options(nostack),
            );
        }
    }
}

/// As SCB_CleanDCache_by_Addr and SCB_InvalidateDCache_by_Addr of CMSIS do.
pub mod cmsis {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        by_address(buf, DCCMVAC);
    }

    pub fn acquire(buf: *mut [u8]) {
        by_address(buf, DCIMVAC);
    }

    #[inline(always)]
    fn by_address(buf: *mut [u8], register: usize) {
        let (start, size) = (buf.cast::<u8>().addr(), buf.len() as i32);
        if size > 0 {
            let mut left = size.wrapping_add((start & 31) as i32);
            let mut address = start;
            unsafe { asm!("dsb 0xF") };
            loop {
                unsafe { (register as *mut u32).write_volatile(address as u32) };
                address = address.wrapping_add(32);
                left = left.wrapping_sub(32);
                if left <= 0 {
                    break;
                }
            }
            unsafe { asm!("dsb 0xF", "isb 0xF") };
        }
    }
}

/// As clean_dcache_by_address and invalidate_dcache_by_address of the `cortex-m` crate do: lines are counted from the
/// size alone, which leaves the last line out where the buffer starts within a line.
pub mod cortex_m {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        by_address(buf, DCCMVAC);
    }

    pub fn acquire(buf: *mut [u8]) {
        by_address(buf, DCIMVAC);
    }

    #[inline(always)]
    fn by_address(buf: *mut [u8], register: usize) {
        let size = buf.len();
        if size == 0 {
            return;
        }
        unsafe { asm!("dsb", options(nostack, preserves_flags)) };
        let lines = (size - 1) / 32 + 1;
        let mut address = buf.cast::<u8>().addr() & !31;
        for _ in 0..lines {
            unsafe { (register as *mut u32).write_volatile(address as u32) };
            address = address.wrapping_add(32);
        }
        unsafe { asm!("dsb", options(nostack, preserves_flags)) };
        unsafe { asm!("isb", options(nostack, preserves_flags)) };
    }
}
