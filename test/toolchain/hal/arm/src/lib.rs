#![no_std]
//! Each function hands buffers to DMA by a HAL and takes them back.

// What the guide shows, as it shows it.
pub mod embassy;
pub mod plain_hal;
mod rtic;

use core::arch::asm;

use embassy_stm32::dma::Request;
use fencegen_fences::guard::{Released, Transfer};
use fencegen_fences::imxrt1062::{Imxrt1062DmaBuffer, Imxrt1062DmaFence};
use fencegen_fences::stm32h743::{Stm32h743DmaBuffer, Stm32h743DmaFence};
use imxrt_dma::channel::{self, Channel};
use stm32h7xx_hal::dma::dma::{DmaConfig, Stream0};
use stm32h7xx_hal::dma::traits::Direction;
use stm32h7xx_hal::dma::{MemoryToMemory, Transfer as HalTransfer};
use stm32h7xx_hal::pac;

/// Shows in the assembly where DMA is started, and where it has ended.
macro_rules! mark {
    ($what:literal) => {
        // SAFETY: it is a comment.
        unsafe { asm!(concat!("/* mark ", $what, " */")) }
    };
}

#[unsafe(no_mangle)]
pub fn stm32h7xx_hal(
    stream: Stream0<pac::DMA1>,
    fence: Stm32h743DmaFence,
    from: &'static mut Stm32h743DmaBuffer<u32, 16>,
    to: &'static mut Stm32h743DmaBuffer<u32, 16>,
) -> &'static mut [u32] {
    let from = Released::whole(fence, from);
    let to = Released::whole(fence, to);
    let mut transfer: HalTransfer<_, _, MemoryToMemory<u32>, _, _> = HalTransfer::init(
        stream,
        MemoryToMemory::new(),
        to,
        Some(from),
        DmaConfig::default(),
    );
    mark!("start");
    transfer.start(|_| ());
    while !transfer.get_transfer_complete_flag() {}
    mark!("end");
    let (_, _, to, from) = transfer.free();
    // SAFETY: the stream says that the transfer is complete.
    unsafe {
        from.map(|from| from.acquire());
        to.acquire()
    }
}

/// For a buffer of somebody else, which the transfer borrows.
#[unsafe(no_mangle)]
pub fn embassy_stm32(
    channel: embassy_stm32::Peri<'_, embassy_stm32::peripherals::DMA1_CH0>,
    request: Request,
    register: *mut u8,
    fence: Stm32h743DmaFence,
    buffer: &mut [u8; 64],
) -> bool {
    // SAFETY: it is dropped below, after the HAL's transfer, which stops DMA when it is dropped.
    let Some(lines) = (unsafe { Transfer::new(fence, buffer, || ()) }) else {
        return false;
    };
    mark!("start");
    // SAFETY: the buffer is the guard's until DMA has ended.
    let transfer = unsafe {
        embassy_stm32::dma::Transfer::new_read_raw(
            channel,
            request,
            register,
            lines.as_ptr(),
            Default::default(),
        )
    };
    transfer.blocking_wait();
    mark!("end");
    drop(lines);
    true
}

#[unsafe(no_mangle)]
pub fn imxrt_dma(
    dma: &mut Channel,
    fence: Imxrt1062DmaFence,
    from: &'static mut Imxrt1062DmaBuffer<u32, 16>,
    to: &'static mut Imxrt1062DmaBuffer<u32, 16>,
) -> &'static mut [u32] {
    let from = Released::whole(fence, from);
    let to = Released::whole(fence, to);
    // SAFETY: both buffers are the guards' until DMA has ended.
    unsafe {
        channel::set_source_linear_buffer(dma, &*from.as_ptr());
        channel::set_destination_linear_buffer(dma, &mut *to.as_ptr());
        dma.set_minor_loop_bytes(4);
        dma.set_transfer_iterations(16);
        dma.enable();
    }
    mark!("start");
    dma.start();
    while !dma.is_complete() {}
    mark!("end");
    // SAFETY: the channel says that the transfer is complete.
    unsafe {
        from.acquire();
        to.acquire()
    }
}
