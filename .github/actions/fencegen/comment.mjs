// Posts a report as a comment of a pull request, or brings the comment up to date that is there.
//   own    from the pull request's own workflow: the report is what fencegen printed, in Markdown
//   fork   from a workflow that follows one of a fork: the report is an artefact, and whoever sent it may have written anything
// From the environment: TOKEN; REPORT, a file (own), or ARTIFACT, a name (fork); and what GitHub sets for every step.
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const marker = "<!-- fencegen: what this change does to fences -->";
/** GitHub refuses more than 65,536 characters. */
const mostCharacters = 65_000;
/** Of an artefact, packed and unpacked. */
const mostBytes = 1024 * 1024;
const fileInArtifact = "report.txt";

const { GITHUB_API_URL, GITHUB_EVENT_PATH, GITHUB_OUTPUT, GITHUB_REPOSITORY, TOKEN, REPORT, ARTIFACT } = process.env;
const event = JSON.parse(readFileSync(GITHUB_EVENT_PATH, "utf8"));
const [owner, name] = GITHUB_REPOSITORY.split("/").map(encodeURIComponent);
const repository = `${GITHUB_API_URL}/repos/${owner}/${name}`;

/** Not allowed, or not there for this token: no bug of the workflow. */
class Refused extends Error {}

async function ask(url, { method = "GET", body } = {}) {
  const response = await fetch(url, {
    method,
    headers: {
      accept: "application/vnd.github+json",
      authorization: `Bearer ${TOKEN}`,
      "x-github-api-version": "2022-11-28",
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  if ([401, 403, 404].includes(response.status)) throw new Refused(`${method} ${url} answers ${response.status}`);
  if (!response.ok) throw new Error(`${method} ${url} answers ${response.status}`);
  return response;
}

const json = async (url) => (await ask(url)).json();

/** A whole number above zero, whatever an answer says. */
function positive(value, what) {
  if (!Number.isSafeInteger(value) || value <= 0) throw new Error(`${what} is no number`);
  return value;
}

async function post(number, body) {
  const comments = `${repository}/issues/${positive(number, "the pull request")}/comments`;
  for (let page = 1; page <= 30; page++) {
    const found = await json(`${comments}?per_page=100&page=${page}`);
    // Whoever else begins a comment so must not have it overwritten.
    const own = found.find((each) => each.user?.type === "Bot" && String(each.body).startsWith(marker));
    if (own)
      return ask(`${repository}/issues/comments/${positive(own.id, "the comment")}`, {
        method: "PATCH",
        body: { body },
      });
    if (found.length < 100) break;
  }
  return ask(comments, { method: "POST", body: { body } });
}

/** The pull request is what GitHub says of the run. Of forks the event does not name it, so it is looked up by branch and commit. */
async function numberOfRun(run) {
  const sha = String(run.head_sha);
  const named = (run.pull_requests ?? []).filter((each) => each.head?.sha === sha);
  if (named.length === 1) return named[0].number;
  // GitHub names none of a fork that was deleted meanwhile.
  if (!run.head_repository?.owner) return undefined;
  const query = new URLSearchParams({
    state: "open",
    head: `${run.head_repository.owner.login}:${run.head_branch}`,
    per_page: "100",
  });
  const open = await json(`${repository}/pulls?${query}`);
  const found = open.filter((each) => each.head?.sha === sha && each.head?.repo?.id === run.head_repository.id);
  return found.length === 1 ? found[0].number : undefined;
}

async function artifactOf(run) {
  const query = new URLSearchParams({ name: ARTIFACT });
  const { artifacts } = await json(`${repository}/actions/runs/${positive(run.id, "the run")}/artifacts?${query}`);
  const [artifact] = artifacts.filter((each) => each.name === ARTIFACT && !each.expired);
  if (!artifact) return undefined;
  if (!(artifact.size_in_bytes <= mostBytes)) throw new Error(`the artefact has more than ${mostBytes} bytes`);
  const packed = await ask(`${repository}/actions/artifacts/${positive(artifact.id, "the artefact")}/zip`);
  return unpacked(Buffer.from(await packed.arrayBuffer()));
}

/** One file, to a pipe: nothing that is in the archive names a place on the disk. */
function unpacked(zip) {
  if (zip.length > mostBytes) throw new Error(`the artefact has more than ${mostBytes} bytes`);
  const folder = mkdtempSync(join(tmpdir(), "fencegen-"));
  try {
    const path = join(folder, "artifact.zip");
    writeFileSync(path, zip);
    return execFileSync("unzip", ["-p", path, fileInArtifact], { maxBuffer: mostBytes }).toString("utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As text between fences: no name is called, no picture shown, no link followed; and what nobody would see is spelled. */
function asText(report) {
  const spelled = (character) => `\\u{${character.codePointAt(0).toString(16)}}`;
  const visible = report.replaceAll("\r\n", "\n").replace(/[^\P{C}\n]|[\u2028\u2029]/gu, spelled);
  const cut = visible.length > mostCharacters - 1000 ? `${visible.slice(0, mostCharacters - 1000)}\n…` : visible;
  const longest = Math.max(2, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(Math.min(longest + 1, 500));
  // More than that in one place is no report.
  const safe = longest < 500 ? cut : cut.replaceAll("`", "'");
  return `${fence}text\n${safe.trimEnd()}\n${fence}`;
}

async function own() {
  const { pull_request: pull, repository: here } = event;
  if (pull?.head?.repo?.id !== here.id) throw new Refused("the pull request comes from another repository");
  const report = readFileSync(REPORT, "utf8");
  await post(pull.number, `${marker}\n${report.slice(0, mostCharacters - marker.length - 1)}`);
}

async function fork() {
  const { workflow_run: run } = event;
  if (run?.event !== "pull_request") return console.log("The run before was not that of a pull request.");
  const report = await artifactOf(run);
  if (report === undefined) return console.log("The run before left no report.");
  const number = await numberOfRun(run);
  if (number === undefined) return console.log("No pull request is open for the commit of the run before.");
  const from = "The pull request comes from another repository; below is the report of its own run, as text.";
  await post(number, `${marker}\n${from}\n\n${asText(report)}`);
}

const [mode] = process.argv.slice(2);
if (mode === "fork") await fork();
else {
  let posted = true;
  try {
    await own();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    posted = false;
    console.log(`No comment: ${error.message}. The report becomes an artefact.`);
  }
  appendFileSync(GITHUB_OUTPUT, `posted=${posted}\n`);
}
