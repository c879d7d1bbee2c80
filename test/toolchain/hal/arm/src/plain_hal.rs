//! Receives from a serial port by the HAL's own transfer, which owns the buffer until it is freed.

use fencegen_fences::guard::Released;
use fencegen_fences::stm32h743::{Stm32h743DmaBuffer, Stm32h743DmaFence};
use stm32h7xx_hal::dma::dma::{DmaConfig, Stream0};
use stm32h7xx_hal::dma::{PeripheralToMemory, Transfer};
use stm32h7xx_hal::{pac, serial};

pub fn receive(
    stream: Stream0<pac::DMA1>,
    port: serial::Rx<pac::USART1>,
    fence: Stm32h743DmaFence,
    buffer: &'static mut Stm32h743DmaBuffer<u8, 64>,
) -> &'static mut [u8] {
    let released = Released::whole(fence, buffer);
    let mut transfer: Transfer<_, _, PeripheralToMemory, _, _> =
        Transfer::init(stream, port, released, None, DmaConfig::default());
    transfer.start(|port| port.enable_dma_rx());
    while !transfer.get_transfer_complete_flag() {}
    let (_, _, released, _) = transfer.free();
    // SAFETY: the stream has said that the transfer is complete, and is stopped.
    unsafe { released.acquire() }
}
