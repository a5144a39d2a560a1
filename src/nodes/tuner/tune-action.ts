import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, formatRefusal, type Refusal, type Result } from '../../core/refusal.ts';
import type { Study } from '../../core/tune/study.ts';
import type { TuneGoal } from '../../core/tune/tune-goal.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import type { Message, NodeContext, ServerGoalHandle } from '../../ros/index.ts';
import type { Explainer } from './explainer.ts';
import type { InForce, SpecInForce } from './in-force.ts';
import { rememberShown } from './learn.ts';
import type { Memory } from './memory.ts';
import { frontToMessage, marginsToMessage, settingsToMessage, trialToMessage } from './messages.ts';
import { beginSearch, resumeSearch, type SearchStart } from './search-start.ts';
import { keep, putBack } from './settle.ts';
import type { TrialOutcome, TrialRunner } from './trial-runner.ts';
import { goalToMessage, type ResumeGoal, readGoal, readResumeGoal } from './tune-goal.ts';
import { type TuneFrontPoint, type TuneProgress, TuneRun } from './tune-run.ts';

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

/** A search that was asked for, and may run. */
type Begun = { handle: Asked; goal: TuneGoal | ResumeGoal; inForce: SpecInForce; work: AbortController };

/** A search that may turn knobs now, and what all of them hold. */
type Prepared = { before: Configuration; run: TuneRun; runner: TrialRunner } & Pick<
  SearchStart,
  'search' | 'journal'
>;

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
    const request = goalToMessage({ seed: 0 });
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
    const goal = this.#goalOf(handle.request);
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

  #goalOf(request: Message): Result<TuneGoal | ResumeGoal> {
    if (request.resume !== '') return readResumeGoal(request);
    return readGoal(request, this.#context.parameters.values);
  }

  #specOf({ spec_path }: Message): Result<SpecInForce> {
    if (spec_path !== '') {
      const spec = readSpecFile(spec_path);
      if (!spec.ok) return spec;
      this.#inForce.put(spec_path, spec.value);
    }
    return this.#inForce.ready();
  }

  async #search({ handle, goal, inForce, work }: Begun): Promise<Message> {
    const { spec, knobs } = inForce;
    const prepared = await this.#prepare({ handle, goal, inForce, work });
    if (!prepared.ok) {
      handle.abort();
      return this.#result(prepared.refusals);
    }
    const { before, search, journal, runner, run } = prepared.value;
    const earlierTrials = run.study.history.filter(({ observation }) => observation).length;
    this.#trials = [];
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
      before: settingsToMessage(before),
      margins: result.ok ? marginsToMessage(result.value.evaluation) : [],
      trials: earlierTrials + this.#trials.length,
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
  async #prepare({ handle, goal, inForce, work }: Begun): Promise<Result<Prepared>> {
    const before = await inForce.knobs.read();
    if (!before.ok) return before;
    const watched = await this.#inForce.profiler.watch(inForce.spec);
    if (!watched.ok) return watched;
    const start =
      'resume' in goal
        ? await resumeSearch(inForce, goal.resume, this.#memory)
        : await beginSearch(inForce, goal, {
            context: this.#context,
            memory: this.#memory,
            before: before.value,
            absent: this.#inForce.absent,
          });
    if (!start.ok) return start;
    let isReady = false;
    try {
      const run = this.#open({ handle, inForce, work }, start.value);
      if (!run.ok) return run;
      const isProtected = await this.#inForce.protect(inForce, before.value);
      if (!isProtected.ok) return isProtected;
      isReady = true;
      return accept({ before: before.value, ...start.value, ...run.value });
    } finally {
      if (!isReady) start.value.journal.close();
    }
  }

  #open(
    { handle, inForce: current, work }: Omit<Begun, 'goal'>,
    { basis, inForce, held, search, journal, resumption }: SearchStart,
  ): Result<Pick<Prepared, 'run' | 'runner'>> {
    const runner = this.#inForce.runner(current, work.signal, resumption?.references);
    const run = TuneRun.open({
      spec: current.spec,
      specName: current.file,
      basis,
      inForce,
      held,
      warmStart: search.warmStart,
      resumption,
      runner,
      clock: this.#context.clock,
      isPublished: (topic) => this.#context.node.getPublishersInfoByTopic(topic).length > 0,
      signal: work.signal,
      onEvent: (event) => journal.append(event),
      onProgress: (progress) => this.#report(handle, progress, this.#study?.violationMs ?? 0),
    });
    return run.ok ? accept({ run: run.value, runner }) : run;
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
      best_score: best?.score ?? 0,
      violation_seconds: violationMs / 1000,
    });
  }

  #result(refusals: Refusal[]): Message {
    const nothing = {
      configuration: [],
      before: [],
      margins: [],
      trials: 0,
      violation_seconds: 0,
      journal_path: '',
      front: [],
    };
    return { ...this.#answer(refusals), ...nothing };
  }
}
