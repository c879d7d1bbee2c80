// Lets Node import this repository's TypeScript: `import "./load-typescript.mjs"` before anything else. Node 20 cannot
// strip types itself.
import { register } from "node:module";

register("./strip-types.mjs", import.meta.url);
