// Bugs of fences that were reported in public: the driver calls its maintenance where it should, and that leaves something out, or
// does it in the wrong order, with the wrong operation or over the wrong lines.
import { describe } from "vitest";
import { type DmaBuffer, type DmaFence, lineAddresses, type SimulatedMachine } from "../../../generator/index.ts";
import { Bcm2837DmaFence } from "../../../out/typescript/bcm2837.ts";
import { Jh7110DmaFence } from "../../../out/typescript/jh7110.ts";
import { Nrf52840DmaFence } from "../../../out/typescript/nrf52840.ts";
import { QemuRv64VirtDmaFence } from "../../../out/typescript/qemu-rv64-virt.ts";
import { Stm32h743DmaFence } from "../../../out/typescript/stm32h743.ts";
import { X8664PcDmaFence } from "../../../out/typescript/x86-64-pc.ts";
import { Zynq7000DmaFence } from "../../../out/typescript/zynq7000.ts";
import { counting, type Driver, expectBytes, on, onTrial, receive, sending } from "./trial.ts";

const h743 = on("stm32h743", Stm32h743DmaFence);
const zynq = on("zynq7000", Zynq7000DmaFence);
const nrf = on("nrf52840", Nrf52840DmaFence);
const rv64 = on("qemu-rv64-virt", QemuRv64VirtDmaFence);
const pc = on("x86-64-pc", X8664PcDmaFence);
const jh7110 = on("jh7110", Jh7110DmaFence);
const bcm2837 = on("bcm2837", Bcm2837DmaFence);

type Part = (machine: SimulatedMachine, buffer: DmaBuffer) => void;
/** What somebody wrote in place of the fence's methods. */
interface OwnFence {
  readonly release?: Part;
  readonly acquire?: Part;
}

/** The driver with a fence of which methods were replaced. */
const having =
  (driver: Driver, { release, acquire }: OwnFence): Driver =>
  (machine, fence) => {
    const own: DmaFence = {
      release: (buffer) => (release ? release(machine, buffer) : fence.release(buffer)),
      acquire: (buffer) => (acquire ? acquire(machine, buffer) : fence.acquire(buffer)),
    };
    driver(machine, machine.watch(own));
  };

const barrier =
  (instruction: string): Part =>
  (machine) =>
    machine.barrier({ instruction });
const dsb = barrier("dsb sy");
const compilerBarrier: Part = (machine) => machine.compilerBarrier();
const inTurn =
  (...parts: readonly Part[]): Part =>
  (machine, buffer) => {
    for (const part of parts) part(machine, buffer);
  };
/** Stores the address of each line to a register. */
const byRegister =
  (register: bigint, lines: (buffer: DmaBuffer) => Iterable<bigint> = wholeLines): Part =>
  (machine, buffer) => {
    for (const line of lines(buffer)) machine.writeRegister(register, line, 32);
  };
const byInstruction =
  (instruction: string, lines: (buffer: DmaBuffer) => Iterable<bigint> = wholeLines): Part =>
  (machine, buffer) => {
    for (const line of lines(buffer)) machine.maintain(instruction, line);
  };

const wholeLines = (buffer: DmaBuffer) => lineAddresses(buffer, 32, "line-aligned");
/** Every 32 bytes from an address that was not aligned down. */
const unalignedLines = ({ address, lengthBytes }: DmaBuffer) =>
  Array.from({ length: Math.ceil(lengthBytes / 32) }, (_, index) => address + BigInt(32 * index));
/** Rounds the end down. */
const wholeLinesBefore = ({ address, lengthBytes }: DmaBuffer) =>
  [...wholeLines({ address, lengthBytes })].filter((line) => line + 32n <= address + BigInt(lengthBytes));
const oneLineMore = ({ address, lengthBytes }: DmaBuffer) => wholeLines({ address, lengthBytes: lengthBytes + 32 });

const [DCIMVAC, DCCMVAC, DCCIMVAC] = [0xe000_ef5cn, 0xe000_ef68n, 0xe000_ef70n] as const;
const pl310 = { sync: 0xf8f0_2730n, clean: 0xf8f0_27b0n, cleanAndInvalidate: 0xf8f0_27f0n } as const;

const ram = 0x2400_0000n;
const data = counting(8);

/** Receives, twice, so that the first one's bytes are in caches. */
const receiving =
  (master: string, address: bigint, lengthBytes = 8): Driver =>
  (machine, fence) => {
    const rx = machine.named("rx", { address, lengthBytes });
    for (const round of [1, 101]) {
      fence.release(rx);
      receive(machine, master, rx, counting(lengthBytes, round));
      fence.acquire(rx);
      expectBytes(machine, rx, counting(lengthBytes, round));
    }
  };

/** Receives beside a variable that was stored to before. */
const receivingBeside =
  (variable: bigint): Driver =>
  (machine, fence) => {
    const rx = machine.named("rx", { address: ram, lengthBytes: 8 });
    const count = machine.named("count", { address: variable, lengthBytes: 1 });
    machine.store(count.address, [7]);
    fence.release(rx);
    receive(machine, "SDMMC1", rx, data);
    fence.acquire(rx);
    expectBytes(machine, rx, data);
    expectBytes(machine, count, Uint8Array.of(7));
  };

/** Receives into a buffer that was stored to. */
const receivingOver: Driver = (machine, fence) => {
  const rx = machine.named("rx", { address: ram, lengthBytes: 8 });
  machine.store(ram, new Uint8Array(8).fill(200));
  fence.release(rx);
  receive(machine, "SDMMC1", rx, data);
  fence.acquire(rx);
  expectBytes(machine, rx, data);
};

describe("a release", () => {
  onTrial([
    {
      title: "that only the compiler sees",
      sources: [
        "https://github.com/embassy-rs/embassy/pull/355",
        "https://github.com/rust-embedded/embedonomicon/pull/60",
      ],
      subject: nrf,
      wrong: having(sending("EasyDMA", 0x2000_0100n), { release: compilerBarrier }),
      right: sending("EasyDMA", 0x2000_0100n),
      says: /^The CPU's store of \d to 0x2000010\d of tx had not been performed when EasyDMA found \d+ there: nothing held the start of EasyDMA back until it was\. A barrier of release does, between the store and the start\.$/,
    },
    {
      title: "without its barrier, since there is nothing to clean",
      sources: [
        "https://github.com/apache/nuttx/pull/10536",
        "https://github.com/FutureSDR/xilinx-dma/issues/2",
        "https://github.com/STMicroelectronics/STM32CubeH7/issues/95",
      ],
      subject: h743,
      wrong: having(sending("MDMA", 0x2000_0100n), { release: () => {} }),
      right: sending("MDMA", 0x2000_0100n),
      says: /^The CPU's store of \d to 0x2000010\d of tx had not been performed when MDMA found /,
    },
    {
      title: "that cleans before the store has reached the cache",
      sources: ["https://github.com/ARM-software/tf-issues/issues/402", "https://github.com/gem5/gem5/pull/3058"],
      subject: h743,
      wrong: having(sending("DMA1", ram), { release: inTurn(byRegister(DCCMVAC), dsb) }),
      right: having(sending("DMA1", ram), { release: inTurn(dsb, byRegister(DCCMVAC), dsb) }),
      says: /^The \d that the CPU stored to 0x2400000\d of tx was still in L1D when DMA1 found \d+ in memory|^The CPU's store of \d to 0x2400000\d of tx had not been performed/,
    },
    {
      title: "that ends in a barrier that does not wait for maintenance",
      sources: [
        "https://github.com/bao-project/bao-hypervisor/pull/392",
        "https://github.com/aws/amazon-freertos/pull/1638",
      ],
      subject: h743,
      wrong: having(sending("DMA1", ram), { release: inTurn(dsb, byRegister(DCCMVAC)) }),
      right: having(sending("DMA1", ram), { release: inTurn(dsb, byRegister(DCCMVAC), dsb) }),
      says: /^The \d that the CPU stored to 0x2400000\d of tx was still in L1D when DMA1 found \d+ in memory/,
    },
    {
      title: "that invalidates where it should clean",
      sources: ["https://github.com/apache/nuttx/pull/2947"],
      subject: h743,
      wrong: having(sending("DMA1", ram), { release: inTurn(dsb, byRegister(DCIMVAC), dsb) }),
      right: having(sending("DMA1", ram), { release: inTurn(dsb, byRegister(DCCIMVAC), dsb) }),
      says: /^DCIMVAC of the line at 0x24000000 dropped the \d that the CPU had stored to 0x2400000\d of tx and that was written nowhere yet/,
    },
    {
      title: "that leaves out the last line of an unaligned buffer",
      sources: [
        "https://github.com/AdaCore/Ada_Drivers_Library/pull/454",
        "https://github.com/zephyrproject-rtos/zephyr/pull/98715",
      ],
      subject: h743,
      wrong: having(sending("DMA1", ram + 28n), { release: inTurn(dsb, byRegister(DCCMVAC, unalignedLines), dsb) }),
      right: having(sending("DMA1", ram + 28n), { release: inTurn(dsb, byRegister(DCCMVAC), dsb) }),
      says: /^The \d that the CPU stored to 0x2400002\d of tx was still in L1D when DMA1 found \d+ in memory\. Release writes it back, if it comes after the store and names the whole buffer\.$/,
    },
    {
      title: "that forgets the outer cache",
      sources: [
        "https://github.com/zephyrproject-rtos/zephyr/pull/111833",
        "https://github.com/starfive-tech/linux/issues/1",
      ],
      subject: zynq,
      wrong: having(sending("GEM", 0x10_0000n), {
        release: inTurn(dsb, byInstruction("mcr p15, 0, {address}, c7, c10, 1"), dsb),
      }),
      right: sending("GEM", 0x10_0000n),
      says: /^The \d that the CPU stored to 0x10000\d of tx was still in L2 when GEM found \d+ in memory: what an inner level writes back goes no further than that\. Release writes it back in every level, inner ones first/,
    },
    {
      title: "that cleans by address on a core with errata about that",
      sources: ["https://gitlab.riscosopen.org/RiscOS/Sources/HAL/HAL_BCM2835/-/merge_requests/23/pipelines"],
      subject: bcm2837,
      wrong: having(sending("DMA", 0x10_0000n), { release: inTurn(byInstruction("dc cvac, {address}"), dsb) }),
      right: having(sending("DMA", 0x10_0000n), { release: inTurn(byInstruction("dc civac, {address}"), dsb) }),
      says: /^`dc cvac, \{address\}` is withheld by erratum ARM 819472, 824069, 827319 and by ARM 855873; `dc civac` takes its place: /,
    },
    {
      title: "that cleans the outer cache before the inner one",
      sources: ["https://github.com/OP-TEE/optee_os/pull/272"],
      subject: zynq,
      wrong: having(sending("GEM", 0x10_0000n), {
        release: inTurn(
          dsb,
          byRegister(pl310.clean),
          (machine) => machine.writeRegister(pl310.sync, 0n, 32),
          dsb,
          byInstruction("mcr p15, 0, {address}, c7, c10, 1"),
          dsb,
        ),
      }),
      right: sending("GEM", 0x10_0000n),
      says: /^The \d that the CPU stored to 0x10000\d of tx was still in L2 when GEM found \d+ in memory: CLEAN_LINE_PA of the line at 0x100000 came before an inner level wrote it back to L2\. Release writes back inner levels first\.$/,
    },
    {
      title: "with an instruction that the core does not have",
      sources: ["https://github.com/Limine-Bootloader/Limine/pull/533"],
      subject: jh7110,
      wrong: having(sending("GMAC", 0x4000_0000n), { release: byInstruction("cbo.flush ({address})") }),
      right: sending("GMAC", 0x4000_0000n),
      says: /cbo\.flush/,
    },
  ]);
});

describe("an acquire", () => {
  onTrial([
    {
      title: "without a barrier after the status",
      sources: [
        "https://reviews.freebsd.org/D46349",
        "https://reviews.freebsd.org/D50384",
        "https://www.infradead.org/git/?a=commit&h=396f0165672c6a74d7379027d344b83b5f05948c&p=users%2Fdwmw2%2Flinux.git",
      ],
      subject: rv64,
      wrong: having(receiving(rv64.chip.dma[0]!.name, 0x8000_0100n), { acquire: compilerBarrier }),
      right: receiving(rv64.chip.dma[0]!.name, 0x8000_0100n),
      says: /^The load of 0x8000010\d of rx was performed before .+ wrote \d+ there, and gave \d+: nothing held it back until the end had been seen\. The barrier of acquire does\.$/,
    },
    {
      title: "without a barrier after the invalidation",
      sources: ["https://github.com/amd/xdna-driver/pull/1510"],
      subject: pc,
      wrong: having(receiving("PCIe master with No Snoop", 0x10_0000n), {
        acquire: inTurn(barrier("mfence"), byInstruction("clflush [{address}]")),
      }),
      right: receiving("PCIe master with No Snoop", 0x10_0000n),
      says: /^caches had 0x10000\d of rx since before PCIe master with No Snoop wrote|^The load of/,
    },
    {
      title: "that leaves out the last, partial line",
      sources: ["https://github.com/Xilinx/embeddedsw/issues/103"],
      subject: zynq,
      wrong: having(receiving("GEM", 0x10_0000n, 40), {
        acquire: inTurn(
          dsb,
          byRegister(pl310.cleanAndInvalidate, wholeLinesBefore),
          (machine) => machine.writeRegister(pl310.sync, 0n, 32),
          dsb,
          byInstruction("mcr p15, 0, {address}, c7, c14, 1", wholeLinesBefore),
          dsb,
        ),
      }),
      right: receiving("GEM", 0x10_0000n, 40),
      says: /^(?:L1D|L2) had 0x10002\d of rx since before GEM wrote \d+ there, and the CPU found the old \d+ in it\. Acquire drops such a line, if it comes after the end and names the whole buffer\.$/,
    },
    {
      title: "that invalidates the inner cache before the outer one",
      sources: [
        "https://github.com/atmelcorp/atmel-software-package/issues/122",
        "https://github.com/OP-TEE/optee_os/pull/272",
      ],
      subject: zynq,
      wrong: having(receiving("GEM", 0x10_0000n), {
        acquire: inTurn(
          dsb,
          byInstruction("mcr p15, 0, {address}, c7, c14, 1"),
          dsb,
          byRegister(pl310.cleanAndInvalidate),
          (machine) => machine.writeRegister(pl310.sync, 0n, 32),
          dsb,
        ),
      }),
      right: receiving("GEM", 0x10_0000n),
      says: /^L2 had 0x10000\d of rx since before GEM wrote \d+ there, L1D fetched the old \d+ from it, and the CPU found that\. Acquire drops such a line in L2 first and then in L1D/,
    },
    {
      title: "that drops a neighbour's data in a shared line",
      sources: [
        "https://github.com/zephyrproject-rtos/zephyr/pull/42546",
        "https://github.com/Xilinx/embeddedsw/issues/269",
        "https://github.com/emuflight/EmuFlight/issues/1207",
        "https://github.com/esp-rs/esp-hal/pull/5721",
      ],
      subject: h743,
      wrong: having(receivingBeside(ram + 20n), {
        release: dsb,
        acquire: inTurn(dsb, byRegister(DCIMVAC), dsb),
      }),
      right: receivingBeside(ram + 20n),
      says: /^DCIMVAC of the line at 0x24000000 dropped the 7 that the CPU had stored to 0x24000014 of count and that was written nowhere yet/,
    },
    {
      title: "that invalidates a line more than there are",
      sources: ["https://github.com/KallistiOS/KallistiOS/pull/664"],
      subject: h743,
      wrong: having(receivingBeside(ram + 40n), { acquire: inTurn(dsb, byRegister(DCIMVAC, oneLineMore), dsb) }),
      right: having(receivingBeside(ram + 40n), { acquire: inTurn(dsb, byRegister(DCIMVAC), dsb) }),
      says: /^DCIMVAC of the line at 0x24000020 dropped the 7 that the CPU had stored to 0x24000028 of count /,
    },
    {
      title: "that writes dirty lines over what came in",
      sources: [
        "https://src.whiteboxsystems.nl/Whitebox/u-boot/src/commit/2f005695df7b03d25a367f6bedc41c015088ee29/drivers/usb/dwc3",
        "https://github.com/au-ts/sddf/pull/774",
      ],
      subject: h743,
      wrong: having(receivingOver, { release: dsb, acquire: inTurn(dsb, byRegister(DCCIMVAC), dsb) }),
      right: receivingOver,
      says: /^(DCCIMVAC of the line at 0x24000000|L1D) writes back 200 over the \d that SDMMC1 wrote at 0x2400000\d of rx: the line was dirty\. No line is after release of the whole buffer/,
    },
  ]);
});
