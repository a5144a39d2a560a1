import type { Clock } from '../../core/clock.ts';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { marginsOf, quantityAt, type References, referencesOf, sharesOf } from '../../core/spec/evaluate.ts';
import { silentRefusals } from '../../core/spec/silent.ts';
import type { Spec } from '../../core/spec/spec.ts';
import type { DesignerName } from '../../core/tune/designers.ts';
import { economical } from '../../core/tune/economical.ts';
import type { FrontPoint } from '../../core/tune/front.ts';
import { completed, type Held } from '../../core/tune/holding.ts';
import type { JournalEvent } from '../../core/tune/journal.ts';
import type { WarmStart } from '../../core/tune/library/warm-start.ts';
import type { Safety } from '../../core/tune/safety.ts';
import { Study } from '../../core/tune/study.ts';
import type { TrialRecord } from '../../core/tune/study-state.ts';
import { DesignThread } from './design-thread.ts';
import type { TrialOutcome, TrialPhase, TrialRunner, TrialTiming } from './trial-runner.ts';
import { problemOf } from './tune-problem.ts';

/** What a goal asks for. */
export type TuneGoal = {
  /** All trials, the configuration in force and the verifications included; at least 2. */
  maxTrials: number;
  /** Of the search; verifications come on top. */
  maxMs: number;
  seed: number;
  designer: DesignerName;
  safety: Safety;
  /** The search ends when its trials have broken a requirement for so long. */
  maxViolationMs: number;
  /** Share of each bound that is kept as a margin: a configuration on the bound itself holds only every other time. */
  guardBand: number;
  timing: TrialTiming;
  verifyTiming: TrialTiming;
};

/** Where the search stands; `outcome` only when a trial has just ended, `failed` when one could not be carried out. */
export type TuneProgress = {
  phase: TrialPhase | 'verifying' | 'done' | 'failed';
  /** From 0, which is the configuration in force. */
  number: number;
  reason: string;
  outcome?: TrialOutcome;
  best?: TrialOutcome;
};

/** One configuration of a front. */
export type TuneFrontPoint = {
  /** Its first trial, as in the progress. */
  number: number;
  configuration: Configuration;
  /** What is believed of each objective, in its unit; undefined where that cannot be told. */
  objectives: { name: string; value: number | undefined; unit: string }[];
  knee: boolean;
  /** Whether it was verified, and is what the search concluded with. */
  inForce: boolean;
};

/** Space-filling trials; with the configuration in force and the economical one they make the start. */
const initialTrials = 2;
/** Trials kept for measuring the recommended configurations once more. */
const mostVerifications = 3;

/**
 * One search on the live robot: carries out what the study asks for and tells it what was measured. A
 * suggestion that cannot be applied ends its trial without a measurement.
 */
export class TuneRun {
  readonly study: Study;
  readonly #spec: Spec;
  readonly #runner: Pick<TrialRunner, 'run'>;
  readonly #thread: DesignThread;
  readonly #goal: TuneGoal;
  readonly #onProgress: (progress: TuneProgress) => void;
  readonly #isPublished: (topic: string) => boolean;
  #best: TrialOutcome | undefined;
  /** What was first measured of each objective. */
  #references: References = {};
  /** What no trial has measured yet. */
  #silent: Refusal[] | undefined;

  constructor(options: {
    spec: Spec;
    specName: string;
    inForce: Configuration;
    runner: Pick<TrialRunner, 'run'>;
    clock: Clock;
    goal: TuneGoal;
    /** What is known from an earlier search of this context or a near one. */
    warmStart?: WarmStart | undefined;
    /** What some knobs hold that are not worth a trial; the search leaves them alone. */
    held?: Configuration;
    /** Whether anybody offers a topic now. */
    isPublished: (topic: string) => boolean;
    /** Breaks the search off while it computes; trials are broken off by the runner. */
    signal: AbortSignal;
    onProgress: (progress: TuneProgress) => void;
    onEvent: (event: JournalEvent) => void;
    /** See `DesignThread`. */
    program?: URL;
  }) {
    const { spec, specName, inForce, clock, goal, held = {}, onEvent } = options;
    const turned = spec.knobs.filter(({ name }) => !Object.hasOwn(held, name));
    const problem = problemOf({ ...spec, knobs: turned }, goal.guardBand);
    const holding: Held = { knobs: spec.knobs.map(({ name }) => name), held };
    const warmStart = options.warmStart && completedStart(options.warmStart, holding);
    const least = {
      configuration: completed(economical(spec, inForce), holding),
      reason: 'everything turned down that no requirement measures',
    };
    const { designer, safety, seed } = goal;
    this.#thread = new DesignThread({
      design: { problem, designer, safety, seed, initialTrials, warmStart, queue: [least], held: holding },
      signal: options.signal,
      ...(options.program && { program: options.program }),
    });
    const verifications = Math.min(mostVerifications, goal.maxTrials - 1);
    this.#spec = spec;
    this.#runner = options.runner;
    this.#goal = goal;
    this.#onProgress = options.onProgress;
    this.#isPublished = options.isPublished;
    this.study = new Study({
      name: specName,
      seed,
      problem,
      designer: this.#thread,
      choose: () => this.#thread.choice(),
      ...(warmStart && { warmStart }),
      clock,
      maxTrials: goal.maxTrials - verifications,
      maxVerifications: verifications,
      inForce,
      onEvent,
      timeLimitMs: goal.maxMs,
      violationLimitMs: goal.maxViolationMs,
    });
  }

  /** Runs to the end; the verified outcome, or why there is none. Its configuration is then in force. */
  async run(): Promise<Result<TrialOutcome>> {
    this.#thread.start();
    try {
      return await this.#search();
    } finally {
      await this.#thread.close();
    }
  }

  async #search(): Promise<Result<TrialOutcome>> {
    let last: TrialOutcome | undefined;
    for (;;) {
      const next = await this.#next();
      if (!next.ok) {
        this.study.cancel(next.refusals.map(({ reason }) => reason).join('; '));
        return next;
      }
      const trial = next.value;
      if (!trial) break;
      const outcome = await this.#carryOut(trial);
      if (outcome.ok) {
        last = outcome.value;
        this.#noteSilent(outcome.value);
      }
      const fatal = this.#fatal(trial, outcome);
      if (fatal.length > 0) {
        this.study.cancel(fatal.map(({ reason }) => reason).join('; '));
        return refuse(...fatal);
      }
    }
    const conclusion = this.study.conclusion();
    if (conclusion?.verified && last) return accept(last);
    return refuse(this.#whyNot(conclusion?.refusal), ...(this.#silent ?? []));
  }

  /** A front of its study, in the units of the objectives. */
  inUnits(front: readonly FrontPoint[]): TuneFrontPoint[] {
    return front.map(({ trial, configuration, objectives, knee, verified }) => ({
      number: trial - 1,
      configuration,
      objectives: this.#spec.objectives.map((objective) => ({
        name: objective.name,
        value: quantityAt(objective, objectives[objective.name] ?? 0, this.#references[objective.name]),
        unit: objective.unit,
      })),
      knee,
      inForce: verified,
    }));
  }

  #whyNot(refusal: Refusal | undefined): Refusal {
    if (!refusal) return { code: 'TT_NO_FEASIBLE', reason: 'nothing was tried' };
    const stopped = this.study.stopped?.text;
    return stopped === undefined ? refusal : { ...refusal, reason: `${refusal.reason}; ${stopped}` };
  }

  #noteSilent({ profile }: TrialOutcome): void {
    const silent = silentRefusals(this.#spec, profile);
    const still = (one: Refusal) =>
      silent.some(({ code, found }) => code === one.code && found === one.found);
    this.#silent = this.#silent?.filter(still) ?? silent;
  }

  /** The next trial; undefined when the study has concluded. Refused: its thread failed, or it was broken off. */
  async #next(): Promise<Result<TrialRecord | undefined>> {
    for (;;) {
      const { wants } = this.study;
      const prepared = wants && (await this.#thread.prepare(wants));
      if (prepared?.ok === false) return prepared;
      const trial = this.study.phase === 'searching' ? this.study.ask() : this.study.nextVerification();
      if (trial || this.study.phase === 'finished') return accept(trial);
    }
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
    else
      this.#onProgress({
        phase: 'failed',
        number: trial.trial - 1,
        reason: outcome.refusals.map(formatRefusal).join('; '),
      });
    return outcome;
  }

  #tell(outcome: Result<TrialOutcome>): void {
    if (!outcome.ok) {
      this.study.cut(outcome.refusals.map(({ reason }) => reason).join('; '));
      return;
    }
    const { evaluation, verdicts, cut, share, violationMs } = outcome.value;
    this.#references = { ...referencesOf(evaluation), ...this.#references };
    if (!this.#best || evaluation.score > this.#best.evaluation.score) this.#best = outcome.value;
    this.study.applied(Object.fromEntries(verdicts.map(({ name, verdict }) => [name, verdict])));
    const margins = marginsOf(evaluation, this.#goal.guardBand);
    const objectives = this.#spec.tradeOff && sharesOf(evaluation);
    const measurement = {
      objective: evaluation.objective,
      ...(objectives && { objectives }),
      margins,
      share,
      violationMs,
    };
    if (cut) this.study.cut(cut.reason, measurement);
    else this.study.tell(measurement);
  }

  /** What no further trial can mend: a person's cancel, a profiler that is gone, a baseline or topic that does not exist. */
  #fatal(trial: TrialRecord, outcome: Result<TrialOutcome>): Refusal[] {
    if (!outcome.ok) {
      return outcome.refusals.filter(({ code }) => code === 'TT_CANCELLED' || code === 'TT_PROFILE_TIMEOUT');
    }
    if (trial.kind !== 'in-force') return [];
    const baseless = outcome.value.evaluation.requirements.flatMap(({ requirement: { name }, bound }) => {
      if (bound !== undefined) return [];
      return [
        {
          code: 'TT_NOT_MEASURED',
          reason: 'the baseline has no value to take a share of',
          found: name,
        } as const,
      ];
    });
    if (baseless.length > 0) return baseless;
    // An overloaded node may be silent for a window; a topic that nobody publishes will stay silent.
    return silentRefusals(this.#spec, outcome.value.profile).filter(
      ({ code, found }) => code === 'TT_TOPIC_SILENT' && found !== undefined && !this.#isPublished(found),
    );
  }
}

function completedStart(warmStart: WarmStart, held: Held): WarmStart {
  const { first } = warmStart;
  if (!first) return warmStart;
  return { ...warmStart, first: { ...first, configuration: completed(first.configuration, held) } };
}
