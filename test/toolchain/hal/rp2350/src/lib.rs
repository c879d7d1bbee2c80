#![no_std]
//! Hands buffers to DMA by a HAL and takes them back.

use core::arch::asm;

use fencegen_fences::guard::Released;
use fencegen_fences::rp2350_arm_coherent::Rp2350ArmCoherentDmaFence;
use rp235x_hal::dma::{CH0, Channel, single_buffer};

/// Shows in the assembly where DMA is started, and where it has ended.
macro_rules! mark {
    ($what:literal) => {
        // SAFETY: it is a comment.
        unsafe { asm!(concat!("/* mark ", $what, " */")) }
    };
}

#[unsafe(no_mangle)]
pub fn rp235x_hal(
    channel: Channel<CH0>,
    fence: Rp2350ArmCoherentDmaFence,
    from: &'static mut [u32],
    to: &'static mut [u32],
) -> Option<&'static mut [u32]> {
    let from = Released::new(fence, from).ok()?;
    let to = Released::new(fence, to).ok()?;
    mark!("start");
    let transfer = single_buffer::Config::new(channel, from, to).start();
    let (_, from, to) = transfer.wait();
    mark!("end");
    // SAFETY: the channel says that the transfer is complete.
    unsafe {
        from.acquire();
        Some(to.acquire())
    }
}
