// Every output language. A new one is a folder beside these, its templates, and a name here.
import type { Printer } from "./printer.ts";
import { rustPrinter } from "./rust/printer.ts";
import { typeScriptPrinter } from "./typescript/printer.ts";

export const printers: readonly Printer[] = [rustPrinter, typeScriptPrinter];
