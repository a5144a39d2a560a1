/**
 * How long a place takes for several tasks of one model together: t·(s + (1 − s)·b) for b of them where one takes t and
 * s is `fixedShare`, 0 to 1, what a batch takes only once. That is the form L = l₁·b + l₂ of HarmonyBatch
 * (arXiv 2405.05633) for GPUs, with t = l₁ + l₂ and s = l₂ / t.
 */
export type BatchProfile = {
  /** Most tasks in a batch. */
  most: number;
  fixedShare: number;
};

/** How many times as long as one task a batch of so many takes; exactly 1 for one. */
export function batchFactor(size: number, { fixedShare }: BatchProfile): number {
  return 1 + (1 - fixedShare) * (size - 1);
}
