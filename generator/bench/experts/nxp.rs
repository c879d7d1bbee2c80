// Maintenance by the line commands of NXP's cache controllers.

const PC_CLCR: usize = 0xE008_2004;
const PC_CSAR: usize = 0xE008_2008;
const PS_CLCR: usize = 0xE008_2804;
const PS_CSAR: usize = 0xE008_2808;
const CACHE64_0_CLCR: usize = 0x4003_3804;
const CACHE64_0_CSAR: usize = 0x4003_3808;
const CACHE64_1_CLCR: usize = 0x4003_4804;
const CACHE64_1_CSAR: usize = 0x4003_4808;

const LADSEL: u32 = 0x0400_0000;
const LCMD: u32 = 0x0300_0000;
const INVALIDATE: u32 = 0x0100_0000;
const PUSH: u32 = 0x0200_0000;
const LGO: u32 = 1;

unsafe fn set_command(register: usize, command: u32) {
    let register = register as *mut u32;
    unsafe { register.write_volatile((register.read_volatile() & !LCMD) | command | LADSEL) };
}

unsafe fn run(register: usize, line: usize) {
    let register = register as *mut u32;
    unsafe {
        register.write_volatile(line as u32 | LGO);
        while register.read_volatile() & LGO != 0 {}
    }
}

/// As the driver of the MCUXpresso SDK for LMEM does: which of the two caches, the address says, and the command is set for
/// every line. There is no barrier, and what is invalidated is not cleaned before.
mod lmem {
    use super::*;

    #[inline(always)]
    pub fn maintain<const LINE_BYTES: usize>(buf: *mut [u8], command: u32) {
        let start = buf.cast::<u8>().addr();
        let end = start.wrapping_add(buf.len());
        let mut line = start & !(LINE_BYTES - 1);
        let is_code = start <= 0x1FFF_FFFF;
        let (clcr, csar) = if is_code { (PC_CLCR, PC_CSAR) } else { (PS_CLCR, PS_CSAR) };
        while line < end {
            unsafe {
                set_command(clcr, command);
                run(csar, line);
            }
            line = line.wrapping_add(LINE_BYTES);
        }
    }
}

macro_rules! lmem_with_lines {
    ($name:ident, $bytes:literal) => {
        pub mod $name {
            pub fn release(buf: *mut [u8]) {
                super::lmem::maintain::<$bytes>(buf, super::PUSH);
            }

            pub fn acquire(buf: *mut [u8]) {
                super::lmem::maintain::<$bytes>(buf, super::INVALIDATE);
            }
        }
    };
}
lmem_with_lines!(lmem_16, 16);
lmem_with_lines!(lmem_32, 32);

/// As the driver of the MCUXpresso SDK for CACHE64 does: the command is set once, before the first line. Which controller,
/// its table says; here two comparisons do. There is no barrier, and what is invalidated is not cleaned before.
pub mod cache64 {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        maintain(buf, PUSH);
    }

    pub fn acquire(buf: *mut [u8]) {
        maintain(buf, INVALIDATE);
    }

    #[inline(always)]
    fn maintain(buf: *mut [u8], command: u32) {
        let start = buf.cast::<u8>().addr();
        let end = start.wrapping_add(buf.len());
        let (clcr, csar) = match start {
            0x0800_0000..=0x0FFF_FFFF => (CACHE64_0_CLCR, CACHE64_0_CSAR),
            0x2800_0000..=0x2FFF_FFFF => (CACHE64_1_CLCR, CACHE64_1_CSAR),
            _ => return,
        };
        let mut line = start & !31;
        unsafe { set_command(clcr, command) };
        while line < end {
            unsafe { run(csar, line) };
            line = line.wrapping_add(32);
        }
    }
}
