import type { Clock } from '../../core/clock.ts';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import {
  marginsOf,
  quantityAt,
  type References,
  referencesOf,
  type SpecEvaluation,
  sharesOf,
} from '../../core/spec/evaluate.ts';
import { silentRefusals } from '../../core/spec/silent.ts';
import type { Spec } from '../../core/spec/spec.ts';
import { economical } from '../../core/tune/economical.ts';
import type { FrontPoint } from '../../core/tune/front.ts';
import { completed, type Held } from '../../core/tune/holding.ts';
import type { JournalEvent } from '../../core/tune/journal.ts';
import type { WarmStart } from '../../core/tune/library/warm-start.ts';
import { replayStudy } from '../../core/tune/replay.ts';
import type { Resumption } from '../../core/tune/resumption.ts';
import { Study, type StudyOptions } from '../../core/tune/study.ts';
import type { TrialRecord } from '../../core/tune/study-state.ts';
import type { TuneBasis, TuneGoal } from '../../core/tune/tune-goal.ts';
import { DesignThread } from './design-thread.ts';
import type { TrialOutcome, TrialPhase, TrialRunner } from './trial-runner.ts';
import { problemOf } from './tune-problem.ts';

/** Where the search stands; `outcome` only when a trial has just ended, `failed` when one could not be carried out. */
export type TuneProgress = {
  phase: TrialPhase | 'verifying' | 'done' | 'failed';
  /** From 0, which is the configuration in force. */
  number: number;
  reason: string;
  outcome?: TrialOutcome;
  /** The configuration with the highest score so far. */
  best?: NonNullable<Resumption['best']>;
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

/** What a search on a live robot is made of. */
export type TuneRunOptions = {
  spec: Spec;
  specName: string;
  basis: TuneBasis;
  /** What all knobs held when the search began. */
  inForce: Configuration;
  runner: Pick<TrialRunner, 'run'>;
  clock: Clock;
  /** What is known from an earlier search of this context or a near one. */
  warmStart?: WarmStart | undefined;
  /** What some knobs hold that are not worth a trial; the search leaves them alone. */
  held?: Configuration;
  /** What an earlier run did of this search. */
  resumption?: Resumption | undefined;
  /** Whether anybody offers a topic now. */
  isPublished: (topic: string) => boolean;
  /** Breaks the search off while it computes; trials are broken off by the runner. */
  signal: AbortSignal;
  onProgress: (progress: TuneProgress) => void;
  onEvent: (event: JournalEvent) => void;
  /** See `DesignThread`. */
  program?: URL;
};

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
  #best: Resumption['best'];
  /** What was first measured of each objective. */
  #references: References;
  /** What no trial has measured yet. */
  #silent: Refusal[] | undefined;

  private constructor({
    options,
    thread,
    study,
  }: { options: TuneRunOptions; thread: DesignThread; study: Study }) {
    this.#spec = options.spec;
    this.#runner = options.runner;
    this.#thread = thread;
    this.#goal = options.basis.goal;
    this.#onProgress = options.onProgress;
    this.#isPublished = options.isPublished;
    this.#references = options.resumption?.references ?? {};
    this.#best = options.resumption?.best;
    this.study = study;
  }

  /** Begins a search, or goes on with one. Refused (TT_JOURNAL): a `resumption` of another search, or of one that has ended. */
  static open(options: TuneRunOptions): Result<TuneRun> {
    const { spec, specName, basis, inForce, held = {}, resumption } = options;
    const { designer, safety, seed, guardBand, maxTrials, maxMs, maxViolationMs } = basis.goal;
    const turned = spec.knobs.filter(({ name }) => !Object.hasOwn(held, name));
    const problem = problemOf({ ...spec, knobs: turned }, guardBand);
    const holding: Held = { knobs: spec.knobs.map(({ name }) => name), held };
    const warmStart = options.warmStart && completedStart(options.warmStart, holding);
    const least = {
      configuration: completed(economical(spec, inForce), holding),
      reason: 'everything turned down that no requirement measures',
    };
    const thread = new DesignThread({
      design: { problem, designer, safety, seed, initialTrials, warmStart, queue: [least], held: holding },
      signal: options.signal,
      ...(options.program && { program: options.program }),
    });
    const verifications = Math.min(mostVerifications, maxTrials - 1);
    const about: StudyOptions = {
      name: specName,
      seed,
      problem,
      designer: thread,
      choose: () => thread.choice(),
      ...(warmStart && { warmStart }),
      basis,
      clock: options.clock,
      maxTrials: maxTrials - verifications,
      maxVerifications: verifications,
      inForce,
      onEvent: options.onEvent,
      ...(maxMs !== undefined && { timeLimitMs: maxMs }),
      ...(maxViolationMs !== undefined && { violationLimitMs: maxViolationMs }),
    };
    const study = resumption
      ? replayStudy(about, resumption.events, resumption.file)
      : accept(new Study(about));
    return study.ok ? accept(new TuneRun({ options, thread, study: study.value })) : study;
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
    const references = this.#newReferences(evaluation);
    this.#references = { ...this.#references, ...references };
    const { score } = evaluation;
    if (!this.#best || score > this.#best.score)
      this.#best = { configuration: outcome.value.configuration, score };
    this.study.applied(Object.fromEntries(verdicts.map(({ name, verdict }) => [name, verdict])));
    const margins = marginsOf(evaluation, this.#goal.guardBand);
    const objectives = this.#spec.tradeOff && sharesOf(evaluation);
    const measurement = {
      objective: evaluation.objective,
      ...(objectives && { objectives }),
      margins,
      share,
      violationMs,
      score,
      ...(Object.keys(references).length > 0 && { references }),
    };
    if (cut) this.study.cut(cut.reason, measurement);
    else this.study.tell(measurement);
  }

  /** What was measured for the first time. */
  #newReferences(evaluation: SpecEvaluation): References {
    const measured = Object.entries(referencesOf(evaluation));
    return Object.fromEntries(measured.filter(([name]) => !Object.hasOwn(this.#references, name)));
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
