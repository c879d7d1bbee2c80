// Shipped descriptions are read as the command reads them: parsed when it was built, which is most of what a test would wait for. A text
// that a test has changed is parsed.
import { join } from "node:path";
import { shippedIn } from "../../generator/load/read-shipped.ts";
import { useShipped } from "../../generator/load/shipped.ts";
import { root } from "./command.ts";

useShipped(shippedIn(join(root, "dist/shipped.json")));
