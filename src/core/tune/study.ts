import type { Clock } from '../clock.ts';
import type { Configuration, Verdict } from '../knobs/knob.ts';
import type { Refusal } from '../refusal.ts';
import type { Designer, Observation, Problem, Suggestion } from './designer.ts';
import type { JournalEvent, StopReason, TrialKind } from './journal.ts';
import type { WarmStart } from './library/warm-start.ts';
import { type Choice, chooseTried, trustedProbability } from './recommend.ts';
import type { StudyRecord } from './study-record.ts';
import { openTrial, type Phase, reduce, type StudyState, type TrialRecord } from './study-state.ts';
import type { TuneBasis } from './tune-goal.ts';

/** What a study is made of. */
export type StudyOptions = {
  /** The spec's name; a journal of another name cannot be replayed. */
  name: string;
  /** The seed the designer was made with; kept in the journal. */
  seed: number;
  problem: Problem;
  /** Fresh: nothing suggested, nothing told. */
  designer: Designer;
  /** What the designer was given besides; kept in the journal, as its suggestions depend on it. */
  warmStart?: WarmStart;
  /** What a search on a live robot depends on besides; kept in the journal. */
  basis?: TuneBasis;
  clock: Clock;
  /** Trials of the search, the configuration in force included; verifications come on top. */
  maxTrials: number;
  /** Measured first, so that the tuned configuration can be compared with it. */
  inForce?: Configuration;
  timeLimitMs?: number;
  /** The search ends when its trials have broken a requirement for so long. */
  violationLimitMs?: number;
  /** Measurements after the search, see `nextVerification`; at least 1. Default 4. */
  maxVerifications?: number;
  /** What the search may end with; default `chooseTried` of what was measured. */
  choose?: () => Choice;
  /** Receives every event as it happens, to be written to the journal. */
  onEvent?: (event: JournalEvent) => void;
};

/** What a trial measured, how long it broke a requirement, what of it later ones are compared with, and its score. */
export type Measurement = Omit<Observation, 'configuration'> & {
  violationMs?: number;
  references?: Record<string, number>;
  score?: number;
};

/** What a study came to. */
export type Conclusion = {
  /** The configuration to deploy; undefined only when nothing was tried. With a refusal it is the least bad one. */
  configuration: Configuration | undefined;
  /** True when it met every requirement again after the search. */
  verified: boolean;
  text: string;
  /** TT_NO_FEASIBLE when nothing could be verified, TT_CANCELLED when the study was cancelled. */
  refusal: Refusal | undefined;
};

/** What a study begins with, as its journal has it. */
export type StudyStart = NewEvent<Extract<JournalEvent, { type: 'started' }>>;

/** An event before it has its time. */
type NewEvent<E = JournalEvent> = E extends JournalEvent ? Omit<E, 'elapsedMs'> : never;

/**
 * Two suggestions in a row that promise less than this share of the best objective, or of the front's hypervolume, end the search
 * (CLITE, HPCA 2020).
 */
const worthwhileShare = 0.01;
const idleSuggestions = 2;

/**
 * Ask/tell over a designer, as a sequence of journal events: ask, apply, tell until a stop rule holds, then
 * verify the recommended configurations in order until one meets every requirement again. One trial is open at a
 * time. Calls out of order (tell without ask) are bugs and throw.
 */
export class Study {
  readonly #options: StudyOptions;
  readonly #startMs: number;
  #state: StudyState = { phase: 'searching', trials: [], searchTrials: 0 };

  constructor(options: StudyOptions, journal?: readonly JournalEvent[]) {
    this.#options = options;
    this.#startMs = options.clock.nowMs() - (journal?.at(-1)?.elapsedMs ?? 0);
    if (journal) for (const event of journal) this.#take(event);
    else this.#record(startOf(options));
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** Every trial so far, in order, verifications included. */
  get history(): readonly TrialRecord[] {
    return this.#state.trials;
  }

  /** What it was about and all that happened so far. */
  get record(): StudyRecord {
    const { name, problem } = this.#options;
    const { trials, stopped, concluded } = this.#state;
    return { name, problem, trials, ...(stopped && { stopped }), ...(concluded && { concluded }) };
  }

  /** Why the search ended; undefined while it goes on. */
  get stopped(): { reason: StopReason; text: string } | undefined {
    return this.#state.stopped;
  }

  /** How long all trials so far broke a requirement, verifications included. */
  get violationMs(): number {
    return this.#state.trials.reduce((sum, { violationMs = 0 }) => sum + violationMs, 0);
  }

  /** The feasible trial with the best measured objective, unless its configuration failed later: the last good one. */
  get best(): TrialRecord | undefined {
    const feasible = this.#state.trials.filter(
      ({ feasible, configuration }) => feasible && !this.#failed(configuration),
    );
    return feasible.reduce<TrialRecord | undefined>(
      (top, trial) => (top && objectiveOf(top) >= objectiveOf(trial) ? top : trial),
      undefined,
    );
  }

  /**
   * What the next `ask` or `nextVerification` takes from the models: a suggestion; or the choice of what to end with, and a suggestion
   * where nothing in that can be trusted. For whoever computes it beforehand, in another thread.
   */
  get wants(): 'suggestion' | 'choice' | undefined {
    const { phase, trials } = this.#state;
    if (phase === 'finished' || openTrial(this.#state) || this.#verified()) return undefined;
    if (phase === 'verifying') return 'choice';
    const isFirst = this.#options.inForce !== undefined && trials.length === 0;
    return isFirst || this.#limitReached() ? undefined : 'suggestion';
  }

  /** The next trial of the search, or the open one; undefined once a stop rule holds. */
  ask(): TrialRecord | undefined {
    if (this.#state.phase !== 'searching') return undefined;
    const open = openTrial(this.#state);
    if (open) return open;
    const stop = this.#limitReached();
    if (stop) return this.#stop(stop.reason, stop.text);
    const { inForce, designer } = this.#options;
    if (inForce && this.#state.trials.length === 0)
      return this.#ask('in-force', { configuration: inForce, reason: 'the configuration in force' });
    const suggestion = designer.suggest();
    if (this.#converged(suggestion))
      return this.#stop('converged', `two suggestions in a row promise less than ${worthwhileShare * 100} %`);
    return this.#ask('search', suggestion);
  }

  /**
   * The next measurement after the search, or the open one; undefined when the study has concluded, which it does
   * as soon as a verification passes, so that the verified configuration is the last one tried. It measures the
   * recommended configuration once more; while none can be trusted to meet every requirement again and more than
   * one measurement is left, it tries what the designer suggests instead; not after a search that ended for the harm it
   * did, which tries nothing that cannot be trusted. Call after `ask` has returned undefined.
   */
  nextVerification(): TrialRecord | undefined {
    if (this.#state.phase !== 'verifying') return undefined;
    const open = openTrial(this.#state);
    if (open) return open;
    const verified = this.#verified();
    if (verified) return this.#conclude(verified.configuration, true);
    const { problem, designer, maxVerifications = 4 } = this.#options;
    const { choose = () => chooseTried(problem, this.#observations()) } = this.#options;
    const { unfailing: top, leastBad } = choose();
    const isTrusted = top !== undefined && top.probability >= trustedProbability;
    const left = maxVerifications - (this.#state.trials.length - this.#state.searchTrials);
    const isHarmed = this.#state.stopped?.reason === 'harm';
    if (left <= 0 || (isHarmed && !isTrusted)) return this.#conclude(leastBad?.configuration, false);
    if (top && (isTrusted || left === 1)) {
      const probability = `probability of meeting all requirements ${top.probability.toFixed(2)}`;
      const { configuration } = top;
      const isKnee = problem.objectives && top.isOnFront;
      const what = isKnee ? 'verification of the knee of the front' : 'verification';
      return this.#ask('verification', { configuration, reason: `${what}, ${probability}` });
    }
    return this.#ask('search', designer.suggest());
  }

  /** Notes what became of each knob of the open trial. */
  applied(verdicts: Record<string, Verdict>): void {
    this.#record({ type: 'applied', trial: this.#open().trial, verdicts });
  }

  /** Ends the open trial with its measurement. Values that are not finite count as not measured. */
  tell(measurement: Measurement): TrialRecord {
    const { trial, configuration } = this.#open();
    const observation = clean(configuration, measurement);
    this.#record({ type: 'measured', trial, observation, ...besides(measurement) });
    return this.#decide();
  }

  /** Ends the open trial early, with what was seen until then: a requirement was endangered, a knob did not act. */
  cut(reason: string, measurement: Measurement = { margins: {} }): TrialRecord {
    const { trial, configuration } = this.#open();
    const observation: Observation = { ...clean(configuration, measurement), censored: true };
    this.#record({ type: 'cut', trial, reason, observation, ...besides(measurement) });
    return this.#decide();
  }

  /** Ends the study at once; the last good configuration remains its answer. */
  cancel(text: string): void {
    if (this.#state.phase !== 'finished') this.#record({ type: 'stopped', reason: 'cancelled', text });
  }

  /** What the study came to; undefined before it has finished. */
  conclusion(): Conclusion | undefined {
    const { phase, concluded, stopped } = this.#state;
    if (phase !== 'finished') return undefined;
    if (!concluded) {
      const text = `cancelled: ${stopped?.text ?? ''}`;
      const refusal: Refusal = { code: 'TT_CANCELLED', reason: text };
      const configuration = this.best?.configuration;
      return { configuration, verified: false, text, refusal };
    }
    const { configuration, verified, text } = concluded;
    const refusal: Refusal | undefined = verified ? undefined : { code: 'TT_NO_FEASIBLE', reason: text };
    return { configuration, verified, text, refusal };
  }

  /** The last trial, where it was a verification that passed. */
  #verified(): TrialRecord | undefined {
    const last = this.#state.trials.at(-1);
    return last?.kind === 'verification' && last.feasible ? last : undefined;
  }

  #observations(): Observation[] {
    return this.#state.trials.flatMap(({ observation }) => (observation ? [observation] : []));
  }

  #open(): TrialRecord {
    const open = openTrial(this.#state);
    if (!open || this.#state.phase === 'finished') throw new Error('study: no trial is open');
    return open;
  }

  #ask(kind: TrialKind, { configuration, reason, expectedImprovement }: Suggestion): TrialRecord {
    const trial = this.#state.trials.length + 1;
    const event = { type: 'asked', trial, kind, configuration, reason } as const;
    this.#record(expectedImprovement === undefined ? event : { ...event, expectedImprovement });
    return this.#open();
  }

  #decide(): TrialRecord {
    const record = this.#state.trials.at(-1)!;
    const { trial, feasible = false } = record;
    const best = this.best;
    const missed = this.#options.problem.constraints.filter(
      (name) => !((record.observation?.margins[name] ?? Number.NEGATIVE_INFINITY) >= 0),
    );
    const text = feasible
      ? best?.trial === trial
        ? 'meets every requirement, the best so far'
        : 'meets every requirement'
      : `misses ${missed.join(', ') || 'nothing, but was cut short'}`;
    const event = { type: 'decided', trial, feasible, text } as const;
    this.#record(best ? { ...event, bestTrial: best.trial } : event);
    return record;
  }

  #limitReached(): { reason: StopReason; text: string } | undefined {
    const unlimited = Number.POSITIVE_INFINITY;
    const { maxTrials, timeLimitMs = unlimited, violationLimitMs = unlimited } = this.#options;
    if (this.#state.trials.length >= maxTrials) return { reason: 'budget', text: `${maxTrials} trials made` };
    if (this.#elapsedMs() >= timeLimitMs) return { reason: 'time', text: `${timeLimitMs / 1000} s are over` };
    if (this.violationMs >= violationLimitMs) {
      const text = `requirements were broken for ${(this.violationMs / 1000).toFixed(1)} s`;
      return { reason: 'harm', text };
    }
    return undefined;
  }

  #converged(suggestion: Suggestion): boolean {
    const best = this.best?.observation?.objective;
    if (best === undefined) return false;
    const { objectives } = this.#options.problem;
    const enough = worthwhileShare * (objectives ? 1 : Math.abs(best));
    const recent = [...this.#state.trials.slice(1 - idleSuggestions), suggestion];
    return recent.every(
      ({ expectedImprovement }) => expectedImprovement !== undefined && expectedImprovement < enough,
    );
  }

  #stop(reason: StopReason, text: string): undefined {
    this.#record({ type: 'stopped', reason, text });
  }

  #conclude(configuration: Configuration | undefined, verified: boolean): undefined {
    const text = verified
      ? 'met every requirement when it was measured again'
      : 'no configuration could be shown to meet every requirement';
    const event = { type: 'concluded', verified, text } as const;
    this.#record(configuration ? { ...event, configuration } : event);
  }

  /** True when a trial of this configuration missed a requirement or was cut short. */
  #failed(configuration: Configuration): boolean {
    const key = keyOf(configuration);
    return this.#state.trials.some((trial) => trial.feasible === false && keyOf(trial.configuration) === key);
  }

  #elapsedMs(): number {
    return this.#options.clock.nowMs() - this.#startMs;
  }

  #record(event: NewEvent): void {
    const complete = { elapsedMs: this.#elapsedMs(), ...event } as JournalEvent;
    this.#take(complete);
    this.#options.onEvent?.(complete);
  }

  #take(event: JournalEvent): void {
    this.#state = reduce(this.#state, this.#options.problem.constraints, event);
    if (event.type === 'measured' || event.type === 'cut') this.#options.designer.update(event.observation);
  }
}

/** The event that the journal of a study begins with. */
export function startOf({ name, seed, problem, maxTrials, warmStart, basis }: StudyOptions): StudyStart {
  return {
    type: 'started',
    name,
    seed,
    space: problem.space,
    constraints: problem.constraints,
    ...(problem.constraintInfo && { constraintInfo: problem.constraintInfo }),
    ...(problem.objectives && { objectives: problem.objectives }),
    maxTrials,
    ...(warmStart && { warmStart }),
    ...(basis && { basis }),
  };
}

function objectiveOf({ observation }: TrialRecord): number {
  return observation?.objective ?? Number.NEGATIVE_INFINITY;
}

/** What of a measurement stands beside the observation; what is not finite is left out, as JSON does not know it. */
function besides({ violationMs = 0, references, score }: Measurement) {
  return {
    violationMs,
    ...(references && { references: finite(references) }),
    ...(Number.isFinite(score) && { score: score as number }),
  };
}

function keyOf(configuration: Configuration): string {
  return JSON.stringify(configuration);
}

function finite(values: Record<string, number>): Record<string, number> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => Number.isFinite(value)));
}

/** Leaves out what is not finite, so that the journal's JSON says the same as the model saw. */
function clean(
  configuration: Configuration,
  { objective, objectives, margins, censored, share }: Measurement,
): Observation {
  const observation: Observation = { configuration, margins: finite(margins) };
  if (objectives) observation.objectives = finite(objectives);
  if (objective !== undefined && Number.isFinite(objective)) observation.objective = objective;
  if (censored) observation.censored = true;
  if (share !== undefined && share < 1) observation.share = share;
  return observation;
}
