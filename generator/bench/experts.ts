// What hand-written code does for the same mechanism: re-implemented in experts/, and measured beside every fence.
import { join } from "node:path";
import type { Architecture } from "../model/chip.ts";
import type { FencePlan } from "../plan/operation.ts";
import { usedMechanisms } from "../plan/steps.ts";

export interface Expert {
  readonly name: string;
  /** Whose code it is, and which. */
  readonly from: string;
  /** In experts/, and the module in it. */
  readonly file: string;
  readonly module: string;
  /** Why a fence executes more, where it does. */
  readonly moreBecause?: string;
}

const folder = join(import.meta.dirname, "experts");

const expert = (name: string, file: string, module: string, from: string, moreBecause?: string): Expert => ({
  name,
  from,
  file: join(folder, file),
  module,
  ...(moreBecause !== undefined && { moreBecause }),
});

const compact = (file: string): Expert =>
  expert("compact", file, "compact", "no project: as short as is right for every buffer");

/** Cortex-M with caches: the same registers on Armv7-M and Armv8-M. */
const cortexM: readonly Expert[] = [
  compact("cortex_m7.rs"),
  expert("CMSIS", "cortex_m7.rs", "cmsis", "CMSIS 6, SCB_CleanDCache_by_Addr and SCB_InvalidateDCache_by_Addr"),
  expert("`cortex-m` crate's form", "cortex_m7.rs", "cortex_m", "the same without its question for the line size"),
];

const linuxOn = (file: string, from: string, moreBecause?: string): Expert =>
  expert("Linux", file, "linux", `Linux, ${from}`, moreBecause);

type Known = readonly Expert[] | ((plan: FencePlan) => readonly Expert[]);

const byMechanism: Readonly<Record<string, Known>> = {
  "arm-scb": cortexM,
  "arm-scb-v8m": cortexM,
  "aarch64-dc": [
    compact("aarch64.rs"),
    linuxOn("aarch64.rs", "arch/arm64/mm/cache.S dcache_clean_poc, dcache_inval_poc"),
  ],
  zicbom: [compact("zicbom.rs"), linuxOn("zicbom.rs", "arch/riscv/mm/dma-noncoherent.c ALT_CMO_OP")],
  "xtheadcmo-pa": [compact("xtheadcmo.rs"), linuxOn("xtheadcmo.rs", "arch/riscv/errata/thead/errata.c THEAD_CMO_OP")],
  "xtheadcmo-pa-single": [
    expert(
      "CSI-Core",
      "thead_e907.rs",
      "csi_core",
      "T-Head CSI-Core, csi_dcache_clean_range and csi_dcache_invalid_range",
    ),
  ],
  "armv6-cp15": [linuxOn("armv6.rs", "arch/arm/mm/cache-v6.S v6_dma_clean_range, v6_dma_inv_range")],
  "armv7-cp15": [linuxOn("armv7.rs", "arch/arm/mm/cache-v7.S v7_dma_clean_range, v7_dma_inv_range")],
  "armv7-cp15, pl310": [
    linuxOn("armv7_pl310.rs", "arch/arm/mm/cache-v7.S and cache-l2x0.c l2c210_clean_range, l2c210_inv_range"),
  ],
  "sifive-ccache": [linuxOn("sifive_ccache.rs", "drivers/cache/sifive_ccache.c ccache_flush_range")],
  "andes-cctl, andes-l2c": [
    linuxOn("andes.rs", "drivers/cache/ax45mp_cache.c ax45mp_dma_cache_wback, ax45mp_dma_cache_inv"),
  ],
  "nuclei-ccm": [expert("NMSIS", "nuclei.rs", "nmsis", "Nuclei NMSIS, MFlushDCacheLines and MFlushInvalDCacheLines")],
  vexriscv: [expert("LiteX", "vexriscv.rs", "litex", "LiteX, flush_cpu_dcache")],
  "nxp-lmem": ({ lineBytes }) => [
    expert("MCUXpresso", "nxp.rs", `lmem_${lineBytes}`, "MCUXpresso SDK, drivers/cache/lmem/fsl_cache.c"),
  ],
  "nxp-cache64": [expert("MCUXpresso", "nxp.rs", "cache64", "MCUXpresso SDK, drivers/cache/cache64/fsl_cache.c")],
  "nrf-cache": [expert("Zephyr", "nrf_cache.rs", "zephyr", "Zephyr, drivers/cache/cache_nrf.c _cache_range")],
  "rp2350-xip": [
    expert("pico-sdk", "rp2350.rs", "pico_sdk", "pico-sdk, xip_cache_clean_range and xip_cache_invalidate_range"),
  ],
  "stm32-dcache": [expert("ST's HAL", "stm32_dcache.rs", "st_hal", "STM32 HAL, DCACHE_CommandByAddr")],
  "x86-clflush": [linuxOn("x86.rs", "arch/x86/mm/pat/set_memory.c clflush_cache_range")],
};

const tockModules: Readonly<Record<string, string>> = {
  CortexMDmaFence: "cortex_m",
  RiscvCoherentDmaFence: "riscv_coherent",
  X86DmaFence: "x86",
};

/** Ids of the mechanisms that a fence uses; empty where barriers suffice. */
export function mechanismsOf(plan: FencePlan): string {
  return usedMechanisms(plan).sort().join(", ");
}

/** Whether there is hand-written code for the mechanisms of a fence. */
export function hasExperts(fence: FencePlan): boolean {
  return Object.hasOwn(byMechanism, mechanismsOf(fence));
}

export function expertsFor(fence: FencePlan, { tockFence }: Architecture): readonly Expert[] {
  const mechanisms = mechanismsOf(fence);
  if (mechanisms !== "") {
    const known = byMechanism[mechanisms] ?? [];
    return typeof known === "function" ? known(fence) : known;
  }
  const module = tockFence && tockModules[tockFence.type];
  return module ? [expert(`Tock's ${tockFence.type}`, "tock.rs", module, `Tock, ${tockFence.type}`)] : [];
}
