//! Receives into a buffer of the caller's, and can be cancelled.

use embassy_stm32::Peri;
use embassy_stm32::dma::{self, Request};
use embassy_stm32::peripherals::DMA1_CH0;
use fencegen_fences::guard::Transfer;
use fencegen_fences::stm32h743::Stm32h743DmaFence;

/// `false` for a buffer that shares a cache line with something else.
///
/// # Safety
///
/// The future is dropped or completed, and not forgotten. `register` and `request` belong together.
pub async unsafe fn receive(
    channel: Peri<'_, DMA1_CH0>,
    request: Request,
    register: *mut u8,
    fence: Stm32h743DmaFence,
    buffer: &mut [u8],
) -> bool {
    // SAFETY: it is dropped after embassy's transfer, which stops DMA when it is dropped.
    let Some(lines) = (unsafe { Transfer::new(fence, buffer, || ()) }) else {
        return false;
    };
    // SAFETY: the buffer is the guard's until DMA has ended.
    let transfer = unsafe {
        dma::Transfer::new_read_raw(
            channel,
            request,
            register,
            lines.as_ptr(),
            Default::default(),
        )
    };
    transfer.await;
    true
}
