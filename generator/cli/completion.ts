import { howToUse, scripts } from "../completion/scripts.ts";
import { shells } from "../completion/wanted.ts";
import { didYouMean } from "../diagnostics/nearest.ts";
import { type Command, printJson } from "./environment.ts";
import { UsageError } from "./run-pipeline.ts";

export const completion: Command = {
  name: "completion",
  arguments: "<shell>",
  summary: "print what makes bash, zsh or fish complete commands, options, chips, fences and steps",
  details: [
    "Put it to use with one line in what the shell reads when it starts:",
    ...shells.map((shell) => `  ${howToUse[shell]}`),
  ],
  options: ["json"],
  examples: [["fencegen completion bash", "prints the script"]],
  positionals: [1, 1],
  run([name = ""], options, environment) {
    const shell = shells.find((each) => each === name);
    if (shell === undefined)
      throw new UsageError(
        `no completion for the shell \`${name}\`${didYouMean(name, shells)}; there are ${shells.join(", ")}`,
      );
    const script = scripts[shell];
    if (options.json) printJson({ shell, script, diagnostics: [] }, environment);
    else environment.out(script.trimEnd());
    return 0;
  },
};
