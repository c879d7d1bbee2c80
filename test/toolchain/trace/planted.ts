// Mistakes that somebody could make in a template or a description, as changes of an emitted Rust file.

/** @returns the text as it was where the mistake cannot be made */
export type Plant = (rust: string) => string;

const barrier = /^ *"(?:dsb \w+|dmb \w+|fence [^"]+|th\.sync\S*)",\n/m;
const barriers = new RegExp(barrier, "gm");

const replace =
  (pattern: RegExp, replacement: string | ((...groups: string[]) => string)): Plant =>
  (rust) =>
    rust.replace(pattern, replacement as string);

const replaceOneOf =
  (pairs: readonly (readonly [string, string])[]): Plant =>
  (rust) => {
    const pair = pairs.find(([from]) => rust.includes(`"${from}`));
    return pair ? rust.replace(`"${pair[0]}`, `"${pair[1]}`) : rust;
  };

const doubled = (...groups: string[]) => `${groups[1]}${2 * Number(groups[2])}`;

export const plants: Readonly<Record<string, Plant>> = {
  "a register 4 bytes further": replace(
    /^(const \w+: usize = )(0x[0-9A-F_]+);/m,
    (_, start, address) => `${start}0x${(BigInt(address!.replaceAll("_", "")) + 4n).toString(16)};`,
  ),
  "another register's offset": replace(/= const (\w+) - (\w+),/, "= const 2 * ($1 - $2),"),
  "a loop that runs once more at the end of a line": replaceOneOf([
    ["bhi ", "bhs "],
    ["b.hi ", "b.hs "],
    ["bgtz ", "bgez "],
  ]),
  "a loop that ends where it must go on": replaceOneOf([
    ["bhi ", "bmi "],
    ["b.hi ", "b.mi "],
    ["bgtz ", "bltz "],
  ]),
  "the first barrier dropped": replace(barrier, ""),
  "the last barrier dropped": (rust) => {
    const last = [...rust.matchAll(barriers)].at(-1);
    return last ? rust.slice(0, last.index) + rust.slice(last.index + last[0].length) : rust;
  },
  "a barrier that nobody asked for": (rust) =>
    rust.replace('"/* {buffer} */",', (text) => `${text}\n                ${superfluousBarrier(rust)},`),
  "another barrier": replaceOneOf([
    ["dsb sy", "dmb sy"],
    ["dmb sy", "dmb st"],
    ["dmb ld", "dmb st"],
    ["fence w, io", "fence w, o"],
    ["fence rw, io", "fence w, io"],
    ["th.sync.s", "th.sync"],
  ]),
  "another operation": replaceOneOf([
    ["dc civac", "dc cvau"],
    ["dc cvac", "dc cvau"],
    ["cbo.clean", "cbo.inval"],
    ["th.dcache.cpa ", "th.dcache.cpal1 "],
    ["mcr p15, 0, {line}, c7, c10, 1", "mcr p15, 0, {line}, c7, c11, 1"],
  ]),
  "a barrier on the other side of its loop": swapBarrierAndLoop,
  "lines of twice their size": replace(/("adds?i? \{line\}, \{line\}, #?)(\d+)/, doubled),
  "a countdown by two lines": replace(/("(?:subs|addi) \{remaining\}, \{remaining\}, (?:#|-))(\d+)/, doubled),
  "a loop that ends at the last byte": replace(/(let last_\w+ = .*\.addr\(\)) & !\d+;/, "$1;"),
  "no return for a buffer without bytes": replace(/^ {8}if bytes == 0 \{\n\s*return;\n\s*\}\n/m, ""),
  "lines counted from the length alone": replace(/= bytes\.wrapping_add\(start\.addr\(\) & \d+\);/, "= bytes;"),
  "elements taken for bytes": replace(
    /^( {8}let bytes = buf\.len\(\))\.wrapping_mul\(size_of::<T>\(\)\)(?=;(?:(?!\n {4}\}\n)[\s\S])*?let (?:span_\w+ = |last_\w+ = start\.wrapping_add\()bytes)/m,
    "$1",
  ),
  "a line's start not rounded": replace(/start\.map_addr\(\|address\| address & !\d+\)/, "start"),
  "the wrong value stored": replace(/"str \{line\},/, '"str {remaining},'),
  "completion forgotten": replace(/^ *"str \{zero\}.*\n/m, '                "/* {zero} */",\n'),
  "a 16-bit store": replace(/"str \{line\},/, '"strh {line},'),
};

function superfluousBarrier(rust: string): string {
  if (rust.includes('target_arch = "x86')) return '"mfence"';
  return rust.includes('target_arch = "riscv') ? '"fence"' : '"dsb sy"';
}

/** Moves the first barrier that stands beside a loop to the loop's other side. */
function swapBarrierAndLoop(rust: string): string {
  const lines = rust.split("\n");
  const code = lines.flatMap((line, index) =>
    /^\s*"/.test(line) && !/option (push|pop|arch)/.test(line) ? [index] : [],
  );
  const label = code.findIndex((index) => /^\s*"\d:",$/.test(lines[index]!));
  const branch = code.findIndex((index) => / \d+b",$/.test(lines[index]!));
  if (label === -1 || branch === -1) return rust;
  const isBarrier = (position: number) => barrier.test(`${lines[code[position]!] ?? ""}\n`);
  const [from, to] = isBarrier(label - 1) ? [label - 1, branch + 1] : [branch + 1, label];
  if (!isBarrier(from)) return rust;
  const source = code[from]!;
  const target = from < to ? code[branch]! + 1 : code[label]!;
  const scoped = /th\.sync/.test(lines[source]!)
    ? ['".option push",', '".option arch, +xtheadsync",', lines[source]!, '".option pop",']
    : [lines[source]!];
  const moved = [...lines.slice(0, target), ...scoped, ...lines.slice(target)];
  moved.splice(source + (source >= target ? scoped.length : 0), 1);
  return moved.join("\n");
}
