// Under which conditions the real bodies and the twin are compiled: exact opposites, made from one condition.
import { type Code, join } from "../code.ts";
import { identifier, rust, stringLiteral } from "./encode.ts";
import type { RustSettings } from "./placement.ts";

type Lines = readonly Code<"rust">[];

/** As rustfmt breaks attributes: where the innermost arguments are longer than this. */
const widest = 70;

/** @param targetArch values of cfg(target_arch) on which the assembly may be used */
export function cfgOf(targetArch: readonly string[], { cfg = {} }: RustSettings) {
  const condition = conditionOf(targetArch, cfg);
  const line = join(condition, rust`, `);
  const isShort = line.length <= widest;
  const attribute = (open: Code<"rust">, close: Code<"rust">): Lines =>
    isShort ? [rust`${open}${line}${close}`] : [open, ...broken(condition), close];
  const [open, close] = condition.length > 1 ? [rust`all(`, rust`)`] : [rust``, rust``];
  return {
    real: attribute(rust`#[cfg(${open}`, rust`${close})]`),
    twin: attribute(rust`#[cfg(not(${open}`, rust`${close}))]`),
    /** For what only the real bodies use. */
    allowUnused: allowUnused(join([open, line, close], rust``)),
  };
}

function conditionOf(targetArch: readonly string[], cfg: Readonly<Record<string, string>>): Lines {
  const names = new Set(targetArch.map((arch) => (Object.hasOwn(cfg, arch) ? cfg[arch] : undefined)));
  const [name, ...others] = names;
  if (name !== undefined && others.length === 0) return [rust`${identifier(name)}`];
  const arches = targetArch.map((arch) => rust`target_arch = ${stringLiteral(arch)}`);
  const any = arches.length === 1 ? arches[0]! : rust`any(${join(arches, rust`, `)})`;
  return [any, rust`target_os = "none"`];
}

function broken(parts: Lines): Lines {
  return parts.map((part, index) => rust`    ${part}${index < parts.length - 1 ? rust`,` : rust``}`);
}

function allowUnused(condition: Code<"rust">): Lines {
  const [when, what] = [rust`not(${condition})`, rust`allow(dead_code)`];
  if (when.length + what.length + 2 <= widest) return [rust`#![cfg_attr(${when}, ${what})]`];
  return [rust`#![cfg_attr(`, rust`    ${when},`, rust`    ${what}`, rust`)]`];
}
