// What makes a workflow safe, held against the files: nothing of an event is spelled into a script, permissions are few, whatever others
// wrote is pinned to a commit, and where a token may write nothing of a pull request is checked out.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { commands } from "../../generator/cli/commands.ts";
import { root } from "../support/command.ts";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly on: unknown;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[]; readonly permissions?: unknown }>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

const read = <T>(path: string) => parse(readFileSync(join(root, path), "utf8")) as T;
const actions = [".github/actions/fencegen/action.yml", ".github/actions/fencegen/comment/action.yml"];
const workflows = ["test/examples/pull-request.yml", "test/examples/pull-request-from-fork.yml"];
const stepsOf = (path: string): readonly Step[] =>
  actions.includes(path)
    ? read<Action>(path).runs.steps
    : Object.values(read<Workflow>(path).jobs).flatMap(({ steps }) => steps);

it("these are all actions and all workflows for pull requests", () => {
  const folder = join(root, ".github");
  const found = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => /\.ya?ml$/.test(name));
  expect(found.map((name) => `.github/${name}`).sort()).toEqual([...actions].sort());
});

describe.each([...actions, ...workflows])("%s", (path) => {
  const steps = stepsOf(path);

  it("spells nothing into a script", () => {
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
  });

  it("hands no text of an event to a step", () => {
    for (const { env, with: inputs } of steps)
      for (const value of Object.values({ ...env, ...inputs }))
        expect(String(value)).not.toMatch(/github\.(event|head_ref)\b/);
  });

  it("uses what others wrote at a commit, with its version beside it", () => {
    const text = readFileSync(join(root, path), "utf8");
    for (const { uses } of steps) {
      if (uses === undefined) continue;
      if (uses.startsWith("./")) expect(actions).toContain(`${uses.slice(2)}/action.yml`);
      else {
        expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
        expect(text).toMatch(new RegExp(`${uses} # v\\d+\\.\\d+\\.\\d+\n`));
      }
    }
  });
});

describe.each(actions)("%s", (path) => {
  const { inputs, runs } = read<Action>(path);

  it("names a shell for each script, says what each input is, and uses each", () => {
    const text = readFileSync(join(root, path), "utf8");
    expect(runs.using).toBe("composite");
    for (const { run, shell } of runs.steps) if (run !== undefined) expect(shell).toBe("bash");
    for (const [name, { description, default: value }] of Object.entries(inputs)) {
      expect(description).toMatch(/^[A-Z]/);
      expect(value).toEqual(expect.any(String));
      expect(text, name).toContain(`inputs.${name} `);
    }
  });

  it("runs files that are there", () => {
    const scripts = runs.steps.flatMap(({ run }) => /\$GITHUB_ACTION_PATH\/(\S+?)"/.exec(run ?? "")?.[1] ?? []);
    expect(scripts).not.toEqual([]);
    for (const script of scripts) expect(existsSync(join(root, dirname(path), script)), script).toBe(true);
  });
});

describe.each(workflows)("%s", (path) => {
  const workflow = read<Workflow>(path);
  const checkouts = stepsOf(path).filter(({ uses }) => uses?.startsWith("actions/checkout@"));

  it("leaves no token in the clone", () => {
    expect(checkouts).toHaveLength(1);
    for (const { with: inputs } of checkouts) expect(inputs).toMatchObject({ "persist-credentials": false });
  });

  it("asks for no more than the comment and the artefact need", () => {
    const { contents, actions: artefacts, "pull-requests": comment, ...others } = workflow.permissions!;
    expect([contents, comment, others]).toEqual(["read", "write", {}]);
    expect(artefacts).toBe(path.includes("fork") ? "read" : undefined);
    for (const job of Object.values(workflow.jobs)) expect(job.permissions).toBeUndefined();
  });
});

it("the workflow with the token for forks follows the other one, and checks out and runs nothing of theirs", () => {
  const [first, second] = workflows.map((path) => read<Workflow & { readonly name: string }>(path));
  expect(first!.on).toBe("pull_request");
  expect(second!.on).toEqual({ workflow_run: { workflows: [first!.name], types: ["completed"] } });
  for (const { with: inputs, run } of stepsOf(workflows[1]!)) {
    expect(inputs ?? {}).not.toHaveProperty("ref");
    expect(inputs ?? {}).not.toHaveProperty("repository");
    expect(run).toBeUndefined();
  }
});

it("the hooks for pre-commit are of its form, and call commands that there are", () => {
  const hooks = read<Record<string, unknown>[]>(".pre-commit-hooks.yaml");
  expect(hooks.map(({ id }) => id)).toEqual(["fencegen-validate", "fencegen-generate", "fencegen-check"]);
  const { bin } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { bin: Record<string, string> };
  for (const hook of hooks) {
    expect(hook).toEqual({
      id: expect.any(String),
      name: expect.any(String),
      description: expect.stringMatching(/\.$/),
      entry: expect.any(String),
      language: "node",
      files: expect.any(String),
      pass_filenames: false,
    });
    const [program, command, ...more] = (hook["entry"] as string).split(" ");
    expect(Object.keys(bin)).toContain(program);
    expect(commands.map(({ name }) => name)).toContain(command);
    expect(more).toEqual([]);
    const files = new RegExp(hook["files"] as string);
    for (const path of ["chips/a.yaml", "board/chips/cores/a.yml"]) expect(files.test(path), path).toBe(true);
    for (const path of ["README.md", "src/chips.rs"]) expect(files.test(path), path).toBe(false);
    expect(files.test("out/rust/src/a.rs")).toBe(command === "check");
  }
});

it("the documents name the workflows and the hooks", () => {
  const text = ["review-a-diff", "commands"]
    .map((name) => readFileSync(join(root, `templates/site/pages/${name}.md`), "utf8"))
    .join();
  for (const path of [...workflows, ".pre-commit-hooks.yaml"]) expect(text).toContain(path);
});
