// What `?` says at each question of `fencegen new`: what is asked, where to look, and what depends on it.

export const vendor =
  "Who makes the chip, in words. Nothing depends on it but which described chip is named as the nearest.";

export const title = "The name on the data sheet, in the vendor's letters. Generated files begin with it.";

export const core = `The kind of CPU core that starts DMA, by the id of its description. A core says which barriers there are, which
caches are its own, and which errata it has: data sheets name it on their first page. \`none of these\` is for a
core that no file describes; until its caches are described no fence is emitted for it.`;

export const anotherCore = `Each kind of core gets a fence of its own, if it starts DMA itself; so do the two worlds of one core if
they see registers at different addresses, and two cores of one kind that have memory of their own. Several need names, which are
asked for, or given at once: cortex-m4:M4.`;

export const newCore = "Lower-case letters and digits with hyphens, as the vendor calls the core.";

export const architecture =
  "The instruction set architecture, which says which barriers there are and what each orders.";

export const coreName =
  "A capital letter, then letters and digits, such as M7. It goes into the name of the fence's type, and tells which core sees what.";

export const targets = `The Rust targets for which code of this core is built; the fence is emitted for these alone. \`rustc --print
target-list\` has them all. Those in brackets are what described chips with this core have.`;

export const cache = `A level that may hold data and lies between the cores and memory: an L2, a system cache, or the cache that a vendor puts
in front of flash and external memory, also of a core without caches. Look in the block diagram. Caches for
instructions only do not count. \`none\` is for a chip of which a source says so. \`unknown\` is safe: no fence is emitted
until somebody knows.`;

export const line =
  "A power of two, from the reference manual of the cache or from its driver. A fence steps by the smallest.";

export const writePolicy = `write-back: a line may differ from memory until it is cleaned. write-through: it never does. read-only: it never holds a
store. configurable: software decides, which counts as write-back and is the safe side.`;

export const maintenance = `What cleans and invalidates the level, by the id of its description, and the address of its registers on this chip, such
as pl310@0xF8F0_2000. With \`unknown\` no fence is emitted where the level would have to be maintained.`;

export const cacheOfCore = `A level that one core has for itself stands with that core, and only its fence maintains it. One that cores share
is listed for all of them.`;

export const cachedBy = `Every cache that may hold it under any configuration that software can choose, such as of an MPU or of page tables.
\`none\` is only for memory that no cache ever holds, such as tightly coupled memory. \`all\` is the safe side where the
caches are described.`;

export const memory = `A memory in which buffers may lie, or that DMA reaches: its name in the memory map, first address and size, such as
SRAM=0x2000_0000+64KiB. \`:most\` behind it says that the board decides the size, and that this is the most that there can
be: SDRAM=0xC000_0000+512MiB:most. \`:uncached\` is for memory that no cache ever holds. Where it has another address for each
who looks, or not all see it, each is named in front of its address, a core, a master, \`cores\` or \`masters\`:
DTCM=M7@0x2000_0000,masters@0x5000_0000+64KiB:uncached.`;

export const coresThatSee = `Tightly coupled memory and the like is seen by one core alone, or by each at another address. Of a core that does not
see a memory the fence needs nothing there. Where addresses differ, go back and say \`M7@0x2000_0000,M4@0x5000_0000\` in place of one.`;

export const mastersThatSee = `The address that a driver gives to a master for this memory: that of the cores, or the one of a window behind which the
memory lies for the bus. \`none\` is only for memory that no master reaches, as a source says.`;

export const master = `A bus master to which buffers are handed: a DMA controller, an Ethernet or USB controller with DMA of its own. Behind
\`=\` stand the memories that it reaches, if it does not reach all: Ethernet=SRAM,SDRAM. \`:reads\` behind that is for a master that
only reads them, such as a display, \`:writes\` for one that only writes, and \`:unknown\` where no source says whether it reaches
them: the fence is then right if it does. \`none\` is for a chip without DMA.`;

export const coherency = `Whether what the CPU has written, and not yet written back, is seen by the masters. The bus matrix says so, or a port with
a name such as ACP; most microcontrollers' masters see no cache. With \`unknown\` no fence is emitted where a cache holds
what a master reaches. Where masters differ, answer for one and correct the others in the file.`;
