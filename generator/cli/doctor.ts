import { compilerFor, findToolchain, howToGetTools, type Toolchain, type Tools } from "../toolchain/find-tools.ts";
import { targetNote } from "../toolchain/targets.ts";
import { type Command, type Environment, printJson } from "./environment.ts";
import { loadFor, planAll } from "./run-pipeline.ts";

export const doctor: Command = {
  name: "doctor",
  arguments: "",
  summary:
    "show which tools that build and run emitted Rust, explore models and show the site are there, and which are missing",
  details: ["Only the toolchain tests and the benchmarks need them; no other command does."],
  options: ["chips", "json"],
  examples: [
    ["fencegen doctor", "as text"],
    ["fencegen doctor --json", "for programs"],
  ],
  positionals: [0, 0],
  run(_, options, environment) {
    const toolchain = findToolchain();
    const tools = (Object.keys(toolRows) as (keyof Tools)[]).map((key) => ({
      ...toolRows[key],
      path: toolchain[key] ?? null,
    }));
    const loaded = loadFor(options, environment);
    const chips = planAll(loaded.chips, loaded).map(({ chip }) => chip);
    const triples = [...new Set(chips.flatMap(({ cores }) => cores.flatMap(({ rustTargets }) => rustTargets)))].sort();
    const targets = triples.map((triple) => ({
      ...targetRow(triple, toolchain),
      chips: chips
        .filter(({ cores }) => cores.some(({ rustTargets }) => rustTargets.includes(triple)))
        .map((c) => c.id),
    }));
    const complete = tools.every(({ path }) => path !== null) && targets.every(({ core }) => core !== "missing");
    if (options.json)
      printJson(
        {
          complete,
          rust: toolchain.rustVersion ?? null,
          cache: toolchain.cacheFolder,
          sysroot: toolchain.sysroot,
          tools,
          targets,
          diagnostics: loaded.diagnostics.sorted(),
        },
        environment,
      );
    else printText({ complete, tools, targets, toolchain }, environment);
    return complete ? 0 : 1;
  },
};

interface ToolRow {
  readonly name: string;
  /** Packages of Debian and Ubuntu; the first that can be installed is enough. */
  readonly packages: readonly string[];
  readonly for: string;
}

const toolRows: Readonly<Record<keyof Tools, ToolRow>> = {
  rustc: { name: "rustc", packages: ["rustc-web", "rustc"], for: "compiling" },
  rustfmt: { name: "rustfmt", packages: ["rustfmt-web", "rustfmt"], for: "the format check" },
  clippyDriver: { name: "clippy-driver", packages: ["rust-web-clippy", "rust-clippy"], for: "linting" },
  rustdoc: { name: "rustdoc", packages: ["rustc-web", "rust-doc"], for: "the documentation check" },
  cargo: { name: "cargo", packages: ["cargo-web", "cargo"], for: "building drivers over hardware abstraction layers" },
  llvmObjdump: {
    name: "llvm-objdump",
    packages: ["llvm-22", "llvm-21", "llvm-20", "llvm-19"],
    for: "reading machine code",
  },
  llvmMc: {
    name: "llvm-mc",
    packages: ["llvm-22", "llvm-21", "llvm-20", "llvm-19"],
    for: "assembling what cannot be compiled",
  },
  qemuArm: { name: "qemu-system-arm", packages: ["qemu-system-arm"], for: "running on Armv6-M to Armv8-M and Armv7-A" },
  qemuAarch64: { name: "qemu-system-aarch64", packages: ["qemu-system-arm"], for: "running on AArch64" },
  qemuRiscv32: { name: "qemu-system-riscv32", packages: ["qemu-system-misc"], for: "running on RV32" },
  qemuRiscv64: { name: "qemu-system-riscv64", packages: ["qemu-system-misc"], for: "running on RV64" },
  qemuX86: { name: "qemu-system-x86_64", packages: ["qemu-system-x86"], for: "running on x86" },
  ldArm: { name: "arm-none-eabi-ld", packages: ["binutils-arm-none-eabi"], for: "linking for Arm" },
  ldRiscv: { name: "riscv64-unknown-elf-ld", packages: ["binutils-riscv64-unknown-elf"], for: "linking for RISC-V" },
  ldAarch64: { name: "aarch64-linux-gnu-ld", packages: ["binutils-aarch64-linux-gnu"], for: "linking for AArch64" },
  ldX86: { name: "ld", packages: ["binutils"], for: "linking for x86" },
  spin: { name: "spin", packages: ["spin"], for: "exploring Promela models" },
  gcc: { name: "gcc", packages: ["build-essential", "gcc"], for: "compiling what spin makes of them" },
  chromium: { name: "chromium", packages: ["chromium", "chromium-browser"], for: "showing the site" },
};

function targetRow(triple: string, toolchain: Toolchain) {
  const special = targetNote(triple);
  const core: "rustup" | "built" | "missing" | "none" =
    special?.checkedBy === "assembling only"
      ? "none"
      : toolchain.rustupCompilers.has(triple)
        ? "rustup"
        : compilerFor(toolchain, triple)
          ? "built"
          : "missing";
  return { triple, core, note: special?.note ?? null };
}

interface Report {
  readonly complete: boolean;
  readonly tools: readonly (ToolRow & { path: string | null })[];
  readonly targets: readonly (ReturnType<typeof targetRow> & { chips: readonly string[] })[];
  readonly toolchain: Toolchain;
}

const coreText = {
  rustup: "core from rustup",
  built: "core built",
  missing: "MISSING core",
  none: "no core",
} as const;

function printText({ complete, tools, targets, toolchain }: Report, environment: Environment): void {
  const { rustVersion, cacheFolder } = toolchain;
  const nameWidth = Math.max(...tools.map(({ name }) => name.length), ...targets.map(({ triple }) => triple.length));
  const coreWidth = Math.max(...targets.map(({ core }) => coreText[core].length), 0);
  const lines = [
    `Tools (Rust ${rustVersion ?? "missing"})`,
    ...tools.map(
      ({ name, path, packages, for: what }) =>
        `  ${name.padEnd(nameWidth)}  ${path ?? `MISSING, for ${what} (package ${packages[0]})`}`,
    ),
    "",
    `Rust targets of the chips (cache ${cacheFolder})`,
    ...targets.flatMap(({ triple, core, note, chips }) => [
      `  ${triple.padEnd(nameWidth)}  ${coreText[core].padEnd(coreWidth)}  ${chips.join(", ")}`,
      ...(note ? [`  ${"".padEnd(nameWidth)}  ${note}`] : []),
    ]),
    "",
    complete ? "Nothing is missing." : `Bring what is missing with \`${howToGetTools}\`.`,
  ];
  environment.out(lines.join("\n"));
}
