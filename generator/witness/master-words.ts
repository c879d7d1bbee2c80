// Words for bus masters: the generic names of the Devicetree Specification (v0.4, 2.2.2) and what manuals call the same thing. A
// master of a description and one of a file are the same where their own words are, or where both are the only ones of a function.

/** Each row is one function; the first word is the generic name. */
const functions: readonly (readonly string[])[] = [
  ["dma-controller", "dma"],
  ["dma2d", "chromart", "chrom"],
  ["ethernet", "enet", "eth", "emac", "gmac", "gem", "gemgxl", "macb", "fec"],
  ["usb", "usbotg", "otg", "ehci", "ohci", "xhci", "usbd", "usbhs", "usbfs", "usbc", "usbh", "usbo"],
  ["mmc", "sdmmc", "sdhci", "sdhc", "usdhc", "sdio", "emmc", "sdcard", "sdhost", "smhc", "sd"],
  ["pcie", "pci"],
  ["sata", "ahci"],
  ["gpu"],
  ["gpu2d", "neochrom"],
  ["crypto", "caam", "aes", "hash", "cryp", "dcp"],
  ["display", "display-controller", "lcd", "lcdc", "lcdif", "ltdc", "dpdma", "dpu"],
  ["video-codec", "vpu"],
  ["jpeg"],
  ["csi", "dcmi", "camera", "cam"],
];

/** As each maker calls a DMA controller of its own: GPDMA, LDMA, XDMAC, DMACTRL. */
const namedDma = /^[a-z]{0,3}dma(?:c|ctl|ctrl|controller)?$/;

/** What stands beside a master, has its name in its own, and moves no data: it routes requests, or delays a clock. */
const besideMasters = new Set(["dmamux", "dmarouter", "dmaxbar", "delay", "dlyb", "delayblock"]);

const functionOf = new Map(
  functions.flatMap((words) => words.map((word) => [plainWord(word), plainWord(words[0]!)] as const)),
);

/** Lower-case letters and digits alone. */
export function plainWord(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The words of a name as people write it: `SDMA1-3` gives sdma; `USB OTG HS` usbotghs, usb, otg, hs. */
export function wordsOfName(name: string): string[] {
  const parts = name.toLowerCase().split(/[^a-z0-9]+/);
  const all = [plainWord(name), ...parts];
  return [...new Set([...all, ...all.map(withoutNumber)])].filter((word) => /[a-z]/.test(word));
}

export function withoutNumber(word: string): string {
  return word.replace(/\d+$/, "");
}

/** Whether words are of something that only serves a master. */
export function isBesideMasters(words: readonly string[]): boolean {
  return words.some((word) => besideMasters.has(word) || besideMasters.has(withoutNumber(word)));
}

/** What a master does, by its words; undefined where none of them says so. */
export function functionIn(words: readonly string[]): string | undefined {
  for (const word of words) {
    const found = functionOf.get(word) ?? functionOf.get(withoutNumber(word));
    if (found !== undefined) return found;
    if (namedDma.test(withoutNumber(word))) return plainWord("dma-controller");
  }
  // Within another word only what is long enough to be no chance: `gbethernet`.
  const [long] = [...functionOf].filter(([known]) => known.length > 4 && words.some((word) => word.includes(known)));
  return long?.[1];
}
