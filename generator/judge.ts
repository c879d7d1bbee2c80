// A worker that explores fences: what it is sent is judged and sent back. Bundled by itself into dist/judge.js.
import { parentPort } from "node:worker_threads";
import type { FenceTask } from "./verifier/judge.ts";
import { verifyFence } from "./verifier/verify-fence.ts";

parentPort?.on("message", ({ plan, chip, core }: FenceTask) => parentPort?.postMessage(verifyFence(plan, chip, core)));
