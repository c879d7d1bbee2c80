import { join, resolve } from "node:path";
import { Diagnostics } from "../diagnostics/diagnostic.ts";
import { projectFileName } from "../notation/names.ts";
import type { KnownChip, KnownFence } from "../project/known-chip.ts";
import type { ProjectChips } from "../project/project-chips.ts";
import { wantedOutputs } from "../project/wanted-outputs.ts";
import type { FindingPlace } from "../report/finding.ts";
import { fullEffort } from "../verifier/effort.ts";
import { fenceUnderTest } from "../verifier/fence-under-test.ts";
import { type FenceTask, judgeHere } from "../verifier/judge.ts";
import { modelLimits } from "../verifier/limits.ts";
import { counterexampleOf, replayNamed } from "../verifier/replay-named.ts";
import type { Replay } from "../verifier/replayed.ts";
import { traceText } from "../verifier/trace.ts";
import { brokenProperty, type FenceVerdict } from "../verifier/verify-fence.ts";
import { Below } from "../write/below.ts";
import { realDisk } from "../write/disk.ts";
import type { WantedFile, WantedOutputs } from "../write/output-set.ts";
import { rememberVerdicts, verdictsName } from "../write/verdicts.ts";
import { compareEmitted, type EmittedFile } from "./emitted-fences.ts";
import { type Command, type CommandOptions, type Environment, logDiagnostics, outProse } from "./environment.ts";
import { executionLinks } from "./execution-links.ts";
import { reportObstacles, shownOutput } from "./generate.ts";
import { type DistinctFence, distinctFences, judgeFences, ofShard, type Shard, taskOf } from "./judge-fences.ts";
import { outFolder } from "./out-folder.ts";
import { printPromela } from "./promela.ts";
import { printReport, type Report } from "./report.ts";
import { projectSettings, shownPath, surveyFor, UsageError } from "./run-pipeline.ts";
import { counted } from "./table.ts";
import { verifyReport } from "./verify-report.ts";
import { type Result, resultJson, resultText, stands } from "./verify-results.ts";

export const verify: Command = {
  name: "verify",
  arguments: "[chip…]",
  summary: "prove the fences of all chips, or of those named, against the memory model",
  details: [
    "Explores every execution that the model allows: each fence must be sound, and a transfer possible. A step or an",
    "obligation that no execution needs is noted, and with --strict an error. Also compares the chip's files in out/, Rust and TypeScript, byte for byte with what",
    "the proven plan prints. They are read and never run. In JSON, `emittedFiles` has each file's `state` (`agrees`,",
    "`differs`, `not generated`), and `emittedClassAgrees` says of the TypeScript one whether it agrees, if it is there.",
    "How far it has come is told on the standard error. Ctrl-C ends it: what was judged until then is reported and kept, and it exits",
    "with 130; the next run explores the rest.",
    "A fence found unsound is remembered beside the chips, and generate refuses it until it is verified again.",
    `A fence is undecided, which exits with 1, where one scenario has more than ${fullEffort.scenario} states, all together more than`,
    `${fullEffort.fence}, or all changes to it ${fullEffort.changes}.`,
    "With --promela it prints, of one fence and one way in which masters are connected, the scenarios as a Promela model that Spin",
    "explores, made from the same facts by other code: a second witness. In JSON, `scenarios` has their names, by number.",
  ],
  options: [
    "chips",
    "out",
    "trace",
    "strict",
    "jobs",
    "shard",
    "promela",
    "fence",
    "scenario",
    "without",
    "format",
    "json",
  ],
  examples: [
    ["fencegen verify", "all chips"],
    ["fencegen verify stm32h743 --trace", "also show what goes wrong without each step"],
    ["fencegen verify --promela stm32h743 --without release:3", "a model in which Spin finds what that step is for"],
  ],
  positionals: [0, Number.POSITIVE_INFINITY],
  async run(ids, options, environment) {
    if (options.promela) {
      if (!["text", "json"].includes(options.format))
        throw new UsageError(`verify: --promela prints a model or JSON, and not --format ${options.format}`);
      return printPromela(ids, options, environment);
    }
    for (const name of ["fence", "scenario", "without"] as const)
      if (options[name]?.length) throw new UsageError(`verify: --${name} goes with --promela`);
    const visited = new Map<string, FenceTask>();
    const { project, render } = surveyFor(
      {
        ids,
        visit({ planned, known }) {
          for (const [index, { planKey }] of known.fences.entries())
            if (!visited.has(planKey)) visited.set(planKey, taskOf(planned, planned.fences[index]!));
        },
      },
      options,
      environment,
    );
    const { diagnostics } = project;
    const shard = shardOf(options);
    const chipsFolder = resolve(environment.workingFolder, options.chips);
    const distinct = distinctFences(project, visited);
    const chosen = ofShard([...distinct.values()], shard);
    const { judged, isInterrupted } = await judgeUntilInterrupted(chosen, threadsOf(options), environment);
    const open = chosen.filter(({ key }) => !judged.has(key));
    const shown = (path: string) => shownPath(path, environment);
    const below = new Below(outFolder(options, environment), environment.host.disk ?? realDisk);
    const isComparable = areSettingsRight(diagnostics);
    const filesOf = instructionFiles(project, wantedOutputs(project, ids, render, environment.host.projects));
    const found = new Map<string, string | undefined>();
    const results: Result[] = [];
    for (const chip of project.chips) {
      const isEmitted = isComparable && chip.fences.length > 0;
      const emitted = isEmitted ? filesOf(chip).map((file) => emittedAt(below, file)) : undefined;
      if (emitted) reportDifferences(emitted, diagnostics, options, environment);
      for (const fence of chip.fences) results.push(...resultOf(chip, fence, emitted));
    }
    const unsound = rememberVerdicts({ chipsFolder, shown }, found, diagnostics);
    const isEveryFence = ids.length === 0 && !shard && !diagnostics.hasErrors && !isInterrupted;
    // Kept, so that they are refused if the facts go back; there is nothing to mend.
    const ofNoFence = isEveryFence ? [...unsound.keys()].filter((key) => !judged.has(key)).length : 0;
    const fallen = results.filter(({ verdict }) => !stands(verdict, options.strict));
    const failed = diagnostics.hasErrors || fallen.length > 0;
    const problems = diagnostics.sorted();
    const siteUrl = projectSettings(environment, new Diagnostics())?.settings.siteUrl;
    const linkTo = executionLinks(siteUrl, (planKey) => distinct.get(planKey)!.task());
    const report: Report = {
      ...verifyReport({
        diagnostics: problems,
        results,
        isStrict: options.strict,
        open: open.length,
        replayOf: ({ planKey, verdict }) => firstReplay(distinct.get(planKey)!, verdict),
        linkTo,
        placeOf: (chip) => placeOf(chip, project),
      }),
      answer: () => ({
        results: results.map(resultJson),
        distinct: judged.size,
        limits: modelLimits,
        ...(isInterrupted && { notJudged: open.map(({ chip, name }) => ({ chip, fence: name })) }),
        ...(ofNoFence > 0 && { unsoundOfNoFence: ofNoFence }),
        diagnostics: problems,
      }),
    };
    if (!printReport(report, options, environment)) {
      logDiagnostics(problems, environment);
      for (const result of results) environment.out(resultText(result, options, environment.columns?.out, linkTo));
      // Where nothing could be judged, there is nothing to sum up.
      if (results.length > 0) {
        const total = [...judged.values()].reduce(
          (sum, { verdict: { mutants } }) => ({
            total: sum.total + mutants.total,
            killed: sum.killed + mutants.killed,
          }),
          { total: 0, killed: 0 },
        );
        outProse(
          `\n${counted(results.length, "fence")}${judged.size === results.length ? "" : `, ${judged.size} of them distinct`}; mutants killed ${total.killed}/${total.total}.`,
          environment,
        );
        const limits = modelLimits.flatMap(({ limit, driver }) => [`- ${limit}`, `  Drivers: ${driver}`]);
        outProse(["The model does not contain:", ...limits].join("\n"), environment);
      }
      if (ofNoFence > 0)
        environment.log(
          `${shown(join(chipsFolder, verdictsName))} also remembers ${counted(ofNoFence, "unsound plan")} of no fence that is described now, and refuses ${ofNoFence === 1 ? "it" : "them"} if the facts go back.`,
        );
    }
    if (isInterrupted) {
      const kept = environment.host.verdicts ? "; what was judged is kept, and not explored again" : "";
      environment.log(
        `Interrupted: ${open.length === 0 ? "every fence was judged" : `${counted(open.length, "fence")} not judged`}${kept}.`,
      );
      return 130;
    }
    return failed ? 1 : 0;

    /** None for a fence of another part. */
    function resultOf({ id }: KnownChip, { name, planKey }: KnownFence, emitted: Result["emitted"]): Result[] {
      const known = judged.get(planKey);
      if (!known) return [];
      const { verdict, milliseconds } = known;
      const first = distinct.get(planKey)!;
      const isFirst = first.chip === id && first.name === name;
      const broken = brokenProperty(verdict);
      // What is undecided is as if it had never been verified.
      if (broken || verdict.sound) found.set(planKey, broken);
      return [
        {
          chip: id,
          planKey,
          fence: name,
          verdict,
          emitted,
          milliseconds: isFirst ? milliseconds : 0,
          sameAs: isFirst ? undefined : verdict.fence,
          exploredFor: first.chip,
        },
      ];
    }
  },
};

/** Ctrl-C ends the exploration, and what was judged before is the answer. */
async function judgeUntilInterrupted(
  chosen: readonly DistinctFence[],
  threads: number | undefined,
  { host, onlooker, paint }: Environment,
) {
  const interruption = host.interruption?.();
  const stop = interruption?.stop;
  try {
    const judge = host.judge?.(threads) ?? judgeHere;
    const judged = await judgeFences(chosen, judge, host.verdicts, { onlooker, paint, stop });
    return { judged, isInterrupted: stop?.aborted === true };
  } finally {
    interruption?.letGo();
  }
}

/** The first counterexample of a fence as it is, step by step; undefined where its scenario is not the only one of its name. */
function firstReplay(distinct: DistinctFence, { counterexamples }: FenceVerdict): Replay | undefined {
  const [example] = counterexamples;
  if (!example) return undefined;
  const { plan, chip, core } = distinct.task();
  const { scenario, schedule } = example;
  const replay = replayNamed(fenceUnderTest(plan, chip, core), { change: undefined, scenario, schedule });
  const isSame = !("doesNotReplay" in replay) && traceText(counterexampleOf(replay)) === traceText(example);
  return isSame ? replay : undefined;
}

/** Where a chip's description names it. */
function placeOf(chip: string, { detailsOf }: ProjectChips): FindingPlace {
  const { file } = detailsOf(chip);
  const { offsetsOf, placeOf: rangeOf } = file.positions();
  return { path: file.path, range: rangeOf(...offsetsOf(["chip"], "value")).range };
}

/** @throws {UsageError} for what is no part of a number of parts */
function shardOf({ shard }: CommandOptions): Shard | undefined {
  if (shard === undefined) return undefined;
  const [, index, of] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(shard) ?? [];
  if (of === undefined || Number(index) > Number(of))
    throw new UsageError(`verify: --shard ${shard} is no part; 1/3 is the first of three`);
  return { index: Number(index), of: Number(of) };
}

function threadsOf({ jobs }: CommandOptions): number | undefined {
  if (jobs === undefined) return undefined;
  if (!/^[1-9]\d{0,2}$/.test(jobs)) throw new UsageError(`verify: --jobs ${jobs} is no number from 1 to 999`);
  return Number(jobs);
}

/** Where the settings of the project are wrong, nobody knows how its files shall look. */
function areSettingsRight(diagnostics: Diagnostics): boolean {
  return !diagnostics.pathsWithErrors().has(projectFileName);
}

/** Which files hold instructions of a chip's fences: its own, and those that it shares, as far as it is known what these hold. */
function instructionFiles({ chips, isSharedKnown }: ProjectChips, { chips: files, shared }: WantedOutputs) {
  const own = new Map(files.map((chip) => [chip.id, chip.files]));
  const common = isSharedKnown && chips.some(({ sharedPaths }) => sharedPaths.length > 0) ? shared([]) : [];
  return ({ id, sharedPaths }: KnownChip): readonly WantedFile[] => [
    ...own.get(id)!,
    ...common.filter(({ path }) => sharedPaths.includes(path)),
  ];
}

/** What files shall hold is asked for only where another text is found. */
function emittedAt(below: Below, { path, hash: wantedHash, content }: WantedFile): EmittedFile {
  if (below.holds(path, wantedHash)) return { path, state: "agrees" };
  return compareEmitted(below, { path, content: content() });
}

function reportDifferences(
  emitted: readonly EmittedFile[],
  diagnostics: Diagnostics,
  options: CommandOptions,
  environment: Environment,
): void {
  const obstacles = new Map(emitted.flatMap(({ obstacle }) => (obstacle ? [[obstacle.path, obstacle]] : [])));
  reportObstacles([...obstacles.values()], options, diagnostics, environment);
  for (const { path, state, firstDifference, obstacle, unreadable } of emitted) {
    if (state !== "differs" || obstacle) continue;
    diagnostics.report("output/differs", {
      message: unreadable
        ? `${unreadable}, and cannot be compared with what fencegen prints for the chip`
        : "from here on, this is not what fencegen prints for the chip",
      path: shownOutput(path, options, environment),
      range: firstDifference && { start: firstDifference, end: firstDifference },
    });
  }
}
