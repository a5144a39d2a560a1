import { summarizeLatencies } from '../../core/measure/latency-stats.ts';
import type { TimePoint } from '../../io/report/demo-report.ts';
import { type FateGroup, fateGroupOf } from '../../io/report/fate-groups.ts';

/** What one run looked like from outside, second by second; fed with what the graph says. */
export class RunRecorder {
  readonly #startMs: number;
  readonly #errors: { tS: number; errorM: number }[] = [];
  readonly #inView: boolean[] = [];
  readonly #commands: { tS: number; latencyMs: number }[] = [];
  readonly #fates: ({ t_s: number } & Record<FateGroup, number>)[] = [];
  #lastCounts: Map<string, number> | undefined;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  /** Distance from the ideal place, as the world knows it. */
  trackingError(nowMs: number, errorM: number): void {
    this.#errors.push({ tS: this.#seconds(nowMs), errorM });
  }

  /** Whether the person was in the picture. */
  personInView(inView: boolean): void {
    this.#inView.push(inView);
  }

  /** A velocity command that carries the stamp of the image it was made from. */
  command(nowMs: number, stampMs: number): void {
    this.#commands.push({ tS: this.#seconds(nowMs), latencyMs: nowMs - stampMs });
  }

  /** The scheduler's running totals; what has been added since the last call belongs to this second. */
  fateTotals(nowMs: number, totals: Map<string, number>): void {
    const last = this.#lastCounts;
    this.#lastCounts = totals;
    if (!last) return;
    const second = Math.floor(this.#seconds(nowMs));
    let bucket = this.#fates.find(({ t_s }) => t_s === second);
    if (!bucket) {
      bucket = { t_s: second, edge: 0, cloud: 0, late: 0, dropped: 0 };
      this.#fates.push(bucket);
    }
    for (const [fate, count] of totals) bucket[fateGroupOf(fate)] += count - (last.get(fate) ?? 0);
  }

  /** Mean distance from the ideal place; NaN without samples. */
  get meanTrackingErrorM(): number {
    return this.#errors.reduce((sum, { errorM }) => sum + errorM, 0) / this.#errors.length;
  }

  /** Part of the run in which the person was out of the picture; NaN without samples. */
  get lostFraction(): number {
    return this.#inView.filter((inView) => !inView).length / this.#inView.length;
  }

  get trackingErrors(): TimePoint[] {
    const everyNth = Math.max(1, Math.floor(this.#errors.length / 300));
    return this.#errors
      .filter((_, i) => i % everyNth === 0)
      .map(({ tS, errorM }) => ({ t_s: tS, value: errorM }));
  }

  /** Commands per second, for each whole second up to `untilS`. */
  commandRates(untilS: number): TimePoint[] {
    return wholeSeconds(untilS).map((second) => ({ t_s: second, value: this.#commandsIn(second).length }));
  }

  /** p95 of the commands' latency within each whole second up to `untilS`; null in a silent second. */
  latencies(untilS: number): TimePoint[] {
    return wholeSeconds(untilS).map((second) => {
      const latencies = this.#commandsIn(second).map(({ latencyMs }) => latencyMs);
      return { t_s: second, value: latencies.length > 0 ? summarizeLatencies(latencies).p95Ms : null };
    });
  }

  get fates(): ({ t_s: number } & Record<FateGroup, number>)[] {
    return this.#fates;
  }

  #commandsIn(second: number): { tS: number; latencyMs: number }[] {
    return this.#commands.filter(({ tS }) => tS >= second && tS < second + 1);
  }

  #seconds(nowMs: number): number {
    return (nowMs - this.#startMs) / 1000;
  }
}

function wholeSeconds(untilS: number): number[] {
  return Array.from({ length: Math.floor(untilS) }, (_, second) => second);
}
