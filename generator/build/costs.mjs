// What the benchmark measured, out of the tables of RESULTS.md, so that the site can show it.

/** By name of the fence: lengths in bytes, and for each sequence the instructions that are executed for them. */
export function costsOf(markdown) {
  // What follows is measured with another choice than a project has that makes none.
  const [ofDefaults] = markdown.split("## With `optimize: speed`");
  const sections = ofDefaults.split(/^## /m).slice(1);
  return Object.fromEntries(
    sections.flatMap((section) => {
      const [heading, ...lines] = section.split("\n");
      const tables = lines.filter((line) => line.startsWith("|")).map(cellsOf);
      const [head] = tables;
      const target = /; measured for `([^`]+)`/.exec(section)?.[1];
      // The first sections, and those about one choice of the compiler's, are of no fence.
      if (target === undefined || head?.[2] !== "bytes") return [];
      const rows = tables.slice(2).map(([name, method, , ...more]) => ({
        name: name.replaceAll("`", ""),
        method,
        instructions: more.slice(0, -1).map(Number),
      }));
      const lengths = head.slice(3, -1).map(Number);
      if (rows.some(({ instructions }) => instructions.length !== lengths.length || instructions.some(Number.isNaN)))
        throw new Error(`${heading}: a figure is missing`);
      return heading.split(", ").map((name) => [name, { target, lengths, rows }]);
    }),
  );
}

function cellsOf(line) {
  return line
    .slice(1, -1)
    .split("|")
    .map((cell) => cell.trim());
}
