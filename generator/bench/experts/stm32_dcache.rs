// Maintenance by the range commands of ST's DCACHE.

/// As DCACHE_CommandByAddr of ST's HAL does, without the state in its handle and without its timeout: where that returns
/// HAL_BUSY, this waits. The controller's address is in memory. There is no barrier, and any address is taken.
pub mod st_hal {
    const CR: usize = 0x0;
    const SR: usize = 0x4;
    const FCR: usize = 0xC;
    const CMDRSADDRR: usize = 0x28;
    const CMDREADDRR: usize = 0x2C;
    const CACHECMD: u32 = 0x700;

    unsafe extern "C" {
        static CONTROLLER_BASE: *mut u8;
    }

    pub fn release(buf: *mut [u8]) {
        unsafe { command(buf, 0x100) };
    }

    pub fn acquire(buf: *mut [u8]) {
        unsafe { command(buf, 0x200) };
    }

    #[inline(always)]
    unsafe fn command(buf: *mut [u8], command: u32) {
        let start = buf.cast::<u8>().addr();
        unsafe {
            let register = |offset: usize| CONTROLLER_BASE.add(offset).cast::<u32>();
            while register(SR).read_volatile() & 0x9 != 0 {}
            register(FCR).write_volatile(0x12);
            register(CMDRSADDRR).write_volatile(start as u32);
            register(CMDREADDRR).write_volatile(start.wrapping_add(buf.len()).wrapping_sub(1) as u32);
            register(CR).write_volatile((register(CR).read_volatile() & !CACHECMD) | command);
            register(CR).write_volatile(register(CR).read_volatile() | 0x800);
            while register(SR).read_volatile() & 0x10 == 0 {}
        }
    }
}
