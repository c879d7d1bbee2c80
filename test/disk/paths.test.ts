// Paths on systems with either separator, and with disks that take small letters for capitals.
import { posix, win32 } from "node:path";
import { describe, expect, it } from "vitest";
import { isWithin, shownFrom, slashed } from "../../generator/disk/paths.ts";

describe("a folder holds", () => {
  it.each<[outer: string, inner: string, is: boolean]>([
    ["/a/b", "/a/b", true],
    ["/a/b", "/a/b/c.yaml", true],
    ["/a/b", "/a/bc/d.yaml", false],
    ["/a/b", "/a", false],
    ["/a/b", "/a/b/..c/d", true],
    ["/a/b", "/A/b/c", false],
    ["/", "/a", true],
    ["/a/b", "/a/b/x\\..\\..\\y", true],
  ])("under POSIX, %s: %s is %s", (outer, inner, is) => {
    expect(isWithin(outer, inner, posix)).toBe(is);
  });

  it.each<[outer: string, inner: string, is: boolean]>([
    ["C:\\a\\b", "C:\\a\\b\\c.yaml", true],
    ["C:\\a\\b", "C:/a/b/c.yaml", true],
    ["C:\\a\\b", "c:\\A\\B\\c.yaml", true],
    ["C:\\a\\b", "C:\\a\\bc", false],
    ["C:\\a\\b", "C:\\a", false],
    ["C:\\a\\b", "D:\\a\\b\\c", false],
    ["C:\\", "C:\\a", true],
    ["\\\\host\\share\\a", "\\\\host\\share\\a\\b", true],
    ["\\\\host\\share\\a", "\\\\host\\other\\a\\b", false],
  ])("under Windows, %s: %s is %s", (outer, inner, is) => {
    expect(isWithin(outer, inner, win32)).toBe(is);
  });
});

it.each<[platform: typeof posix, folder: string, path: string, shown: string]>([
  [posix, "/p", "/p/chips/a.yaml", "chips/a.yaml"],
  [posix, "/p", "/p", "/p"],
  [posix, "/p/q", "/p/chips/a.yaml", "../chips/a.yaml"],
  [posix, "/a/b/c/d", "/a/x", "/a/x"],
  [posix, "/a/b/c", "/a/.../x", "../../.../x"],
  [posix, "/p", "/p/a\\b.yaml", "a\\b.yaml"],
  [win32, "C:\\p", "C:\\p\\chips\\a.yaml", "chips/a.yaml"],
  [win32, "C:\\p", "c:\\P\\chips\\a.yaml", "chips/a.yaml"],
  [win32, "C:\\p\\q", "C:\\p\\chips\\a.yaml", "../chips/a.yaml"],
  [win32, "C:\\a\\b\\c\\d", "C:\\a\\x", "C:/a/x"],
  [win32, "C:\\p", "D:\\p\\a.yaml", "D:/p/a.yaml"],
])("what is shown of a path is the same on every system (%#)", (platform, folder, path, shown) => {
  expect(shownFrom(folder, path, platform)).toBe(shown);
});

it("git has forward slashes, and a backslash is a part of a name where it separates nothing", () => {
  expect(slashed("a\\b", win32)).toBe("a/b");
  expect(slashed("a\\b", posix)).toBe("a\\b");
});
