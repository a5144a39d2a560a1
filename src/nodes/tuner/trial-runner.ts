import type { Clock } from '../../core/clock.ts';
import type { Configuration, Verdict } from '../../core/knobs/knob.ts';
import { judge } from '../../core/knobs/verdict.ts';
import type { Profile } from '../../core/measure/profile.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { evaluate, type References, referencesOf, type SpecEvaluation } from '../../core/spec/evaluate.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { type Cut, lookEveryMs, surelyBroken } from '../../core/tune/cut/surely-broken.ts';
import type { TrialTiming } from '../../core/tune/tune-goal.ts';
import { carryOut, type Knobs, planFromHeld, refusalsOf } from './apply-configuration.ts';
import type { Shown } from './learn.ts';
import type { ProfilerClient } from './profiler-client.ts';

/** What one configuration came to. */
export type TrialOutcome = {
  configuration: Configuration;
  verdicts: { name: string; requested: string; verdict: Verdict }[];
  profile: Profile;
  evaluation: SpecEvaluation;
  /** Why it was cut short; absent for a trial that was measured in full. */
  cut?: Cut;
  /** Share of its window that was measured; 1 unless it was cut short. */
  share: number;
  /** For how long it broke a requirement, and the one before it until this one was in force. */
  violationMs: number;
};

/** A trial's window, or as much of it as was needed. */
type Measured = { profile: Profile } & Pick<TrialOutcome, 'share' | 'cut'>;

/** In a window that was too short for the requirements, as the robot was overloaded, nothing contradicts a knob. */
function provesIn({ cut }: TrialOutcome): (shown: Shown) => boolean {
  return ({ verdict }) => cut === undefined || verdict.outcome !== 'no-effect';
}

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
  readonly #knobs: Knobs;
  readonly #profiler: Pick<ProfilerClient, 'snapshot'>;
  readonly #sleep: Sleep;
  readonly #clock: Clock;
  readonly #shown: Shown[] = [];
  #references: References;
  /** Until when the violations of the configuration in force are counted; undefined where it met everything. */
  #brokenSinceMs: number | undefined;

  constructor(options: {
    spec: Spec;
    knobs: Knobs;
    profiler: Pick<ProfilerClient, 'snapshot'>;
    sleep: Sleep;
    clock: Clock;
    /** What an earlier run of the same search measured first; absent where the first trial is yet to come. */
    references?: References;
  }) {
    this.#spec = options.spec;
    this.#knobs = options.knobs;
    this.#profiler = options.profiler;
    this.#sleep = options.sleep;
    this.#clock = options.clock;
    this.#references = options.references ?? {};
  }

  /** What the trials have shown of the knobs that they turned, and which values were refused. */
  get shown(): readonly Shown[] {
    return this.#shown;
  }

  /**
   * Applies a configuration, all or nothing, and says which knobs were turned for it. Refused: what could not be written,
   * after everything was put back.
   */
  async apply(wanted: Configuration): Promise<Result<string[]>> {
    const planned = await planFromHeld(this.#knobs, wanted);
    if (!planned.ok) return planned;
    const report = await carryOut(this.#knobs, planned.value.plan);
    // Of a transaction that was put back only what refused its value has shown anything.
    this.#shown.push(...report.writes.filter(({ verdict }) => verdict.outcome === 'rejected'));
    const refusals = refusalsOf(report);
    return refusals.length === 0 ? accept(report.writes.map(({ name }) => name)) : refuse(...refusals);
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
    const appliedMs = this.#clock.nowMs();
    onPhase('settling');
    if (!(await this.#sleep(timing.settleMs))) return refuse(cancelled);
    onPhase('measuring');
    const measured = await this.#measure(timing);
    if (!measured.ok) return measured;
    const outcome = await this.#outcome(configuration, measured.value, appliedMs);
    this.#shown.push(
      ...outcome.verdicts.filter(({ name }) => applied.value.includes(name)).filter(provesIn(outcome)),
    );
    return accept(outcome);
  }

  /**
   * How long the configuration that was measured last has gone on breaking a requirement since; 0 where it met all. To be
   * asked once, when another is in force again without a trial.
   */
  brokenSinceMs(): number {
    const sinceMs = this.#brokenSinceMs;
    this.#brokenSinceMs = undefined;
    return sinceMs === undefined ? 0 : this.#clock.nowMs() - sinceMs;
  }

  /** Looks again and again until the window is over, or is surely lost. */
  async #measure({ windowMs, cutRisk }: TrialTiming): Promise<Result<Measured>> {
    const beganMs = this.#clock.nowMs();
    const looks: Profile[] = [];
    const risk = this.#isBaseline ? 0 : cutRisk;
    for (let look = 1; ; look++) {
      const nextMs = risk > 0 ? Math.min(windowMs, look * lookEveryMs) : windowMs;
      const restMs = nextMs - (this.#clock.nowMs() - beganMs);
      if (restMs > 0 && !(await this.#sleep(restMs))) return refuse(cancelled);
      const elapsedMs = Math.min(windowMs, this.#clock.nowMs() - beganMs);
      const profile = await this.#profiler.snapshot(elapsedMs);
      if (elapsedMs >= windowMs) return profile.ok ? accept({ profile: profile.value, share: 1 }) : profile;
      // On an overloaded robot the profiler may be late; only the whole window needs its answer.
      if (!profile.ok) continue;
      looks.push(profile.value);
      const cut = surelyBroken({ spec: this.#spec, references: this.#references, looks, windowMs, risk });
      if (cut) return accept({ profile: profile.value, share: elapsedMs / windowMs, cut });
    }
  }

  /** Whether what is measured now is what others are compared with, which is not to be had by halves. */
  get #isBaseline(): boolean {
    const { requirements, objectives } = this.#spec;
    const isCompared =
      requirements.some(({ ofBaseline }) => ofBaseline) ||
      objectives.some(({ enough }) => enough === undefined);
    return isCompared && Object.keys(this.#references).length === 0;
  }

  async #outcome(
    configuration: Configuration,
    { profile, share, cut }: Measured,
    appliedMs: number,
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
    const violationMs = this.#violationMs(appliedMs, evaluation.met);
    return { configuration, verdicts, profile, evaluation, ...(cut && { cut }), share, violationMs };
  }

  /** Counts until now, without a gap to what was counted before. */
  #violationMs(appliedMs: number, met: boolean): number {
    const nowMs = this.#clock.nowMs();
    const beforeMs = this.#brokenSinceMs === undefined ? 0 : appliedMs - this.#brokenSinceMs;
    this.#brokenSinceMs = met ? undefined : nowMs;
    return beforeMs + (met ? 0 : nowMs - appliedMs);
  }
}
