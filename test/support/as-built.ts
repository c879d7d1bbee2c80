// To be imported before what reads descriptions: those that come with fencegen are then taken as the build has parsed them, as the command
// does, which takes a fraction of the time.
import { join } from "node:path";
import { shippedIn } from "../../generator/load/read-shipped.ts";
import { useShipped } from "../../generator/load/shipped.ts";
import { root } from "./command.ts";

useShipped(shippedIn(join(root, "dist/shipped.json")));
