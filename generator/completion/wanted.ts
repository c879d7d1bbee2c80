// What may stand at the end of a command line. Decided from a table of words alone, so that the launcher can answer without the command.

/** The commands, as far as completion needs them; the build writes it to `dist/words.json`. */
export interface WordTable {
  readonly commands: readonly CommandWords[];
}

export interface CommandWords {
  readonly name: string;
  /** What its arguments are, of those that have names; none where they are files. */
  readonly takes: readonly Named[];
  readonly flags: readonly FlagWords[];
}

/** What has names that can be listed. */
export type Named = "chip" | "code" | "command" | "fence" | "shell" | "step";

export interface FlagWords {
  readonly flag: string;
  /** Absent where no value follows; a list where it is one of few words; empty where it is a file or free text. */
  readonly value?: Named | readonly string[];
}

/** What is to be offered, each if it begins with what is written already. Nothing at all: names of files. */
export interface Wanted {
  readonly begins: string;
  readonly words: readonly string[];
  readonly named: readonly Named[];
  /** The folder of the chips, as the line says. */
  readonly chipsFolder: string;
  /** The first argument, which is a chip where fences and steps are asked for. */
  readonly first: string | undefined;
}

export const shells = ["bash", "zsh", "fish"] as const;

/** @param words behind the program's name, up to the one in which the cursor stands */
export function wantedAt(words: readonly string[], table: WordTable): Wanted {
  const line = words.slice(0, -1);
  const begins = words.at(-1) ?? "";
  const nothing: Wanted = { begins, words: [], named: [], chipsFolder: "chips", first: undefined };
  const [name] = line;
  if (name === undefined)
    return begins.startsWith("-")
      ? { ...nothing, words: ["--help", "--version"] }
      : { ...nothing, named: ["command"], words: ["help"] };
  if (name === "help") return line.length === 1 ? { ...nothing, named: ["command"] } : nothing;
  const command = table.commands.find((each) => each.name === name);
  if (!command) return nothing;
  const { flags, takes } = command;
  const read = readLine(line.slice(1), flags);
  const here = { ...nothing, chipsFolder: read.values.get("--chips") ?? "chips", first: read.first };
  if (read.pending) {
    const { value } = read.pending;
    return typeof value === "string" ? { ...here, named: [value] } : { ...here, words: value ?? [] };
  }
  if (begins.startsWith("-")) return { ...here, words: flags.map(({ flag }) => flag) };
  return { ...here, named: takes };
}

/** The named values of a line, its first argument, and the flag at its end whose value is still to come. */
function readLine(line: readonly string[], flags: readonly FlagWords[]) {
  const values = new Map<string, string>();
  let first: string | undefined;
  let pending: FlagWords | undefined;
  for (const word of line) {
    if (pending) {
      values.set(pending.flag, word);
      pending = undefined;
      continue;
    }
    const [flag, value] = word.split("=", 2) as [string, string | undefined];
    const known = flags.find((each) => each.flag === flag);
    if (known?.value !== undefined && value === undefined) pending = known;
    else if (value !== undefined) values.set(flag, value);
    else if (!word.startsWith("-")) first ??= word;
  }
  return { values, first, pending };
}

/** Those that begin with what is written, each once. */
export function offered({ begins }: Wanted, words: readonly string[]): string[] {
  return [...new Set(words)].filter((word) => word.startsWith(begins));
}

/** The chips of folders by the names of their files, each once: a description is called as its file. */
export function chipsAmong(fileNames: readonly string[]): string[] {
  const ids = fileNames.flatMap((name) => /^(?!\.|sources\.)(.+)\.yaml$/.exec(name)?.[1] ?? []);
  return [...new Set(ids)].sort();
}
