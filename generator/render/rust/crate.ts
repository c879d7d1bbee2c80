// The crate that has the fences as modules: its root, its manifest, its trait, and a stand-in for the crate of another trait.
import { type Code, join } from "../code.ts";
import { plainStem } from "../names.ts";
import type { ListedChip, OutputFile, SharedInput } from "../printer.ts";
import { renderTemplate } from "../render.ts";
import { toml, tomlComment, tomlKey, tomlString } from "../toml.ts";
import { commentLine, identifier, path, rust, stringLiteral } from "./encode.ts";
import type { Lines } from "./lines.ts";
import { crateFolder, hasBuffers, hasMasters, tockTrait } from "./placement.ts";

/** A trait of another crate. */
interface ForeignTrait {
  /** Of the crate, as paths begin. */
  readonly crate: string;
  readonly modules: readonly string[];
  readonly name: string;
  readonly path: string;
  /** The feature by which the crate uses it; undefined where there is no other trait. */
  readonly feature: string | undefined;
}

/** Its root and its manifest, which list the chips. */
export function crateLists(input: SharedInput): OutputFile[] {
  const { licence, generated, settings } = input;
  const hasOwnTrait = settings.traitPath === undefined;
  const hasHal = hasBuffers(settings.rust);
  const foreign = foreignTrait(settings.traitPath);
  const shared = [
    ...[...input.fences, ...input.coreFences].map(({ module }) => module),
    ...(hasMasters(settings.rust) ? ["reach"] : []),
    ...(hasBuffers(settings.rust) ? ["buffer", "guard"] : []),
  ];
  return [
    {
      path: at("src/lib.rs"),
      content: renderTemplate("rust/crate", {
        licence: licence.map(commentLine),
        generated: commentLine(generated),
        shared: shared.sort().map(identifier),
        hal: hasHal ? [rust`hal`] : [],
        chips: input.chips.map(chipModules),
        trait: traitLines(foreign, settings.traitPath),
      }),
    },
    {
      path: at("Cargo.toml"),
      content: renderTemplate("rust/cargo", {
        ...tomlHead(input),
        features: [
          ...(hasOwnTrait
            ? [
                toml`# Fences do nothing on targets that are not theirs, for tests of drivers on a host.`,
                toml`host = []`,
              ]
            : []),
          ...(hasHal
            ? [
                toml`# Buffers are those that hardware abstraction layers take.`,
                toml`embedded-dma = ["dep:embedded-dma"]`,
              ]
            : []),
          ...(foreign?.feature ? [toml`${tomlKey(foreign.feature)} = [${tomlString(`dep:${foreign.crate}`)}]`] : []),
          ...input.chips.map(({ id }) => toml`${tomlKey(id)} = []`),
        ],
        dependencies: [
          ...(hasHal ? [toml`embedded-dma = { version = "0.2", optional = true }`] : []),
          ...(foreign ? dependency(foreign, settings.rust.traitCrate) : []),
        ],
      }),
    },
  ];
}

/** The rest of it: what all chips use. */
export function crateFiles({ licence, generated, settings }: SharedInput): OutputFile[] {
  const head = { licence: licence.map(commentLine), generated: commentLine(generated) };
  const foreign = foreignTrait(settings.traitPath);
  const trait = (name: string, elsewhere: Lines) =>
    renderTemplate("rust/dma-fence", { ...head, name: identifier(name), elsewhere });
  return [
    ...(hasBuffers(settings.rust) ? [{ path: at("src/hal.rs"), content: renderTemplate("rust/hal", head) }] : []),
    ...(settings.traitPath === undefined
      ? [{ path: at("src/dma_fence.rs"), content: trait("DmaFence", [rust`elsewhere`]) }]
      : []),
    ...(foreign && settings.rust.traitCrate === undefined
      ? [
          {
            path: at(`${foreign.crate}/Cargo.toml`),
            content: renderTemplate("rust/stand-in-cargo", {
              ...tomlHead({ licence, generated }),
              name: tomlString(packageOf(foreign)),
              crate: tomlString(foreign.crate),
            }),
          },
          {
            path: at(`${foreign.crate}/src/lib.rs`),
            content: renderTemplate("rust/stand-in", {
              ...head,
              modules: nested(foreign),
              name: identifier(foreign.name),
            }),
          },
          { path: at(`${foreign.crate}/src/the_trait.rs`), content: trait(foreign.name, []) },
        ]
      : []),
  ];
}

function at(name: string): string {
  return `${crateFolder}/${name}`;
}

function tomlHead({ licence, generated }: Pick<SharedInput, "licence" | "generated">) {
  return {
    licence: licence.map(tomlComment),
    generated: tomlComment(generated),
    manifestLicence: manifestLicence(licence),
  };
}

/** `"imx8mm": imx8mm_a53 imx8mm_m4;`, one line however long, so that git merges branches that each add a chip. */
function chipModules({ id, paths }: ListedChip): Lines {
  const stems = paths.flatMap((each) => moduleFile.exec(each)?.[1] ?? []);
  if (stems.length === 0) return [];
  return [rust`${stringLiteral(plainStem(id))}: ${join(stems.sort().map(identifier), rust` `)};`];
}

const moduleFile = new RegExp(`^${crateFolder}/src/([^/]+)\\.rs$`);

/** The trait that the project names, else Tock's; undefined for a trait in the crate itself. */
function foreignTrait(traitPath: string | undefined): ForeignTrait | undefined {
  const path = (traitPath ?? tockTrait).replace(/^::/, "");
  const [crate, ...rest] = path.split("::");
  const name = rest.pop();
  if (crate === undefined || name === undefined || ["crate", "self", "super"].includes(crate)) return undefined;
  return { crate, modules: rest, name, path, feature: traitPath === undefined ? "tock" : undefined };
}

function traitLines(foreign: ForeignTrait | undefined, traitPath: string | undefined): Code<"rust">[] {
  if (!foreign) return [];
  const use = rust`pub use ${path(foreign.path)}${foreign.name === "DmaFence" ? rust`` : rust` as DmaFence`};`;
  if (traitPath !== undefined) return [use];
  const feature = stringLiteral(foreign.feature!);
  return [
    rust`#[cfg_attr(feature = ${feature}, allow(dead_code))]`,
    rust`mod dma_fence;`,
    rust``,
    rust`#[cfg(not(feature = ${feature}))]`,
    rust`pub use dma_fence::DmaFence;`,
    rust`#[cfg(feature = ${feature})]`,
    use,
  ];
}

function dependency(foreign: ForeignTrait, folder: string | undefined): Code<"toml">[] {
  if (folder !== undefined) {
    const optional = foreign.feature ? [toml`optional = true`] : [];
    return [toml`${tomlKey(foreign.crate)} = { ${join([toml`path = ${tomlString(folder)}`, ...optional], toml`, `)} }`];
  }
  const parts = [
    toml`package = ${tomlString(packageOf(foreign))}`,
    toml`path = ${tomlString(foreign.crate)}`,
    toml`version = "0.1.0"`,
    ...(foreign.feature ? [toml`optional = true`] : []),
  ];
  return [
    toml`# A stand-in with the trait and nothing else, so that the crate builds anywhere. Point it at the real crate.`,
    toml`${tomlKey(foreign.crate)} = { ${join(parts, toml`, `)} }`,
  ];
}

function packageOf({ crate }: ForeignTrait): string {
  return `fencegen-${crate}-stand-in`;
}

/** Modules around the trait, as rustfmt indents them. */
function nested({ modules, name }: ForeignTrait): Code<"rust">[] {
  const [first, ...others] = modules;
  if (first === undefined) return [rust`pub use the_trait::${identifier(name)};`];
  const inner = others.reduceRight<Code<"rust">[]>(
    (lines, module) => [rust`pub mod ${identifier(module)} {`, ...lines.map((line) => rust`    ${line}`), rust`}`],
    [rust`pub use crate::the_trait::${identifier(name)};`],
  );
  return [rust`pub mod ${identifier(first)} {`, ...inner.map((line) => rust`    ${line}`), rust`}`];
}

/** What Cargo is told of the licence, if the header names one. */
function manifestLicence(licence: readonly string[]): Code<"toml">[] {
  const named = licence.flatMap((line) => /^SPDX-License-Identifier:\s*(.+?)\s*$/.exec(line)?.[1] ?? []);
  return named.slice(0, 1).map((expression) => toml`license = ${tomlString(expression)}`);
}
