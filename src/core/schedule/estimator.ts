import { type Executor, type ModelProfile, type Variant, variantsOf } from './task.ts';

/** What an execution does: so many tasks of a model together, as the variant of this number in the model's list. */
export type Work = { model: string; variant: number; size: number };

/** How the estimator learns. */
export type EstimatorOptions = {
  /** Times remembered per model's variant and place. Default 10, as DEMS-A. */
  windowSize?: number;
  /** The quantile of the window that is the estimate, 0 to 1. Default 0.9. */
  quantile?: number;
  /** Shortest time between the last news of a place and a probe of it. Default 10 s, DEMS-A's cooling time. */
  probeEveryMs?: number;
};

/** One execution that ended, or was given up. */
export type Execution = Work & {
  place: Executor;
  /** End of the execution, and the time since it was handed over; Infinity when no result came. */
  atMs: number;
  elapsedMs: number;
  /** All results came by their deadlines. */
  onTime: boolean;
  /** It was let through against the estimate, to see whether the place has recovered. */
  probe: boolean;
  /** The policy's quantiles of its time as of its start, where it has any (`scoredShares`). */
  quantilesMs?: readonly number[] | undefined;
};

/**
 * Predicts execution times by the quantile of a sliding window per model's variant and place. The window starts full
 * of the profile's value, so that two bad times in ten move a p90 and one outlier does not. A variant is its number in
 * the model's list.
 *
 * An estimate that rules a model out would never be corrected, as no task would run any more: after
 * `probeEveryMs` without news one task may go as a probe, and its time replaces the window (the idea of
 * DEMS-A's cooling, arXiv 2412.20860).
 */
export class TimeEstimator {
  readonly #windowSize: number;
  readonly #quantile: number;
  readonly #probeEveryMs: number;
  readonly #tracks: Record<Executor, Map<string, readonly Track[]>>;

  constructor(profiles: readonly ModelProfile[], options: EstimatorOptions = {}) {
    this.#windowSize = options.windowSize ?? 10;
    this.#quantile = options.quantile ?? 0.9;
    this.#probeEveryMs = options.probeEveryMs ?? 10_000;
    const tracksOf = (initialMs: (variant: Variant) => number) =>
      new Map(
        profiles.map((profile) => [
          profile.id,
          variantsOf(profile).map((variant) => this.#startAt(initialMs(variant))),
        ]),
      );
    this.#tracks = { edge: tracksOf(({ edgeMs }) => edgeMs), cloud: tracksOf(({ cloudMs }) => cloudMs) };
  }

  /** Expected time from hand-over to result; Infinity while the last news were failures. */
  predictMs(place: Executor, model: string, variant = 0): number {
    const track = this.#track(place, model, variant);
    track.estimateMs ??= this.#quantileOf(track.window);
    return track.estimateMs;
  }

  /**
   * Whether a task with `leftMs` to its deadline, ruled out by the estimate, should be let through as this variant: there
   * were no news of it for long enough, and the best time known of the place (its profile's included) would do.
   */
  probeDue(place: Executor, model: string, nowMs: number, leftMs: number, variant = 0): boolean {
    const { bestMs, lastNewsMs } = this.#track(place, model, variant);
    return bestMs < leftMs && nowMs - lastNewsMs >= this.#probeEveryMs;
  }

  /** Notes that a probe is under way, which puts off the next one. */
  probeStarted(place: Executor, model: string, nowMs: number, variant = 0): void {
    this.#track(place, model, variant).lastNewsMs = nowMs;
  }

  /** Learns from an execution. A probe's time replaces the window: it is the only fresh evidence. */
  observe({
    place,
    model,
    variant,
    atMs,
    elapsedMs,
    probe,
  }: Pick<Execution, 'place' | 'model' | 'variant' | 'atMs' | 'elapsedMs' | 'probe'>): void {
    const track = this.#track(place, model, variant);
    if (probe) {
      track.window.fill(elapsedMs);
    } else {
      track.window[track.next] = elapsedMs;
      track.next = (track.next + 1) % this.#windowSize;
    }
    track.lastNewsMs = atMs;
    track.bestMs = Math.min(track.bestMs, elapsedMs);
    track.estimateMs = undefined;
  }

  #startAt(initialMs: number): Track {
    const window = new Array<number>(this.#windowSize).fill(initialMs);
    return {
      window,
      next: 0,
      estimateMs: initialMs,
      bestMs: initialMs,
      lastNewsMs: Number.NEGATIVE_INFINITY,
    };
  }

  #quantileOf(window: readonly number[]): number {
    const sorted = [...window].sort((a, b) => a - b);
    const rank = Math.max(1, Math.ceil(this.#quantile * sorted.length));
    return sorted[rank - 1] as number;
  }

  #track(place: Executor, model: string, variant: number): Track {
    const track = this.#tracks[place].get(model)?.[variant];
    if (track === undefined) throw new Error(`model ${model} has no profile of variant ${variant}`);
    return track;
  }
}

type Track = {
  window: number[];
  /** Slot that the next time overwrites. */
  next: number;
  /** The quantile of the window; undefined until somebody asks for it. */
  estimateMs: number | undefined;
  /** The shortest time ever seen, or the profile's. */
  bestMs: number;
  /** Last execution that ended, or probe that started. */
  lastNewsMs: number;
};
