import { join } from 'node:path';
import type { Configuration } from '../../core/knobs/knob.ts';
import { accept, formatRefusal, type Refusal, type Result, refuse } from '../../core/refusal.ts';
import { parseSpec } from '../../core/spec/parse-spec.ts';
import { resolveNames } from '../../core/spec/resolve-names.ts';
import type { Spec } from '../../core/spec/spec.ts';
import type { Study } from '../../core/tune/study.ts';
import { attachCpuBudget, type CpuBudget } from '../../io/platform/cpu-budget.ts';
import { JournalFile } from '../../io/recording/journal-file.ts';
import { LastGoodFile } from '../../io/recording/last-good.ts';
import { readSpecFile } from '../../io/spec-file.ts';
import {
  type Message,
  msToStamp,
  type NodeBehaviour,
  type NodeContext,
  type ServerGoalHandle,
} from '../../ros/index.ts';
import { KnobSet } from './knob-set.ts';
import {
  answer,
  knobToMessage,
  marginsToMessage,
  settingsFromMessage,
  settingsToMessage,
  trialToMessage,
} from './messages.ts';
import { ProfilerClient } from './profiler-client.ts';
import { type TrialOutcome, TrialRunner } from './trial-runner.ts';
import { type TuneGoal, type TuneProgress, TuneRun } from './tune-run.ts';

const goalAccepted = 2;
const goalRejected = 1;
const cancelAccepted = 2;

type InForce = { file: string; spec: Spec; knobs: KnobSet };

/** The tuner's services and its action, around one spec in force. */
export class TunerNode implements NodeBehaviour {
  readonly #context: NodeContext;
  readonly #profiler: ProfilerClient;
  readonly #lastGoodFile: LastGoodFile;
  readonly #cpuBudget: CpuBudget | undefined;
  readonly #status;
  readonly #trial;
  #inForce: InForce | undefined;
  #absent: Refusal[] = [];
  #lastTrials: TuneProgress[] = [];
  #study: Study | undefined;
  /** Set while a goal or an apply runs; aborting it breaks the goal off. */
  #work: AbortController | undefined;
  #held = false;
  #lastRefusal: Refusal | undefined;

  constructor(context: NodeContext) {
    const { rcl, node, parameters, log } = context;
    const { values } = parameters;
    this.#context = context;
    this.#profiler = new ProfilerClient({ node, nodeName: this.#absolute(values.profiler as string) });
    this.#lastGoodFile = new LastGoodFile(join(values.state_dir as string, 'last-good.json'));
    const budget = values.cpu_group === '' ? undefined : attachCpuBudget(values.cpu_group as string);
    if (budget && !budget.ok) for (const refusal of budget.refusals) log.warn(formatRefusal(refusal));
    this.#cpuBudget = budget?.ok ? budget.value : undefined;
    this.#status = context.publisher('trimtab_msgs/msg/TunerStatus', '~/status', 'latched');
    this.#trial = context.publisher('trimtab_msgs/msg/Trial', '~/trial', 'event');
    context.service('trimtab_msgs/srv/SetSpec', '~/set_spec', (request) => this.#setSpec(request));
    context.service('trimtab_msgs/srv/Apply', '~/apply', (request) => this.#apply(request));
    context.service('trimtab_msgs/srv/Rollback', '~/rollback', () => this.#rollback());
    context.service('std_srvs/srv/SetBool', '~/hold', (request) => this.#hold(request));
    context.service('trimtab_msgs/srv/ListKnobs', '~/list_knobs', () => this.#listKnobs());
    context.service('trimtab_msgs/srv/Explain', '~/explain', (request) => this.#explain(request));
    new rcl.ActionServer(
      node,
      'trimtab_msgs/action/Tune',
      '~/tune',
      (goal) => this.#tune(goal),
      () => this.#admitGoal(),
      undefined,
      () => cancelAccepted,
    );
  }

  activate(): void {
    this.#publishStatus();
  }

  async close(): Promise<void> {
    this.#work?.abort();
    this.#inForce?.knobs.close();
  }

  /** Replaces the spec; its topics are watched by the profiler from now on. */
  putInForce(file: string, written: Spec): void {
    this.#inForce?.knobs.close();
    const spec = resolveNames(written, this.#context.node.namespace());
    const { knobs, absent } = KnobSet.open(spec.knobs, {
      node: this.#context.node,
      adaptorNode: this.#absolute(this.#context.parameters.values.adaptor as string),
      cpuBudget: this.#cpuBudget,
    });
    for (const refusal of absent) this.#context.log.warn(formatRefusal(refusal));
    this.#absent = absent;
    this.#inForce = { file, spec: { ...spec, knobs: knobs.declarations }, knobs };
    void this.#watch(this.#inForce);
  }

  /** The profiler may start after us. */
  async #watch(inForce: InForce): Promise<void> {
    while (this.#inForce === inForce) {
      const watched = await this.#profiler.watch(inForce.spec);
      if (watched.ok) return;
      this.#context.log.warn(
        `waiting for the profiler: ${watched.refusals.map(({ reason }) => reason).join('; ')}`,
      );
    }
  }

  #absolute(nodeName: string): string {
    return this.#context.node.resolveTopicName(nodeName);
  }

  async #setSpec({ path, text }: Message): Promise<Message> {
    if (this.#work) return this.#answer([busy]);
    const spec = path === '' ? parseSpec(text, '(text)') : readSpecFile(path);
    if (!spec.ok) return this.#answer(spec.refusals);
    this.putInForce(path === '' ? '(text)' : path, spec.value);
    return this.#answer([]);
  }

  async #apply({ configuration, dry_run }: Message): Promise<Message> {
    const ready = this.#ready();
    if (!ready.ok) return { ...this.#answer(ready.refusals), verdicts: [] };
    const { knobs } = ready.value;
    const wanted = settingsFromMessage(knobs.declarations, configuration);
    if (!wanted.ok) return { ...this.#answer(wanted.refusals), verdicts: [] };
    if (dry_run) return { ...this.#answer([]), verdicts: [] };
    return this.#applyNow(ready.value, wanted.value);
  }

  async #rollback(): Promise<Message> {
    const ready = this.#ready();
    if (!ready.ok) return { ...this.#answer(ready.refusals), verdicts: [] };
    const stored = this.#lastGoodFile.load();
    if (!stored.ok) return { ...this.#answer(stored.refusals), verdicts: [] };
    if (!stored.value) {
      const refusal: Refusal = {
        code: 'TT_NOTHING_TO_ROLL_BACK',
        reason: 'no configuration has been stored yet',
      };
      return { ...this.#answer([refusal]), verdicts: [] };
    }
    return this.#applyNow(ready.value, stored.value.configuration);
  }

  async #applyNow({ spec, knobs }: InForce, wanted: Configuration): Promise<Message> {
    this.#work = new AbortController();
    try {
      const runner = this.#runner(spec, knobs, this.#work.signal);
      const applied = await runner.apply(wanted);
      if (!applied.ok) return { ...this.#answer(applied.refusals), verdicts: [] };
      const held = await knobs.read();
      const verdicts = Object.entries(wanted).map(([name, value]) => ({
        name,
        requested: String(value),
        achieved: held.ok ? String(held.value[name]) : '',
        outcome: 'accepted',
        reason: 'written and read back; a trial measures the effect',
      }));
      return { ...this.#answer([]), verdicts };
    } finally {
      this.#work = undefined;
      this.#publishStatus();
    }
  }

  #hold({ data }: Message): Message {
    this.#held = data;
    if (data) this.#work?.abort();
    this.#publishStatus();
    return { success: true, message: data ? 'held: nothing is changed until released' : 'released' };
  }

  async #listKnobs(): Promise<Message> {
    if (!this.#inForce) return { ...this.#answer([noSpec]), knobs: [] };
    const { knobs } = this.#inForce;
    const values = new Map<string, Configuration[string] | undefined>();
    for (const [name, actuator] of knobs.actuators) values.set(name, await actuator.read());
    return {
      ...this.#answer([]),
      knobs: knobs.declarations.map((knob) => knobToMessage(knob, values.get(knob.name))),
    };
  }

  #explain({ subject }: Message): Message {
    if (subject === '') {
      const lines = this.#lastTrials.map(
        ({ number, reason, outcome }) =>
          `${number}: ${reason}: score ${outcome?.evaluation.score.toFixed(3)}`,
      );
      const absent = this.#absent.map((refusal) => formatRefusal(refusal));
      const summary = this.#study?.explain()?.summary ?? 'nothing has been tuned yet';
      return { success: true, code: '', message: [summary, ...lines, ...absent].join('\n') };
    }
    const trial = this.#lastTrials.find(({ number }) => String(number) === subject);
    if (!trial?.outcome)
      return this.#answer([
        {
          code: 'TT_USAGE',
          reason: 'no such trial',
          found: subject,
          accepted: 'a trial number, or nothing for all of them',
        },
      ]);
    const verdicts = trial.outcome.verdicts.map(
      ({ name, verdict }) =>
        `${name}: ${verdict.outcome}: ${'evidence' in verdict ? verdict.evidence : verdict.reason}`,
    );
    return { success: true, code: '', message: [trial.reason, ...verdicts].join('\n') };
  }

  #admitGoal(): number {
    const ready = this.#context.isActive()
      ? this.#ready()
      : refuse({ code: 'TT_STATE', reason: 'the tuner is not active' });
    if (ready.ok) return goalAccepted;
    this.#answer(ready.refusals);
    this.#publishStatus();
    return goalRejected;
  }

  async #tune(handle: ServerGoalHandle): Promise<Message> {
    const spec = await this.#goalSpec(handle.request);
    if (!spec.ok) {
      handle.abort();
      return this.#tuneAnswer(spec.refusals);
    }
    const work = new AbortController();
    this.#work = work;
    this.#publishStatus();
    const cancelPoll = this.#context.every(100, () => {
      if (handle.isCancelRequested) work.abort();
    });
    try {
      return await this.#search(handle, spec.value, work);
    } finally {
      cancelPoll.cancel();
      this.#work = undefined;
      this.#publishStatus();
    }
  }

  /** A goal may bring its own spec. */
  async #goalSpec({ spec_path }: Message): Promise<Result<InForce>> {
    if (spec_path !== '') {
      const spec = readSpecFile(spec_path);
      if (!spec.ok) return spec;
      this.putInForce(spec_path, spec.value);
    }
    return this.#ready();
  }

  async #search(
    handle: ServerGoalHandle,
    { file, spec, knobs }: InForce,
    work: AbortController,
  ): Promise<Message> {
    const journalPath = join(
      this.#context.parameters.values.state_dir as string,
      `study-${Math.round(this.#context.clock.nowMs())}.jsonl`,
    );
    const before = await knobs.read();
    const watched = before.ok ? await this.#profiler.watch(spec) : before;
    const journal = watched.ok ? JournalFile.open(journalPath) : watched;
    if (!before.ok || !journal.ok) {
      handle.abort();
      return this.#tuneAnswer(before.ok ? (journal.ok ? [] : journal.refusals) : before.refusals);
    }
    const goal = this.#goalOf(handle.request);
    this.#lastTrials = [];
    const run = new TuneRun({
      spec,
      specName: file,
      inForce: before.value,
      runner: this.#runner(spec, knobs, work.signal),
      clock: this.#context.clock,
      goal,
      isPublished: (topic) => this.#context.node.getPublishersInfoByTopic(topic).length > 0,
      onEvent: (event) => journal.value.append(event),
      onProgress: (progress) => {
        if (progress.outcome) this.#record(progress, progress.outcome);
        this.#publishFeedback(handle, progress);
      },
    });
    this.#study = run.study;
    const result = await run.run();
    const refusals = result.ok
      ? this.#keep(result.value.configuration)
      : await this.#putBack({ spec, knobs }, before.value, result.refusals);
    journal.value.close();
    if (handle.isCancelRequested) handle.canceled();
    else if (result.ok) handle.succeed();
    else handle.abort();
    const final = await knobs.read();
    return {
      ...this.#tuneAnswer(refusals),
      configuration: settingsToMessage(final.ok ? final.value : {}),
      margins: result.ok ? marginsToMessage(result.value.evaluation) : [],
      trials: this.#lastTrials.length,
      journal_path: journalPath,
    };
  }

  #goalOf({ max_trials, max_seconds, seed, designer }: Message): TuneGoal {
    const { values } = this.#context.parameters;
    const settleMs = (values.settle_s as number) * 1000;
    return {
      maxTrials: max_trials > 0 ? max_trials : (values.max_trials as number),
      maxMs: max_seconds > 0 ? max_seconds * 1000 : Number.POSITIVE_INFINITY,
      seed,
      designer: designer === '' ? (values.designer as string) : designer,
      guardBand: values.guard_band as number,
      timing: {
        settleMs,
        windowMs: (values.window_s as number) * 1000,
        cutTolerance: values.cut_tolerance as number,
      },
      verifyTiming: {
        settleMs,
        windowMs: (values.verify_window_s as number) * 1000,
        cutTolerance: Number.POSITIVE_INFINITY,
      },
    };
  }

  #record(progress: TuneProgress, outcome: TrialOutcome): void {
    const { number, reason } = progress;
    this.#lastTrials.push(progress);
    this.#trial.publish(trialToMessage({ number, reason, nowMs: this.#context.clock.nowMs() }, outcome));
  }

  #publishFeedback(handle: ServerGoalHandle, { phase, number, reason, outcome, best }: TuneProgress): void {
    const nowMs = this.#context.clock.nowMs();
    const empty = {
      configuration: {},
      verdicts: [],
      cutShort: false,
      evaluation: { requirements: [], objectives: [], met: false, objective: 0, score: 0 },
    };
    const trial = trialToMessage(
      { number, reason, nowMs },
      outcome ?? { ...empty, profile: undefined as never },
    );
    handle.publishFeedback({
      trial,
      phase,
      best: settingsToMessage(best?.configuration ?? {}),
      best_score: best?.evaluation.score ?? 0,
    });
  }

  /** The verified configuration is in force already; it is what a rollback restores from now on. */
  #keep(configuration: Configuration): Refusal[] {
    const saved = this.#lastGoodFile.save({ configuration, savedMs: Date.now() });
    return saved.ok ? [] : saved.refusals;
  }

  async #putBack(
    { spec, knobs }: { spec: Spec; knobs: KnobSet },
    before: Configuration,
    why: Refusal[],
  ): Promise<Refusal[]> {
    const restored = await this.#runner(spec, knobs, new AbortController().signal).apply(before);
    return restored.ok ? why : [...why, ...restored.refusals];
  }

  #runner(spec: Spec, knobs: KnobSet, signal: AbortSignal): TrialRunner {
    return new TrialRunner({ spec, knobs, profiler: this.#profiler, sleep: (ms) => this.#sleep(ms, signal) });
  }

  #sleep(ms: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return Promise.resolve(false);
    return new Promise((resolve) => {
      const finish = (whole: boolean) => {
        timer.cancel();
        signal.removeEventListener('abort', onAbort);
        resolve(whole);
      };
      const onAbort = () => finish(false);
      const timer = this.#context.every(Math.max(1, ms), () => finish(true));
      signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #ready(): Result<InForce> {
    if (this.#work) return refuse(busy);
    if (this.#held)
      return refuse({
        code: 'TT_HELD',
        reason: 'a person pressed hold',
        accepted: 'release it by ~/hold with false',
      });
    return this.#inForce ? accept(this.#inForce) : refuse(noSpec);
  }

  #answer(refusals: Refusal[]): { success: boolean; code: string; message: string } {
    this.#lastRefusal = refusals[0];
    for (const refusal of refusals) this.#context.log.warn(formatRefusal(refusal));
    return answer(refusals);
  }

  #tuneAnswer(refusals: Refusal[]): Message {
    return { ...this.#answer(refusals), configuration: [], margins: [], trials: 0, journal_path: '' };
  }

  #publishStatus(): void {
    const stored = this.#lastGoodFile.load();
    this.#status.publish({
      header: { stamp: msToStamp(this.#context.clock.nowMs()), frame_id: '' },
      state: this.#held ? 'holding' : this.#work ? 'tuning' : 'idle',
      spec: this.#inForce?.file ?? '',
      configuration: [],
      last_good: settingsToMessage(stored.ok ? (stored.value?.configuration ?? {}) : {}),
      code: this.#lastRefusal?.code ?? '',
      message: this.#lastRefusal ? formatRefusal(this.#lastRefusal) : '',
    });
  }
}

const busy: Refusal = {
  code: 'TT_BUSY',
  reason: 'the tuner already works on a goal',
  accepted: 'one goal at a time',
};
const noSpec: Refusal = {
  code: 'TT_STATE',
  reason: 'no spec is in force',
  accepted: 'the parameter spec, or ~/set_spec',
};
