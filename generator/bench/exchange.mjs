// What `speed.mjs` measures of the simulator: a buffer is sent and received under 200 schedules.
// Arguments: a chip, the class of its fence, a master, an address, and how many bytes.
import { argv } from "node:process";

const [chip, className, master, address, length] = argv.slice(2);
const dist = new URL("../../dist/", import.meta.url);
const { forSeeds, openChip } = await import(new URL("simulator.mjs", dist));
const { [className]: Fence } = await import(new URL(`chips/${chip}.js`, dist));

const buffer = { address: BigInt(address), lengthBytes: Number(length) };
const sent = Uint8Array.from({ length: buffer.lengthBytes }, (_, index) => index * 7);
const received = Uint8Array.from({ length: buffer.lengthBytes }, (_, index) => index * 13 + 1);

forSeeds(
  openChip(chip),
  (machine, fence) => {
    machine.store(buffer.address, sent);
    fence.release(buffer);
    expectSame(machine.dmaRead(buffer.address, buffer.lengthBytes, master), sent);
    machine.dmaWrite(buffer.address, received, master);
    fence.acquire(buffer);
    expectSame(machine.load(buffer.address, buffer.lengthBytes), received);
  },
  { fence: Fence, ownership: "error" },
);

function expectSame(bytes, expected) {
  if (bytes.some((byte, index) => byte !== expected[index])) throw new Error("bytes are not what they were");
}
