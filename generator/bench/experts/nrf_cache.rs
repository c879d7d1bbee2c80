// Maintenance by the tasks of Nordic's CACHE peripheral, lines of 32 bytes.

const TASKS_CLEANLINE: usize = 0xE008_3018;
const TASKS_FLUSHLINE: usize = 0xE008_301C;
const STATUS: usize = 0xE008_3400;
const LINEADDR: usize = 0xE008_3410;

/// As _cache_range of Zephyr's driver does, without its spin lock around every line and without a barrier: it waits until
/// the controller is idle before each task and after it.
pub mod zephyr {
    use super::*;

    pub fn release(buf: *mut [u8]) {
        maintain(buf, TASKS_CLEANLINE);
    }

    pub fn acquire(buf: *mut [u8]) {
        maintain(buf, TASKS_FLUSHLINE);
    }

    #[inline(always)]
    fn maintain(buf: *mut [u8], task: usize) {
        let start = buf.cast::<u8>().addr();
        let end = start.wrapping_add(buf.len());
        let mut line = start & !31;
        loop {
            unsafe {
                wait();
                (LINEADDR as *mut u32).write_volatile(line as u32 | 0x1000_0000);
                (task as *mut u32).write_volatile(1);
                wait();
            }
            line = line.wrapping_add(32);
            if line >= end {
                break;
            }
        }
    }

    unsafe fn wait() {
        while unsafe { (STATUS as *mut u32).read_volatile() } & 1 != 0 {}
    }
}
