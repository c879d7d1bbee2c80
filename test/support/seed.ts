// The same random cases in every run, so that a failure in continuous integration is a change's own. Give another
// FENCEGEN_TEST_SEED to look further.
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["FENCEGEN_TEST_SEED"] ?? 1) });
