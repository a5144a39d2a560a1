import { TimeEstimator, type Work } from './estimator.ts';
import type { SchedulerOptions, SchedulerStats } from './ports.ts';
import { type Executor, type ModelProfile, type Variant, variantsOf } from './task.ts';

/** What the scheduler's tasks are expected to take at both places: by what was measured, or by the profile where that is asked for. */
export class ExpectedTimes {
  /** Learns from each execution, also where the profile is what counts. */
  readonly estimator: TimeEstimator;
  readonly #variants: ReadonlyMap<string, readonly Variant[]>;
  readonly #areProfiled: boolean;

  constructor({
    models,
    times,
    estimator,
  }: Pick<SchedulerOptions<unknown, unknown>, 'models' | 'times' | 'estimator'>) {
    this.estimator = new TimeEstimator(models, estimator);
    this.#variants = new Map(models.map((profile: ModelProfile) => [profile.id, variantsOf(profile)]));
    this.#areProfiled = times === 'profile';
  }

  /** A model's variants; the model must be known. */
  variants(model: string): readonly Variant[] {
    return this.#variants.get(model) as readonly Variant[];
  }

  /** The variant that some work is done as. */
  variantOf({ model, variant }: Pick<Work, 'model' | 'variant'>): Variant {
    return this.variants(model)[variant] as Variant;
  }

  /** The variant that a decision names: none where there is no choice, or the policy makes none. */
  choiceOf(model: string, variant: number | undefined): string | undefined {
    if (variant === undefined || this.variants(model).length === 1) return undefined;
    return this.variantOf({ model, variant }).id;
  }

  /** Infinite while a place brings no results. */
  predictMs(place: Executor, model: string, variant = 0): number {
    return this.#areProfiled
      ? this.#profileMs(place, model, variant)
      : this.estimator.predictMs(place, model, variant);
  }

  /** What those behind a task reckon with. After failures the estimate is infinite and says nothing of that. */
  edgeWorkMs(model: string, variant: number): number {
    const predictedMs = this.predictMs('edge', model, variant);
    return Number.isFinite(predictedMs) ? predictedMs : this.#profileMs('edge', model, variant);
  }

  /** See `TimeEstimator.probeDue`; a profile needs no probes. */
  probeDue(place: Executor, model: string, nowMs: number, leftMs: number, variant?: number): boolean {
    return !this.#areProfiled && this.estimator.probeDue(place, model, nowMs, leftMs, variant);
  }

  /** What was measured, of each variant of each model. */
  estimates(): SchedulerStats['estimates'] {
    return [...this.#variants].flatMap(([model, variants]) =>
      variants.map(({ id }, variant) => ({
        model,
        variant: id,
        edgeMs: this.estimator.predictMs('edge', model, variant),
        cloudMs: this.estimator.predictMs('cloud', model, variant),
      })),
    );
  }

  #profileMs(place: Executor, model: string, variant: number): number {
    const { edgeMs, cloudMs } = this.variantOf({ model, variant });
    return place === 'edge' ? edgeMs : cloudMs;
  }
}
