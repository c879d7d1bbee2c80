// Tock's own fences for chips whose DMA sees the caches: one barrier, or none, in a block that is given the buffer's
// pointer. They are not given `options`.

#[cfg(target_arch = "arm")]
pub mod cortex_m {
    pub fn release(buf: *mut [u8]) {
        unsafe { core::arch::asm!("/* {} */", "dmb", in(reg) buf.cast::<u8>()) };
    }

    pub fn acquire(buf: *mut [u8]) {
        unsafe { core::arch::asm!("/* {} */", "dmb", in(reg) buf.cast::<u8>()) };
    }
}

#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
pub mod riscv_coherent {
    pub fn release(buf: *mut [u8]) {
        unsafe { core::arch::asm!("/* {} */", "fence w, iorw", in(reg) buf.cast::<u8>()) };
    }

    pub fn acquire(buf: *mut [u8]) {
        unsafe { core::arch::asm!("/* {} */", "fence ir, r", in(reg) buf.cast::<u8>()) };
    }
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
pub mod x86 {
    pub fn release(buf: *mut [u8]) {
        unsafe { core::arch::asm!("/* {} */", in(reg) buf.cast::<u8>()) };
    }

    pub fn acquire(buf: *mut [u8]) {
        unsafe { core::arch::asm!("/* {} */", in(reg) buf.cast::<u8>()) };
    }
}
