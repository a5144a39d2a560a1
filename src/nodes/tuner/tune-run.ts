import type { Clock } from '../../core/clock.ts';
import type { Configuration } from '../../core/knobs/knob.ts';
import { seededRandom } from '../../core/random.ts';
import { accept, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { marginsOf } from '../../core/spec/evaluate.ts';
import { silentRefusals } from '../../core/spec/silent.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { ConstrainedGpDesigner } from '../../core/tune/constrained-gp.ts';
import type { Designer, Problem } from '../../core/tune/designer.ts';
import { economical } from '../../core/tune/economical.ts';
import { EnqueuedDesigner } from '../../core/tune/enqueued.ts';
import type { JournalEvent } from '../../core/tune/journal.ts';
import { RandomDesigner } from '../../core/tune/random.ts';
import { SobolDesigner } from '../../core/tune/sobol.ts';
import { Study } from '../../core/tune/study.ts';
import type { TrialRecord } from '../../core/tune/study-state.ts';
import type { TrialOutcome, TrialPhase, TrialRunner, TrialTiming } from './trial-runner.ts';

/** What a goal asks for. */
export type TuneGoal = {
  /** All trials, the configuration in force and the verifications included. */
  maxTrials: number;
  /** Of the search; verifications come on top. */
  maxMs: number;
  seed: number;
  designer: string;
  /** Share of each bound that is kept as a margin: a configuration on the bound itself holds only every other time. */
  guardBand: number;
  timing: TrialTiming;
  verifyTiming: TrialTiming;
};

/** Where the search stands; `outcome` only when a trial has just ended. */
export type TuneProgress = {
  phase: TrialPhase | 'verifying' | 'done';
  /** From 0, which is the configuration in force. */
  number: number;
  reason: string;
  outcome?: TrialOutcome;
  best?: TrialOutcome;
};

/** Space-filling trials; with the configuration in force and the economical one they make the start. */
const initialTrials = 2;
/** Trials kept for measuring the recommended configurations once more. */
const verifications = 3;

/**
 * One search on the live robot: carries out what the study asks for and tells it what was measured. A
 * suggestion that cannot be applied ends its trial without a measurement.
 */
export class TuneRun {
  readonly study: Study;
  readonly #spec: Spec;
  readonly #runner: TrialRunner;
  readonly #goal: TuneGoal;
  readonly #onProgress: (progress: TuneProgress) => void;
  readonly #isPublished: (topic: string) => boolean;
  #best: TrialOutcome | undefined;

  constructor(options: {
    spec: Spec;
    specName: string;
    inForce: Configuration;
    runner: TrialRunner;
    clock: Clock;
    goal: TuneGoal;
    /** Whether anybody offers a topic now. */
    isPublished: (topic: string) => boolean;
    onProgress: (progress: TuneProgress) => void;
    onEvent: (event: JournalEvent) => void;
  }) {
    const { spec, specName, inForce, clock, goal, onEvent } = options;
    const problem: Problem = {
      space: spec.knobs.map(({ name, domain }) => ({ name, domain })),
      constraints: spec.requirements.map(({ name }) => name),
    };
    this.#spec = spec;
    this.#runner = options.runner;
    this.#goal = goal;
    this.#onProgress = options.onProgress;
    this.#isPublished = options.isPublished;
    this.study = new Study({
      name: specName,
      seed: goal.seed,
      problem,
      designer: new EnqueuedDesigner({
        queue: [
          {
            configuration: economical(spec, inForce),
            reason: 'everything turned down that no requirement measures',
          },
        ],
        designer: openDesigner(goal.designer, problem, goal.seed),
      }),
      clock,
      maxTrials: Math.max(1, goal.maxTrials - verifications),
      maxVerifications: verifications,
      inForce,
      onEvent,
      ...(Number.isFinite(goal.maxMs) ? { timeLimitMs: goal.maxMs } : {}),
    });
  }

  /** Runs to the end; the verified outcome, or why there is none. Its configuration is then in force. */
  async run(): Promise<Result<TrialOutcome>> {
    let last: TrialOutcome | undefined;
    for (let trial = this.#next(); trial; trial = this.#next()) {
      const outcome = await this.#carryOut(trial);
      if (outcome.ok) last = outcome.value;
      const fatal = this.#fatal(trial, outcome);
      if (fatal.length > 0) {
        this.study.cancel(fatal.map(({ reason }) => reason).join('; '));
        return refuse(...fatal);
      }
    }
    const conclusion = this.study.conclusion();
    if (conclusion?.verified && last) return accept(last);
    return refuse(conclusion?.refusal ?? { code: 'TT_NO_FEASIBLE', reason: 'nothing was tried' });
  }

  #next(): TrialRecord | undefined {
    return this.study.ask() ?? this.study.nextVerification();
  }

  async #carryOut(trial: TrialRecord): Promise<Result<TrialOutcome>> {
    const { configuration, reason, kind } = trial;
    const isVerification = kind === 'verification';
    const report = (phase: TuneProgress['phase'], outcome?: TrialOutcome) =>
      this.#onProgress({
        phase,
        number: trial.trial - 1,
        reason,
        ...(outcome ? { outcome } : {}),
        ...(this.#best ? { best: this.#best } : {}),
      });
    const timing = isVerification ? this.#goal.verifyTiming : this.#goal.timing;
    const outcome = await this.#runner.run(configuration, timing, (phase) =>
      report(isVerification && phase === 'measuring' ? 'verifying' : phase),
    );
    this.#tell(outcome);
    if (outcome.ok) report('done', outcome.value);
    return outcome;
  }

  #tell(outcome: Result<TrialOutcome>): void {
    if (!outcome.ok) {
      this.study.cut(outcome.refusals.map(({ reason }) => reason).join('; '));
      return;
    }
    const { evaluation, verdicts, cutShort } = outcome.value;
    if (!this.#best || evaluation.score > this.#best.evaluation.score) this.#best = outcome.value;
    this.study.applied(Object.fromEntries(verdicts.map(({ name, verdict }) => [name, verdict])));
    const margins = Object.fromEntries(
      Object.entries(marginsOf(evaluation)).map(([name, margin]) => [name, margin - this.#goal.guardBand]),
    );
    const measurement = { objective: evaluation.objective, margins };
    if (cutShort) this.study.cut('a requirement was surely broken', measurement);
    else this.study.tell(measurement);
  }

  /** What no further trial can mend: a person's cancel, a profiler that is gone, a topic that does not exist. */
  #fatal(trial: TrialRecord, outcome: Result<TrialOutcome>): Refusal[] {
    if (!outcome.ok) {
      return outcome.refusals.filter(({ code }) => code === 'TT_CANCELLED' || code === 'TT_PROFILE_TIMEOUT');
    }
    if (trial.kind !== 'in-force') return [];
    // An overloaded node may be silent for a window; a topic that nobody publishes will stay silent.
    return silentRefusals(this.#spec, outcome.value.profile).filter(
      ({ code, found }) => code === 'TT_TOPIC_SILENT' && found !== undefined && !this.#isPublished(found),
    );
  }
}

function openDesigner(id: string, problem: Problem, seed: number): Designer {
  const random = seededRandom(seed);
  if (id === 'sobol') return new SobolDesigner({ problem, random });
  if (id === 'random') return new RandomDesigner({ problem, random });
  return new ConstrainedGpDesigner({ problem, random, initialTrials });
}
