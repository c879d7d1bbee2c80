import { join } from "node:path";
import { it } from "vitest";
import { verifyDriver } from "../../generator/trial/verify-driver.ts";
import { root } from "../support/command.ts";
import { planOf } from "../support/pipeline.ts";
import { eventTable } from "../../generator/simulator/trace/events.ts";
import { coreOf } from "../../generator/plan/plan-chip.ts";
import { seenBy } from "../../generator/semantics/memory-map.ts";

const list: [string, string][] = (process.env.TRY ?? "stm32h743").split(",").map((x) => [x, ""]);
it.each(list)("%s", async (id) => {
  const { planned } = planOf(id);
  const plan = planned!.fences[0]!;
  const core = coreOf(planned!.chip, plan);
  const chip = seenBy(planned!.chip, core);
  const mod = await import(join(root, `out/typescript/${id}.ts`)) as any;
  const Fence = mod[plan.name];
  const pairs = chip.dma.filter((c) => Fence.masters.includes(c.name)).flatMap((c) => c.reaches.map((n) => ({ c, r: chip.regions.find((x) => x.name === n)! })));
  const hard = pairs.find(({ c, r }) => r.cachedBy.length > 0 && Object.values(c.snoops).every((s) => s.length === 0)) ?? pairs[0]!;
  const buffer = { address: hard.r.base + 0x100n, lengthBytes: 1 };
  const run = (name: string, driver: any) => {
    const t = performance.now();
    const v = verifyDriver(planned!.chip, driver, { fence: Fence, core: core.name, mostStates: +(process.env.MOST ?? 100000) } as any);
    console.log(id, name, v.verdict, v.states, v.undecided ?? "", Math.round(performance.now() - t) + "ms", v.counterexample?.why ?? "", v.counterexample ? "\n" + eventTable(v.counterexample.events as any, true) : "");
  };
  const M = hard.c.name;
  run("in", (m: any, f: any) => {
    f.release(buffer);
    m.dmaWrite(buffer.address, [7], M);
    f.acquire(buffer);
    if (m.load(buffer.address, 1)[0] !== 7) throw new Error("wrong");
  });
  run("out", (m: any, f: any) => {
    m.store(buffer.address, [7]);
    f.release(buffer);
    if (m.dmaRead(buffer.address, 1, M)[0] !== 7) throw new Error("wrong");
  });
  if (process.env.DESC) run("descriptor", (m: any, f: any) => {
    const d = { address: hard.r.base + 0x200n, lengthBytes: 16 };
    m.store(buffer.address, [7]);
    m.store32(d.address, Number(buffer.address)); m.store32(d.address + 4n, 1); m.store32(d.address + 8n, 0); m.store32(d.address + 12n, 0);
    f.release(buffer);
    f.release(d);
    const e = m.engine(M);
    e.startDescriptor(d.address);
    for (;;) {
      f.acquire(d);
      if (m.load(d.address + 12n, 1)[0] === 1) break;
      f.release(d);
      m.wait();
    }
    if (e.received[0] !== 7) throw new Error("wrong");
  });
  if (process.env.BIG) for (const n of [2, 3, 4, 8]) run("both " + n, (m: any, f: any) => {
    const b = { address: buffer.address, lengthBytes: n };
    const data = [1,2,3,4,5,6,7,8].slice(0, n);
    m.store(b.address, data);
    f.release(b);
    if (m.dmaRead(b.address, n, M).join() !== data.join()) throw new Error("wrong");
    f.acquire(b);
    f.release(b);
    m.dmaWrite(b.address, data.map((x) => x + 100), M);
    f.acquire(b);
    if (m.load(b.address, n).join() !== data.map((x) => x + 100).join()) throw new Error("wrong");
  });
  run("in without acquire, off", (m: any, f: any) => {
    f.release(buffer);
    const e = m.engine(M);
    e.start({ write: { buffer, data: Uint8Array.of(7) } });
    while (!e.isDone()) m.wait();
    f.acquire({...buffer, lengthBytes: 0});
    m.load(buffer.address, 1);
  });
}, 100000);
