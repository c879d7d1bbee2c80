//! A slot of a receive ring: a descriptor, alone in its cache line, and a buffer that owns its lines.

use fencegen_fences::DmaFence;

/// Set while the engine has the slot; it looks at any time, and clears it.
const OWN: u32 = 1 << 31;

#[repr(C, align(32))]
pub struct Descriptor {
    pub status: u32,
    pub address: u32,
    pub rest: [u32; 6],
}

pub struct Slot<F> {
    pub fence: F,
    pub descriptor: &'static mut [Descriptor; 1],
    pub buffer: &'static mut [u8],
}

impl<F: DmaFence> Slot<F> {
    /// Gives the slot to the engine, whose own address of the buffer this is.
    pub fn give(&mut self, address: u32) {
        let descriptor = &raw mut *self.descriptor;
        self.fence.release(&raw mut *self.buffer);
        // SAFETY: the engine does not have the descriptor.
        unsafe { (&raw mut (*descriptor)[0].address).write_volatile(address) };
        // The address is there before OWN is, and then OWN gets there.
        self.fence.release(descriptor as *mut [Descriptor]);
        // SAFETY: the engine does not have the descriptor.
        unsafe { (&raw mut (*descriptor)[0].status).write_volatile(OWN) };
        self.fence.release(descriptor as *mut [Descriptor]);
    }

    /// What was received, once the engine has given the slot back.
    pub fn take(&mut self) -> Option<&mut [u8]> {
        let descriptor = &raw mut *self.descriptor;
        self.fence.acquire(descriptor as *mut [Descriptor]);
        // SAFETY: it is only read, as the engine may write to it.
        let status = unsafe { (&raw const (*descriptor)[0].status).read_volatile() };
        if status & OWN != 0 {
            return None;
        }
        self.fence.acquire(&raw mut *self.buffer);
        Some(self.buffer)
    }
}
