// Every problem that fencegen can report, by its stable code. The wording may improve; a code never changes
// its meaning. `why` says why it matters, `mend` what to do, unless the place that reports it knows better.

export interface CodeEntry {
  readonly severity: "error" | "warning";
  readonly why: string;
  readonly mend: string;
}

const table = {
  "io/cannot-read": {
    severity: "error",
    why: "What a file says cannot be used where the file cannot be read.",
    mend: "Check the path and its permissions.",
  },
  "io/cannot-write": {
    severity: "error",
    why: "The outputs are written as a set; nothing of this set was written.",
    mend: "Check the folder's permissions and the space left, then run the command again.",
  },
  "io/not-a-file": {
    severity: "error",
    why: "Only regular files are read: another thing of this name might never end, or be changed by being read.",
    mend: "Move it away, or give it a name that does not end in `.yaml` or `.yml`.",
  },
  "io/too-large": {
    severity: "error",
    why: "The limits are far above what descriptions need, and keep every run short; chips/README.md lists them.",
    mend: "Split the descriptions into several files or folders, or take out what does not belong there.",
  },
  "io/more-problems": {
    severity: "error",
    why: "Of very many problems only the first are shown.",
    mend: "Mend those that are shown, then run the command again.",
  },
  "yaml/syntax": {
    severity: "error",
    why: "The file is not well-formed YAML 1.2.",
    mend: "Correct the syntax at the place shown.",
  },
  "yaml/conflict": {
    severity: "error",
    why: "Two branches changed the same lines, both versions stand in the file, and which facts are right only a person can say.",
    mend: "Keep what is right of the two, and remove the lines that begin with <<<<<<<, |||||||, ======= and >>>>>>>.",
  },
  "yaml/duplicate-key": {
    severity: "error",
    why: "One of the two values would be dropped without a word.",
    mend: "Remove one of the two, or merge them.",
  },
  "yaml/beyond-limit": {
    severity: "error",
    why: "The limits are far above what descriptions need, and keep every run short; chips/README.md lists them.",
    mend: "Shorten or split what is shown.",
  },
  "schema/unknown-kind": {
    severity: "error",
    why: "One of four keys says what a description describes, and `sources` alone that a file only lists what others cite.",
    mend: "Start the file with `chip:`, `core:`, `mechanism:` or `architecture:` and its id.",
  },
  "schema/unknown-key": {
    severity: "error",
    why: "A key that nobody reads is a fact that silently has no effect.",
    mend: "Remove the key, or correct its spelling.",
  },
  "schema/missing-key": {
    severity: "error",
    why: "What is left out is not guessed.",
    mend: "Add the key.",
  },
  "schema/wrong-value": {
    severity: "error",
    why: "The value has not the form that the key asks for.",
    mend: "See the key's description in the schema; editors show it with the modeline in the first line.",
  },
  "rule/id-differs-from-file": {
    severity: "error",
    why: "Descriptions refer to each other, and outputs are named, by the stem of the file.",
    mend: "Rename the file or change the id so that both agree.",
  },
  "rule/duplicate-id": {
    severity: "error",
    why: "A reference by this id would be ambiguous.",
    mend: "Give one of the two another id.",
  },
  "rule/duplicate-name": {
    severity: "error",
    why: "References by this name would be ambiguous.",
    mend: "Give each its own name.",
  },
  "rule/stated-twice": {
    severity: "error",
    why: "One of the two would have no effect, or is wrong, and nothing says which.",
    mend: "Make them one, correct one of them, or take it out.",
  },
  "rule/unknown-reference": {
    severity: "error",
    why: "What is referred to is described in no file.",
    mend: "Correct the id, add the file, or define it inline.",
  },
  "rule/unknown-memory": {
    severity: "error",
    why: "Reach and coherency of a master are decided memory by memory.",
    mend: "Describe the memory under `memories`, or correct the name.",
  },
  "rule/unknown-cache-level": {
    severity: "error",
    why: "Which levels must be maintained follows from these names.",
    mend: "Use the name of a level of one of the chip's cores, of what their entries add, or of the chip's `caches`.",
  },
  "rule/unknown-operation": {
    severity: "error",
    why: "The erratum would change nothing, and the defect would stay.",
    mend: "Use the name of an operation of a mechanism that the chip uses.",
  },
  "rule/unknown-register": {
    severity: "error",
    why: "The operation would access an address that nobody knows.",
    mend: "Declare the register under `registers` of the mechanism, or correct the name.",
  },
  "rule/unknown-barrier": {
    severity: "error",
    why: "The assembler would refuse the instruction, or the fence would rest on a barrier whose effect is not described.",
    mend: "Use a barrier that the architecture or one of the chip's mechanisms lists.",
  },
  "rule/unknown-source": {
    severity: "error",
    why: "A citation that leads nowhere cannot be checked.",
    mend: "Declare the key under `sources` of this file, or cite `unverified`.",
  },
  "rule/lines-without-revision": {
    severity: "error",
    why: "Lines move with every commit: nobody would find what is cited.",
    mend: "Write the commit behind the key, `key@COMMIT path:lines`.",
  },
  "rule/misplaced-revision": {
    severity: "error",
    why: "A document has one revision, which stands beside its title; of a repository each citation may be of another commit.",
    mend: "Give a document's `revision` under `sources`, and a repository's in each citation: `key@COMMIT place`.",
  },
  "rule/evidence-of-nothing": {
    severity: "error",
    why: "The source would be one of a fact that is not described, and the fact that was meant would have none.",
    mend: "Correct the name.",
  },
  "rule/evidence-twice": {
    severity: "error",
    why: "Whoever checks a fact must find all of its sources in one place.",
    mend: "Make it one list, under one key.",
  },
  "rule/name-of-the-language": {
    severity: "error",
    why: "The word means something in a description: an entry of that name is a key in the wrong place, or could not be told from it.",
    mend: "Move a key such as `everyMaster` out to where it belongs, or call the memory or master otherwise.",
  },
  "rule/comma-in-name": {
    severity: "error",
    why: "A comma stands between the names of entries that share their facts.",
    mend: "Write the names with a comma and a blank between them, and none of them with a comma in it.",
  },
  "rule/beyond-master-addresses": {
    severity: "error",
    why: "The master cannot name the address, and a buffer there would be elsewhere for it.",
    mend: "Describe as a memory of its own what lies within the master's addresses, and list that; or correct `addressBits`.",
  },
  "rule/no-rust-target": {
    severity: "error",
    why: "The emitted code is built for the targets of the core, and for none of them there would be no fence.",
    mend: "List them under `rustTargets`, here or in the core's description.",
  },
  "rule/source-to-do": {
    severity: "warning",
    why: "Nobody has looked yet where this fact can be read; it counts as unverified.",
    mend: "Look it up and cite the place, or write `unverified`.",
  },
  "rule/line-not-power-of-two": {
    severity: "error",
    why: "Lines are found by masking address bits, which needs a power of two.",
    mend: "Check the manual; lines are 16, 32, 64 or 128 bytes on nearly every core.",
  },
  "rule/alignment-not-power-of-two": {
    severity: "error",
    why: "Rust types can be aligned to powers of two only.",
    mend: "Use the next power of two that satisfies the master.",
  },
  "rule/line-range-reversed": {
    severity: "error",
    why: "Fences step by the smallest line and align buffers to the largest.",
    mend: "Swap the two values.",
  },
  "rule/memories-overlap": {
    severity: "error",
    why: "An address in both would have two answers to whether it is cached.",
    mend: "Correct a base or a size; describe one where both are the same memory, and say under `base` who sees which where they differ.",
  },
  "rule/unknown-viewer": {
    severity: "error",
    why: "Nobody would see the memory at this address.",
    mend: "Use the name of a core's entry, the id of a core, the name of a DMA master, `cores` or `masters`.",
  },
  "rule/address-stated-twice": {
    severity: "error",
    why: "The memory would have two answers to where this core sees it.",
    mend: "Leave one of the two out; a second address of the same memory is a memory with `aliasOf`.",
  },
  "rule/memory-without-alias": {
    severity: "error",
    why: "The core sees the memory only there: its fence would be planned as if the master did not reach it.",
    mend: "List the alias beside the memory that it shows.",
  },
  "rule/alias-without-memory": {
    severity: "warning",
    why: "It is one memory: checks would say that the master does not reach it at the other address.",
    mend: "List the memory itself as well; where a master sees it is said by its own `base`, under `masters` or the master's name.",
  },
  "rule/no-address-for-master": {
    severity: "error",
    why: "A driver could not tell the master where the memory is.",
    mend: "Say under `base` where the master (or `masters`) sees it, or leave it out of what the master reaches.",
  },
  "rule/memory-over-registers": {
    severity: "error",
    why: "A check would take registers for memory that a master reaches.",
    mend: "Correct the base or the size of the memory, or of the registers.",
  },
  "rule/reach-stated-twice": {
    severity: "error",
    why: "Whether the master reaches the memory, and whether it reads or writes there, would have two answers.",
    mend: "List it once: `reaches` for reading and writing, `reads` for reading, `writes` for writing, `mayReach` or `mayRead` where no source says whether it does. Beside `all`, write the names of what it reads and writes.",
  },
  "rule/memory-empty": {
    severity: "error",
    why: "A memory without bytes holds no buffer, and a window without bytes no register.",
    mend: "Correct the size; of a memory, state the `most` that a board can have.",
  },
  "rule/write-combining-cached": {
    severity: "error",
    why: "The memory would be cached and not: one of the two is wrong, and the fence is made for both.",
    mend: "Write `cachedBy: none`, or `memoryType: configurable` where software chooses between write-combining and cached.",
  },
  "rule/number-too-large": {
    severity: "error",
    why: "YAML reads it as a rounded number; the fence would use another value than the file says.",
    mend: "Write it with underscores or as a quoted string, and within 64 bits.",
  },
  "rule/several-cores-without-name": {
    severity: "error",
    why: "Each core gets a fence type of its own, and the types need different names.",
    mend: "Give each entry of `cores` a `name`.",
  },
  "rule/no-register-base": {
    severity: "error",
    why: "The mechanism's registers are at another address on each chip.",
    mend: "Write `maintenance: { mechanism: …, base: … }` at the cache level.",
  },
  "rule/master-reaches-nothing": {
    severity: "error",
    why: "No buffer could be handed to it, and no cache would be maintained for it.",
    mend: "List the memories that it accesses under `reaches`, `reads` or `writes` (`mayReach` or `mayRead` where no source says whether it does), or leave the master out.",
  },
  "rule/ambiguous-cache-level": {
    severity: "error",
    why: "A master that sees the caches of one core need not see those of another.",
    mend: "Say whose: `snoops: { CORE: [LEVEL] }`, with the `name` of the core's entry.",
  },
  "rule/alias-of-alias": {
    severity: "error",
    why: "The memory behind the address could not be found.",
    mend: "Name the memory that it is; of several addresses one is the memory's own.",
  },
  "rule/alias-larger-than-memory": {
    severity: "error",
    why: "A part of the alias would show no memory.",
    mend: "Correct one of the two sizes.",
  },
  "rule/beyond-address-space": {
    severity: "error",
    why: "No pointer of these cores holds the address.",
    mend: "Correct base or size, or the Rust targets.",
  },
  "rule/register-misaligned": {
    severity: "error",
    why: "The access would fault, or reach another register.",
    mend: "Check offset, base and width in the manual.",
  },
  "rule/poll-of-no-bit": {
    severity: "error",
    why: "The fence would never end, or not wait at all.",
    mend: "Use the mask of the status bit.",
  },
  "rule/unknown-value": {
    severity: "error",
    why: "Nobody would know which number is meant.",
    mend: "Declare the name under `values` of the register, or write the number.",
  },
  "rule/value-too-wide": {
    severity: "error",
    why: "The register would keep a part of the number, which means something else.",
    mend: "Check the number, and `bits` and `widthBits` of the register, in the manual.",
  },
  "rule/modify-of-no-bit": {
    severity: "error",
    why: "Nothing would be changed, or nobody could tell to what.",
    mend: "Name the bits that are to be 1 under `set`, and those that are to be 0 under `clear`.",
  },
  "rule/modify-not-atomic": {
    severity: "error",
    why: "Between the load and the store somebody else may change the register, whose change would be lost.",
    mend: "Leave `reentrancy` out, or write `shared-registers`; a chip may add `lock: interrupts-masked` to its `maintenance`.",
  },
  "rule/read-back-unneeded": {
    severity: "error",
    why: "A read of a register costs time on every fence, and a step that nothing needs hides the ones that are.",
    mend: "Leave the `read` out; where the manual asks for it, say so by `doneWhen: completed` and put it last.",
  },
  "rule/limit-without-range": {
    severity: "error",
    why: "Only a command for a range of addresses has a length that can be too long.",
    mend: "Leave the key out, or say `unit: range`.",
  },
  "rule/range-without-end": {
    severity: "error",
    why: "The command would act on other lines than those of the buffer.",
    mend: "Write both to the registers that take them, or describe the operation as one of a line.",
  },
  "rule/value-not-at-hand": {
    severity: "error",
    why: "A line has an address, a range has bounds and a size, a whole cache and a completion have none of them.",
    mend: "Write what this unit of the operation has, or give the operation the unit that has what is written.",
  },
  "rule/line-without-address": {
    severity: "error",
    why: "It would be done again and again, and each time for a line that nothing names.",
    mend: "Pass `address`, or say `unit: whole-cache` where the operation acts on everything.",
  },
  "rule/operations-alike": {
    severity: "error",
    why: "What is executed would not tell which is meant: one of the two effects is wrong, and the fence may rest on it.",
    mend: "Correct a sequence or an effect; where bits are changed, name under `clear` those that must be 0 for it.",
  },
  "rule/erratum-without-effect": {
    severity: "warning",
    why: "Nothing follows from it: a reader would believe that it is dealt with.",
    mend: "Say what it changes (`replaceOperation`, `withoutOperation`, …) or what it asks of the program (`obligation`), or make it a note.",
  },
  "rule/revision-of-other-form": {
    severity: "warning",
    why: "Whether the erratum counts cannot be told; it is taken to.",
    mend: "Write the revision as the errata of the core or mechanism do, or `unknown`.",
  },
  "rule/unverified-within": {
    severity: "error",
    why: "The whole would count as read in the source.",
    mend: "Make it a list: the citation, then `unverified for …`.",
  },
  "rule/word-of-rust": {
    severity: "error",
    why: "The emitted crate has a module for each chip.",
    mend: "Rename the file and the chip, such as by its vendor's prefix.",
  },
  "rule/mechanism-of-other-architecture": {
    severity: "error",
    why: "The core does not have the instructions with which the mechanism maintains a cache.",
    mend: "Name the mechanism of the core's own architecture, or correct the core's `architecture`. A level that only some cores have stands in the `caches` of their entries.",
  },
  "rule/mechanism-of-a-core": {
    severity: "error",
    why: "Its operations act on caches that the core's own accesses go through. A cache in front of a master would be left as it is, and the fence would rest on it.",
    mend: "Name or define the mechanism whose registers the cache's manual has; where none is known, say under `driverMaintains` what the master's driver does.",
  },
  "rule/no-line-size": {
    severity: "error",
    why: "A fence can read the size of a line at run time only from a field that its register has, and that can say it.",
    mend: "Correct the field; describe `lineSize` in the architecture; or leave `readFrom` out: the fence then steps by the smallest.",
  },
  "rule/erratum-weakens-operation": {
    severity: "error",
    why: "The replacement would not do what the fence relies on.",
    mend: "Replace by an operation that does at least the same.",
  },
  "rule/rust-target-of-other-architecture": {
    severity: "error",
    why: "The emitted assembly would not be built for this target.",
    mend: "List only targets of the core's architecture. Which ones those are stands under `rust.targetArch` in its description.",
  },
  "rule/unknown-core": {
    severity: "error",
    why: "What a master sees of a core's caches is told by the `name` of the core's entry.",
    mend: "Use the `name` of an entry of `cores`.",
  },
  "rule/unknown-erratum": {
    severity: "error",
    why: "Whether an erratum holds can only be said of one that is described.",
    mend: "Write its number as the description that this builds on has it.",
  },
  "rule/nothing-differs": {
    severity: "error",
    why: "`differs` is for what is otherwise than in the description that this builds on; what is the same there would hide a change of it.",
    mend: "Leave it out.",
  },
  "rule/difference-without-source": {
    severity: "error",
    why: "A fact that nobody has read takes the place of none that somebody has: it could make a fence weaker.",
    mend: "Cite where it can be read; without a source, leave the fact as it is described.",
  },
  "rule/mechanism-in-two-ways": {
    severity: "error",
    why: "One pass of its operations maintains all levels that it is listed for, so that it has one set of facts.",
    mend: "Say the same at each level of the core that it maintains; where each has registers of its own, give each their `base`.",
  },
  "rule/copied-core": {
    severity: "warning",
    why: "A copy does not get what is found out about the core later, and often lacks its errata already.",
    mend: "Build on the described core.",
  },
  "rule/invisible-character": {
    severity: "error",
    why: "Generated code, documents and terminals would show something else than what the file says, or read it as something else.",
    mend: "Take the character out, or write what is meant by visible ones and plain blanks.",
  },
  "rule/several-lines": {
    severity: "error",
    why: "The text becomes part of one line of a comment, a table or code; what stands behind a line's end would be read as something else.",
    mend: "Write it as one line; in YAML, `>-` folds a long text into one. Only `notes` and `note` may have several.",
  },
  "rule/blank-at-end": {
    severity: "error",
    why: "A name or an instruction with a blank at an end is another one than that without, and looks the same.",
    mend: "Take the blank out.",
  },
  "rule/too-many": {
    severity: "error",
    why: "The limits are far above what chips have, and keep every run short; chips/README.md lists them.",
    mend: "Describe only what fences depend on, or describe several chips.",
  },
  "rule/reserved-id": {
    severity: "error",
    why: "Files, modules, types and features are named after the id, and this name is taken.",
    mend: "Rename the file and what it describes, such as by the vendor's prefix.",
  },
  "rule/unknown-shipped-chip": {
    severity: "error",
    why: "Nothing would be generated for the chip, and nothing else would say so.",
    mend: "Correct the id, take it off `shipped` in .fencegen.yaml, or describe the chip in chips/.",
  },
  "rule/same-output-name": {
    severity: "error",
    why: "One of the two would be written over the other, or neither could be exported.",
    mend: "Rename one of the two so that they differ in letters or digits.",
  },
  "rule/no-instruction": {
    severity: "error",
    why: "The text becomes part of the assembly of `unsafe` code, where everything but one instruction with its operands would hide.",
    mend: "Write one instruction for each item of a list; chips/README.md says what an instruction may consist of.",
  },
  "rule/accesses-twice": {
    severity: "error",
    why: "The barriers of a row order what stands under `accesses`; what stands beside it would have no effect.",
    mend: "Write it under each kind of `accesses`, or make it a row of its own without `accesses`.",
  },
  "plan/caching-unknown": {
    severity: "error",
    why: "A cache between the core and this memory must be maintained, or known not to be there: otherwise DMA misses what it holds. No fence body can be right until that is known, so none is emitted.",
    mend: "Look in the block diagram and the memory map. Describe each cache under `caches`, with what maintains it, and name under `cachedBy` those that may hold this memory; write `none` where a source says that none ever does. Left out, it is `all`.",
  },
  "plan/snooping-unknown": {
    severity: "error",
    why: "A cache that a master does not see must be maintained, and the lines of one that it writes into must not be dropped. No fence body is right for both, so none is emitted until it is known.",
    mend: "Look in the bus matrix whether its accesses see the caches: write `all`, the names of the levels that they see, or `none`; `run-time` where software chooses.",
  },
  "plan/unknown-revision": {
    severity: "error",
    why: "On silicon with the defect the one is wrong, and on other silicon the other may be. No fence body is right for both, so none is emitted.",
    mend: "Give the `revision`, as its id register or its marking tells it; or say under `replacementElsewhere` of the erratum, with a source, that the replacement is right on all silicon.",
  },
  "plan/no-shared-memory": {
    severity: "error",
    why: "A fence is for buffers that the core and a DMA master both access. Without such memory nothing could be promised of them.",
    mend: "Describe the memory that they share, with where the core sees it under `base`; or leave the core's entry out, or say under `refused` that it has no fence.",
  },
  "plan/no-maintenance": {
    severity: "error",
    why: "Memory that a DMA master reads or writes behind a cache needs that cache maintained, and no way is described. No fence body can be right, so none is emitted.",
    mend: "Name the `maintenance` mechanism of the level, or describe the memory as not cached (`cachedBy` left out is all), or the master as snooping, if a source says so.",
  },
  "plan/clean-victims": {
    severity: "error",
    why: "A level that takes clean lines of the level inside it brings an old copy back while the two are dropped one after the other. Dropping the inner one first does not help: it may be filled again from the outer one.",
    mend: "Look in the manual whether the level is exclusive or a victim cache: write `takesCleanVictims: false` with a source, or `unless` with the register and bit that switch it off.",
  },
  "plan/no-operation": {
    severity: "error",
    why: "The mechanism has no usable operation with the effect that the fence needs.",
    mend: "Describe the operation under `operations`; check which ones an erratum forbids.",
  },
  "plan/no-barrier": {
    severity: "error",
    why: "The architecture and its mechanisms list no barrier that orders what must be ordered.",
    mend: "Describe the barrier that the manual prescribes, or list only Rust targets on which there is one.",
  },
  "plan/override-too-weak": {
    severity: "error",
    why: "An override may only add to what the facts demand.",
    mend: "Use a barrier that orders at least this, or remove the override.",
  },
  "plan/no-assembly": {
    severity: "error",
    why: "The fence could be planned but not written for this architecture's assembler.",
    mend: "Add the spelling under `assembly` of the architecture, or correct the register's width.",
  },
  "plan/narrow-register": {
    severity: "error",
    why: "A number that does not fit its register would be cut off, and the command would act on other lines, or on everything.",
    mend: "Give `bits` of a register that takes a size. Check it and the limits of the operation; where they are right, use an operation that takes other values.",
  },
  "plan/misses-lines": {
    severity: "error",
    why: "Two lines would be one command, or a line none: what DMA or the CPU sees there would be old.",
    mend: "Check in the manual what the mechanism takes of an address or a size, how large a line is, and where the memory lies.",
  },
  "plan/command-of-two": {
    severity: "error",
    why: "The same accesses would be a command to one mechanism or to the other, and nothing says to which.",
    mend: "Give each mechanism its own `base`, or let the levels of one controller name one mechanism.",
  },
  "plan/shared-fence-differs": {
    severity: "error",
    why: "Architectures that name one fence have to need the same instructions, and a chip of the other would execute what is not enough for it.",
    mend: "Give the architectures different names under `sharedFence`, or correct their barriers.",
  },
  "plan/not-refused": {
    severity: "error",
    why: "The description says that this core can have no sound fence. Where the planner does not find the same reason, one of the two is wrong.",
    mend: "Look at `fencegen plan` without `refused`; remove it if the facts now allow a fence, or correct the code or the fact.",
  },
  "plan/found-unsound": {
    severity: "error",
    why: "`fencegen verify` found an execution in which this very fence goes wrong.",
    mend: "Run `fencegen verify` for the chip and look at the execution; correct the fact that made the planner leave something out, then verify again.",
  },
  "plan/not-acted-on": {
    severity: "error",
    why: "fencegen knows this fact but cannot emit a fence that respects it yet; ignoring it would be unsound.",
    mend: "Nothing in the description is wrong. The chip stays described and refused until fencegen can act on the fact.",
  },
  "plan/ignored-fact": {
    severity: "warning",
    why: "fencegen does not act on this fact; the fence is right without it.",
    mend: "Nothing to do.",
  },
  "plan/unknown-fence": {
    severity: "error",
    why: "What was found on a board is printed with the fence that was tried there. Under another name nobody would read it.",
    mend: "Copy the name of the fence from the line that the board printed. Where the fence has another name now, write that.",
  },
  "plan/same-register-name": {
    severity: "error",
    why: "Registers become constants and operands of the emitted code, each of which must have a name of its own.",
    mend: "Name the register with a prefix of its block in the mechanism's description.",
  },
  "output/edited-by-hand": {
    severity: "error",
    why: "The file differs from what fencegen wrote last; generating would lose the edit.",
    mend: "Move the change into the chip's YAML (or, in a clone of fencegen, into the templates), or give --force to overwrite it, as where a merge made it and somebody put the manifest together by hand.",
  },
  "output/same-file": {
    severity: "error",
    why: "One of the files would overwrite the other.",
    mend: "Put {name} into the path under `rust.files` in .fencegen.yaml, or rename one of the chips or cores.",
  },
  "output/setting-without-effect": {
    severity: "error",
    why: "The project asks for something that would not come, and nothing else would say so.",
    mend: "Change the setting as the message says, or take it out of .fencegen.yaml.",
  },
  "output/differs": {
    severity: "error",
    why: "What was proven is the plan, and the file is something else: nobody knows what it does.",
    mend: "Run `fencegen generate`, then look at the difference; `fencegen check` shows it beforehand.",
  },
  "output/link": {
    severity: "error",
    why: "What is written through a link lands outside the output folder.",
    mend: "Put a folder or file in place of the link; the output folder itself may be one.",
  },
  "output/not-a-file": {
    severity: "error",
    why: "Outputs are regular files in folders. Anything else was not put there by fencegen, which neither reads nor replaces it.",
    mend: "Move it away or remove it, then run the command again.",
  },
  "output/locked": {
    severity: "error",
    why: "Two runs that write at once would mix their sets.",
    mend: "Wait until the other run has ended. If there is none, remove the folder `.fencegen` inside the output folder.",
  },
  "output/unfinished": {
    severity: "error",
    why: "A part of the set is written and could not be taken back.",
    mend: "Mend what the message says, then run `fencegen generate` again: it completes the set.",
  },
  "output/broken-manifest": {
    severity: "warning",
    why: "The manifest says which files fencegen wrote; without it every file that differs counts as somebody else's.",
    mend: "Bring the file back as it was; `fencegen generate` writes it anew.",
  },
  "output/no-table": {
    severity: "error",
    why: "The project asks for a table of its chips in this file, and only the lines between two marks are fencegen's to write.",
    mend: "Put the two lines where the table shall stand, or take the file off `tables` in .fencegen.yaml.",
  },
  "output/outside": {
    severity: "error",
    why: "Whoever may change a project's settings must not have fencegen write to files that are none of the project's.",
    mend: "Name a file in the folder of the project or below it, and put no link to elsewhere on the way to it.",
  },
  "output/conflict": {
    severity: "error",
    why: "A merge could not put the file together, and what it could not merge begins or ends outside of what fencegen writes there.",
    mend: "Resolve what stands outside of the two lines with `fencegen:chips`; between them anything may be left, which `fencegen generate` writes anew.",
  },
  "output/in-the-way": {
    severity: "error",
    why: "A file that fencegen did not write stands where it has to write.",
    mend: "Move it away, or give --force to overwrite it.",
  },
  "output/exists": {
    severity: "error",
    why: "What the file says of the chip would be lost, or the chip would be described twice.",
    mend: "Take another id, or change the file; --force overwrites the file that has the chip's name.",
  },
  "litmus/wrong-instruction": {
    severity: "error",
    why: "An instruction has exactly the keys of its kind: store has loc and value, load loc and reg, barrier instr.",
    mend: "Add the key that is missing, or remove the one that is too many.",
  },
  "litmus/unknown-name": {
    severity: "error",
    why: "Nothing in the program would ever change what is asked for, or it could not be told apart from something else.",
    mend: "Write a location as a bare word of up to 64 characters without a colon, and a register with its thread, counted from 0, such as `1:x7`.",
  },
  "litmus/unknown-barrier": {
    severity: "error",
    why: "What the program may do depends on what the barrier orders.",
    mend: "Use a barrier that the architecture lists, in the spelling of its assembler.",
  },
  "litmus/unknown-architecture": {
    severity: "error",
    why: "Each architecture keeps other accesses in order.",
    mend: "Use the `litmusArch` of an architecture that is described, such as AArch64.",
  },
  "litmus/too-large": {
    severity: "error",
    why: "The answer is exact up to a stated size, and none is given beyond it.",
    mend: "Make the program smaller, or the file two; `fencegen litmus --help` states the limits.",
  },
  "litmus/undecided": {
    severity: "error",
    why: "The search has a limit, and only a search that has come to its end knows every outcome.",
    mend: "Ask for fewer keys in `exists`, make the program smaller, or put it in a file of its own.",
  },
  "witness/unknown-format": {
    severity: "error",
    why: "What a file says of a chip can only be read where its format is known.",
    mend: "Name a .dtb, .svd or .pdsc file; `fencegen facts --help` says how a device tree's source becomes a .dtb.",
  },
  "witness/malformed": {
    severity: "error",
    why: "A file that does not hold together might say anything, so that nothing in it is compared.",
    mend: "Get the file again, or build it anew.",
  },
  "witness/beyond-limit": {
    severity: "error",
    why: "The limits are far above what public files have, and keep every run short.",
    mend: "Name a file of one chip or one board.",
  },
  "witness/unknown-device": {
    severity: "error",
    why: "A pack is of many devices, which differ in what they have.",
    mend: "Write `FILE#DEVICE`.",
  },
  "verdicts/unreadable": {
    severity: "error",
    why: "It says which fences `fencegen verify` found unsound; while nobody can read that, none is known not to be.",
    mend: "Restore it, or remove it and run `fencegen verify` for all chips before anything is generated.",
  },
  "verdicts/cannot-write": {
    severity: "error",
    why: "What `fencegen verify` found is not remembered: `fencegen generate` would not refuse a fence that was found unsound.",
    mend: "Check the folder's permissions and the space left, then run `fencegen verify` again.",
  },
  "promela/not-expressed": {
    severity: "error",
    why: "A Promela model with something left out would be a witness of something else, so that none is printed.",
    mend: "Nothing in the description is wrong. Choose another scenario or step, or rely on `fencegen verify` alone.",
  },
  "usage/wrong-command-line": {
    severity: "error",
    why: "The command was called in a way that it does not know, and has done nothing.",
    mend: "Run `fencegen --help` for the commands, and `fencegen <command> --help` for the options of one.",
  },
  "bug/exception": {
    severity: "error",
    why: "This is a bug in fencegen: no input should lead to it.",
    mend: "Report it with the input that caused it.",
  },
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof table;
export const codes: Readonly<Record<Code, CodeEntry>> = table;
