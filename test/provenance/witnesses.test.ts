// Every description beside what public files say of the chip: no difference that the description does not know, and no fact that
// agreed and no longer does. What does not agree is listed in witnesses/findings.txt.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { addressesOf } from "../../generator/model/viewers.ts";
import { resolveDescription } from "../../generator/pipeline.ts";
import { idOf } from "../../generator/validate/library.ts";
import { compareWithWitness } from "../../generator/witness/compare.ts";
import { loadWith } from "../support/pipeline.ts";
import { witnessRecords } from "./witness-records.ts";

const path = join(import.meta.dirname, "witnesses/findings.txt");
const loaded = loadWith({});
const chips = new Map(loaded.chips.map((chip) => [idOf(chip)!, resolveDescription(chip, loaded)!]));
const compared = witnessRecords.map((record) => ({
  ...record,
  findings: compareWithWitness(chips.get(record.chip)!, record.witness),
}));

it.each(compared.map(({ file, ...rest }) => [file, rest] as const))("agrees with %s", (_, { chip, findings }) => {
  const differing = findings.filter(({ verdict }) => verdict === "differs");
  expect(
    differing.map(({ fact, here, there }) => `${fact}: ${here?.value}, there ${there?.value} (${there?.place})`),
    `mend chips/${chip}.yaml, or say under \`differs\` why it is right`,
  ).toEqual([]);
  const stale = findings.filter(({ verdict }) => verdict === "stale");
  expect(
    stale.map(({ fact, because }) => `${fact}: ${because}`),
    `the file says so no longer: take it out of \`differs\` in chips/${chip}.yaml`,
  ).toEqual([]);
});

it("lists what does not agree", () => {
  const list = compared.flatMap(({ chip, file, findings }) => [
    `${chip}: ${file}: agrees ${findings.filter(({ verdict }) => verdict === "agrees").length}`,
    ...findings
      .filter(({ verdict }) => verdict !== "agrees")
      .map(({ verdict, fact, here, there }) => `  ${verdict}: ${fact}: ${here?.value ?? "-"} | ${there?.value ?? "-"}`),
  ]);
  const all = compared.flatMap(({ findings }) => findings);
  const count = (wanted: string) => all.filter(({ verdict }) => verdict === wanted).length;
  console.log(
    `compared with ${compared.length} files of ${new Set(compared.map(({ chip }) => chip)).size} chips: ${count("agrees")} facts agree, ${count("known")} are known to differ`,
  );
  if (process.env["FENCEGEN_UPDATE_WITNESSES"]) writeFileSync(path, `${list.join("\n")}\n`);
  else expect(list).toEqual(readFileSync(path, "utf8").trimEnd().split("\n"));
});

it("has records of registers, and would notice memory over them", () => {
  const withRegisters = compared.filter(({ witness }) => witness.registers.length > 0);
  expect(withRegisters.length).toBeGreaterThan(30);
  for (const { chip, witness } of withRegisters) {
    const [registers] = witness.registers;
    const places = chips.get(chip)!.memories.flatMap(({ addresses }) => addressesOf(addresses));
    const within = places.map((base) => ({ ...registers!, base, sizeBytes: 1n }));
    const findings = compareWithWitness(chips.get(chip)!, { ...witness, registers: within });
    expect(
      findings.filter(({ fact, verdict }) => verdict === "differs" && fact.endsWith(": registers")),
      chip,
    ).not.toEqual([]);
  }
});

it("has records of where masters see memory, and would notice another address", () => {
  const pairs = compared.filter(({ witness }) => witness.masters.some(({ windows }) => windows !== undefined));
  const noticed = pairs.filter(({ chip, witness, findings }) => {
    const moved = witness.masters.map(({ windows, ...rest }) => ({
      ...rest,
      windows: windows?.map((window) => ({ ...window, seenAt: window.seenAt + 0x1000n })),
    }));
    const isAddress = ({ fact }: { readonly fact: string }) => fact.includes(": address of ");
    const after = compareWithWitness(chips.get(chip)!, { ...witness, masters: moved }).filter(isAddress);
    expect(after.length, chip).toBe(findings.filter(isAddress).length);
    expect(
      after.every(({ verdict }) => verdict !== "agrees"),
      chip,
    ).toBe(true);
    return after.length > 0;
  });
  expect(noticed.map(({ chip }) => chip).sort()).toEqual([
    "am64x",
    "bcm2711",
    "bcm2712",
    "bcm2835",
    "bcm2837",
    "imx8mm",
    "imx8mp",
    "jh7100",
    "ls1046a",
    "spacemit-k1",
    "stm32mp25",
  ]);
});
