//! Hands a buffer over in `init`, and takes it back in the interrupt that says that DMA has ended.

#[rtic::app(device = stm32h7xx_hal::pac)]
mod app {
    use fencegen_fences::guard::Released;
    use fencegen_fences::stm32h743::{Stm32h743DmaBuffer, Stm32h743DmaFence};
    use stm32h7xx_hal::dma::dma::{DmaConfig, Stream0, StreamsTuple};
    use stm32h7xx_hal::dma::traits::Direction;
    use stm32h7xx_hal::dma::{DBTransfer, MemoryToMemory, Transfer};
    use stm32h7xx_hal::{pac, prelude::*};

    type Lines = Released<Stm32h743DmaFence, u32>;
    type Words = MemoryToMemory<u32>;
    type Copying = Transfer<Stream0<pac::DMA1>, Words, Words, Lines, DBTransfer>;

    #[shared]
    struct Shared {}

    #[local]
    struct Local {
        copying: Option<Copying>,
    }

    #[init(local = [
        from: Stm32h743DmaBuffer<u32, 16> = Stm32h743DmaBuffer::new([7; 16]),
        to: Stm32h743DmaBuffer<u32, 16> = Stm32h743DmaBuffer::new([0; 16]),
    ])]
    fn init(context: init::Context) -> (Shared, Local) {
        let power = context.device.PWR.constrain().freeze();
        let reset = context.device.RCC.constrain();
        let clocks = reset.freeze(power, &context.device.SYSCFG);
        let streams = StreamsTuple::new(context.device.DMA1, clocks.peripheral.DMA1);

        // SAFETY: this board keeps what the text at the type asks for.
        let fence = unsafe { Stm32h743DmaFence::new() };
        let from = Released::whole(fence, context.local.from);
        let to = Released::whole(fence, context.local.to);
        let config = DmaConfig::default().transfer_complete_interrupt(true);
        let mut copying: Copying = Transfer::init(streams.0, Words::new(), to, Some(from), config);
        copying.start(|_| ());
        (
            Shared {},
            Local {
                copying: Some(copying),
            },
        )
    }

    #[task(binds = DMA1_STR0, local = [copying])]
    fn ended(context: ended::Context) {
        let Some(mut copying) = context.local.copying.take() else {
            return;
        };
        copying.clear_transfer_complete_interrupt();
        let (_, _, to, from) = copying.free();
        // SAFETY: the interrupt says that the transfer is complete.
        let (to, _from) = unsafe { (to.acquire(), from.map(|from| from.acquire())) };
        assert_eq!(to[0], 7);
    }
}
