#![no_std]
//! Hands buffers to DMA by a HAL and takes them back.

use core::arch::asm;

use esp_hal::Blocking;
use esp_hal::dma::SimpleMem2Mem;
use fencegen_fences::esp32_c3::Esp32C3DmaFence;
use fencegen_fences::guard::Released;

/// Shows in the assembly where DMA is started, and where it has ended.
macro_rules! mark {
    ($what:literal) => {
        // SAFETY: it is a comment.
        unsafe { asm!(concat!("/* mark ", $what, " */")) }
    };
}

#[unsafe(no_mangle)]
pub fn esp_hal(
    dma: &mut SimpleMem2Mem<'_, Blocking>,
    fence: Esp32C3DmaFence,
    from: &'static mut [u8],
    to: &'static mut [u8],
) -> Option<&'static mut [u8]> {
    let from = Released::new(fence, from).ok()?;
    let to = Released::new(fence, to).ok()?;
    mark!("start");
    // SAFETY: both buffers are the guards' until DMA has ended.
    let transfer = unsafe { dma.start_transfer(&mut *to.as_ptr(), &*from.as_ptr()) }.ok()?;
    transfer.wait().ok()?;
    mark!("end");
    // SAFETY: the channel says that the transfer is complete.
    unsafe {
        from.acquire();
        Some(to.acquire())
    }
}
