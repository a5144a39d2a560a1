import { Ring } from './ring.ts';

/** How fast a cumulative counter grew over a trailing window, between samples by linear interpolation. */
export class CounterWindow {
  readonly #samples: Ring<{ timeMs: number; total: number }>;

  constructor(capacity = 1024) {
    this.#samples = new Ring(capacity);
  }

  /** Times and totals must not go down; call `reset` first when they do. */
  record(timeMs: number, total: number): void {
    this.#samples.push({ timeMs, total });
  }

  reset(): void {
    this.#samples.clear();
  }

  /**
   * Growth per millisecond over (endMs - windowMs, endMs] or the sampled part of it; undefined when fewer
   * than two samples say anything about it. CPU milliseconds thus give cores, millijoules give watts.
   */
  ratePerMs(endMs: number, windowMs: number): number | undefined {
    const samples = [...this.#samples];
    const first = samples[0];
    const last = samples.at(-1);
    if (!first || !last) return undefined;
    const fromMs = Math.max(endMs - windowMs, first.timeMs);
    const toMs = Math.min(endMs, last.timeMs);
    if (toMs <= fromMs) return undefined;
    return (totalAt(samples, toMs) - totalAt(samples, fromMs)) / (toMs - fromMs);
  }
}

function totalAt(samples: { timeMs: number; total: number }[], timeMs: number): number {
  const index = samples.findLastIndex((sample) => sample.timeMs <= timeMs);
  const before = samples[index] as { timeMs: number; total: number };
  const after = samples[index + 1];
  if (!after) return before.total;
  const share = (timeMs - before.timeMs) / (after.timeMs - before.timeMs);
  return before.total + share * (after.total - before.total);
}
