// QEMU's machine for each instruction set, and how a harness gets on to it.
import type { Toolchain, Tools } from "../../../generator/toolchain/find-tools.ts";
import type { Language } from "./translate.ts";

export interface Machine {
  readonly language: Language;
  readonly addressBits: 32 | 64;
  readonly qemu: keyof Tools;
  readonly qemuArguments: readonly string[];
  /** Where the image lies; and the memory for its stack, if it does not lie in memory. */
  readonly code: number;
  readonly data: number;
  readonly linker: keyof Tools;
  readonly linkerArguments: readonly string[];
  /** The assembly in harness/, and what goes before it. */
  readonly harness: string;
  readonly prelude?: string;
  readonly rustArguments?: readonly string[];
  readonly disassemblerArguments: readonly string[];
  /** The registers that hold address, number of elements and function just before a call. */
  readonly arguments: readonly string[];
  /** The exit status of a run that ended by itself. */
  readonly status: number;
  /** Where the machine has the same cache controllers as the chips: from address to address. */
  readonly controllers: readonly (readonly [start: bigint, end: bigint])[];
  /** Whether QEMU is to log what reaches devices: it can tell where the stores went. */
  readonly logsDevices: boolean;
}

const semihosting = ["-semihosting-config", "enable=on,target=native"];

const cortexM = {
  language: "arm",
  addressBits: 32,
  qemu: "qemuArm",
  code: 0,
  data: 0x2000_0000,
  linker: "ldArm",
  linkerArguments: ["--no-warn-mismatch"],
  harness: "cortex-m.s",
  arguments: ["r0", "r1", "r2"],
  controllers: [[0xe000_e000n, 0xe000_f000n]],
  status: 0,
  logsDevices: true,
} as const;

const riscv = {
  language: "riscv",
  linker: "ldRiscv",
  code: 0x8000_0000,
  data: 0x8000_0000,
  harness: "riscv.s",
  disassemblerArguments: ["--mattr=+zicbom,+xtheadcmo,+xtheadsync"],
  arguments: ["a0", "a1", "a2"],
  controllers: [],
  status: 0,
  logsDevices: true,
} as const;

const x86 = {
  language: "x86",
  qemu: "qemuX86",
  qemuArguments: ["-M", "pc", "-cpu", "max", "-device", "isa-debug-exit,iobase=0xf4,iosize=4"],
  linker: "ldX86",
  code: 0x10_0000,
  data: 0x10_0000,
  disassemblerArguments: ["--x86-asm-syntax=intel"],
  controllers: [],
  status: 1,
  // The firmware alone writes to devices thousands of times.
  logsDevices: false,
} as const;

/** Which machine executes code of an architecture, and of a Rust target of it. The first that fits is used. */
const machines: readonly (readonly [architecture: string, target: RegExp, machine: Machine])[] = [
  [
    "armv6-m",
    /^thumbv6m/,
    { ...cortexM, qemuArguments: ["-M", "microbit", ...semihosting], disassemblerArguments: ["--triple=thumbv6m"] },
  ],
  [
    "armv7-m",
    /^thumbv7m/,
    { ...cortexM, qemuArguments: ["-M", "mps2-an385", ...semihosting], disassemblerArguments: ["--triple=thumbv7m"] },
  ],
  [
    "armv7-m",
    /^thumbv7em/,
    { ...cortexM, qemuArguments: ["-M", "mps2-an500", ...semihosting], disassemblerArguments: ["--triple=thumbv7em"] },
  ],
  [
    "armv8-m",
    /^thumbv8m/,
    {
      ...cortexM,
      qemuArguments: ["-M", "mps2-an505", ...semihosting],
      code: 0x1000_0000,
      data: 0x3800_0000,
      disassemblerArguments: ["--triple=thumbv8m.main"],
    },
  ],
  [
    "armv6",
    /^armv6/,
    {
      ...cortexM,
      qemuArguments: ["-M", "raspi0", ...semihosting],
      code: 0x1_0000,
      data: 0x1_0000,
      harness: "armv7-a.s",
      controllers: [],
      disassemblerArguments: ["--triple=armv6"],
    },
  ],
  [
    "armv7-a",
    // What Armv7-R executes here, Armv7-A executes as well.
    /^armv7[ar]/,
    {
      ...cortexM,
      qemuArguments: ["-M", "virt", "-cpu", "cortex-a15", ...semihosting],
      code: 0x4010_0000,
      data: 0x4010_0000,
      harness: "armv7-a.s",
      controllers: [],
      disassemblerArguments: ["--triple=armv7a"],
    },
  ],
  [
    "armv8-a",
    /^aarch64/,
    {
      language: "aarch64",
      addressBits: 64,
      qemu: "qemuAarch64",
      qemuArguments: ["-M", "virt", "-cpu", "cortex-a53", ...semihosting],
      code: 0x4010_0000,
      data: 0x4010_0000,
      linker: "ldAarch64",
      linkerArguments: [],
      harness: "armv8-a.s",
      disassemblerArguments: [],
      arguments: ["x0", "x1", "x2"],
      controllers: [],
      status: 0,
      logsDevices: true,
    },
  ],
  [
    "riscv",
    // The embedded base has half of the registers; every processor can execute what is made for it.
    /^riscv32e/,
    {
      ...riscv,
      addressBits: 32,
      qemu: "qemuRiscv32",
      qemuArguments: ["-M", "virt", "-bios", "none"],
      linkerArguments: ["-m", "elf32lriscv", "--no-warn-mismatch"],
      prelude: ".set XLEN_BYTES, 4\n.set REGISTERS, 16",
    },
  ],
  [
    "riscv",
    /^riscv32/,
    {
      ...riscv,
      addressBits: 32,
      qemu: "qemuRiscv32",
      qemuArguments: ["-M", "virt", "-bios", "none"],
      linkerArguments: ["-m", "elf32lriscv"],
      prelude: ".set XLEN_BYTES, 4\n.set REGISTERS, 32",
    },
  ],
  [
    "riscv",
    /^riscv64/,
    {
      ...riscv,
      addressBits: 64,
      qemu: "qemuRiscv64",
      qemuArguments: ["-M", "virt", "-bios", "none"],
      linkerArguments: ["-m", "elf64lriscv"],
      prelude: ".set XLEN_BYTES, 8\n.set REGISTERS, 32",
    },
  ],
  [
    "x86",
    /^x86_64/,
    {
      ...x86,
      addressBits: 64,
      linkerArguments: ["-m", "elf_x86_64"],
      harness: "x86-64.s",
      rustArguments: ["-Crelocation-model=static"],
      arguments: ["rdi", "rsi", "rax"],
    },
  ],
  [
    "x86",
    /^i[3-6]86/,
    {
      ...x86,
      addressBits: 32,
      linkerArguments: ["-m", "elf_i386"],
      harness: "x86-32.s",
      rustArguments: ["-Crelocation-model=static"],
      arguments: ["eax", "ecx", "edx"],
    },
  ],
];

/** @returns undefined where QEMU has no machine for the target */
export function machineFor(architecture: string, target: string): Machine | undefined {
  return machines.find(([id, pattern]) => id === architecture && pattern.test(target))?.[2];
}

/** Whether the register is one of a cache controller that the machine has too. */
export function hasController({ controllers }: Pick<Machine, "controllers">, address: bigint): boolean {
  return controllers.some(([start, end]) => address >= start && address < end);
}

/** Names of the tools that a machine needs and that are not there. */
export function missingTools(machine: Machine, toolchain: Toolchain): string[] {
  const needed: (keyof Tools)[] = ["rustc", "llvmObjdump", machine.qemu, machine.linker];
  return needed.filter((name) => toolchain[name] === undefined);
}
