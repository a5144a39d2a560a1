import { join } from 'node:path';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import type { Study } from '../../core/tune/study.ts';
import { JournalFile } from '../../io/recording/journal-file.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import type { Message, NodeContext, ServerGoalHandle } from '../../ros/index.ts';
import type { Explainer } from './explainer.ts';
import type { InForce, SpecInForce } from './in-force.ts';
import { heldByWhatIsKnown, rememberShown } from './learn.ts';
import type { Memory } from './memory.ts';
import { frontToMessage, marginsToMessage, settingsToMessage, trialToMessage } from './messages.ts';
import { keep, putBack } from './settle.ts';
import type { TrialOutcome } from './trial-runner.ts';
import { readGoal } from './tune-goal.ts';
import { type TuneFrontPoint, type TuneGoal, type TuneProgress, TuneRun } from './tune-run.ts';

const goalAccepted = 2;
const goalRejected = 1;
const cancelAccepted = 2;
const cancelPollMs = 100;

/** What refusals become in an answer. */
export type Answer = (refusals: Refusal[]) => { success: boolean; code: string; message: string };

/** What a search needs of whoever asked for it. */
type Asked = Pick<
  ServerGoalHandle,
  'request' | 'isCancelRequested' | 'publishFeedback' | 'succeed' | 'abort' | 'canceled'
>;

/** What a search begins with: what all knobs hold, what those hold that it leaves alone, and its journal. */
type Prepared = { before: Configuration; held: Configuration; journal: JournalFile };

/** The action `~/tune`. */
export class TuneAction {
  readonly #context: NodeContext;
  readonly #inForce: InForce;
  readonly #memory: Memory;
  readonly #explainer: Pick<Explainer, 'front'>;
  readonly #answer: Answer;
  readonly #trial;
  #trials: TuneProgress[] = [];
  #study: Study | undefined;

  constructor(options: {
    context: NodeContext;
    inForce: InForce;
    memory: Memory;
    explainer: Pick<Explainer, 'front'>;
    answer: Answer;
  }) {
    const { context } = options;
    this.#context = context;
    this.#inForce = options.inForce;
    this.#memory = options.memory;
    this.#explainer = options.explainer;
    this.#answer = options.answer;
    this.#trial = context.publisher('trimtab_msgs/msg/Trial', '~/trial', 'event');
    new context.rcl.ActionServer(
      context.node,
      'trimtab_msgs/action/Tune',
      '~/tune',
      (handle) => this.#run(handle),
      () => this.#admit(),
      undefined,
      () => cancelAccepted,
    );
  }

  /** The trials of the last goal, each with its outcome. */
  get trials(): readonly TuneProgress[] {
    return this.#trials;
  }

  /** The study of the last goal. */
  get study(): Study | undefined {
    return this.#study;
  }

  /** A search that nobody asked for, with the node's defaults; what a goal's result would be. */
  searchUnasked(): Promise<Message> {
    const nothing = () => undefined;
    const answers = { publishFeedback: nothing, succeed: nothing, abort: nothing, canceled: nothing };
    const request = {
      spec_path: '',
      max_trials: 0,
      max_seconds: 0,
      max_violation_seconds: 0,
      seed: 0,
      designer: '',
      safety: '',
    };
    return this.#run({ ...answers, request, isCancelRequested: false });
  }

  /** Publishes a trial on ~/trial that is no part of a search. */
  publishTrial(about: { number: number; reason: string }, outcome: TrialOutcome): void {
    this.#trial.publish(trialToMessage({ ...about, nowMs: this.#context.clock.nowMs() }, outcome));
  }

  /** A goal that is turned down here has no result; ~/status says why. */
  #admit(): number {
    const ready = this.#inForce.ready();
    if (ready.ok) return goalAccepted;
    // A goal may bring the spec that is missing.
    if (this.#context.isActive() && ready.refusals.every(({ code }) => code === 'TT_STATE'))
      return goalAccepted;
    this.#answer(ready.refusals);
    return goalRejected;
  }

  async #run(handle: Asked): Promise<Message> {
    const goal = readGoal(handle.request, this.#context.parameters.values);
    const spec = goal.ok ? this.#specOf(handle.request) : goal;
    if (!goal.ok || !spec.ok) {
      handle.abort();
      return this.#result(spec.ok ? [] : spec.refusals);
    }
    return this.#inForce.during(async (work) => {
      const poll = this.#context.every(cancelPollMs, () => {
        if (handle.isCancelRequested) work.abort();
      });
      try {
        return await this.#search({ handle, goal: goal.value, inForce: spec.value, work });
      } finally {
        poll.cancel();
      }
    });
  }

  #specOf({ spec_path }: Message): Result<SpecInForce> {
    if (spec_path !== '') {
      const spec = readSpecFile(spec_path);
      if (!spec.ok) return spec;
      this.#inForce.put(spec_path, spec.value);
    }
    return this.#inForce.ready();
  }

  async #search({
    handle,
    goal,
    inForce,
    work,
  }: {
    handle: Asked;
    goal: TuneGoal;
    inForce: SpecInForce;
    work: AbortController;
  }): Promise<Message> {
    const { file, spec, knobs } = inForce;
    const prepared = await this.#prepare(inForce);
    if (!prepared.ok) {
      handle.abort();
      return this.#result(prepared.refusals);
    }
    const { before, held, journal } = prepared.value;
    this.#trials = [];
    const search = this.#memory.begin(spec, goal.guardBand);
    const runner = this.#inForce.runner(inForce, work.signal);
    const run = new TuneRun({
      spec,
      specName: file,
      inForce: before,
      runner,
      clock: this.#context.clock,
      goal,
      warmStart: search.warmStart,
      held,
      isPublished: (topic) => this.#context.node.getPublishersInfoByTopic(topic).length > 0,
      signal: work.signal,
      onEvent: (event) => journal.append(event),
      onProgress: (progress) => this.#report(handle, progress, run.study.violationMs),
    });
    this.#study = run.study;
    let result: Result<TrialOutcome>;
    try {
      result = await run.run();
    } catch (error) {
      // Also when something breaks that never should, or the journal's disk is full: the robot comes first.
      await putBack(this.#inForce, inForce, before);
      throw error;
    } finally {
      journal.close();
      rememberShown(this.#context, spec.knobs, runner.shown);
    }
    const refusals = result.ok
      ? keep(this.#inForce, result.value.configuration)
      : [...result.refusals, ...(await putBack(this.#inForce, inForce, before))];
    const leftBrokenMs = runner.brokenSinceMs();
    if (result.ok) await this.#memory.remember(search, run.study);
    if (handle.isCancelRequested) handle.canceled();
    else if (result.ok) handle.succeed();
    else handle.abort();
    const final = await knobs.read();
    const front = await this.#front(run);
    return {
      ...this.#result(refusals),
      configuration: settingsToMessage(final.ok ? final.value : {}),
      margins: result.ok ? marginsToMessage(result.value.evaluation) : [],
      trials: this.#trials.length,
      violation_seconds: (run.study.violationMs + leftBrokenMs) / 1000,
      journal_path: journal.path,
      front: frontToMessage(front),
    };
  }

  /** Empty also where it cannot be computed: what stays in force is none the worse for it. */
  async #front(run: TuneRun): Promise<TuneFrontPoint[]> {
    const { record } = run.study;
    if (!record.problem.objectives) return [];
    const front = await this.#explainer.front(record);
    if (front.ok) return run.inUnits(front.value);
    this.#context.log.warn(`no front: ${front.refusals.map(formatRefusal).join('; ')}`);
    return [];
  }

  /** All that can refuse a search, before anything is changed: the way back is on disk when this succeeds. */
  async #prepare(inForce: SpecInForce): Promise<Result<Prepared>> {
    const { knobs } = inForce.spec;
    const before = await inForce.knobs.read();
    if (!before.ok) return before;
    const held = heldByWhatIsKnown(this.#context, knobs, before.value);
    if (knobs.every(({ name }) => Object.hasOwn(held, name))) return refuse(...this.#nothingToTurn(held));
    const watched = await this.#inForce.profiler.watch(inForce.spec);
    if (!watched.ok) return watched;
    // By wall time: a simulation's clock begins anew, and two searches would share a file.
    const journal = JournalFile.open(join(this.#stateDir, `study-${Date.now()}.jsonl`));
    if (!journal.ok) return journal;
    const isProtected = await this.#inForce.protect(inForce, before.value);
    if (isProtected.ok) return accept({ before: before.value, held, journal: journal.value });
    journal.value.close();
    return isProtected;
  }

  #nothingToTurn(held: Configuration): Refusal[] {
    const names = Object.keys(held).join(', ');
    const why = names === '' ? 'the spec has no knob that exists here' : `${names}: none is worth a trial`;
    const accepted = 'a spec with a knob that can be turned; without one it can be monitored only';
    return [
      { code: 'TT_KNOB_ABSENT', reason: `there is nothing to search, ${why}`, accepted },
      ...this.#inForce.absent,
    ];
  }

  #report(handle: Asked, progress: TuneProgress, violationMs: number): void {
    const { phase, number, reason, outcome, best } = progress;
    const trial = trialToMessage({ number, reason, nowMs: this.#context.clock.nowMs() }, outcome);
    if (outcome) {
      this.#trials.push(progress);
      this.#trial.publish(trial);
    }
    handle.publishFeedback({
      trial,
      phase,
      best: settingsToMessage(best?.configuration ?? {}),
      best_score: best?.evaluation.score ?? 0,
      violation_seconds: violationMs / 1000,
    });
  }

  #result(refusals: Refusal[]): Message {
    const nothing = {
      configuration: [],
      margins: [],
      trials: 0,
      violation_seconds: 0,
      journal_path: '',
      front: [],
    };
    return { ...this.#answer(refusals), ...nothing };
  }

  get #stateDir(): string {
    return this.#context.parameters.values.state_dir as string;
  }
}
