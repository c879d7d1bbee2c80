// The process's part that makes and judges inputs; run-fuzz.mjs watches it.
import "../../generator/bench/load-typescript.mjs";

const { work } = await import("./work.ts");
await work();
