// Rules on the fields of registers from which a fence reads at run time how large a line is.
import { isExact, parseQuantity } from "../../notation/quantity.ts";
import { toTargets } from "../../notation/rust-target.ts";
import { levelsOnCores } from "./cache-rules.ts";
import {
  definedLevels,
  findMechanism,
  type LooseLevel,
  maintenanceOf,
  masterCaches,
  type RuleContext,
} from "./rule.ts";

interface LooseField {
  readonly lowBit?: number | undefined;
  readonly bits?: number | undefined;
  readonly unitBytes?: number | undefined;
}

/** The register of an architecture has 32 bits where it has an address, and else as many as addresses of the narrowest target. */
export function lineSizeFieldsAreWithinRegisters({ description, report }: RuleContext): void {
  if (description.kind !== "architecture" || !description.value.lineSize) return;
  const { lineSize, rust } = description.value;
  const widths = toTargets(rust?.targetArch).map(({ addressBits }) => addressBits ?? 32);
  const registerBits = lineSize.address === undefined ? Math.min(64, ...widths) : 32;
  if (isBeyond(lineSize, registerBits))
    report("rule/no-line-size", ["lineSize"], `the register has ${registerBits} bits, and the field goes beyond them`);
  const { address } = lineSize;
  if (address !== undefined && isExact(address) && parseQuantity(address) % 4n !== 0n)
    report(
      "rule/register-misaligned",
      ["lineSize", "address"],
      "the register has 32 bits and is not at a multiple of 4",
    );
}

export function lineSizesCanBeRead(context: RuleContext): void {
  for (const { value: level, pointer, architectures } of levelsOnCores(context)) {
    const line = level.lineBytes;
    if (typeof line !== "object" || line?.readFrom !== "architecture") continue;
    if (masterCaches(context).some(({ value }) => value === level)) {
      const mend = "Name a register of its mechanism, or leave `readFrom` out: the fence then steps by the smallest.";
      const message = `the core's register says how large the lines of its own caches are, and nothing of ${level.name ?? "this cache"}`;
      context.report("rule/no-line-size", [...pointer, "lineBytes", "readFrom"], message, { mend });
      continue;
    }
    for (const id of architectures) {
      const architecture = context.library.get("architecture", id);
      if (!architecture) continue;
      const { lineSize } = architecture.value;
      const unsaid = lineSize && sizeThatNoValueSays(level, lineSize);
      const problem = lineSize
        ? unsaid && `no value of the field in ${id} says ${unsaid} bytes`
        : `${id} describes no \`lineSize\``;
      if (problem) context.report("rule/no-line-size", [...pointer, "lineBytes", "readFrom"], problem);
      if (problem) break;
    }
  }
}

export function lineSizeRegistersAreKnown(context: RuleContext): void {
  for (const { value: level, pointer } of definedLevels(context)) {
    const line = level.lineBytes;
    if (typeof line !== "object" || typeof line?.readFrom !== "object") continue;
    const { register = "" } = line.readFrom;
    const at = [...pointer, "lineBytes", "readFrom"];
    const id = maintenanceOf(level);
    const mechanism = id === undefined ? undefined : findMechanism(context, id);
    if (id === undefined)
      context.report("rule/no-line-size", at, "no mechanism maintains this level, whose register it could be");
    if (!mechanism) continue;
    const known = Object.keys(mechanism.registers ?? {});
    if (!known.includes(register)) {
      context.report("rule/unknown-register", [...at, "register"], `\`${id}\` declares no register \`${register}\``, {
        mend: `Declared are ${known.join(", ")}.`,
      });
      continue;
    }
    const { widthBits = 32, bits = widthBits } = mechanism.registers?.[register] ?? {};
    const problem =
      widthBits !== 32
        ? `\`${register}\` has ${widthBits} bits; a size is read from one that has 32`
        : isBeyond(line.readFrom, bits)
          ? `\`${register}\` has ${bits} bits, and the field goes beyond them`
          : undefined;
    if (problem) context.report("rule/no-line-size", at, problem);
    const unsaid = sizeThatNoValueSays(level, line.readFrom);
    if (unsaid !== undefined)
      context.report("rule/no-line-size", [...at, "unitBytes"], `no value of the field says ${unsaid} bytes`);
  }
}

function isBeyond({ lowBit = 0, bits = 1 }: LooseField, registerBits: number): boolean {
  return lowBit + bits > registerBits;
}

/** The smallest or the largest size that a level may have, where the field cannot say it. */
function sizeThatNoValueSays({ lineBytes: line }: LooseLevel, { bits = 1, unitBytes }: LooseField): bigint | undefined {
  if (typeof line !== "object" || unitBytes === undefined) return undefined;
  const said = Array.from({ length: 2 ** bits }, (_, field) => BigInt(unitBytes) << BigInt(field));
  return [line?.smallest, line?.largest]
    .flatMap((size) => (size === undefined || !isExact(size) ? [] : [parseQuantity(size)]))
    .find((size) => !said.includes(size));
}
