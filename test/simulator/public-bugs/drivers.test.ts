// Bugs of drivers that were reported in public: a fence is there, and is not called, or at the wrong time, or with the wrong bytes.
import { describe } from "vitest";
import { descriptorBytes } from "../../../generator/index.ts";
import { Esp32S3DmaFence } from "../../../out/typescript/esp32-s3.ts";
import { Stm32h743DmaFence } from "../../../out/typescript/stm32h743.ts";
import { X8664PcDmaFence } from "../../../out/typescript/x86-64-pc.ts";
import { Zynq7000DmaFence } from "../../../out/typescript/zynq7000.ts";
import { counting, type Driver, expectBytes, on, onTrial, receive, send, sending } from "./trial.ts";

const h743 = on("stm32h743", Stm32h743DmaFence);
const esp32s3 = on("esp32-s3", Esp32S3DmaFence);
const zynq = on("zynq7000", Zynq7000DmaFence);
const pc = on("x86-64-pc", X8664PcDmaFence);

const ram = 0x2400_0000n;
const data = counting(8);

describe("a buffer that is sent", () => {
  type Release = "never" | "before the stores" | "after the stores";
  const transmit =
    (master: string, address: bigint, release: Release): Driver =>
    (machine, fence) => {
      const tx = machine.named("tx", { address, lengthBytes: 8 });
      if (release === "before the stores") fence.release(tx);
      machine.store(address, data);
      if (release === "after the stores") fence.release(tx);
      send(machine, master, tx, data);
    };

  onTrial([
    {
      title: "was never cleaned",
      sources: [
        "https://github.com/apache/nuttx/pull/18350",
        "https://github.com/OpenSiFli/sifli-rs/pull/43",
        "https://github.com/rcore-os/tgoskits/pull/1542",
        "https://github.com/betaflight/betaflight/pull/15644",
      ],
      subject: esp32s3,
      wrong: transmit("GDMA", 0x3c00_0100n, "never"),
      right: transmit("GDMA", 0x3c00_0100n, "after the stores"),
      says: /^start of GDMA: GDMA is to read 0x3c000100 of tx, which was never released \(not-released: what a master gets is released after the last store to it\)$/,
    },
    {
      title: "was cleaned before the last store",
      sources: [
        "https://github.com/PaulStoffregen/Audio/pull/435",
        "https://github.com/STMicroelectronics/stm32-mw-fatfs/issues/15",
      ],
      subject: h743,
      wrong: transmit("SDMMC1", ram, "before the stores"),
      right: transmit("SDMMC1", ram, "after the stores"),
      says: /^start of SDMMC1: SDMMC1 is to read 0x24000000 of tx, to which the driver has stored since it was released \(not-released: /,
    },
    {
      title: "is not the one that was cleaned",
      sources: [
        "https://github.com/starfive-tech/Fedora_on_StarFive/issues/3",
        "https://github.com/AdaCore/Ada_Drivers_Library/pull/454",
        "https://github.com/zephyrproject-rtos/zephyr/pull/98715",
      ],
      subject: h743,
      wrong: (machine, fence) => {
        const tx = machine.named("tx", { address: ram + 28n, lengthBytes: 8 });
        machine.store(tx.address, data);
        fence.release({ address: tx.address, lengthBytes: 4 });
        send(machine, "DMA1", tx, data);
      },
      right: transmit("DMA1", ram + 28n, "after the stores"),
      says: /^start of DMA1: DMA1 is to read 0x24000020 of tx, which was never released \(not-released: /,
    },
  ]);
});

describe("a buffer that is received into", () => {
  type Acquire = "never" | "before the start" | "before the end" | "after the end";
  interface Options {
    readonly acquire?: Acquire;
    /** How many bytes are taken back. */
    readonly takenBytes?: number;
  }
  const receiver =
    (master: string, address: bigint, { acquire = "after the end", takenBytes = 8 }: Options = {}): Driver =>
    (machine, fence) => {
      const rx = machine.named("rx", { address, lengthBytes: 8 });
      const taken = { address, lengthBytes: takenBytes };
      fence.release(rx);
      if (acquire === "before the start") fence.acquire(taken);
      const engine = machine.engine(master);
      engine.start({ write: { buffer: rx, data } });
      if (acquire === "before the end") fence.acquire(taken);
      while (!engine.isDone()) machine.wait();
      if (acquire === "after the end") fence.acquire(taken);
      expectBytes(machine, rx, data);
    };
  const dirtied =
    (isReleased: boolean): Driver =>
    (machine, fence) => {
      const rx = machine.named("rx", { address: ram, lengthBytes: 8 });
      machine.store(ram, new Uint8Array(8));
      if (isReleased) fence.release(rx);
      receive(machine, "SDMMC1", rx, data);
      fence.acquire(rx);
      expectBytes(machine, rx, data);
    };
  const again =
    (isReleased: boolean): Driver =>
    (machine, fence) => {
      const rx = machine.named("rx", { address: 0x3c00_0100n, lengthBytes: 8 });
      fence.release(rx);
      for (const round of [1, 2]) {
        receive(machine, "GDMA", rx, counting(8, round));
        fence.acquire(rx);
        expectBytes(machine, rx, counting(8, round));
        if (isReleased) fence.release(rx);
      }
    };

  onTrial([
    {
      title: "was never invalidated",
      sources: [
        "https://github.com/RT-Thread/rt-thread/pull/11659",
        "https://github.com/espressif/esp32-camera/pull/493",
        "https://github.com/micropython/micropython/issues/1677",
      ],
      subject: h743,
      wrong: receiver("DMA1", ram, { acquire: "never" }),
      right: receiver("DMA1", ram),
      says: /^load of rx: DMA1 has written 0x24000000 of rx, and acquire has not taken it back since its end was seen \(load-while-out: /,
    },
    {
      title: "was invalidated before the start only",
      sources: [
        "https://github.com/apache/nuttx/issues/11594",
        "https://github.com/apache/nuttx/pull/19506",
        "https://github.com/openmv/openmv/pull/1610",
        "https://github.com/Xilinx/embeddedsw/issues/53",
      ],
      subject: zynq,
      wrong: receiver("GEM", 0x10_0000n, { acquire: "before the start" }),
      right: receiver("GEM", 0x10_0000n),
      says: /^load of rx: GEM has written 0x100000 of rx, and acquire has not taken it back since its end was seen \(load-while-out: /,
    },
    {
      title: "was invalidated while the transfer ran",
      sources: ["https://github.com/apache/nuttx/pull/4872"],
      subject: h743,
      wrong: receiver("SDMMC1", ram, { acquire: "before the end" }),
      right: receiver("SDMMC1", ram),
      says: /^acquire\(rx\): SDMMC1 writes 0x24000000 of rx, and the driver has not seen its end \(acquire-before-end: acquire comes after the end has been seen\)$/,
    },
    {
      title: "was invalidated in part",
      sources: [
        "https://github.com/ArduPilot/ardupilot/pull/31398",
        "https://github.com/Xilinx/embeddedsw/issues/103",
        "https://github.com/apache/nuttx/pull/6831",
      ],
      subject: h743,
      wrong: receiver("DMA1", ram, { takenBytes: 6 }),
      right: receiver("DMA1", ram),
      says: /^load of rx: DMA1 has written 0x24000006 of rx, and acquire has not taken it back /,
    },
    {
      title: "was dirty when the transfer began",
      sources: [
        "https://github.com/apache/nuttx/pull/5062",
        "https://github.com/atmelcorp/atmel-software-package/issues/123",
        "https://github.com/au-ts/sddf/pull/128",
      ],
      subject: h743,
      wrong: dirtied(false),
      right: dirtied(true),
      says: /^start of SDMMC1: SDMMC1 is to write 0x24000000 of rx, which was never released \(not-released: /,
    },
    {
      title: "was given back without maintenance",
      sources: ["https://github.com/esp-rs/esp-hal/pull/5556"],
      subject: esp32s3,
      wrong: again(false),
      right: again(true),
      says: /^start of GDMA: GDMA is to write 0x3c000100 of rx, which acquire has taken back and the driver has loaded since \(not-released: /,
    },
  ]);
});

describe("a line that is shared", () => {
  /** Receives into bytes beside a counter that an interrupt counts up meanwhile. */
  const besideCounter =
    (counter: bigint): Driver =>
    (machine, fence) => {
      const rx = machine.named("rx", { address: ram, lengthBytes: 16 });
      machine.named("counter", { address: counter, lengthBytes: 1 });
      fence.release(rx);
      const engine = machine.engine("SDMMC1");
      engine.start({ write: { buffer: rx, data: counting(16) } });
      machine.store(counter, [7]);
      while (!engine.isDone()) machine.wait();
      fence.acquire(rx);
      expectBytes(machine, rx, counting(16));
      expectBytes(machine, { address: counter, lengthBytes: 1 }, Uint8Array.of(7));
    };
  const words = (...values: number[]) => new Uint8Array(Uint32Array.from(values).buffer);
  const descriptors =
    (apartBytes: number): Driver =>
    (machine, fence) => {
      const engine = machine.engine("Ethernet");
      const [first, second] = [0, apartBytes].map((offset, index) =>
        machine.named(`descriptor ${index}`, { address: ram + BigInt(offset), lengthBytes: descriptorBytes }),
      );
      const rx = { address: ram + 0x100n, lengthBytes: 4 };
      fence.release(rx);
      machine.store(first!.address, words(Number(rx.address), 4, 1, 0));
      fence.release(first!);
      engine.startDescriptor(first!.address, counting(4));
      machine.store(second!.address, words(Number(ram) + 0x200, 4, 1, 0));
      fence.release(second!);
      while (!engine.isDone()) machine.wait();
      fence.acquire(rx);
      expectBytes(machine, rx, counting(4));
      fence.acquire(first!);
      expectBytes(machine, { address: first!.address + 12n, lengthBytes: 1 }, Uint8Array.of(1));
    };

  onTrial([
    {
      title: "by a buffer and a variable that an interrupt stores to",
      sources: [
        "https://github.com/micropython/micropython/pull/19140",
        "https://github.com/qmk/qmk_firmware/pull/21843",
        "https://github.com/zephyrproject-rtos/zephyr/pull/108716",
        "https://github.com/betaflight/betaflight/pull/15585",
      ],
      subject: h743,
      wrong: besideCounter(ram + 20n),
      right: besideCounter(ram + 32n),
      says: /^store to counter: 0x24000014 of counter lies in the 32-byte line at 0x24000000, with bytes of rx that SDMMC1 writes and acquire has not taken back \(shared-line: /,
    },
    {
      title: "by two descriptors",
      sources: [
        "https://git.stricted.de?a=commit&h=7734f6e6bcd7ba78b00e93e74a4ddafd9886cdea&p=GitHub%2Fmoto-9609%2Fandroid_kernel_motorola_exynos9610.git",
      ],
      subject: h743,
      wrong: descriptors(16),
      right: descriptors(32),
      says: /^store to descriptor 1: 0x24000010 of descriptor 1 lies in the 32-byte line at 0x24000000, with bytes of descriptor 0 that Ethernet writes /,
    },
  ]);
});

describe("memory that a master does not reach", () => {
  /** Writes the address of a buffer into a register of 32 bits. */
  const truncated =
    (address: bigint): Driver =>
    (machine, fence) => {
      const registers = 0xfed0_0000n;
      const rx = machine.named("rx", { address, lengthBytes: 8 });
      let isDone = 0;
      const device = machine.device("PCIe master with No Snoop", {
        base: registers,
        lengthBytes: 8,
        read: () => isDone,
        write: (_offset, value) =>
          void device.run(function* (dma) {
            const claim = dma.claim({ address: value & 0xffff_ffffn, lengthBytes: 8 }, "write");
            yield dma.write(value & 0xffff_ffffn, data);
            claim.end();
            isDone = 1;
          }),
      });
      fence.release(rx);
      machine.writeRegister(registers, address & 0xffff_ffffn, 32);
      machine.pollRegister(registers + 4n, 1n, "set", 32);
      fence.acquire(rx);
      expectBytes(machine, rx, data);
    };

  onTrial([
    {
      title: "BDMA beyond its domain",
      sources: ["https://github.com/STMicroelectronics/STM32CubeH7/issues/315"],
      subject: h743,
      wrong: sending("BDMA", ram),
      right: sending("BDMA", 0x3800_0000n),
      says: /^stm32h743: BDMA cannot read AXI SRAM \(0x24000000\)/,
    },
    {
      title: "a buffer on the stack, in DTCM",
      sources: ["https://github.com/stm32-rs/stm32f7xx-hal/pull/156"],
      subject: h743,
      wrong: sending("DMA1", 0x2000_0000n),
      right: sending("DMA1", 0x3000_0000n),
      says: /^stm32h743: DMA1 cannot read DTCM \(0x20000000\)/,
    },
    {
      title: "mapped external memory",
      sources: ["https://github.com/esp-rs/esp-hal/issues/1179", "https://github.com/esp-rs/esp-hal/issues/954"],
      subject: esp32s3,
      wrong: sending("SDMMC", 0x3c00_0100n),
      right: sending("SDMMC", 0x3fc8_8100n),
      says: /^esp32-s3: SDMMC cannot read External memory \(data bus\) \(0x3c000100\)/,
    },
    {
      title: "an address of more bits than the register",
      sources: ["https://github.com/Zeal-Operating-System/ZealOS/pull/79"],
      subject: pc,
      wrong: truncated(0x1_0010_0000n),
      right: truncated(0x10_0000n),
      says: /^DMA: PCIe master with No Snoop is to write 0x100000 of [^,]+, which was never released \(not-released: /,
    },
  ]);
});
