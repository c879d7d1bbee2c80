// The processors of a device tree. Binding: the Devicetree Specification v0.4, 3.8.
import { type TreeNode, textsOf } from "./flattened-tree.ts";

export function cpuNodes(root: TreeNode): TreeNode[] {
  const cpus = root.children.find(({ name }) => name === "cpus");
  return (cpus?.children ?? []).filter(
    (node) => /^cpu@|^cpu$/.test(node.name) && node.properties.has("compatible") && !isOff(node),
  );
}

/** Off for good: one that another core starts is `disabled` as well, and says how it is started. */
export function isOff(cpu: TreeNode): boolean {
  return textsOf(cpu, "status").includes("disabled") && !cpu.properties.has("enable-method");
}

/** What says only that there is some core. */
const noCore = new Set(["riscv", "arm,armv8", "arm,armv7", "simple-bus"]);

export function namesOfCpu(cpu: TreeNode): string[] {
  return textsOf(cpu, "compatible").filter((name) => !noCore.has(name));
}
