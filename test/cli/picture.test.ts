// `fencegen picture`: which execution it draws, and what it says where there is none.
import { expect, it } from "vitest";
import { fencegen } from "../support/command.ts";

const picture = (...args: string[]) => fencegen(["picture", ...args]);

it("draws what goes wrong without a step", () => {
  const { code, stdout, stderr } = picture("stm32h743", "--without", "acquire:2", "--theme", "light");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(
    /^<svg [\s\S]*<title [^>]*>Stm32h743DmaFence without acquire step 2<\/title>[\s\S]*<\/svg>\n$/,
  );
  expect(stdout).toContain("inbound broken; prevented by acquire step 2, dsb sy");
  expect(stdout).not.toContain("var(");
});

it("draws a hand-over as it should be where nothing is left out", () => {
  const { code, stdout } = picture("stm32h743", "--json");
  expect(code).toBe(0);
  const answer = JSON.parse(stdout);
  expect(answer).toMatchObject({ fence: "Stm32h743DmaFence", change: "none" });
  expect(answer).not.toHaveProperty("property");
  expect(answer.svg).toContain("nothing goes wrong");
});

it("says why there is nothing to draw", () => {
  const { code, stdout, stderr } = picture("stm32h743", "--without", "acquire:1");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("There is no execution to draw: ");
});

it.each([
  [["stm32h743", "--theme", "page"], "--theme page is none; there are light, dark, auto"],
  [["stm32h743", "--without", "acquire"], "--without names a step, such as release:3"],
  [["stm32h743", "--without", "acquire:99"], "and no step 99"],
  [["zynq7000"], "--fence must name one of the chip's fences"],
])("refuses %j", (args, message) => {
  const { code, stderr } = picture(...args);
  expect(code).toBe(64);
  expect(stderr).toContain(message);
});
