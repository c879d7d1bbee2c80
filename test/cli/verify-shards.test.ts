// The workflow for several machines, played through on this one: each job in a copy of the project, and of what one hands on to
// the next only what the steps name.
import { copyFileSync, cpSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { fencegen, root, temporaryFolder } from "../support/command.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Job {
  readonly needs?: string;
  readonly strategy?: { readonly matrix: { readonly part: readonly number[] } };
  readonly env: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const workflow = parse(readFileSync(join(root, "test/examples/verify-on-several-machines.yml"), "utf8")) as {
  readonly jobs: Readonly<Record<string, Job>>;
};
const chips = ["nrf52840", "fe310-g002", "arty-e21", "apollo3"];

function checkout(): string {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "chips"));
  for (const id of chips) copyFileSync(join(root, `chips/${id}.yaml`), join(folder, `chips/${id}.yaml`));
  return folder;
}

function filesBelow(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => statSync(join(folder, name)).isFile())
    .sort();
}

/** @returns what each `fencegen` of the job printed */
function play({ steps, env }: Job, part: number | undefined, artifacts: Map<string, string>) {
  const folder = checkout();
  const filled = (text: string) => text.replace(/\$\{\{ matrix\.part \}\}/g, String(part));
  return steps.flatMap((step) => {
    const path = join(folder, step.with?.["path"] ?? "");
    if (step.uses?.startsWith("actions/upload-artifact")) {
      const kept = temporaryFolder();
      cpSync(path, kept, { recursive: true });
      artifacts.set(filled(step.with!["name"]!), kept);
    }
    if (step.uses?.startsWith("actions/download-artifact")) {
      const pattern = new RegExp(`^${step.with!["pattern"]!.replace("*", ".*")}$`);
      for (const [name, kept] of artifacts) if (pattern.test(name)) cpSync(kept, path, { recursive: true });
    }
    const [, command] = /^npx fencegen (.*)$/.exec(filled(step.run ?? "")) ?? [];
    return command === undefined
      ? []
      : [{ folder, ...fencegen(command.split(" "), { cwd: folder, env: { ...env, CI: "true" } }) }];
  });
}

it("says on the last machine what one machine would have said, and explores nothing there", () => {
  const artifacts = new Map<string, string>();
  const { explore, verify } = workflow.jobs as { explore: Job; verify: Job };
  expect(verify.needs).toBe("explore");
  const parts = explore.strategy!.matrix.part;
  const said = parts.map((part) => play(explore, part, artifacts)[0]!);
  const fences = (text: string) => text.split("\n").filter((line) => /^[a-z0-9-]+ \w+DmaFence: /.test(line));
  expect(said.map(({ code }) => code)).toEqual(parts.map(() => 0));
  const explored = [...artifacts.values()].map(filesBelow);
  expect(explored.every((names) => names.length > 0)).toBe(true);
  expect(new Set(explored.flat()).size).toBe(explored.flat().length);

  const { folder, ...last } = play(verify, undefined, artifacts)[0]!;
  const alone = fencegen(["verify", "--strict", "--no-cache"], { cwd: checkout() });
  expect(last).toEqual(alone);
  expect(said.flatMap(({ stdout }) => fences(stdout)).sort()).toEqual(fences(last.stdout).sort());
  expect(filesBelow(join(folder, verify.env["FENCEGEN_CACHE"]!, "verdicts"))).toEqual(explored.flat().sort());
});
