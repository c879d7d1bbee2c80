//! A buffer in memory that its master reaches, or a program that does not compile.

use fencegen_fences::stm32h743::Stm32h743DmaBuffer;
use fencegen_fences::stm32h743_masters::BDMA;

type Lines = Stm32h743DmaBuffer<u8, 64>;

/// Where the linker script puts `.sram4`.
const SRAM4: usize = 0x3800_0000;
const _: () = assert!(BDMA.can_write(SRAM4, size_of::<Lines>()));

#[unsafe(link_section = ".sram4")]
pub static mut RECEIVED: Lines = Lines::new([0; 64]);
