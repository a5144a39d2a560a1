import type { Profile } from '../../src/core/measure/profile.ts';
import { evaluate } from '../../src/core/spec/evaluate.ts';
import type { Spec } from '../../src/core/spec/spec.ts';

/** How long something was watched, and for how much of that a requirement was broken. */
export type Harm = { watchedS: number; brokenS: number };

/**
 * Counts the time in which a requirement is really broken, from the profiler's periodic windows: each stands for the
 * time since the one before.
 */
export class ViolationMeter {
  readonly #spec: Spec;
  #lastEndMs: number | undefined;
  #harm: Harm = { watchedS: 0, brokenS: 0 };

  /** Names in the spec must be resolved. */
  constructor(spec: Spec) {
    this.#spec = spec;
  }

  /** The next window; windows that end no later than the last count for nothing. */
  add(profile: Profile): void {
    const lastMs = this.#lastEndMs ?? profile.endMs - profile.windowMs;
    const seconds = Math.max(0, profile.endMs - lastMs) / 1000;
    this.#lastEndMs = Math.max(lastMs, profile.endMs);
    this.#harm = {
      watchedS: this.#harm.watchedS + seconds,
      brokenS: this.#harm.brokenS + (evaluate(this.#spec, profile).met ? 0 : seconds),
    };
  }

  /** Since the beginning or the last reset. */
  get harm(): Harm {
    return this.#harm;
  }

  /** Counts from 0 again; the next window still stands for the time since the last. */
  reset(): void {
    this.#harm = { watchedS: 0, brokenS: 0 };
  }
}
