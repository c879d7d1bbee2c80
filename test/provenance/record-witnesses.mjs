// `node test/provenance/record-witnesses.mjs FOLDER [chip…]`: makes the records in witnesses/ anew, from clones of the
// repositories that witnesses/files.yaml names. witnesses/README.md says more.
import "../../generator/bench/load-typescript.mjs";

const { recordWitnesses } = await import("./record-witnesses.ts");
const [folder, ...chips] = process.argv.slice(2);
if (folder === undefined) {
  console.error("Usage: node test/provenance/record-witnesses.mjs FOLDER [chip…]");
  process.exit(64);
}
recordWitnesses(folder, chips, console.log);
