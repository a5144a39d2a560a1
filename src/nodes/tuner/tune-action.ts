import { join } from 'node:path';
import type { Configuration } from '../../core/knobs/knob.ts';
import { restoreConfiguration } from '../../core/knobs/restoration.ts';
import { accept, type Refusal, type Result } from '../../core/refusal.ts';
import type { Study } from '../../core/tune/study.ts';
import { JournalFile } from '../../io/recording/journal-file.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import type { Message, NodeContext, ServerGoalHandle } from '../../ros/index.ts';
import { againUntil } from './again-until.ts';
import type { InForce, SpecInForce } from './in-force.ts';
import { learnFromTrials } from './learn.ts';
import { marginsToMessage, settingsToMessage, trialToMessage } from './messages.ts';
import type { TrialOutcome } from './trial-runner.ts';
import { readGoal } from './tune-goal.ts';
import { type TuneGoal, type TuneProgress, TuneRun } from './tune-run.ts';

const goalAccepted = 2;
const goalRejected = 1;
const cancelAccepted = 2;
const cancelPollMs = 100;
/** What cannot be put back in this time stays on record for ~/rollback. */
const putBackMs = 5000;

/** What refusals become in an answer. */
export type Answer = (refusals: Refusal[]) => { success: boolean; code: string; message: string };

/** The action `~/tune`. */
export class TuneAction {
  readonly #context: NodeContext;
  readonly #inForce: InForce;
  readonly #answer: Answer;
  readonly #trial;
  #trials: TuneProgress[] = [];
  #study: Study | undefined;

  constructor(options: { context: NodeContext; inForce: InForce; answer: Answer }) {
    const { context } = options;
    this.#context = context;
    this.#inForce = options.inForce;
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

  async #run(handle: ServerGoalHandle): Promise<Message> {
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
      const earlier = this.#trials;
      try {
        return await this.#search({ handle, goal: goal.value, inForce: spec.value, work });
      } finally {
        poll.cancel();
        if (this.#trials !== earlier) learnFromTrials(this.#context, spec.value.spec, this.#trials);
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
    handle: ServerGoalHandle;
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
    const { before, journal } = prepared.value;
    this.#trials = [];
    const run = new TuneRun({
      spec,
      specName: file,
      inForce: before,
      runner: this.#inForce.runner(inForce, work.signal),
      clock: this.#context.clock,
      goal,
      isPublished: (topic) => this.#context.node.getPublishersInfoByTopic(topic).length > 0,
      onEvent: (event) => journal.append(event),
      onProgress: (progress) => this.#report(handle, progress, run.study.violationMs),
    });
    this.#study = run.study;
    let result: Result<TrialOutcome>;
    try {
      result = await run.run();
    } catch (error) {
      // Also when something breaks that never should, or the journal's disk is full: the robot comes first.
      await this.#putBack(inForce, before, []);
      throw error;
    } finally {
      journal.close();
    }
    const refusals = result.ok
      ? this.#keep(result.value.configuration)
      : await this.#putBack(inForce, before, result.refusals);
    if (handle.isCancelRequested) handle.canceled();
    else if (result.ok) handle.succeed();
    else handle.abort();
    const final = await knobs.read();
    return {
      ...this.#result(refusals),
      configuration: settingsToMessage(final.ok ? final.value : {}),
      margins: result.ok ? marginsToMessage(result.value.evaluation) : [],
      trials: this.#trials.length,
      violation_seconds: run.study.violationMs / 1000,
      journal_path: journal.path,
    };
  }

  /** All that can refuse a search, before anything is changed: the way back is on disk when this succeeds. */
  async #prepare(inForce: SpecInForce): Promise<Result<{ before: Configuration; journal: JournalFile }>> {
    const before = await inForce.knobs.read();
    if (!before.ok) return before;
    const watched = await this.#inForce.profiler.watch(inForce.spec);
    if (!watched.ok) return watched;
    const journal = JournalFile.open(
      join(this.#stateDir, `study-${Math.round(this.#context.clock.nowMs())}.jsonl`),
    );
    if (!journal.ok) return journal;
    const isProtected = await this.#inForce.protect(inForce, before.value);
    if (isProtected.ok) return accept({ before: before.value, journal: journal.value });
    journal.value.close();
    return isProtected;
  }

  #report(handle: ServerGoalHandle, progress: TuneProgress, violationMs: number): void {
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

  /** The verified configuration is in force already; it is what a rollback restores from now on. */
  #keep(configuration: TrialOutcome['configuration']): Refusal[] {
    const { files } = this.#inForce.safety;
    const saved = files.lastGood.save({ configuration, savedMs: Date.now() });
    this.#inForce.safety.gather();
    return saved.ok ? [] : saved.refusals;
  }

  async #putBack({ knobs }: SpecInForce, before: Configuration, why: Refusal[]): Promise<Refusal[]> {
    const stuck = await restoreConfiguration({
      declarations: knobs.declarations,
      actuators: knobs.actuators,
      wanted: before,
      again: againUntil(performance.now() + putBackMs),
    });
    if (stuck.length === 0) this.#inForce.safety.gather();
    return [
      ...why,
      ...stuck.map(({ name, reason }): Refusal => {
        return { code: 'TT_NOT_PUT_BACK', reason: `${name}: ${reason}`, found: name };
      }),
    ];
  }

  #result(refusals: Refusal[]): Message {
    const nothing = { configuration: [], margins: [], trials: 0, violation_seconds: 0, journal_path: '' };
    return { ...this.#answer(refusals), ...nothing };
  }

  get #stateDir(): string {
    return this.#context.parameters.values.state_dir as string;
  }
}
