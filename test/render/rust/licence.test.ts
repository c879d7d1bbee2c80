// Tock's licence checker: the header's last line is a copyright line, and behind it stands a blank line or an empty comment.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../../support/command.ts";

const crate = join(root, "out/rust");
const files = (readdirSync(crate, { recursive: true }) as string[]).filter((name) => /\.(rs|toml)$/.test(name));

/** What the checker says of a text; undefined where it passes. */
function problemOf(text: string): string | undefined {
  const comments = text.split("\n").map((line) => /^(?:\/\/|#) ?(.*)$/.exec(line)?.[1]);
  if (comments[0] !== "Licensed under the Apache License, Version 2.0 or the MIT License.")
    return "incorrect first line";
  if (comments[1] !== "SPDX-License-Identifier: Apache-2.0 OR MIT") return "wrong SPDX line";
  if (!comments[2]?.startsWith("Copyright ")) return "missing copyright line";
  const end = comments.findIndex((comment, line) => line > 2 && !comment?.startsWith("Copyright "));
  return text.split("\n")[end]!.trim() === "" || comments[end] === "" ? undefined : "missing blank line after header";
}

it("finds nothing in an emitted file", () => {
  expect(files.length).toBeGreaterThan(60);
  for (const file of files) expect(problemOf(readFileSync(join(crate, file), "utf8")), file).toBeUndefined();
});

it("is taken for what it is", () => {
  const text = readFileSync(join(crate, "src/lib.rs"), "utf8");
  expect(problemOf(text.replace("\n\n", "\n"))).toBe("missing blank line after header");
  expect(problemOf(text.replace("OR MIT", "or MIT"))).toBe("wrong SPDX line");
});
