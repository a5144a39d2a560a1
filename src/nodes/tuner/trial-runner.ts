import type { Clock } from '../../core/clock.ts';
import type { Configuration, Verdict } from '../../core/knobs/knob.ts';
import { judge } from '../../core/knobs/verdict.ts';
import type { Profile } from '../../core/measure/profile.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import {
  evaluate,
  type References,
  referencesOf,
  type SpecEvaluation,
  surelyBroken,
} from '../../core/spec/evaluate.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { carryOut, planFromHeld, refusalsOf } from './apply-configuration.ts';
import type { KnobSet } from './knob-set.ts';
import type { ProfilerClient } from './profiler-client.ts';

/** How a trial is timed. */
export type TrialTiming = {
  /** After the last write, before measuring: queues drain, rates settle. */
  settleMs: number;
  /** Measured window. */
  windowMs: number;
  /** A requirement missed by more than this share of its bound after half the window ends the trial; Infinity never does. */
  cutTolerance: number;
};

/** What one configuration came to. */
export type TrialOutcome = {
  configuration: Configuration;
  verdicts: { name: string; requested: string; verdict: Verdict }[];
  profile: Profile;
  evaluation: SpecEvaluation;
  cutShort: boolean;
  /** How long it was in force while a requirement was measured to be broken; 0 when all were met. */
  violationMs: number;
};

/** Where a trial stands; shown as the action's feedback. */
export type TrialPhase = 'applying' | 'settling' | 'measuring';

/** Waits in the node's clock; false when the wait was broken off. */
export type Sleep = (ms: number) => Promise<boolean>;

const cancelled: Refusal = { code: 'TT_CANCELLED', reason: 'the trial was broken off' };

/**
 * Applies configurations as transactions, waits, measures, and judges whether every knob acted. What is first measured is
 * the baseline of all later trials, so the first one must be of the configuration in force.
 */
export class TrialRunner {
  readonly #spec: Spec;
  readonly #knobs: KnobSet;
  readonly #profiler: ProfilerClient;
  readonly #sleep: Sleep;
  readonly #clock: Clock;
  #references: References = {};

  constructor(options: {
    spec: Spec;
    knobs: KnobSet;
    profiler: ProfilerClient;
    sleep: Sleep;
    clock: Clock;
  }) {
    this.#spec = options.spec;
    this.#knobs = options.knobs;
    this.#profiler = options.profiler;
    this.#sleep = options.sleep;
    this.#clock = options.clock;
  }

  /** Applies a configuration, all or nothing. Refused: what could not be written, after everything was put back. */
  async apply(wanted: Configuration): Promise<Result<void>> {
    const planned = await planFromHeld(this.#knobs, wanted);
    if (!planned.ok) return planned;
    const refusals = refusalsOf(await carryOut(this.#knobs, planned.value.plan));
    return refusals.length === 0 ? accept(undefined) : refuse(...refusals);
  }

  /** Runs one trial of a configuration. */
  async run(
    configuration: Configuration,
    timing: TrialTiming,
    onPhase: (phase: TrialPhase) => void,
  ): Promise<Result<TrialOutcome>> {
    onPhase('applying');
    const applied = await this.apply(configuration);
    if (!applied.ok) return applied;
    const sinceMs = this.#clock.nowMs();
    onPhase('settling');
    if (!(await this.#sleep(timing.settleMs))) return refuse(cancelled);
    onPhase('measuring');
    const half = timing.windowMs / 2;
    if (!(await this.#sleep(half))) return refuse(cancelled);
    const early = await this.#profiler.snapshot(half);
    if (!early.ok) return early;
    if (surelyBroken(evaluate(this.#spec, early.value, this.#references), timing.cutTolerance))
      return accept(await this.#outcome(configuration, early.value, { sinceMs, cutShort: true }));
    if (!(await this.#sleep(timing.windowMs - half))) return refuse(cancelled);
    const profile = await this.#profiler.snapshot(timing.windowMs);
    if (!profile.ok) return profile;
    return accept(await this.#outcome(configuration, profile.value, { sinceMs, cutShort: false }));
  }

  async #outcome(
    configuration: Configuration,
    profile: Profile,
    { sinceMs, cutShort }: { sinceMs: number; cutShort: boolean },
  ): Promise<TrialOutcome> {
    const evaluation = evaluate(this.#spec, profile, this.#references);
    this.#references = { ...referencesOf(evaluation), ...this.#references };
    const verdicts: TrialOutcome['verdicts'] = [];
    for (const declaration of this.#knobs.declarations) {
      const requested = configuration[declaration.name];
      if (requested === undefined) continue;
      const readBack = await this.#knobs.actuators.get(declaration.name)?.read();
      verdicts.push({
        name: declaration.name,
        requested: String(requested),
        verdict: judge(declaration, requested, readBack, profile),
      });
    }
    const violationMs = evaluation.met ? 0 : this.#clock.nowMs() - sinceMs;
    return { configuration, verdicts, profile, evaluation, cutShort, violationMs };
  }
}
