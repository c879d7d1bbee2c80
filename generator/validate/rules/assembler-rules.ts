// Rules on what becomes assembly.
import type { Architecture } from "#generated/descriptions.js";
import type { Pointer } from "../../load/source-file.ts";
import { isExtensionScope } from "../../notation/instruction.ts";
import { toTargets } from "../../notation/rust-target.ts";
import { type AssemblyText, assemblyOfArchitecture, assemblyOfMechanism, problemOfInstruction } from "../assembler.ts";
import type { Loose } from "../validate-schema.ts";
import { definedCores, definedMechanisms, type RuleContext, sites } from "./rule.ts";

export function instructionsAreInstructions(context: RuleContext): void {
  const { description, library } = context;
  const check = (all: readonly AssemblyText[], hashIsNumber: boolean) => {
    for (const each of all) {
      const problem = problemOfInstruction(each, hashIsNumber);
      if (problem) context.report("rule/no-instruction", each.pointer, `\`${each.text}\` ${problem}`);
    }
  };
  if (description.kind === "architecture") check(assemblyOfArchitecture(description.value), isArm(description.value));
  for (const { value, pointer } of definedMechanisms(context)) {
    const targets = sites(value.architectures, []).map(({ value: id }) => library.get("architecture", id)?.value);
    check(assemblyOfMechanism(value, pointer), targets.length > 0 && targets.every(isArm));
  }
  if (description.kind !== "chip") return;
  const overrides = sites(description.value.barrierOverrides, ["barrierOverrides"]).flatMap(({ value, pointer }) =>
    value.use === undefined ? [] : [{ pointer: [...pointer, "use"], text: value.use, placeholders: ["zero"] }],
  );
  const architectures = definedCores(context).flatMap(({ value }) => value.architecture ?? []);
  check(
    overrides,
    architectures.every((id) => isArm(library.get("architecture", id)?.value)),
  );
}

/** Names of extensions, letters of barriers and names of functions stand within an instruction or a directive. */
export function wordsOfAssemblyAreWords(context: RuleContext): void {
  const { description } = context;
  const check = (text: unknown, form: RegExp, pointer: Pointer, what: string) => {
    if (typeof text === "string" && !form.test(text))
      context.report("rule/no-instruction", pointer, `\`${text}\` is no ${what}`);
  };
  const checkBarriers = (barriers: Parameters<typeof sites<LooseBarrier>>[0], pointer: Pointer) => {
    for (const { value, pointer: at } of sites(barriers, pointer)) {
      check(value.requiresExtension, extension, [...at, "requiresExtension"], "name of an extension");
      if (!value.select) continue;
      for (const [access, letter] of Object.entries(value.select))
        check(letter, /^[a-z]$/, [...at, "select", access], "letter of a to z");
      for (const side of ["{earlier}", "{later}"])
        if (value.instruction !== undefined && value.instruction.split(side).length !== 2)
          context.report(
            "rule/no-instruction",
            [...at, "instruction"],
            `\`${value.instruction}\` has not one \`${side}\``,
          );
    }
  };
  if (description.kind === "architecture") {
    checkBarriers(description.value.barriers as LooseBarrier[], ["barriers"]);
    const scope = description.value.assembly?.extensionScope;
    if (scope && !isExtensionScope(scope.open ?? [], scope.close ?? []))
      context.report(
        "rule/no-instruction",
        ["assembly", "extensionScope"],
        "these are no directives that open and close a scope",
      );
  }
  for (const { value, pointer } of definedMechanisms(context)) {
    checkBarriers(value.barriers as LooseBarrier[], [...pointer, "barriers"]);
    check(value.requiresExtension, extension, [...pointer, "requiresExtension"], "name of an extension");
    for (const [name, operation] of Object.entries(value.operations ?? {}))
      for (const { value: item, pointer: at } of sites(operation?.sequence, [
        ...pointer,
        "operations",
        name,
        "sequence",
      ]))
        check((item as { call?: string }).call, /^[A-Za-z_][A-Za-z0-9_]{0,79}$/, [...at, "call"], "name of a function");
  }
}

interface LooseBarrier {
  readonly instruction?: string;
  readonly requiresExtension?: string;
  readonly select?: Readonly<Record<string, string>>;
}

const extension = /^[a-z][a-z0-9_.-]{0,39}$/;

function isArm(architecture: Loose<Architecture> | undefined): boolean {
  const targets = toTargets(architecture?.rust?.targetArch);
  return targets.length > 0 && targets.every(({ arch }) => arch === "arm" || arch === "aarch64");
}
