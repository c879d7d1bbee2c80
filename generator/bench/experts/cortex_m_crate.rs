// What the `cortex-m` crate from crates.io does. It reads the line size for every call, and counts lines from the size alone,
// which leaves the last one out where the buffer starts within a line.

use cortex_m::peripheral::SCB;

/// The peripheral, of which a driver has been given the one instance.
fn scb() -> SCB {
    unsafe { core::mem::transmute(()) }
}

pub fn release(buf: *mut [u8]) {
    scb().clean_dcache_by_address(buf.cast::<u8>().addr(), buf.len());
}

pub fn acquire(buf: *mut [u8]) {
    unsafe { scb().invalidate_dcache_by_address(buf.cast::<u8>().addr(), buf.len()) };
}
