// What happens in a run, for people and for programs.

/** What a core, a cache or a DMA master did at some time, counted in things that happened. */
export type MachineEvent = { readonly time: number } & (CpuEvent | CacheEvent | DmaEvent);

/** What the CPU did. A load that was performed early has the time at which it was. */
export type CpuEvent = { readonly agent: "CPU" } & (
  | { readonly kind: "call"; readonly text: string }
  | { readonly kind: "barrier"; readonly text: string }
  | { readonly kind: "store-called"; readonly address: bigint; readonly value: number }
  | { readonly kind: "store"; readonly address: bigint; readonly value: number }
  | { readonly kind: "load"; readonly address: bigint; readonly value: number; readonly isEarly: boolean }
  | {
      readonly kind: "maintenance";
      readonly operation: string;
      /** Names of those that it acts on, inner to outer. */
      readonly caches: readonly string[];
      readonly address: bigint;
      readonly lengthBytes: number;
      readonly phase: Phase;
      /** Why nothing that reaches DMA need have come of it, after "which"; left out where it must have. */
      readonly mayMiss?: string;
    }
  | { readonly kind: "completion"; readonly mechanism: string; readonly phase: Phase }
  | { readonly kind: "register"; readonly text: string }
);

/** Most things are performed at once; what takes its time is begun and later done. Early: before what was called before it. */
export type Phase = "at once" | "begun" | "done" | "early";

/** What a cache did by itself with one of its lines. */
export interface CacheEvent {
  readonly agent: "cache";
  readonly kind: "fill" | "eviction";
  readonly cache: string;
  readonly address: bigint;
  readonly lengthBytes: number;
}

/** What a DMA master did. */
export type DmaEvent = { readonly agent: "DMA"; readonly master: string } & (
  | { readonly kind: "dma-read"; readonly address: bigint; readonly value: number }
  | { readonly kind: "dma-write"; readonly address: bigint; readonly value: number }
  | { readonly kind: "note"; readonly text: string }
);

/** An event in words. */
export function wordsOf(event: MachineEvent): string {
  switch (event.kind) {
    case "call":
    case "barrier":
    case "register":
      return event.text;
    case "store-called":
      return `store ${event.value} to ${hex(event.address)}, pending`;
    case "store":
      return `store ${event.value} to ${hex(event.address)}`;
    case "load":
      return `load ${hex(event.address)} gives ${event.value}${event.isEarly ? ", performed early" : ""}`;
    case "maintenance":
      return `${event.operation} of the line at ${hex(event.address)}${event.mayMiss ? `, which ${event.mayMiss}` : ""}${phaseWords(event.phase)}`;
    case "completion":
      return `complete ${event.mechanism}${phaseWords(event.phase)}`;
    case "fill":
    case "eviction":
      return `${event.cache} ${event.kind === "fill" ? "fills" : "evicts"} the line at ${hex(event.address)}`;
    case "dma-read":
      return `${event.master} reads ${event.value} from ${hex(event.address)}`;
    case "dma-write":
      return `${event.master} writes ${event.value} to ${hex(event.address)}`;
    case "note":
      return `${event.master} ${event.text}`;
  }
}

export function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

function phaseWords(phase: Phase): string {
  return phase === "at once" ? "" : phase === "early" ? ", performed early" : `, ${phase}`;
}

/** The columns of a table of events. */
export const agents = ["CPU", "cache", "DMA"] as const;
